package dev.hebb.nn.loss;

import dev.hebb.nn.Loss;
import dev.hebb.tensor.Tensor;

/** Mean squared error: mean of (x − y)² over all elements. Predictions and targets of one shape. */
public record Mse() implements Loss {
  @Override
  public Tensor of(Tensor predictions, Tensor targets) {
    return predictions.mse(targets);
  }

  @Override
  public String name() {
    return "mse";
  }
}
