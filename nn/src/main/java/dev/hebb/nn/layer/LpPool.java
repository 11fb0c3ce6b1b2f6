package dev.hebb.nn.layer;

import dev.hebb.nn.Block;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Params;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import dev.hebb.tensor.Window2d;

/**
 * The p-norm of each window, channel by channel: (Σ |x|^p)^(1/p), between the sum (p = 1) and the
 * maximum (p → ∞) of what is not negative (Sermanet et al., 2012). Of signals [n, channels,
 * length], pictures [n, channels, height, width] or volumes [n, channels, depth, height, width].
 * Where a window is all zeros, its gradient is 0.
 *
 * @param p the exponent, ≥ 1
 * @param kernel the window's size along each axis, ≥ 1
 * @param stride its step along each axis, ≥ 1
 */
public record LpPool(double p, int kernel, int stride) implements Layer {
  /** Checks the ranges. */
  public LpPool {
    if (!(p >= 1) || Double.isInfinite(p)) {
      throw new HebbException("lpPool: p must be at least 1 and finite, not " + p);
    }
    if (Math.min(kernel, stride) < 1) {
      throw new HebbException(
          "lpPool: window and stride must be at least 1, not %d and %d".formatted(kernel, stride));
    }
  }

  /** With this step along each axis, instead of the window's size. */
  public LpPool stride(int s) {
    return new LpPool(p, kernel, s);
  }

  @Override
  public Block build(Shape in, Params params) {
    Spatial.require(this, in, params);
    return Block.infer(in, this::norm);
  }

  private Tensor norm(Tensor x) {
    Tensor sum = means(x.abs().pow(p)).mul(Math.pow(kernel, x.rank() - 2));
    Tensor any = sum.gt(0);
    return any.where(any.where(sum, 1).pow(1 / p), 0);
  }

  private Tensor means(Tensor x) {
    Window2d window = Window2d.of(kernel).stride(stride);
    Window2d line = Window2d.of(1, kernel).stride(1, stride);
    Window2d depth = Window2d.of(kernel, 1).stride(stride, 1);
    return switch (x.rank()) {
      case 3 -> new Pool1d(Pool1d.Take.MEAN, line).pooled(x);
      case 4 -> x.avgPool2d(window);
      default -> new Pool3d(Pool1d.Take.MEAN, depth, window).pooled(x);
    };
  }

  @Override
  public String toString() {
    return "LpPool(" + p + ", " + kernel + (stride == kernel ? ")" : ", stride " + stride + ")");
  }
}
