package dev.hebb.nn.layer;

import dev.hebb.nn.Block;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Params;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Larger pictures: [n, channels, h, w] → [n, channels, scale · h, scale · w]; signals and volumes
 * likewise. It has no weights.
 *
 * @param how how pixels in between are made
 * @param scale how many times as large along each axis, ≥ 1
 */
public record Upsample(How how, int scale) implements Layer {
  /** How pixels in between are made. */
  public enum How {
    /** Each pixel is repeated. */
    NEAREST,
    /**
     * Linearly along each axis between the centres of the pixels beside, which is linear for
     * signals and trilinear for volumes; beyond the outermost, as they are.
     */
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
    Spatial.require(this, in, p);
    if (how == How.NEAREST) {
      return Block.infer(in, this::repeated);
    }
    List<Tensor> weights =
        IntStream.range(1, in.rank()).mapToObj(a -> weights(in.dim(a), p.dtype())).toList();
    return Block.infer(in, x -> mixed(x, weights));
  }

  /** Each element as a block of its own. */
  private Tensor repeated(Tensor x) {
    int axes = x.rank() - 2;
    int[] apart = Arrays.copyOf(x.shape().dims(), 2 + 2 * axes);
    int[] blocks = apart.clone();
    int[] dims = x.shape().dims();
    for (int a = 0; a < axes; a++) {
      apart[2 + 2 * a] = x.dim(2 + a);
      apart[3 + 2 * a] = 1;
      blocks[2 + 2 * a] = x.dim(2 + a);
      blocks[3 + 2 * a] = scale;
      dims[2 + a] *= scale;
    }
    return x.reshape(apart).broadcastTo(blocks).reshape(dims);
  }

  private static Tensor mixed(Tensor x, List<Tensor> weights) {
    Tensor y = x;
    int last = x.rank() - 1;
    for (int axis = last; axis >= 2; axis--) {
      Tensor w = weights.get(axis - 2);
      y = axis == last ? y.matmul(w) : y.transpose(axis, last).matmul(w).transpose(axis, last);
    }
    return y;
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
