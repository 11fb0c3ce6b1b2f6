package dev.hebb.nn.loss;

import dev.hebb.nn.Loss;
import dev.hebb.tensor.Targets;
import dev.hebb.tensor.Tensor;

/**
 * Binary cross entropy of probabilities: mean of −y ln p − (1 − y) ln(1 − p), for a network that
 * ends in a sigmoid. Logarithms below −100 count as −100, so it is finite where p is 0 or 1; but
 * its gradient is 0 there. {@link BceWithLogits} does not have this fault.
 *
 * <p>Predictions in [0, 1], of any shape; targets in [0, 1], of the same shape.
 */
public record Bce() implements Loss {
  private static final double SMALLEST = Float.MIN_NORMAL;

  /** ln p, but −100 where p is (next to) 0. */
  static Tensor log(Tensor p) {
    return p.lt(SMALLEST).where(-100, p.maximum(SMALLEST).log());
  }

  @Override
  public Tensor of(Tensor predictions, Tensor targets) {
    Tensor y = Targets.like(name(), predictions, targets);
    Tensor no = log(predictions.neg().add(1));
    return y.mul(log(predictions)).add(y.neg().add(1).mul(no)).mean().neg();
  }

  @Override
  public String name() {
    return "bce";
  }
}
