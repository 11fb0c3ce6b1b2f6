package dev.hebb.nn;

import dev.hebb.nn.layer.Activate;
import dev.hebb.nn.layer.Activated;
import dev.hebb.nn.layer.Chain;
import dev.hebb.nn.layer.Checkpointed;
import dev.hebb.nn.layer.Named;
import dev.hebb.nn.layer.Softmax;
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
   * <p>The rules: a loss of logits wants no softmax or sigmoid in front of it; one class cannot be
   * told from others; an output that is never negative cannot follow targets or logits that are; a
   * network without activations is linear.
   */
  public static List<String> of(Net net, Loss loss) {
    List<String> found = new ArrayList<>(net.summary().warnings());
    @Nullable Layer last = lastOf(net.layer());
    @Nullable Activation f = activationOf(last);
    boolean classes = loss instanceof Losses.CrossEntropy;
    boolean labels = loss instanceof Losses.BceWithLogits;
    if (classes && (last instanceof Softmax || f == Activation.SIGMOID)
        || labels && (last instanceof Softmax || f == Activation.SIGMOID)) {
      found.add(
          ("%s takes logits and applies %s itself, but the network ends in %s; leave that"
                  + " layer out and apply it after training.")
              .formatted(loss.name(), classes ? "softmax" : "the sigmoid", last));
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
    if (classes && net.out().rank() > 0 && net.out().last() == 1) {
      found.add(
          "crossEntropy over a single class is always 0. Use bceWithLogits() for yes or no, or"
              + " dense(2).");
    }
    return found;
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
