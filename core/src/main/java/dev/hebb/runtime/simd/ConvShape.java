package dev.hebb.runtime.simd;

/**
 * The shape of a two-dimensional convolution (cross-correlation, as all frameworks call it).
 *
 * <p>Images x are [n][h][w][cin], weights [kh][kw][cin/groups][cout], results y are
 * [n][outH][outW][cout], all row-major (pixels of a result may lie further apart than cout):
 *
 * <pre>{@code
 * y[i][p][q][o] = Σ x[i][p·strideH + r·dilH - padTop][q·strideW + s·dilW - padLeft][c]
 *                     · w[r][s][c'][o]
 * }</pre>
 *
 * over r &lt; kh, s &lt; kw and the input channels c of the group of o (c' within the group);
 * elements outside of the image count as zero.
 *
 * @param n number of images
 * @param h height of the input
 * @param w width of the input
 * @param cin channels of the input, a multiple of groups
 * @param cout channels of the output, a multiple of groups
 * @param kh height of the kernel, at least 1
 * @param kw width of the kernel, at least 1
 * @param strideH rows from one window to the next, at least 1
 * @param strideW columns from one window to the next, at least 1
 * @param padTop rows of zeros above
 * @param padLeft columns of zeros to the left
 * @param padBottom rows of zeros below
 * @param padRight columns of zeros to the right
 * @param dilH rows from one kernel element to the next, at least 1
 * @param dilW columns from one kernel element to the next, at least 1
 * @param groups number of independent convolutions side by side, at least 1
 * @param pitch from one pixel of the result to the next, at least cout; of a forward pass alone
 */
public record ConvShape(
    int n,
    int h,
    int w,
    int cin,
    int cout,
    int kh,
    int kw,
    int strideH,
    int strideW,
    int padTop,
    int padLeft,
    int padBottom,
    int padRight,
    int dilH,
    int dilW,
    int groups,
    int pitch) {

  /** Checks sizes and groups. */
  public ConvShape {
    require(n >= 0 && h >= 0 && w >= 0 && cin >= 0 && cout >= 0, "sizes must not be negative");
    require(kh > 0 && kw > 0, "the kernel must be at least 1×1, not " + kh + "×" + kw);
    require(strideH > 0 && strideW > 0, "strides must be at least 1");
    require(dilH > 0 && dilW > 0, "dilations must be at least 1");
    require(
        padTop >= 0 && padLeft >= 0 && padBottom >= 0 && padRight >= 0,
        "padding must not be negative; slice the input instead");
    require(
        groups > 0 && cin % groups == 0 && cout % groups == 0,
        "%d input and %d output channels cannot be split into %d groups; use a divisor of both"
            .formatted(cin, cout, groups));
    require(pitch >= cout, "pixels of " + cout + " channels cannot lie " + pitch + " apart");
    require(
        h + padTop + padBottom > dilH * (kh - 1) && w + padLeft + padRight > dilW * (kw - 1),
        "the %d×%d input with its padding is smaller than the %d×%d kernel"
            .formatted(h, w, kh, kw));
  }

  /** A convolution whose result is dense. */
  public ConvShape(
      int n,
      int h,
      int w,
      int cin,
      int cout,
      int kh,
      int kw,
      int strideH,
      int strideW,
      int padTop,
      int padLeft,
      int padBottom,
      int padRight,
      int dilH,
      int dilW,
      int groups) {
    this(
        n, h, w, cin, cout, kh, kw, strideH, strideW, padTop, padLeft, padBottom, padRight, dilH,
        dilW, groups, cout);
  }

  /** Returns the same convolution with another distance between pixels of the result. */
  public ConvShape pitch(int other) {
    return new ConvShape(
        n, h, w, cin, cout, kh, kw, strideH, strideW, padTop, padLeft, padBottom, padRight, dilH,
        dilW, groups, other);
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new IllegalArgumentException("conv2d: " + what);
    }
  }

  /** Returns a plain convolution: stride 1, no dilation, one group, the same padding all around. */
  public static ConvShape plain(int n, int h, int w, int cin, int cout, int k, int pad) {
    return new ConvShape(n, h, w, cin, cout, k, k, 1, 1, pad, pad, pad, pad, 1, 1, 1);
  }

  /** Returns the height of the output. */
  public int outH() {
    return (h + padTop + padBottom - dilH * (kh - 1) - 1) / strideH + 1;
  }

  /** Returns the width of the output. */
  public int outW() {
    return (w + padLeft + padRight - dilW * (kw - 1) - 1) / strideW + 1;
  }

  /** Returns the input channels of a group. */
  int groupIn() {
    return cin / groups;
  }

  /** Returns the output channels of a group. */
  int groupOut() {
    return cout / groups;
  }

  /** Returns whether this is one matrix product: pixels × cin times cin × cout. */
  boolean isPointwise() {
    return kh == 1
        && kw == 1
        && strideH == 1
        && strideW == 1
        && groups == 1
        && padTop == 0
        && padLeft == 0
        && padBottom == 0
        && padRight == 0;
  }

  /** Returns the number of multiply-adds. */
  long work() {
    return (long) n * outH() * outW() * kh * kw * groupIn() * cout;
  }
}
