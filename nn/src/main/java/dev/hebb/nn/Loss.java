package dev.hebb.nn;

import dev.hebb.tensor.Tensor;

/**
 * What training makes small: one number for a batch, the mean over its examples. {@link Losses} has
 * the usual ones; any function of predictions and targets that returns a single number will do.
 */
@FunctionalInterface
public interface Loss {
  /**
   * The loss of a batch.
   *
   * @param predictions what the network gives, [n, …]
   * @param targets what it should have given
   * @return a scalar
   * @throws dev.hebb.tensor.ShapeError if the shapes do not belong together
   */
  Tensor of(Tensor predictions, Tensor targets);

  /** A short name for logs. */
  default String name() {
    return "loss";
  }
}
