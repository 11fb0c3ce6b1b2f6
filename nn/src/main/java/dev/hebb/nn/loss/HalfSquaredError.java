package dev.hebb.nn.loss;

import dev.hebb.nn.Loss;
import dev.hebb.tensor.ShapeError;
import dev.hebb.tensor.Tensor;

/**
 * Half the squared error: ½ Σ (x − y)² over the outputs, the mean over the examples. Predictions
 * and targets of one shape [n, …].
 */
public record HalfSquaredError() implements Loss {
  @Override
  public Tensor of(Tensor predictions, Tensor targets) {
    if (predictions.rank() == 0) {
      throw new ShapeError("halfSquaredError: predictions need a batch axis, not a scalar");
    }
    int outputs = predictions.shape().drop(1).size();
    return predictions.mse(targets).mul(outputs / 2.0);
  }

  @Override
  public String name() {
    return "halfSquaredError";
  }
}
