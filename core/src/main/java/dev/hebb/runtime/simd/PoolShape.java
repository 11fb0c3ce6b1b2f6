package dev.hebb.runtime.simd;

/**
 * The shape of a two-dimensional pooling over images [n][h][w][c] with results [n][outH][outW][c].
 *
 * <p>The window of the output (p, q) starts at row p·strideH - padTop and column q·strideW -
 * padLeft and holds kh × kw elements that lie dilH rows and dilW columns apart. What lies outside
 * of the image is left out; the size of the output is the caller's choice, so a window may overhang
 * the image at the bottom and on the right.
 *
 * @param n number of images
 * @param h height of the input
 * @param w width of the input
 * @param c channels
 * @param kh height of the window, at least 1
 * @param kw width of the window, at least 1
 * @param strideH rows from one window to the next, at least 1
 * @param strideW columns from one window to the next, at least 1
 * @param padTop rows by which the first window reaches over the upper edge
 * @param padLeft columns by which the first window reaches over the left edge
 * @param dilH rows from one window element to the next, at least 1
 * @param dilW columns from one window element to the next, at least 1
 * @param outH height of the output
 * @param outW width of the output
 */
public record PoolShape(
    int n,
    int h,
    int w,
    int c,
    int kh,
    int kw,
    int strideH,
    int strideW,
    int padTop,
    int padLeft,
    int dilH,
    int dilW,
    int outH,
    int outW) {

  /** Checks sizes. */
  public PoolShape {
    if (n < 0 || h < 0 || w < 0 || c < 0 || outH < 0 || outW < 0) {
      throw new IllegalArgumentException("pool2d: sizes must not be negative");
    }
    if (kh < 1 || kw < 1 || strideH < 1 || strideW < 1 || dilH < 1 || dilW < 1) {
      throw new IllegalArgumentException(
          "pool2d: window %d×%d, stride %d×%d and dilation %d×%d must all be at least 1"
              .formatted(kh, kw, strideH, strideW, dilH, dilW));
    }
  }

  /** Returns the elements of one input image. */
  int inputSize() {
    return h * w * c;
  }

  /** Returns the elements of one output image. */
  int outputSize() {
    return outH * outW * c;
  }
}
