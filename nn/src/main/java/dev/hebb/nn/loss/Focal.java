package dev.hebb.nn.loss;

import dev.hebb.nn.Loss;
import dev.hebb.tensor.ShapeError;
import dev.hebb.tensor.Targets;
import dev.hebb.tensor.Tensor;
import java.util.List;

/**
 * Focal loss of logits for one class out of several: mean of −w[y] (1 − p)^γ ln p, where p is the
 * probability that softmax gives to the right class y; what is easy already hardly counts (Lin et
 * al., <a href="https://arxiv.org/abs/1708.02002">“Focal loss for dense object detection”</a>,
 * 2017). With γ = 0 it is cross entropy. Finite for logits of any size.
 *
 * <p>Predictions [n, …, k], k ≥ 2; targets integers [n, …]. The mean is over all examples, also
 * with weights.
 *
 * @param gamma how much less easy examples count, ≥ 0; usually 2
 * @param weights how much each class counts; empty for 1 each
 */
public record Focal(double gamma, List<Double> weights) implements Loss {
  private static final String NAME = "focal";
  private static final double NEVER = -1e30; // the logit of a class that is left out

  /** Checks the ranges. */
  public Focal {
    Options.check(NAME, "gamma must not be below 0", gamma >= 0, gamma);
    weights = Options.weights(NAME, weights);
  }

  /** With classes that count differently. */
  public Focal weights(double... ofClasses) {
    return new Focal(gamma, Options.list(ofClasses));
  }

  @Override
  public Tensor of(Tensor predictions, Tensor targets) {
    Tensor x = predictions;
    Tensor y = Targets.classes(NAME, x, targets);
    int classes = x.shape().last();
    if (classes < 2) {
      throw new ShapeError("focal: needs two classes or more, not predictions " + x.shape());
    }
    Tensor right = y.oneHot(classes).gt(0);
    Tensor all = x.logSumExp(-1);
    Tensor logP = right.where(x, 0).sum(-1).sub(all);
    Tensor logRest = right.where(NEVER, x).logSumExp(-1).sub(all); // ln(1 − p), also where p ≈ 1
    Tensor loss = logRest.mul(gamma).exp().mul(logP).neg();
    if (!weights.isEmpty()) {
      Tensor w = Options.vector(NAME, weights, x);
      loss = loss.mul(right.where(w.broadcastTo(x.shape().dims()), 0).sum(-1));
    }
    return loss.mean();
  }

  @Override
  public String name() {
    return NAME;
  }
}
