package dev.hebb.runtime.simd;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The kernel elements that take part in a convolution, in the order in which they read the image:
 * which row and column each reads relative to the output, and which element it is.
 *
 * @param dy the row of each tap, ascending
 * @param dx the column of each tap, ascending within a row
 * @param index the kernel element r·kw + s of each tap
 */
record ConvTaps(int[] dy, int[] dx, int[] index) {
  /** Returns all taps of a forward convolution. */
  static ConvTaps forward(ConvShape s) {
    int[] rows = new int[s.kh()];
    int[] cols = new int[s.kw()];
    Arrays.setAll(rows, r -> r * s.dilH() - s.padTop());
    Arrays.setAll(cols, c -> c * s.dilW() - s.padLeft());
    int[] r = new int[s.kh()];
    int[] c = new int[s.kw()];
    Arrays.setAll(r, i -> i);
    Arrays.setAll(c, i -> i);
    return product(s, rows, r, cols, c);
  }

  /**
   * Returns the taps through which the outputs reach the input rows y, y + strideH, … and columns
   * x, x + strideW, …; they read the gradient of the output.
   */
  static ConvTaps backward(ConvShape s, int y, int x) {
    int[] r = reaching(s.kh(), s.dilH(), s.strideH(), y + s.padTop());
    int[] c = reaching(s.kw(), s.dilW(), s.strideW(), x + s.padLeft());
    int[] rows = Arrays.stream(r).map(i -> (y + s.padTop() - i * s.dilH()) / s.strideH()).toArray();
    int[] cols =
        Arrays.stream(c).map(i -> (x + s.padLeft() - i * s.dilW()) / s.strideW()).toArray();
    return product(s, rows, r, cols, c);
  }

  /**
   * The kernel elements i with (place - i·dilation) divisible by the stride, the last one first.
   */
  private static int[] reaching(int k, int dilation, int stride, int place) {
    return IntStream.iterate(k - 1, i -> i >= 0, i -> i - 1)
        .filter(i -> (place - i * dilation) % stride == 0)
        .toArray();
  }

  private static ConvTaps product(ConvShape s, int[] rows, int[] r, int[] cols, int[] c) {
    int n = rows.length * cols.length;
    int[] dy = new int[n];
    int[] dx = new int[n];
    int[] index = new int[n];
    for (int t = 0; t < n; t++) {
      int i = t / cols.length;
      int j = t % cols.length;
      dy[t] = rows[i];
      dx[t] = cols[j];
      index[t] = r[i] * s.kw() + c[j];
    }
    return new ConvTaps(dy, dx, index);
  }

  /** Returns the number of taps. */
  int count() {
    return index.length;
  }

  /** Returns the first row that is read. */
  int top() {
    return count() == 0 ? 0 : dy[0];
  }

  /** Returns the last row that is read. */
  int bottom() {
    return count() == 0 ? 0 : dy[count() - 1];
  }

  /** Returns the first column that is read. */
  int left() {
    return count() == 0 ? 0 : dx[0];
  }

  /** Returns the last column that is read. */
  int right() {
    return count() == 0 ? 0 : dx[count() - 1];
  }

  /** Returns the number of the first tap that reads a row of at least {@code row}, or the count. */
  int firstFrom(int row) {
    int t = 0;
    while (t < count() && dy[t] < row) {
      t++;
    }
    return t;
  }

  /** Returns how many taps in a row read adjacent pixels: all taps of a row, or 1. */
  int adjacent() {
    int n = 1;
    while (n < count() && dy[n] == dy[0] && dx[n] == dx[n - 1] + 1) {
      n++;
    }
    return n < count() && dy[n] == dy[0] ? 1 : n;
  }
}
