package dev.hebb.nn.layer;

import dev.hebb.nn.Block;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Params;
import dev.hebb.tensor.Mode;
import dev.hebb.tensor.Random;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;

/**
 * Draws from a normal distribution that a network describes, so that gradients pass: z = μ + e^(½
 * ln σ²) · ε with ε standard normal (the reparameterisation of Kingma and Welling, 2014). In
 * evaluation z = μ.
 *
 * <p>[n, 2k], the means and behind them the logarithms of the variances, → [n, k].
 */
public record Sampling() implements Layer {
  @Override
  public Block build(Shape in, Params p) {
    if (in.rank() != 1 || in.last() % 2 != 0 || in.last() == 0) {
      throw p.mismatch(
          this, "an even number of values per example, means and log-variances", in, "");
    }
    int k = in.last() / 2;
    Seed seed = p.seed();
    return Block.of(
        Shape.of(p.dtype(), k),
        x -> {
          Tensor mean = x.narrow(1, 0, k);
          if (!Mode.isTraining()) {
            return mean;
          }
          Tensor sigma = x.narrow(1, k, k).mul(0.5).exp();
          return mean.add(sigma.mul(Random.normal(mean.shape(), seed)));
        });
  }

  @Override
  public String toString() {
    return "Sampling";
  }
}
