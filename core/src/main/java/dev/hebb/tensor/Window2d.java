package dev.hebb.tensor;

import dev.hebb.op.Window;

/**
 * How a convolution or pooling window moves over a picture.
 *
 * @param kernelH window height, ≥ 1
 * @param kernelW window width, ≥ 1
 * @param strideH vertical step, ≥ 1
 * @param strideW horizontal step, ≥ 1
 * @param padH rows of padding on each side; −1 for “same”: as much as gives ⌈size / stride⌉
 *     outputs, the odd one at the bottom
 * @param padW columns of padding on each side; −1 for “same”
 * @param dilationH distance between the window's rows, ≥ 1
 * @param dilationW distance between the window's columns, ≥ 1
 * @param groups groups of channels that do not see each other (convolutions only)
 * @param ceil whether a last window that overhangs the padded picture counts (pooling only)
 */
public record Window2d(
    int kernelH,
    int kernelW,
    int strideH,
    int strideW,
    int padH,
    int padW,
    int dilationH,
    int dilationW,
    int groups,
    boolean ceil) {
  /** Checks the ranges. */
  public Window2d {
    if (Math.min(Math.min(kernelH, kernelW), Math.min(strideH, strideW)) < 1
        || Math.min(dilationH, dilationW) < 1
        || groups < 1
        || Math.min(padH, padW) < -1) {
      throw new ShapeError(
          "window: kernel, stride, dilation and groups must be at least 1, padding at least 0: kernel "
              + kernelH
              + "x"
              + kernelW
              + ", stride "
              + strideH
              + "x"
              + strideW
              + ", padding "
              + padH
              + "x"
              + padW
              + ", dilation "
              + dilationH
              + "x"
              + dilationW
              + ", groups "
              + groups);
    }
  }

  /** A square window with stride 1, no padding, no dilation. */
  public static Window2d of(int kernel) {
    return of(kernel, kernel);
  }

  /** A window with stride 1, no padding, no dilation. */
  public static Window2d of(int kernelH, int kernelW) {
    return new Window2d(kernelH, kernelW, 1, 1, 0, 0, 1, 1, 1, false);
  }

  /** With this step in both directions. */
  public Window2d stride(int s) {
    return stride(s, s);
  }

  /** With these steps. */
  public Window2d stride(int h, int w) {
    return new Window2d(kernelH, kernelW, h, w, padH, padW, dilationH, dilationW, groups, ceil);
  }

  /** With this much padding on all four sides. */
  public Window2d pad(int p) {
    return pad(p, p);
  }

  /** With this much padding above and below, left and right. */
  public Window2d pad(int h, int w) {
    return new Window2d(
        kernelH, kernelW, strideH, strideW, h, w, dilationH, dilationW, groups, ceil);
  }

  /** Padded so that the output has ⌈size / stride⌉ rows and columns. */
  public Window2d same() {
    return pad(-1);
  }

  /** With this distance between the window's elements. */
  public Window2d dilation(int d) {
    return new Window2d(kernelH, kernelW, strideH, strideW, padH, padW, d, d, groups, ceil);
  }

  /** With channels in this many separate groups. */
  public Window2d groups(int g) {
    return new Window2d(
        kernelH, kernelW, strideH, strideW, padH, padW, dilationH, dilationW, g, ceil);
  }

  /** With a last, overhanging window where the stride does not divide the size. */
  public Window2d ceilMode() {
    return new Window2d(
        kernelH, kernelW, strideH, strideW, padH, padW, dilationH, dilationW, groups, true);
  }

  /** The geometry over an [n, channels, height, width] picture. */
  Window.Geometry over(String what, Shape x, int cout) {
    int h = x.dim(2);
    int w = x.dim(3);
    int[] v = axis(what, x, h, kernelH, strideH, padH, dilationH);
    int[] u = axis(what, x, w, kernelW, strideW, padW, dilationW);
    return new Window.Geometry(
        x.dim(0), h, w, x.dim(1), cout, v[0], u[0], kernelH, kernelW, strideH, strideW, v[1], u[1],
        v[2], u[2], dilationH, dilationW, groups);
  }

  /** The geometry of the convolution whose result, not its input, is x: a transposed one. */
  Window.Geometry under(String what, Shape x, int cin, int more) {
    int h = size(what, x, x.dim(2), kernelH, strideH, padH, dilationH, more);
    int w = size(what, x, x.dim(3), kernelW, strideW, padW, dilationW, more);
    return new Window.Geometry(
        x.dim(0), h, w, cin, x.dim(1), x.dim(2), x.dim(3), kernelH, kernelW, strideH, strideW, padH,
        padW, padH, padW, dilationH, dilationW, groups);
  }

  /** How many rows or columns a convolution must look at to give {@code out} of them. */
  private static int size(String what, Shape x, int out, int k, int s, int pad, int d, int more) {
    if (pad < 0 || more < 0 || more >= s) {
      throw new ShapeError(
          "%s: needs a padding of at least 0, not same(), and 0 to stride − 1 more rows and columns, not %d with stride %d"
              .formatted(what, more, s));
    }
    int size = (out - 1) * s - 2 * pad + d * (k - 1) + 1 + more;
    if (size < 1) {
      throw new ShapeError(
          "%s: nothing is left of %s after cutting off %d on each side; use less padding"
              .formatted(what, x, pad));
    }
    return size;
  }

  /** Output size, padding before, padding after along one axis. */
  private int[] axis(String what, Shape x, int in, int k, int s, int pad, int d) {
    int extent = d * (k - 1) + 1;
    if (pad < 0) {
      int out = Math.ceilDiv(in, s);
      int total = Math.max((out - 1) * s + extent - in, 0);
      return new int[] {out, total / 2, total - total / 2};
    }
    int room = in + 2 * pad - extent;
    if (room < 0) {
      throw new ShapeError(
          "%s: a window of %d%s does not fit into %d%s (input %s); use same(), more padding or a smaller kernel"
              .formatted(
                  what,
                  k,
                  d > 1 ? " with dilation " + d : "",
                  in,
                  pad > 0 ? " + 2·" + pad + " padding" : "",
                  x));
    }
    int out = (ceil ? Math.ceilDiv(room, s) : room / s) + 1;
    if (ceil && (out - 1) * s >= in + pad) {
      out--; // a window must start inside the picture or its left padding
    }
    return new int[] {out, pad, pad};
  }
}
