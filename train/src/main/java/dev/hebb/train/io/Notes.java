package dev.hebb.train.io;

import dev.hebb.nn.Loss;
import dev.hebb.nn.Net;
import dev.hebb.nn.loss.Bce;
import dev.hebb.nn.loss.BceWithLogits;
import dev.hebb.nn.loss.BinaryFocal;
import dev.hebb.nn.loss.CrossEntropy;
import dev.hebb.nn.loss.Focal;
import dev.hebb.nn.loss.KlDivergence;
import dev.hebb.nn.loss.MultiHinge;
import dev.hebb.train.data.ImagePrep;
import dev.hebb.train.data.Preprocessing;
import dev.hebb.train.data.TablePrep;
import dev.hebb.train.data.TextPrep;
import java.util.List;

/** The notes on a network that say how its input is made and what its output means. */
public final class Notes {
  /** The key of a {@link Preprocessing}. */
  public static final String PREPROCESSING = "preprocessing";

  /** The key of the names of the classes, a list of strings. */
  public static final String LABELS = "labels";

  /** The key of the {@link Output}, by its name in lower case. */
  public static final String OUTPUT = "output";

  /** The key of the {@link Provenance}. */
  public static final String PROVENANCE = "provenance";

  private Notes() {}

  /** What the numbers are that a network gives. */
  public enum Output {
    /** Logits of classes that exclude each other: softmax makes probabilities of them. */
    SOFTMAX,
    /** Logits of yes or no, each by itself: the sigmoid makes probabilities of them. */
    SIGMOID,
    /** Probabilities already. */
    PROBABILITIES,
    /** The predicted numbers themselves. */
    VALUES
  }

  /** What a network's numbers are that was trained with a loss. */
  public static Output outputOf(Loss loss) {
    return switch (loss) {
      case CrossEntropy c when c.from() == CrossEntropy.From.PROBABILITIES -> Output.PROBABILITIES;
      case Bce _ -> Output.PROBABILITIES;
      // Softmax of logarithms gives the probabilities back; of margins, at least their order.
      case CrossEntropy _, Focal _, KlDivergence _, MultiHinge _ -> Output.SOFTMAX;
      case BceWithLogits _, BinaryFocal _ -> Output.SIGMOID;
      default -> Output.VALUES;
    };
  }

  /** What a network's numbers are. */
  public static Output output(Net net) {
    for (Output output : Output.values()) {
      if (output.name().equalsIgnoreCase(String.valueOf(net.note(OUTPUT)))) {
        return output;
      }
    }
    return labels(net).isEmpty() ? Output.VALUES : Output.SOFTMAX;
  }

  /** How the network's input is made; {@link Preprocessing#NONE} where nothing is noted. */
  public static Preprocessing preprocessing(Net net) {
    return net.note(PREPROCESSING) instanceof Preprocessing p ? p : Preprocessing.NONE;
  }

  /** The names of the classes; empty where there are none. */
  public static List<String> labels(Net net) {
    if (net.note(LABELS) instanceof List<?> list) {
      return list.stream().map(String::valueOf).toList();
    }
    return switch (preprocessing(net)) {
      case ImagePrep image -> image.labels();
      case TablePrep table -> table.target().labels();
      case Preprocessing.None _, TextPrep _ -> List.of();
    };
  }
}
