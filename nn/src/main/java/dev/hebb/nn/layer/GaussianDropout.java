package dev.hebb.nn.layer;

import dev.hebb.nn.Block;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Params;
import dev.hebb.tensor.Mode;
import dev.hebb.tensor.Random;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;

/**
 * In training, x · N(1, rate/(1 − rate)), drawn for each number: noise with the mean and variance
 * of dropout's, but nothing is lost; in evaluation nothing happens (Srivastava et al., 2014, §10).
 * Any shape.
 *
 * @param rate the rate of the dropout that it resembles, in [0, 1)
 */
public record GaussianDropout(double rate) implements Layer {
  /** Checks the range. */
  public GaussianDropout {
    Rates.check("gaussianDropout", rate);
  }

  @Override
  public Block build(Shape in, Params p) {
    Seed seed = p.seed();
    double sigma = Math.sqrt(rate / (1 - rate));
    return Block.of(
        in.as(p.dtype()),
        x ->
            Mode.isTraining() && rate > 0
                ? x.mul(Random.normal(x.shape(), seed).mul(sigma).add(1))
                : x);
  }

  @Override
  public String toString() {
    return "GaussianDropout(" + rate + ")";
  }
}
