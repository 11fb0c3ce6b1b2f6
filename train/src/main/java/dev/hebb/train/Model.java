package dev.hebb.train;

import dev.hebb.nn.Layer;
import dev.hebb.nn.Net;
import dev.hebb.tensor.HebbException;
import dev.hebb.train.data.ImagePrep;
import dev.hebb.train.data.Preprocessing;
import dev.hebb.train.data.TablePrep;
import dev.hebb.train.data.TextPrep;
import dev.hebb.train.io.Notes;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A trained network for use in a program: it takes pictures or rows of a table as they come, and
 * answers with names and probabilities. Thread-safe; nothing has to be closed.
 *
 * <pre>{@code
 * static final Model digits = Model.load(Path.of("digits.hebb"));
 * var answer = digits.classify(ImageIO.read(upload));    // Answer[label=7, probability=0.998, …]
 * }</pre>
 */
public final class Model {
  private final Net net;
  private final Preprocessing preprocessing;
  private final List<String> labels;
  private final Notes.Output output;

  private Model(Net net) {
    this.net = net;
    this.preprocessing = Notes.preprocessing(net);
    this.labels = Notes.labels(net);
    this.output = Notes.output(net);
  }

  /**
   * Reads a model from a file.
   *
   * @param own the layer classes in it that are not Hebb's own
   * @throws HebbException if the file is missing, damaged or not a model
   */
  @SafeVarargs
  @SuppressWarnings("varargs") // passed on to a method that is as safe
  public static Model load(Path file, Class<? extends Layer>... own) {
    return of(Net.load(file, own));
  }

  /** A network as a model; the notes that a {@link Trainer} left on it say what it means. */
  public static Model of(Net net) {
    return new Model(net);
  }

  /** The network. */
  public Net net() {
    return net;
  }

  /** The names of the classes; empty for a model that predicts numbers. */
  public List<String> labels() {
    return labels;
  }

  /** How raw input becomes the numbers that the network reads. */
  public Preprocessing preprocessing() {
    return preprocessing;
  }

  /** Whether it answers with classes; else it predicts numbers. */
  public boolean isClassifier() {
    return output != Notes.Output.VALUES && !labels.isEmpty();
  }

  /**
   * The probabilities of the classes, or the predicted numbers, for one example.
   *
   * @param encoded the numbers that the network reads, as {@link #encode} or a data set gives them
   */
  public float[] predict(float[] encoded) {
    return meaning(net.predict(encoded));
  }

  /** The same for several examples at once, which is faster. */
  public float[][] predict(float[][] encoded) {
    float[][] out = net.predict(encoded);
    for (int i = 0; i < out.length; i++) {
      out[i] = meaning(out[i]);
    }
    return out;
  }

  /**
   * The numbers that the network reads for a picture of any size.
   *
   * @throws HebbException if the model was not trained on pictures
   */
  public float[] encode(BufferedImage picture) {
    if (preprocessing instanceof ImagePrep image) {
      return image.encode(picture);
    }
    throw new HebbException("this model takes no pictures, but " + input());
  }

  /**
   * The numbers that the network reads for a row of a table.
   *
   * @param row the values by column; a missing column counts as a missing value
   * @throws HebbException if the model was not trained on a table, or a value does not fit
   */
  public float[] encode(Map<String, String> row) {
    if (preprocessing instanceof TablePrep table) {
      return table.encode(row);
    }
    throw new HebbException("this model takes no rows of a table, but " + input());
  }

  /** What a picture shows. */
  public Answer classify(BufferedImage picture) {
    return answer(predict(encode(picture)));
  }

  /** The class of a row of a table. */
  public Answer classify(Map<String, String> row) {
    return answer(predict(encode(row)));
  }

  /** The class of an example given as the numbers that the network reads. */
  public Answer classify(float[] encoded) {
    return answer(predict(encoded));
  }

  /**
   * Probabilities as an answer.
   *
   * @throws HebbException if this model predicts numbers, not classes
   */
  public Answer answer(float[] probabilities) {
    if (!isClassifier()) {
      throw new HebbException("this model predicts numbers, not classes: use predict(encode(…))");
    }
    if (probabilities.length != labels.size()) {
      throw new HebbException(
          "this model has %d classes, but %d probabilities were given"
              .formatted(labels.size(), probabilities.length));
    }
    var byLabel = new LinkedHashMap<String, Double>();
    int best = 0;
    for (int i = 0; i < probabilities.length; i++) {
      byLabel.put(labels.get(i), (double) probabilities[i]);
      best = probabilities[i] > probabilities[best] ? i : best;
    }
    return new Answer(labels.get(best), probabilities[best], byLabel);
  }

  /**
   * What one example's outputs of the last layer mean, as {@link TrainEvent.Predicted} has them:
   * the probabilities of the classes, or the predicted numbers.
   *
   * @param raw with losses from logits the logits
   */
  public float[] meaning(float[] raw) {
    return switch (output) {
      case VALUES -> raw;
      case SOFTMAX -> softmax(raw);
      case PROBABILITIES -> both(raw);
      case SIGMOID -> {
        float[] p = new float[raw.length];
        for (int i = 0; i < p.length; i++) {
          p[i] = (float) (1 / (1 + Math.exp(-raw[i])));
        }
        yield both(p);
      }
    };
  }

  /** One number for two classes is the probability of the second. */
  private float[] both(float[] p) {
    return p.length == 1 && labels.size() == 2 ? new float[] {1 - p[0], p[0]} : p;
  }

  private static float[] softmax(float[] logits) {
    double max = Double.NEGATIVE_INFINITY;
    for (float z : logits) {
      max = Math.max(max, z);
    }
    double sum = 0;
    double[] e = new double[logits.length];
    for (int i = 0; i < e.length; i++) {
      e[i] = Math.exp(logits[i] - max);
      sum += e[i];
    }
    float[] p = new float[e.length];
    for (int i = 0; i < p.length; i++) {
      p[i] = (float) (e[i] / sum);
    }
    return p;
  }

  private String input() {
    return switch (preprocessing) {
      case ImagePrep image ->
          "pictures (%d × %d, %s)"
              .formatted(image.height(), image.width(), image.channels() == 1 ? "grey" : "colour");
      case TablePrep table -> "rows with the columns " + names(table);
      case TextPrep text ->
          "a text of %d different tokens: use Sampler.of(net)".formatted(text.size());
      case Preprocessing.None _ -> "numbers of shape " + net.in() + ": use predict(numbers)";
    };
  }

  private static String names(TablePrep table) {
    return String.join(", ", table.columns().stream().map(TablePrep.Column::name).toList());
  }
}
