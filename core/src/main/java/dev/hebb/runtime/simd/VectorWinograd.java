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

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Winograd's transforms in vector instructions, over channels.
 *
 * <p>Each matrix has loops of its own. What stands between columns and rows goes through memory: 36
 * vectors are more than there are registers.
 */
final class VectorWinograd implements Winograd {
  /** The vectors of {@link VectorPanel}, whose operands are made here. */
  private static final VectorSpecies<Float> S = VectorPanel.S;

  private static final int L = S.length();

  private static final FloatVector PV = FloatVector.broadcast(S, P);
  private static final FloatVector QV = FloatVector.broadcast(S, Q);
  private static final FloatVector SQUARE_PV = FloatVector.broadcast(S, SQUARE_P);
  private static final FloatVector SQUARE_QV = FloatVector.broadcast(S, SQUARE_Q);
  private static final FloatVector MINUS_SQUARE_PV = FloatVector.broadcast(S, MINUS_SQUARE_P);
  private static final FloatVector MINUS_SQUARE_QV = FloatVector.broadcast(S, MINUS_SQUARE_Q);
  private static final FloatVector CUBE_PV = FloatVector.broadcast(S, CUBE_P);
  private static final FloatVector CUBE_QV = FloatVector.broadcast(S, CUBE_Q);
  private static final FloatVector PRODUCTV = FloatVector.broadcast(S, PRODUCT);
  private static final FloatVector MINUS_SUMV = FloatVector.broadcast(S, MINUS_SUM);
  private static final FloatVector AT_ZEROV = FloatVector.broadcast(S, AT_ZERO);
  private static final FloatVector AT_PV = FloatVector.broadcast(S, AT_P);
  private static final FloatVector AT_QV = FloatVector.broadcast(S, AT_Q);
  private static final FloatVector ODD_PV = FloatVector.broadcast(S, ODD_P);
  private static final FloatVector ODD_QV = FloatVector.broadcast(S, ODD_Q);

  private VectorWinograd() {}

  /** Made by a method so that naming this class does not yet load it. */
  static Winograd create() {
    return new VectorWinograd();
  }

  @Override
  public int lanes() {
    return L;
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
    switch (m) {
      case DATA -> data(from, fo, fromRow, fromCol, to, at, toRow, toCol, n, temp);
      case KERNEL_3 -> kernel3(from, fo, fromRow, fromCol, to, at, toRow, toCol, n);
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
    for (int c = 0; c < n; c += L) {
      for (int j = 0; j < 6; j++) {
        data(from, fo + c + j * fromCol, fromRow, temp, j * L, 6 * L);
      }
      for (int i = 0; i < 6; i++) {
        data(temp, i * 6 * L, L, to, at + c + i * toRow, toCol);
      }
    }
  }

  /** Two rows of points at a time: more would be too much for one compiled method. */
  private static void kernel3(
      float[] from,
      int fo,
      int fromRow,
      int fromCol,
      float[] to,
      int at,
      int toRow,
      int toCol,
      int n) {
    outerRows3(from, fo, 2 * fromRow, fromCol, to, at, 5 * toRow, toCol, n);
    int rowP = at + toRow;
    oppositeRows3(from, fo, fromRow, fromCol, SQUARE_PV, AT_PV, ODD_PV, to, rowP, toRow, toCol, n);
    int rowQ = at + 3 * toRow;
    oppositeRows3(from, fo, fromRow, fromCol, SQUARE_QV, AT_QV, ODD_QV, to, rowQ, toRow, toCol, n);
  }

  /** The rows at zero and at infinity, from the first and the last row of the kernel. */
  private static void outerRows3(
      float[] from,
      int fo,
      int toLast,
      int fromCol,
      float[] to,
      int at,
      int toInfinity,
      int toCol,
      int n) {
    for (int i = 0; i < n; i += L) {
      int x = fo + i;
      FloatVector a = FloatVector.fromArray(S, from, x).mul(AT_ZEROV);
      FloatVector b = FloatVector.fromArray(S, from, x + fromCol).mul(AT_ZEROV);
      FloatVector c = FloatVector.fromArray(S, from, x + 2 * fromCol).mul(AT_ZEROV);
      row3(a, b, c, to, at + i, toCol);
      x += toLast;
      a = FloatVector.fromArray(S, from, x);
      b = FloatVector.fromArray(S, from, x + fromCol);
      c = FloatVector.fromArray(S, from, x + 2 * fromCol);
      row3(a, b, c, to, at + toInfinity + i, toCol);
    }
  }

  /** The rows at a point and at its opposite. */
  private static void oppositeRows3(
      float[] from,
      int fo,
      int fromRow,
      int fromCol,
      FloatVector square,
      FloatVector atPoint,
      FloatVector odd,
      float[] to,
      int at,
      int toRow,
      int toCol,
      int n) {
    for (int i = 0; i < n; i += L) {
      int x = fo + i;
      FloatVector a = FloatVector.fromArray(S, from, x);
      FloatVector b = FloatVector.fromArray(S, from, x + fromCol);
      FloatVector c = FloatVector.fromArray(S, from, x + 2 * fromCol);
      x += 2 * fromRow;
      a = FloatVector.fromArray(S, from, x).fma(square, a).mul(atPoint);
      b = FloatVector.fromArray(S, from, x + fromCol).fma(square, b).mul(atPoint);
      c = FloatVector.fromArray(S, from, x + 2 * fromCol).fma(square, c).mul(atPoint);
      x -= fromRow;
      FloatVector oddA = FloatVector.fromArray(S, from, x).mul(odd);
      FloatVector oddB = FloatVector.fromArray(S, from, x + fromCol).mul(odd);
      FloatVector oddC = FloatVector.fromArray(S, from, x + 2 * fromCol).mul(odd);
      int y = at + i;
      row3(a.add(oddA), b.add(oddB), c.add(oddC), to, y, toCol);
      row3(a.sub(oddA), b.sub(oddB), c.sub(oddC), to, y + toRow, toCol);
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
    for (int c = 0; c < n; c += L) {
      for (int j = 0; j < 4; j++) {
        kernel4(from, fo + c + j * fromCol, fromRow, temp, j * L, 4 * L);
      }
      for (int i = 0; i < 6; i++) {
        kernel4(temp, i * 4 * L, L, to, at + c + i * toRow, toCol);
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
    for (int c = 0; c < n; c += L) {
      for (int j = 0; j < 6; j++) {
        output4(from, fo + c + j * fromCol, fromRow, temp, j * L, 6 * L);
      }
      for (int i = 0; i < 4; i++) {
        output4(temp, i * 6 * L, L, to, at + c + i * toRow, toCol);
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
    for (int c = 0; c < n; c += L) {
      for (int j = 0; j < 6; j++) {
        output3(from, fo + c + j * fromCol, fromRow, temp, j * L, 6 * L);
      }
      for (int i = 0; i < 3; i++) {
        output3(temp, i * 6 * L, L, to, at + c + i * toRow, toCol);
      }
    }
  }

  /** Six elements become six. */
  private static void data(float[] x, int xo, int xs, float[] y, int yo, int ys) {
    FloatVector x0 = FloatVector.fromArray(S, x, xo);
    FloatVector x1 = FloatVector.fromArray(S, x, xo + xs);
    FloatVector x2 = FloatVector.fromArray(S, x, xo + 2 * xs);
    FloatVector x3 = FloatVector.fromArray(S, x, xo + 3 * xs);
    FloatVector x4 = FloatVector.fromArray(S, x, xo + 4 * xs);
    FloatVector x5 = FloatVector.fromArray(S, x, xo + 5 * xs);
    x0.fma(PRODUCTV, x2.fma(MINUS_SUMV, x4)).intoArray(y, yo);
    FloatVector evenP = x2.fma(MINUS_SQUARE_QV, x4);
    FloatVector oddP = x1.fma(MINUS_SQUARE_QV, x3).mul(PV);
    evenP.add(oddP).intoArray(y, yo + ys);
    evenP.sub(oddP).intoArray(y, yo + 2 * ys);
    FloatVector evenQ = x2.fma(MINUS_SQUARE_PV, x4);
    FloatVector oddQ = x1.fma(MINUS_SQUARE_PV, x3).mul(QV);
    evenQ.add(oddQ).intoArray(y, yo + 3 * ys);
    evenQ.sub(oddQ).intoArray(y, yo + 4 * ys);
    x1.fma(PRODUCTV, x3.fma(MINUS_SUMV, x5)).intoArray(y, yo + 5 * ys);
  }

  /** Three elements become six. */
  private static void row3(
      FloatVector x0, FloatVector x1, FloatVector x2, float[] y, int yo, int ys) {
    x0.mul(AT_ZEROV).intoArray(y, yo);
    FloatVector evenP = x2.fma(SQUARE_PV, x0).mul(AT_PV);
    FloatVector oddP = x1.mul(ODD_PV);
    evenP.add(oddP).intoArray(y, yo + ys);
    evenP.sub(oddP).intoArray(y, yo + 2 * ys);
    FloatVector evenQ = x2.fma(SQUARE_QV, x0).mul(AT_QV);
    FloatVector oddQ = x1.mul(ODD_QV);
    evenQ.add(oddQ).intoArray(y, yo + 3 * ys);
    evenQ.sub(oddQ).intoArray(y, yo + 4 * ys);
    x2.intoArray(y, yo + 5 * ys);
  }

  /** Four elements become six. */
  private static void kernel4(float[] x, int xo, int xs, float[] y, int yo, int ys) {
    FloatVector x0 = FloatVector.fromArray(S, x, xo);
    FloatVector x1 = FloatVector.fromArray(S, x, xo + xs);
    FloatVector x2 = FloatVector.fromArray(S, x, xo + 2 * xs);
    FloatVector x3 = FloatVector.fromArray(S, x, xo + 3 * xs);
    x0.mul(AT_ZEROV).intoArray(y, yo);
    FloatVector evenP = x2.fma(SQUARE_PV, x0).mul(AT_PV);
    FloatVector oddP = x3.fma(SQUARE_PV, x1).mul(ODD_PV);
    evenP.add(oddP).intoArray(y, yo + ys);
    evenP.sub(oddP).intoArray(y, yo + 2 * ys);
    FloatVector evenQ = x2.fma(SQUARE_QV, x0).mul(AT_QV);
    FloatVector oddQ = x3.fma(SQUARE_QV, x1).mul(ODD_QV);
    evenQ.add(oddQ).intoArray(y, yo + 3 * ys);
    evenQ.sub(oddQ).intoArray(y, yo + 4 * ys);
    x3.intoArray(y, yo + 5 * ys);
  }

  /** Six elements become four. */
  private static void output4(float[] x, int xo, int xs, float[] y, int yo, int ys) {
    FloatVector x0 = FloatVector.fromArray(S, x, xo);
    FloatVector x1 = FloatVector.fromArray(S, x, xo + xs);
    FloatVector x2 = FloatVector.fromArray(S, x, xo + 2 * xs);
    FloatVector x3 = FloatVector.fromArray(S, x, xo + 3 * xs);
    FloatVector x4 = FloatVector.fromArray(S, x, xo + 4 * xs);
    FloatVector x5 = FloatVector.fromArray(S, x, xo + 5 * xs);
    FloatVector evenP = x1.add(x2);
    FloatVector oddP = x1.sub(x2);
    FloatVector evenQ = x3.add(x4);
    FloatVector oddQ = x3.sub(x4);
    x0.add(evenP).add(evenQ).intoArray(y, yo);
    oddP.fma(PV, oddQ.mul(QV)).intoArray(y, yo + ys);
    evenP.fma(SQUARE_PV, evenQ.mul(SQUARE_QV)).intoArray(y, yo + 2 * ys);
    oddP.fma(CUBE_PV, oddQ.fma(CUBE_QV, x5)).intoArray(y, yo + 3 * ys);
  }

  /** Six elements become three. */
  private static void output3(float[] x, int xo, int xs, float[] y, int yo, int ys) {
    FloatVector x0 = FloatVector.fromArray(S, x, xo);
    FloatVector x1 = FloatVector.fromArray(S, x, xo + xs);
    FloatVector x2 = FloatVector.fromArray(S, x, xo + 2 * xs);
    FloatVector x3 = FloatVector.fromArray(S, x, xo + 3 * xs);
    FloatVector x4 = FloatVector.fromArray(S, x, xo + 4 * xs);
    FloatVector x5 = FloatVector.fromArray(S, x, xo + 5 * xs);
    FloatVector evenP = x1.add(x2);
    FloatVector oddP = x1.sub(x2);
    FloatVector evenQ = x3.add(x4);
    FloatVector oddQ = x3.sub(x4);
    x0.add(evenP).add(evenQ).intoArray(y, yo);
    oddP.fma(PV, oddQ.mul(QV)).intoArray(y, yo + ys);
    evenP.fma(SQUARE_PV, evenQ.fma(SQUARE_QV, x5)).intoArray(y, yo + 2 * ys);
  }
}
