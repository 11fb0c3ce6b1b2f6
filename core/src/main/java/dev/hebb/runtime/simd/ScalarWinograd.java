package dev.hebb.runtime.simd;

import static dev.hebb.runtime.simd.WinogradPoints.AT_P;
import static dev.hebb.runtime.simd.WinogradPoints.AT_Q;
import static dev.hebb.runtime.simd.WinogradPoints.AT_ZERO;
import static dev.hebb.runtime.simd.WinogradPoints.CUBE_P;
import static dev.hebb.runtime.simd.WinogradPoints.CUBE_Q;
import static dev.hebb.runtime.simd.WinogradPoints.MINUS_SQUARE_P;
import static dev.hebb.runtime.simd.WinogradPoints.MINUS_SQUARE_Q;
import static dev.hebb.runtime.simd.WinogradPoints.MINUS_SUM;
import static dev.hebb.runtime.simd.WinogradPoints.ODD_P;
import static dev.hebb.runtime.simd.WinogradPoints.ODD_Q;
import static dev.hebb.runtime.simd.WinogradPoints.P;
import static dev.hebb.runtime.simd.WinogradPoints.PRODUCT;
import static dev.hebb.runtime.simd.WinogradPoints.Q;
import static dev.hebb.runtime.simd.WinogradPoints.SQUARE_P;
import static dev.hebb.runtime.simd.WinogradPoints.SQUARE_Q;

/** Winograd's transforms in plain loops, one channel after the other. */
final class ScalarWinograd implements Winograd {
  private final int lanes;

  /** A twin of a vector form with so many lanes. */
  ScalarWinograd(int lanes) {
    this.lanes = lanes;
  }

  @Override
  public int lanes() {
    return lanes;
  }

  @Override
  public void apply(
      Matrix m,
      float[] from,
      int fo,
      int fromRow,
      int fromCol,
      float[] to,
      int at,
      int toRow,
      int toCol,
      int n,
      float[] temp) {
    // A loop for each matrix: one for all would be compiled anew for each that comes along.
    switch (m) {
      case DATA -> data(from, fo, fromRow, fromCol, to, at, toRow, toCol, n, temp);
      case KERNEL_3 -> kernel3(from, fo, fromRow, fromCol, to, at, toRow, toCol, n, temp);
      case KERNEL_4 -> kernel4(from, fo, fromRow, fromCol, to, at, toRow, toCol, n, temp);
      case OUTPUT_4 -> output4(from, fo, fromRow, fromCol, to, at, toRow, toCol, n, temp);
      case OUTPUT_3 -> output3(from, fo, fromRow, fromCol, to, at, toRow, toCol, n, temp);
    }
  }

  private static void data(
      float[] from,
      int fo,
      int fromRow,
      int fromCol,
      float[] to,
      int at,
      int toRow,
      int toCol,
      int n,
      float[] temp) {
    for (int c = 0; c < n; c++) {
      for (int j = 0; j < 6; j++) {
        data(from, fo + c + j * fromCol, fromRow, temp, j, 6);
      }
      for (int i = 0; i < 6; i++) {
        data(temp, i * 6, 1, to, at + c + i * toRow, toCol);
      }
    }
  }

  private static void kernel3(
      float[] from,
      int fo,
      int fromRow,
      int fromCol,
      float[] to,
      int at,
      int toRow,
      int toCol,
      int n,
      float[] temp) {
    for (int c = 0; c < n; c++) {
      for (int j = 0; j < 3; j++) {
        kernel3(from, fo + c + j * fromCol, fromRow, temp, j, 3);
      }
      for (int i = 0; i < 6; i++) {
        kernel3(temp, i * 3, 1, to, at + c + i * toRow, toCol);
      }
    }
  }

  private static void kernel4(
      float[] from,
      int fo,
      int fromRow,
      int fromCol,
      float[] to,
      int at,
      int toRow,
      int toCol,
      int n,
      float[] temp) {
    for (int c = 0; c < n; c++) {
      for (int j = 0; j < 4; j++) {
        kernel4(from, fo + c + j * fromCol, fromRow, temp, j, 4);
      }
      for (int i = 0; i < 6; i++) {
        kernel4(temp, i * 4, 1, to, at + c + i * toRow, toCol);
      }
    }
  }

  private static void output4(
      float[] from,
      int fo,
      int fromRow,
      int fromCol,
      float[] to,
      int at,
      int toRow,
      int toCol,
      int n,
      float[] temp) {
    for (int c = 0; c < n; c++) {
      for (int j = 0; j < 6; j++) {
        output4(from, fo + c + j * fromCol, fromRow, temp, j, 6);
      }
      for (int i = 0; i < 4; i++) {
        output4(temp, i * 6, 1, to, at + c + i * toRow, toCol);
      }
    }
  }

  private static void output3(
      float[] from,
      int fo,
      int fromRow,
      int fromCol,
      float[] to,
      int at,
      int toRow,
      int toCol,
      int n,
      float[] temp) {
    for (int c = 0; c < n; c++) {
      for (int j = 0; j < 6; j++) {
        output3(from, fo + c + j * fromCol, fromRow, temp, j, 6);
      }
      for (int i = 0; i < 3; i++) {
        output3(temp, i * 6, 1, to, at + c + i * toRow, toCol);
      }
    }
  }

  /** Six elements become six. */
  private static void data(float[] x, int xo, int xs, float[] y, int yo, int ys) {
    float x0 = x[xo];
    float x1 = x[xo + xs];
    float x2 = x[xo + 2 * xs];
    float x3 = x[xo + 3 * xs];
    float x4 = x[xo + 4 * xs];
    float x5 = x[xo + 5 * xs];
    y[yo] = Math.fma(x0, PRODUCT, Math.fma(x2, MINUS_SUM, x4));
    float evenP = Math.fma(x2, MINUS_SQUARE_Q, x4);
    float oddP = Math.fma(x1, MINUS_SQUARE_Q, x3) * P;
    y[yo + ys] = evenP + oddP;
    y[yo + 2 * ys] = evenP - oddP;
    float evenQ = Math.fma(x2, MINUS_SQUARE_P, x4);
    float oddQ = Math.fma(x1, MINUS_SQUARE_P, x3) * Q;
    y[yo + 3 * ys] = evenQ + oddQ;
    y[yo + 4 * ys] = evenQ - oddQ;
    y[yo + 5 * ys] = Math.fma(x1, PRODUCT, Math.fma(x3, MINUS_SUM, x5));
  }

  /** Three elements become six. */
  private static void kernel3(float[] x, int xo, int xs, float[] y, int yo, int ys) {
    float x0 = x[xo];
    float x1 = x[xo + xs];
    float x2 = x[xo + 2 * xs];
    y[yo] = x0 * AT_ZERO;
    float evenP = Math.fma(x2, SQUARE_P, x0) * AT_P;
    float oddP = x1 * ODD_P;
    y[yo + ys] = evenP + oddP;
    y[yo + 2 * ys] = evenP - oddP;
    float evenQ = Math.fma(x2, SQUARE_Q, x0) * AT_Q;
    float oddQ = x1 * ODD_Q;
    y[yo + 3 * ys] = evenQ + oddQ;
    y[yo + 4 * ys] = evenQ - oddQ;
    y[yo + 5 * ys] = x2;
  }

  /** Four elements become six. */
  private static void kernel4(float[] x, int xo, int xs, float[] y, int yo, int ys) {
    float x0 = x[xo];
    float x1 = x[xo + xs];
    float x2 = x[xo + 2 * xs];
    float x3 = x[xo + 3 * xs];
    y[yo] = x0 * AT_ZERO;
    float evenP = Math.fma(x2, SQUARE_P, x0) * AT_P;
    float oddP = Math.fma(x3, SQUARE_P, x1) * ODD_P;
    y[yo + ys] = evenP + oddP;
    y[yo + 2 * ys] = evenP - oddP;
    float evenQ = Math.fma(x2, SQUARE_Q, x0) * AT_Q;
    float oddQ = Math.fma(x3, SQUARE_Q, x1) * ODD_Q;
    y[yo + 3 * ys] = evenQ + oddQ;
    y[yo + 4 * ys] = evenQ - oddQ;
    y[yo + 5 * ys] = x3;
  }

  /** Six elements become four. */
  private static void output4(float[] x, int xo, int xs, float[] y, int yo, int ys) {
    float x0 = x[xo];
    float x1 = x[xo + xs];
    float x2 = x[xo + 2 * xs];
    float x3 = x[xo + 3 * xs];
    float x4 = x[xo + 4 * xs];
    float x5 = x[xo + 5 * xs];
    float evenP = x1 + x2;
    float oddP = x1 - x2;
    float evenQ = x3 + x4;
    float oddQ = x3 - x4;
    y[yo] = x0 + evenP + evenQ;
    y[yo + ys] = Math.fma(oddP, P, oddQ * Q);
    y[yo + 2 * ys] = Math.fma(evenP, SQUARE_P, evenQ * SQUARE_Q);
    y[yo + 3 * ys] = Math.fma(oddP, CUBE_P, Math.fma(oddQ, CUBE_Q, x5));
  }

  /** Six elements become three. */
  private static void output3(float[] x, int xo, int xs, float[] y, int yo, int ys) {
    float x0 = x[xo];
    float x1 = x[xo + xs];
    float x2 = x[xo + 2 * xs];
    float x3 = x[xo + 3 * xs];
    float x4 = x[xo + 4 * xs];
    float x5 = x[xo + 5 * xs];
    float evenP = x1 + x2;
    float oddP = x1 - x2;
    float evenQ = x3 + x4;
    float oddQ = x3 - x4;
    y[yo] = x0 + evenP + evenQ;
    y[yo + ys] = Math.fma(oddP, P, oddQ * Q);
    y[yo + 2 * ys] = Math.fma(evenP, SQUARE_P, Math.fma(evenQ, SQUARE_Q, x5));
  }
}
