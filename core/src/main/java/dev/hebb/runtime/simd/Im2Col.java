package dev.hebb.runtime.simd;

import java.util.Arrays;

/**
 * The windows of a convolution as the rows of a matrix: for each output pixel the inputs that it
 * reads, kernel row by kernel row, with zeros for what lies outside of the image.
 *
 * <p>Pixels are counted over all images. Where a kernel row's inputs are adjacent they are one run;
 * with dilation or groups, each tap is.
 */
final class Im2Col {
  private final ConvShape shape;
  private final ConvRuns runs;
  private final int outW;
  private final int outSize;
  private final int tapsPerRun;

  Im2Col(ConvShape s, ConvRuns runs) {
    this.shape = s;
    this.runs = runs;
    outW = s.outW();
    outSize = s.outH() * outW;
    tapsPerRun = s.dilW() == 1 && s.groups() == 1 ? s.kw() : 1;
  }

  /** Returns the elements that a window has in so many kernel rows. */
  int depth(int kernelRows) {
    return kernelRows * shape.kw() * shape.groupIn();
  }

  /**
   * Returns a distance between windows of so many elements and what a copy may overwrite beyond.
   */
  static int pitch(int depth) {
    return CacheLines.apart(depth + ConvRuns.SLACK - 1);
  }

  /**
   * Copies windows.
   *
   * @param x the images
   * @param xo where the first one starts
   * @param group which channels
   * @param top the first kernel row
   * @param bottom the kernel row after the last one
   * @param first the first pixel
   * @param count how many pixels
   * @param to where they go
   * @param start the element where the first one goes
   * @param pitch from one window to the next
   */
  void copy(
      float[] x,
      int xo,
      int group,
      int top,
      int bottom,
      int first,
      int count,
      float[] to,
      int start,
      int pitch) {
    for (int done = 0, next; done < count; done = next) {
      int pixel = first + done;
      int column = pixel % outW;
      next = Math.min(count, done + outW - column);
      int image = xo + pixel / outSize * shape.h() * shape.w() * shape.cin();
      int row = pixel % outSize / outW;
      int at = start + done * pitch;
      row(x, image + group * shape.groupIn(), top, bottom, row, column, next - done, to, at, pitch);
    }
  }

  /** Copies the windows of adjacent pixels in a row. */
  private void row(
      float[] x,
      int image,
      int top,
      int bottom,
      int p,
      int q,
      int count,
      float[] to,
      int at,
      int pitch) {
    ConvShape s = shape;
    int y = p * s.strideH() - s.padTop();
    int left = q * s.strideW() - s.padLeft();
    int span = s.dilW() * (s.kw() - 1);
    // The pixels from begin to end read no column outside of the image.
    int begin = Math.clamp(Math.ceilDiv(-left, s.strideW()), 0, count);
    int end = Math.clamp(Math.floorDiv(s.w() - 1 - span - left, s.strideW()) + 1L, begin, count);
    for (int i = 0; i < count; i++) {
      if (i < begin || i >= end) {
        edge(x, image, top, bottom, y, left + i * s.strideW(), to, at + i * pitch);
      }
    }
    int run = tapsPerRun * s.groupIn();
    for (int r = top, next; r < bottom; r = next) {
      next = r + 1;
      int line = y + r * s.dilH();
      int part = at + depth(r - top);
      if (line < 0 || line >= s.h()) {
        for (int i = begin; i < end; i++) {
          Arrays.fill(to, part + i * pitch, part + i * pitch + depth(1), 0);
        }
      } else {
        while (tapsPerRun == s.kw() && next < bottom && y + next * s.dilH() < s.h()) {
          next++;
        }
        int from = image + (line * s.w() + left + begin * s.strideW()) * s.cin();
        int lineStep = s.dilH() * s.w() * s.cin();
        for (int t = 0; t < s.kw(); t += tapsPerRun) {
          runs.copy(
              x,
              from + t * s.dilW() * s.cin(),
              s.strideW() * s.cin(),
              lineStep,
              end - begin,
              next - r,
              run,
              to,
              part + begin * pitch + t * s.groupIn(),
              pitch);
        }
      }
    }
  }

  /** Copies the window that starts at (y, left), tap by tap. */
  private void edge(
      float[] x, int image, int top, int bottom, int y, int left, float[] to, int at) {
    ConvShape s = shape;
    int n = s.groupIn();
    for (int r = top; r < bottom; r++) {
      int line = y + r * s.dilH();
      for (int t = 0; t < s.kw(); t++, at += n) {
        int column = left + t * s.dilW();
        if (line < 0 || line >= s.h() || column < 0 || column >= s.w()) {
          Arrays.fill(to, at, at + n, 0);
        } else {
          System.arraycopy(x, image + (line * s.w() + column) * s.cin(), to, at, n);
        }
      }
    }
  }
}
