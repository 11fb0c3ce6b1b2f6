package dev.hebb.nn.layer;

import dev.hebb.nn.Block;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Params;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.ShapeError;

/**
 * Every stride-th pixel of a picture, with channels of zeros behind its own: a shortcut without
 * parameters (option A of He et al., 2016).
 *
 * <p>[n, c, h, w] → [n, channels, ⌈h / stride⌉, ⌈w / stride⌉].
 *
 * @param stride the distance between the pixels that are kept, ≥ 1
 * @param channels how many channels come out, not fewer than come in
 */
public record Subsample(int stride, int channels) implements Layer {
  /** Checks the ranges. */
  public Subsample {
    if (stride < 1 || channels < 1) {
      throw new HebbException(
          "subsample: stride and channels must be at least 1, not %d and %d"
              .formatted(stride, channels));
    }
  }

  @Override
  public Block build(Shape in, Params p) {
    if (in.rank() != 3) {
      throw p.mismatch(
          this,
          "a picture per example (channels, height, width)",
          in,
          "reshape(channels, height, width)");
    }
    if (in.dim(0) > channels) {
      throw new ShapeError(
          "%d channels cannot become %d by adding zeros; use conv2d(%d, 1)"
              .formatted(in.dim(0), channels, channels));
    }
    String every = ":, :, ::%d, ::%d".formatted(stride, stride);
    return Block.infer(in, x -> x.slice(every).pad(1, 0, channels - in.dim(0), 0));
  }
}
