package dev.hebb.nn;

import dev.hebb.nn.layer.Activate;
import dev.hebb.nn.layer.Activated;
import dev.hebb.nn.layer.Chain;
import dev.hebb.nn.layer.Checkpointed;
import dev.hebb.nn.layer.Named;
import dev.hebb.nn.layer.Softmax;
import dev.hebb.nn.loss.Bce;
import dev.hebb.nn.loss.BceWithLogits;
import dev.hebb.nn.loss.BinaryFocal;
import dev.hebb.nn.loss.CrossEntropy;
import dev.hebb.nn.loss.CrossEntropy.From;
import dev.hebb.nn.loss.Focal;
import dev.hebb.nn.loss.KlDivergence;
import dev.hebb.op.Activation;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Looks for combinations of network and loss that run, but are probably not meant. */
public final class Advice {
  private Advice() {}

  /**
   * What is suspicious about training a network with a loss, each with its cure; usually empty.
   *
   * <p>The rules: a loss of logits wants no softmax or sigmoid in front of it, a loss of
   * probabilities does; one class cannot be told from others; an output that is never negative
   * cannot follow targets or logits that are; a network without activations is linear.
   */
  public static List<String> of(Net net, Loss loss) {
    List<String> found = new ArrayList<>(net.summary().warnings());
    @Nullable Layer last = lastOf(net.layer());
    @Nullable Activation f = activationOf(last);
    boolean endsInLogs = last instanceof Softmax softmax && softmax.log();
    boolean endsInProbabilities =
        last instanceof Softmax && !endsInLogs
            || f == Activation.SIGMOID
            || f == Activation.HARD_SIGMOID;
    boolean classes =
        loss instanceof CrossEntropy c && c.from() == From.LOGITS || isOfClasses(loss);
    boolean labels = loss instanceof BceWithLogits || loss instanceof BinaryFocal;
    if ((classes || labels) && (endsInProbabilities || endsInLogs)) {
      found.add(
          ("%s takes logits and applies %s itself, but the network ends in %s; leave that"
                  + " layer out and apply it after training.")
              .formatted(loss.name(), classes ? "softmax" : "the sigmoid", last));
    } else if (takesProbabilities(loss) && !endsInProbabilities) {
      found.add(
          ("%s takes probabilities, but the network ends in %s; use the same loss of logits, or end"
                  + " it with %s.")
              .formatted(loss.name(), last, loss instanceof Bce ? "sigmoid()" : "softmax()"));
    } else if (takesLogs(loss) && !endsInLogs) {
      found.add(
          ("%s takes logarithms of probabilities, but the network ends in %s; use the same loss of"
                  + " logits, or end it with logSoftmax().")
              .formatted(loss.name(), last));
    } else if ((classes || labels) && (f == Activation.RELU || f == Activation.RELU6)) {
      found.add(
          ("The network ends in %s, so its logits are never negative; %s wants a linear"
                  + " output. Leave the last activation out.")
              .formatted(f.title(), loss.name()));
    } else if (!classes && !labels && f == Activation.RELU) {
      found.add(
          "The network ends in relu, which cannot give negative numbers and has no gradient where"
              + " it gives 0. Leave it out, or use softplus() if targets are positive.");
    }
    steps(net, found);
    if (loss instanceof CrossEntropy && net.out().rank() > 0 && net.out().last() == 1) {
      found.add(
          "crossEntropy over a single class is always 0. Use bceWithLogits() for yes or no, or"
              + " dense(2).");
    }
    return found;
  }

  /**
   * The same, knowing also what the network is to answer: a loss for another kind of task, and an
   * output that cannot take all values that the task asks for.
   */
  public static List<String> of(Net net, Loss loss, Task task) {
    List<String> found = new ArrayList<>(of(net, loss));
    task.mismatches(loss, rangeOf(lastOf(net.layer()))).stream()
        .filter(m -> !found.contains(m))
        .forEach(found::add);
    return found;
  }

  /**
   * An activation for hidden layers.
   *
   * @param name as {@link Layers} writes it
   * @param when when to take it
   */
  public record Choice(String name, String when) {}

  /**
   * Which activation to try for hidden layers, in this order. In nets of few layers the choice
   * hardly matters; what saturates matters from some ten layers on.
   */
  public static List<Choice> hiddenActivations() {
    return List.of(
        new Choice("relu", "first: cheap, and it does not saturate where it is active"),
        new Choice("leakyRelu", "if many units are dead, that is 0 for every example"),
        new Choice("prelu", "the same, with the slope learnt; for much data"),
        new Choice("elu", "if outputs should have a mean near 0"),
        new Choice("selu", "for deep nets of dense layers without normalisation"),
        new Choice("gelu", "in transformers, and swish or mish in deep convolutional nets"),
        new Choice("maxout", "if twice the weights are no matter"),
        new Choice(
            "tanh", "in recurrent nets, and before sigmoid: its mean is 0 and it is steeper"),
        new Choice(
            "sigmoid", "for gates and output probabilities alone: it saturates at both ends"));
  }

  /** What the last layer limits answers to, or null. */
  private static @Nullable String rangeOf(@Nullable Layer last) {
    if (last instanceof Softmax) {
      return last + " with range (0, 1)";
    }
    Activation f = activationOf(last);
    return switch (f) {
      case SIGMOID, HARD_SIGMOID -> f.title() + " with range (0, 1)";
      case TANH, HARD_TANH, SOFTSIGN -> f.title() + " with range (−1, 1)";
      case SOFTPLUS -> f.title() + " with range (0, ∞)";
      case null, default -> null;
    };
  }

  /** A step with parameters in front of it that are to be trained. */
  private static void steps(Net net, List<String> found) {
    boolean learns = false;
    for (Net.Part part : net.parts()) {
      learns |= net.params().stream().anyMatch(v -> Assembly.inside(v.name(), part.path()));
      if (learns && activationOf(part.layer()) == Activation.STEP) {
        found.add(
            ("The step at %s has no derivative at 0 and the derivative 0 elsewhere, so what is in"
                    + " front of it does not learn by gradients. Use sigmoid(), or freeze what is"
                    + " in front of it.")
                .formatted(part.path()));
        return;
      }
    }
  }

  private static boolean isOfClasses(Loss loss) {
    return loss instanceof Focal || loss instanceof KlDivergence k && !k.isOfLogs();
  }

  private static boolean takesProbabilities(Loss loss) {
    return loss instanceof Bce || loss instanceof CrossEntropy c && c.from() == From.PROBABILITIES;
  }

  private static boolean takesLogs(Loss loss) {
    return loss instanceof KlDivergence k && k.isOfLogs()
        || loss instanceof CrossEntropy c && c.from() == From.LOG_PROBABILITIES;
  }

  private static @Nullable Layer lastOf(Layer layer) {
    return switch (layer) {
      case Chain chain -> chain.layers().isEmpty() ? null : lastOf(chain.layers().getLast());
      case Named named -> lastOf(named.layer());
      case Checkpointed checkpointed -> lastOf(checkpointed.layer());
      default -> layer;
    };
  }

  private static @Nullable Activation activationOf(@Nullable Layer layer) {
    return switch (layer) {
      case Activate a -> a.activation();
      case Activated a -> a.activation();
      case null, default -> null;
    };
  }
}
