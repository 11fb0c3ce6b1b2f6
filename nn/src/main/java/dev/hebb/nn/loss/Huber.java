package dev.hebb.nn.loss;

import dev.hebb.nn.Loss;
import dev.hebb.tensor.Tensor;

/**
 * Huber's loss: ½d² where |d| ≤ δ, δ(|d| − ½δ) beyond, the mean of it over all elements (Huber,
 * 1964). Predictions and targets of one shape. Divided by δ it is PyTorch's smooth L1.
 *
 * @param delta where the parabola becomes a line; positive
 */
public record Huber(double delta) implements Loss {
  /** Checks the range. */
  public Huber {
    Options.check("huber", "delta must be positive", delta > 0, delta);
  }

  @Override
  public Tensor of(Tensor predictions, Tensor targets) {
    return predictions.huber(targets, delta);
  }

  @Override
  public String name() {
    return "huber";
  }
}
