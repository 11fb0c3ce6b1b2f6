package dev.hebb.nn.layer;

import dev.hebb.nn.Block;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Params;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Mode;
import dev.hebb.tensor.Random;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;

/**
 * In training, x + N(0, σ²), drawn for each number; in evaluation nothing happens. Behind the input
 * it is data augmentation, and acts like a penalty on the slope (Bishop, “Training with noise is
 * equivalent to Tikhonov regularization”, 1995). Any shape.
 *
 * @param sigma σ ≥ 0
 */
public record GaussianNoise(double sigma) implements Layer {
  /** Checks the range. */
  public GaussianNoise {
    if (!(sigma >= 0 && sigma < Double.POSITIVE_INFINITY)) {
      throw new HebbException("gaussianNoise: σ must be finite and not below 0, not " + sigma);
    }
  }

  @Override
  public Block build(Shape in, Params p) {
    Seed seed = p.seed();
    return Block.of(
        in.as(p.dtype()),
        x -> Mode.isTraining() && sigma > 0 ? x.add(Random.normal(x.shape(), seed).mul(sigma)) : x);
  }

  @Override
  public String toString() {
    return "GaussianNoise(" + sigma + ")";
  }
}
