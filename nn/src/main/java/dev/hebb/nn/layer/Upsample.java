package dev.hebb.nn.layer;

import dev.hebb.nn.Block;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Params;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;

/**
 * Larger pictures: [n, channels, h, w] → [n, channels, scale · h, scale · w]. It has no weights.
 *
 * @param how how pixels in between are made
 * @param scale how many times as high and as wide, ≥ 1
 */
public record Upsample(How how, int scale) implements Layer {
  /** How pixels in between are made. */
  public enum How {
    /** Each pixel is repeated. */
    NEAREST,
    /** Linearly between the centres of the pixels beside; beyond the outermost, as they are. */
    BILINEAR,
    /** Linearly, so that the outermost pixels lie on the outermost (PyTorch's align_corners). */
    BILINEAR_ALIGNED
  }

  /** Checks the scale. */
  public Upsample {
    if (scale < 1) {
      throw new HebbException("upsample: the scale must be at least 1, not " + scale);
    }
  }

  /** Linearly, the outermost pixels on the outermost. */
  public Upsample aligned() {
    return new Upsample(How.BILINEAR_ALIGNED, scale);
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
    if (how == How.NEAREST) {
      return Block.infer(in, this::repeated);
    }
    Tensor rows = weights(in.dim(1), p.dtype());
    Tensor columns = weights(in.dim(2), p.dtype());
    return Block.infer(in, x -> x.matmul(columns).transpose(2, 3).matmul(rows).transpose(2, 3));
  }

  private Tensor repeated(Tensor x) {
    int n = x.dim(0);
    int c = x.dim(1);
    int h = x.dim(2);
    int w = x.dim(3);
    return x.reshape(n, c, h, 1, w, 1)
        .broadcastTo(n, c, h, scale, w, scale)
        .reshape(n, c, h * scale, w * scale);
  }

  /** How much of each of n pixels is in each of n · scale: [n, n · scale]. */
  private Tensor weights(int n, DType type) {
    int m = n * scale;
    double[] w = new double[n * m];
    for (int j = 0; j < m; j++) {
      double at =
          how == How.BILINEAR_ALIGNED
              ? m > 1 ? j * (n - 1.0) / (m - 1) : 0
              : Math.max((j + 0.5) / scale - 0.5, 0);
      int left = Math.min((int) at, n - 1);
      int right = Math.min(left + 1, n - 1);
      w[left * m + j] += 1 - (at - left);
      w[right * m + j] += at - left;
    }
    return Tensor.of(w, Shape.of(n, m)).cast(type).eval();
  }

  @Override
  public String toString() {
    return "Upsample("
        + scale
        + (how == How.NEAREST
            ? ""
            : ", " + how.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' '))
        + ")";
  }
}
