package dev.hebb.nn.loss;

import dev.hebb.nn.Loss;
import dev.hebb.tensor.Tensor;

/** Mean absolute error: mean of |x − y|. Predictions and targets of one shape. */
public record Mae() implements Loss {
  @Override
  public Tensor of(Tensor predictions, Tensor targets) {
    return predictions.mae(targets);
  }

  @Override
  public String name() {
    return "mae";
  }
}
