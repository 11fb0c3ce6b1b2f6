package dev.hebb.nn.loss;

import dev.hebb.nn.Loss;
import dev.hebb.tensor.Targets;
import dev.hebb.tensor.Tensor;

/**
 * Hinge loss for yes or no: mean of max(0, 1 − s·x), s = 1 for yes and −1 for no (Cortes and
 * Vapnik, “Support-vector networks”, 1995); squared, the mean of its square. The sign of x decides.
 *
 * <p>Predictions of any shape; targets of the same shape, yes where positive: −1 and 1, or 0 and 1.
 *
 * @param isSquared whether each term is squared
 */
public record Hinge(boolean isSquared) implements Loss {
  /** With the square of each term. */
  public Hinge squared() {
    return new Hinge(true);
  }

  @Override
  public Tensor of(Tensor predictions, Tensor targets) {
    Tensor y = Targets.like(name(), predictions, targets);
    Tensor over = y.gt(0).where(predictions.neg(), predictions).add(1).relu();
    return (isSquared ? over.square() : over).mean();
  }

  @Override
  public String name() {
    return "hinge";
  }
}
