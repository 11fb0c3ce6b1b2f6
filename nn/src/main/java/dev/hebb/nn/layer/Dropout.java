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
 * In training each number becomes 0 with probability {@code rate}, and the others are divided by 1
 * − rate, so that the expectation stays; in evaluation nothing happens (Srivastava et al., 2014).
 * Each step draws anew, from a stream that belongs to the layer. Any shape.
 *
 * @param rate the probability, in [0, 1)
 */
public record Dropout(double rate) implements Layer {
  /** Checks the range. */
  public Dropout {
    Rates.check("dropout", rate);
  }

  @Override
  public Block build(Shape in, Params p) {
    Seed seed = p.seed();
    return Block.of(in, x -> drop(x, rate, seed));
  }

  /** What the layer does, also inside other layers. */
  static Tensor drop(Tensor x, double rate, Seed seed) {
    return Mode.isTraining() && rate > 0
        ? Random.uniform(x.shape(), seed).ge(rate).where(x.mul(1 / (1 - rate)), 0)
        : x;
  }

  @Override
  public String toString() {
    return "Dropout(" + rate + ")";
  }
}
