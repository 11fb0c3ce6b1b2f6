package dev.hebb.nn.layer;

import dev.hebb.nn.Block;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Params;
import dev.hebb.tensor.Mode;
import dev.hebb.tensor.Random;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import java.util.Arrays;

/**
 * Stochastic depth: in training all of an example becomes 0 with probability {@code rate}, and the
 * others are divided by 1 − rate; in evaluation nothing happens (Huang et al., <a
 * href="https://arxiv.org/abs/1603.09382">“Deep networks with stochastic depth”</a>, 2016). It is
 * the last layer of a residual's body, {@code residual(conv2d(64, 3).same(), dropPath(0.1))}, so
 * that examples take the way around. Any shape.
 *
 * @param rate the probability, in [0, 1)
 */
public record DropPath(double rate) implements Layer {
  /** Checks the range. */
  public DropPath {
    Rates.check("dropPath", rate);
  }

  @Override
  public Block build(Shape in, Params p) {
    Seed seed = p.seed();
    int[] ones = new int[in.rank()];
    Arrays.fill(ones, 1);
    Shape one = Shape.of(ones).as(p.dtype());
    return Block.of(
        in.as(p.dtype()),
        x ->
            Mode.isTraining() && rate > 0
                ? Random.uniform(one.prepend(x.dim(0)), seed)
                    .ge(rate)
                    .where(x.mul(1 / (1 - rate)), 0)
                : x);
  }

  @Override
  public String toString() {
    return "DropPath(" + rate + ")";
  }
}
