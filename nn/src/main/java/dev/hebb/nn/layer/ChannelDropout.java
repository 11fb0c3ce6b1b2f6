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
 * Dropout of whole channels, also called spatial dropout: in training each channel of each example
 * becomes 0 with probability {@code rate}, and the others are divided by 1 − rate; in evaluation
 * nothing happens. Neighbouring pixels say much the same, so dropping single ones hides little
 * (Tompson et al., <a href="https://arxiv.org/abs/1411.4280">2015</a>).
 *
 * <p>x is [n, channels, …] of rank 4 or more, [n, positions, features] where the features are the
 * channels, or [n, features], where it is {@link Dropout}.
 *
 * @param rate the probability, in [0, 1)
 */
public record ChannelDropout(double rate) implements Layer {
  /** Checks the range. */
  public ChannelDropout {
    Rates.check("channelDropout", rate);
  }

  @Override
  public Block build(Shape in, Params p) {
    if (in.rank() == 0) {
      throw p.mismatch(this, "at least a vector per example", in, "reshape(1)");
    }
    Seed seed = p.seed();
    int channels = in.rank() >= 3 ? 0 : in.rank() - 1;
    int[] dims = new int[in.rank()];
    Arrays.fill(dims, 1);
    dims[channels] = in.dim(channels);
    Shape mask = Shape.of(dims).as(p.dtype());
    return Block.of(
        in.as(p.dtype()),
        x ->
            Mode.isTraining() && rate > 0
                ? Random.uniform(mask.prepend(x.dim(0)), seed)
                    .ge(rate)
                    .where(x.mul(1 / (1 - rate)), 0)
                : x);
  }

  @Override
  public String toString() {
    return "ChannelDropout(" + rate + ")";
  }
}
