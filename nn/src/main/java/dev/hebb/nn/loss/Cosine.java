package dev.hebb.nn.loss;

import dev.hebb.nn.Loss;
import dev.hebb.tensor.ShapeError;
import dev.hebb.tensor.Targets;
import dev.hebb.tensor.Tensor;

/**
 * How far directions differ: mean of 1 − cos(x, y) over the vectors on the last axis, between 0 and
 * 2. Lengths below 1e-8 count as 1e-8, so a vector of zeros is at right angles to all.
 *
 * <p>Predictions and targets [n, …, d].
 */
public record Cosine() implements Loss {
  private static final double SHORTEST = 1e-8;

  @Override
  public Tensor of(Tensor predictions, Tensor targets) {
    if (predictions.rank() == 0) {
      throw new ShapeError("cosine: predictions need a last axis of coordinates, not a scalar");
    }
    Tensor y = Targets.like(name(), predictions, targets);
    return unit(predictions).mul(unit(y)).sum(-1).mean().neg().add(1);
  }

  private static Tensor unit(Tensor x) {
    return x.div(x.square().sum(-1).maximum(SHORTEST * SHORTEST).sqrt().unsqueeze(-1));
  }

  @Override
  public String name() {
    return "cosine";
  }
}
