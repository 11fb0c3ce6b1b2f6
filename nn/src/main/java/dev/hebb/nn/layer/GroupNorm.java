package dev.hebb.nn.layer;

import dev.hebb.nn.Block;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Params;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.ShapeError;
import dev.hebb.tensor.Tensor;
import java.util.Arrays;

/**
 * Group normalisation: y = scale · (x − μ) / √(σ² + ε) + shift, with μ and σ² of each example's
 * groups of channels by themselves, in training and evaluation alike (Wu and He, <a
 * href="https://arxiv.org/abs/1803.08494">2018</a>). With as many groups as channels it is instance
 * normalisation (Ulyanov et al., 2016), with one it is layer normalisation of all channels
 * together.
 *
 * <p>x is [n, channels, …]; scale and shift are [channels].
 *
 * @param groups how many groups, a divisor of the channels; 0 for one of each channel
 * @param epsilon what is added to the variance, positive
 * @param affine whether scale and shift are there
 */
public record GroupNorm(int groups, double epsilon, boolean affine) implements Layer {
  /** Checks the ranges. */
  public GroupNorm {
    if (groups < 0 || !(epsilon > 0)) {
      throw new HebbException(
          "groupNorm: needs at least one group and a positive epsilon, not %d and %s"
              .formatted(groups, epsilon));
    }
  }

  /** With another number added to the variance. */
  public GroupNorm epsilon(double added) {
    return new GroupNorm(groups, added, affine);
  }

  /** With or without scale and shift. */
  public GroupNorm affine(boolean learns) {
    return new GroupNorm(groups, epsilon, learns);
  }

  @Override
  public Block build(Shape in, Params p) {
    if (in.rank() == 0 || groups == 0 && in.rank() == 1) {
      throw p.mismatch(
          this,
          groups == 0 ? "channels with more than one number each" : "at least a vector per example",
          in,
          "reshape(channels, height, width)");
    }
    int channels = in.dim(0);
    int parts = groups == 0 ? channels : groups;
    if (channels % parts != 0) {
      throw new ShapeError("%d channels do not divide into %d groups".formatted(channels, parts));
    }
    if (!affine) {
      return Block.of(in.as(p.dtype()), x -> normalised(x, parts));
    }
    Tensor scale = p.ones("scale", channels);
    Tensor shift = p.zeros("shift", channels);
    int[] column = new int[in.rank()];
    Arrays.fill(column, 1);
    column[0] = channels;
    return Block.of(
        in.as(p.dtype()),
        x -> normalised(x, parts).mul(scale.reshape(column)).add(shift.reshape(column)));
  }

  private Tensor normalised(Tensor x, int parts) {
    Tensor rows = x.reshape(x.dim(0), parts, x.size() / Math.max(1, x.dim(0) * parts));
    Tensor centred = rows.sub(rows.mean(-1).keepDims(rows, -1));
    Tensor variance = centred.square().mean(-1).keepDims(rows, -1);
    return centred.div(variance.add(epsilon).sqrt()).reshape(x.shape().dims());
  }

  @Override
  public String toString() {
    String name = groups == 0 ? "InstanceNorm" : "GroupNorm(" + groups + ")";
    return affine ? name : name + " without scale";
  }
}
