package dev.hebb.nn.layer;

import dev.hebb.nn.Block;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Params;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Mode;
import dev.hebb.tensor.Random;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;

/**
 * x where positive, a·x elsewhere; in training a is drawn anew for each number, uniformly from
 * [lower, upper), in evaluation it is their mean (Xu et al., 2015). Any shape.
 *
 * @param lower the smallest slope
 * @param upper the largest slope, not below the smallest
 */
public record RRelu(double lower, double upper) implements Layer {
  /** Checks the range. */
  public RRelu {
    if (!(lower <= upper)) {
      throw new HebbException(
          "rrelu: the slopes must be in ascending order, not " + lower + ", " + upper);
    }
  }

  @Override
  public Block build(Shape in, Params p) {
    Seed seed = p.seed();
    return Block.of(
        in.as(p.dtype()),
        x -> {
          Tensor bent =
              Mode.isTraining()
                  ? x.mul(Random.uniform(x.shape(), seed).mul(upper - lower).add(lower))
                  : x.mul((lower + upper) / 2);
          return x.gt(0).where(x, bent);
        });
  }

  @Override
  public String toString() {
    return "RRelu(" + lower + ", " + upper + ")";
  }
}
