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
 * maximum (p → ∞) of what is not negative (Sermanet et al., 2012). [n, channels, height, width] →
 * [n, channels, …]. Where a window is all zeros, its gradient is 0.
 *
 * @param p the exponent, ≥ 1
 * @param window kernel and stride, without padding
 */
public record LpPool(double p, Window2d window) implements Layer {
  /** Checks the ranges. */
  public LpPool {
    if (!(p >= 1) || Double.isInfinite(p)) {
      throw new HebbException("lpPool: p must be at least 1 and finite, not " + p);
    }
    if (window.padH() != 0 || window.padW() != 0 || window.ceil()) {
      throw new HebbException("lpPool: takes whole windows, without padding");
    }
  }

  /** With this step in both directions, instead of the window's size. */
  public LpPool stride(int s) {
    return new LpPool(p, window.stride(s));
  }

  @Override
  public Block build(Shape in, Params params) {
    if (in.rank() != 3) {
      throw params.mismatch(
          this,
          "a picture per example (channels, height, width)",
          in,
          "reshape(channels, height, width)");
    }
    return Block.infer(in, this::norm);
  }

  private Tensor norm(Tensor x) {
    int size = window.kernelH() * window.kernelW();
    Tensor sum = x.abs().pow(p).avgPool2d(window).mul(size);
    Tensor any = sum.gt(0);
    return any.where(any.where(sum, 1).pow(1 / p), 0);
  }

  @Override
  public String toString() {
    return "LpPool(" + p + ", " + Windows.text(window, window.kernelH()) + ")";
  }
}
