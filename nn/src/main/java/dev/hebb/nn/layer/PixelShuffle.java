package dev.hebb.nn.layer;

import dev.hebb.nn.Block;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Params;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;

/**
 * Channels become pixels: [n, c · r², h, w] → [n, c, h · r, w · r] (Shi et al., “Real-time single
 * image and video super-resolution”, 2016); or pixels become channels, which undoes it.
 *
 * @param factor r, ≥ 1
 * @param isInverse whether pixels become channels
 */
public record PixelShuffle(int factor, boolean isInverse) implements Layer {
  /** Checks the factor. */
  public PixelShuffle {
    if (factor < 1) {
      throw new HebbException("pixelShuffle: the factor must be at least 1, not " + factor);
    }
  }

  @Override
  public Block build(Shape in, Params p) {
    int r = factor;
    boolean fits =
        in.rank() == 3
            && (isInverse ? in.dim(1) % r == 0 && in.dim(2) % r == 0 : in.dim(0) % (r * r) == 0);
    if (!fits) {
      throw p.mismatch(
          this,
          isInverse
              ? "pictures whose height and width are multiples of " + r
              : "pictures whose channels are a multiple of " + r * r,
          in,
          "");
    }
    int c = in.dim(0);
    int h = in.dim(1);
    int w = in.dim(2);
    return Block.infer(
        in, x -> isInverse ? gathered(x, c, h / r, w / r) : spread(x, c / (r * r), h, w));
  }

  private Tensor spread(Tensor x, int c, int h, int w) {
    return x.reshape(x.dim(0), c, factor, factor, h, w)
        .permute(0, 1, 4, 2, 5, 3)
        .reshape(x.dim(0), c, h * factor, w * factor);
  }

  private Tensor gathered(Tensor x, int c, int h, int w) {
    return x.reshape(x.dim(0), c, h, factor, w, factor)
        .permute(0, 1, 3, 5, 2, 4)
        .reshape(x.dim(0), c * factor * factor, h, w);
  }

  @Override
  public String toString() {
    return (isInverse ? "PixelUnshuffle(" : "PixelShuffle(") + factor + ")";
  }
}
