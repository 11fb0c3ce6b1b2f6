package dev.hebb.runtime.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * The panel product in vector instructions.
 *
 * <p>The tile is four rows by two vectors. Its eight sums are what the two multiply-add units of
 * current x86 cores need to stay busy (latency 4 times throughput 2), and together with two columns
 * of B and one broadcast of A they fit the 16 registers of AVX2; wider tiles were slower or erratic
 * there because the compiler spilled. Sums are written {@code x.fma(b, sum)}, the form the compiler
 * turns into one instruction. The four tiles below differ only in how a term of A is found and in
 * the number of vectors; one shared method would have to pass its eight sums through memory.
 */
final class VectorPanel implements Panel {
  /** No wider than 16 lanes: the rotations below, and the columns of a small layer, end there. */
  private static final VectorSpecies<Float> S =
      FloatVector.SPECIES_PREFERRED.length() > 16
          ? FloatVector.SPECIES_512
          : FloatVector.SPECIES_PREFERRED;

  private static final int L = S.length();

  private static final VectorShuffle<Float> BY_8 = rotation(8);
  private static final VectorShuffle<Float> BY_4 = rotation(4);
  private static final VectorShuffle<Float> BY_2 = rotation(2);
  private static final VectorShuffle<Float> BY_1 = rotation(1);

  private VectorPanel() {}

  /** Made by a method so that naming this class does not yet load it. */
  static Panel create() {
    return new VectorPanel();
  }

  @Override
  public int lanes() {
    return L;
  }

  @Override
  public void multiply(
      Rows rows, int from, int to, Steps steps, int first, int last,
      float[] a, int ao, float[] b, int bo, int pitch, float[] c, int co, int cols, boolean add) {
    int[] ra = rows.a();
    int[] rc = rows.c();
    int[] starts = steps.starts();
    int run = steps.run();
    for (int r = from; r < to; r += 4) {
      // Rows beyond the last repeat it and are not stored.
      int n = to - r;
      int r1 = n > 1 ? r + 1 : r;
      int r2 = n > 2 ? r + 2 : r1;
      int r3 = n > 3 ? r + 3 : r2;
      int a0 = ao + ra[r];
      int a1 = ao + ra[r1];
      int a2 = ao + ra[r2];
      int a3 = ao + ra[r3];
      int c0 = co + rc[r];
      int c1 = co + rc[r1];
      int c2 = co + rc[r2];
      int c3 = co + rc[r3];
      if (cols > L) {
        if (run == 1) {
          wideSteps(
              a, a0, a1, a2, a3, starts, first, last,
              b, bo, pitch, c, c0, c1, c2, c3, n, cols, add);
        } else {
          wideRuns(
              a, a0, a1, a2, a3, starts, first, last, run,
              b, bo, pitch, c, c0, c1, c2, c3, n, cols, add);
        }
      } else {
        if (run == 1) {
          narrowSteps(
              a, a0, a1, a2, a3, starts, first, last,
              b, bo, pitch, c, c0, c1, c2, c3, n, cols, add);
        } else {
          narrowRuns(
              a, a0, a1, a2, a3, starts, first, last, run,
              b, bo, pitch, c, c0, c1, c2, c3, n, cols, add);
        }
      }
    }
  }

  private static void wideRuns(
      float[] a, int a0, int a1, int a2, int a3, int[] starts, int first, int last, int run,
      float[] b, int bo, int pitch, float[] c, int c0, int c1, int c2, int c3, int n, int cols,
      boolean add) {
    FloatVector s00 = FloatVector.zero(S);
    FloatVector s01 = FloatVector.zero(S);
    FloatVector s10 = FloatVector.zero(S);
    FloatVector s11 = FloatVector.zero(S);
    FloatVector s20 = FloatVector.zero(S);
    FloatVector s21 = FloatVector.zero(S);
    FloatVector s30 = FloatVector.zero(S);
    FloatVector s31 = FloatVector.zero(S);
    for (int s = first; s < last; s++) {
      int p0 = a0 + starts[s];
      int p1 = a1 + starts[s];
      int p2 = a2 + starts[s];
      int p3 = a3 + starts[s];
      for (int i = 0; i < run; i++) {
        FloatVector b0 = FloatVector.fromArray(S, b, bo);
        FloatVector b1 = FloatVector.fromArray(S, b, bo + L);
        FloatVector x0 = FloatVector.broadcast(S, a[p0 + i]);
        s00 = x0.fma(b0, s00);
        s01 = x0.fma(b1, s01);
        FloatVector x1 = FloatVector.broadcast(S, a[p1 + i]);
        s10 = x1.fma(b0, s10);
        s11 = x1.fma(b1, s11);
        FloatVector x2 = FloatVector.broadcast(S, a[p2 + i]);
        s20 = x2.fma(b0, s20);
        s21 = x2.fma(b1, s21);
        FloatVector x3 = FloatVector.broadcast(S, a[p3 + i]);
        s30 = x3.fma(b0, s30);
        s31 = x3.fma(b1, s31);
        bo += pitch;
      }
    }
    VectorMask<Float> used = S.indexInRange(0, cols - L);
    store(c, c0, s00, s01, used, add);
    if (n > 1) {
      store(c, c1, s10, s11, used, add);
    }
    if (n > 2) {
      store(c, c2, s20, s21, used, add);
    }
    if (n > 3) {
      store(c, c3, s30, s31, used, add);
    }
  }

  private static void wideSteps(
      float[] a, int a0, int a1, int a2, int a3, int[] starts, int first, int last,
      float[] b, int bo, int pitch, float[] c, int c0, int c1, int c2, int c3, int n, int cols,
      boolean add) {
    FloatVector s00 = FloatVector.zero(S);
    FloatVector s01 = FloatVector.zero(S);
    FloatVector s10 = FloatVector.zero(S);
    FloatVector s11 = FloatVector.zero(S);
    FloatVector s20 = FloatVector.zero(S);
    FloatVector s21 = FloatVector.zero(S);
    FloatVector s30 = FloatVector.zero(S);
    FloatVector s31 = FloatVector.zero(S);
    for (int s = first; s < last; s++) {
      int p = starts[s];
      FloatVector b0 = FloatVector.fromArray(S, b, bo);
      FloatVector b1 = FloatVector.fromArray(S, b, bo + L);
      FloatVector x0 = FloatVector.broadcast(S, a[a0 + p]);
      s00 = x0.fma(b0, s00);
      s01 = x0.fma(b1, s01);
      FloatVector x1 = FloatVector.broadcast(S, a[a1 + p]);
      s10 = x1.fma(b0, s10);
      s11 = x1.fma(b1, s11);
      FloatVector x2 = FloatVector.broadcast(S, a[a2 + p]);
      s20 = x2.fma(b0, s20);
      s21 = x2.fma(b1, s21);
      FloatVector x3 = FloatVector.broadcast(S, a[a3 + p]);
      s30 = x3.fma(b0, s30);
      s31 = x3.fma(b1, s31);
      bo += pitch;
    }
    VectorMask<Float> used = S.indexInRange(0, cols - L);
    store(c, c0, s00, s01, used, add);
    if (n > 1) {
      store(c, c1, s10, s11, used, add);
    }
    if (n > 2) {
      store(c, c2, s20, s21, used, add);
    }
    if (n > 3) {
      store(c, c3, s30, s31, used, add);
    }
  }

  private static void narrowRuns(
      float[] a, int a0, int a1, int a2, int a3, int[] starts, int first, int last, int run,
      float[] b, int bo, int pitch, float[] c, int c0, int c1, int c2, int c3, int n, int cols,
      boolean add) {
    FloatVector s00 = FloatVector.zero(S);
    FloatVector s10 = FloatVector.zero(S);
    FloatVector s20 = FloatVector.zero(S);
    FloatVector s30 = FloatVector.zero(S);
    VectorMask<Float> used = S.indexInRange(0, cols);
    for (int s = first; s < last; s++) {
      int p0 = a0 + starts[s];
      int p1 = a1 + starts[s];
      int p2 = a2 + starts[s];
      int p3 = a3 + starts[s];
      for (int i = 0; i < run; i++) {
        FloatVector b0 = FloatVector.fromArray(S, b, bo, used);
        FloatVector x0 = FloatVector.broadcast(S, a[p0 + i]);
        s00 = x0.fma(b0, s00);
        FloatVector x1 = FloatVector.broadcast(S, a[p1 + i]);
        s10 = x1.fma(b0, s10);
        FloatVector x2 = FloatVector.broadcast(S, a[p2 + i]);
        s20 = x2.fma(b0, s20);
        FloatVector x3 = FloatVector.broadcast(S, a[p3 + i]);
        s30 = x3.fma(b0, s30);
        bo += pitch;
      }
    }
    store(c, c0, s00, used, add);
    if (n > 1) {
      store(c, c1, s10, used, add);
    }
    if (n > 2) {
      store(c, c2, s20, used, add);
    }
    if (n > 3) {
      store(c, c3, s30, used, add);
    }
  }

  private static void narrowSteps(
      float[] a, int a0, int a1, int a2, int a3, int[] starts, int first, int last,
      float[] b, int bo, int pitch, float[] c, int c0, int c1, int c2, int c3, int n, int cols,
      boolean add) {
    FloatVector s00 = FloatVector.zero(S);
    FloatVector s10 = FloatVector.zero(S);
    FloatVector s20 = FloatVector.zero(S);
    FloatVector s30 = FloatVector.zero(S);
    VectorMask<Float> used = S.indexInRange(0, cols);
    for (int s = first; s < last; s++) {
      int p = starts[s];
      FloatVector b0 = FloatVector.fromArray(S, b, bo, used);
      FloatVector x0 = FloatVector.broadcast(S, a[a0 + p]);
      s00 = x0.fma(b0, s00);
      FloatVector x1 = FloatVector.broadcast(S, a[a1 + p]);
      s10 = x1.fma(b0, s10);
      FloatVector x2 = FloatVector.broadcast(S, a[a2 + p]);
      s20 = x2.fma(b0, s20);
      FloatVector x3 = FloatVector.broadcast(S, a[a3 + p]);
      s30 = x3.fma(b0, s30);
      bo += pitch;
    }
    store(c, c0, s00, used, add);
    if (n > 1) {
      store(c, c1, s10, used, add);
    }
    if (n > 2) {
      store(c, c2, s20, used, add);
    }
    if (n > 3) {
      store(c, c3, s30, used, add);
    }
  }

  private static void store(
      float[] c, int co, FloatVector x, FloatVector y, VectorMask<Float> used, boolean add) {
    if (add) {
      x = FloatVector.fromArray(S, c, co).add(x);
      y = FloatVector.fromArray(S, c, co + L, used).add(y);
    }
    x.intoArray(c, co);
    y.intoArray(c, co + L, used);
  }

  private static void store(
      float[] c, int co, FloatVector x, VectorMask<Float> used, boolean add) {
    if (add) {
      x = FloatVector.fromArray(S, c, co, used).add(x);
    }
    x.intoArray(c, co, used);
  }

  @Override
  public void row(
      float[] a, int ao, int step, int k, float[] b, int bo, int pitch, float[] c, int co, int n) {
    int j = 0;
    for (; j <= n - 4 * L; j += 4 * L) {
      rowQuad(a, ao, step, k, b, bo + j, pitch, c, co + j);
    }
    for (; j < n; j += L) {
      rowSingle(a, ao, step, k, b, bo + j, pitch, c, co + j, n - j);
    }
  }

  private static void rowQuad(
      float[] a, int ao, int step, int k, float[] b, int bo, int pitch, float[] c, int co) {
    FloatVector s0 = FloatVector.zero(S);
    FloatVector s1 = FloatVector.zero(S);
    FloatVector s2 = FloatVector.zero(S);
    FloatVector s3 = FloatVector.zero(S);
    for (int i = 0; i < k; i++) {
      FloatVector x = FloatVector.broadcast(S, a[ao]);
      s0 = x.fma(FloatVector.fromArray(S, b, bo), s0);
      s1 = x.fma(FloatVector.fromArray(S, b, bo + L), s1);
      s2 = x.fma(FloatVector.fromArray(S, b, bo + 2 * L), s2);
      s3 = x.fma(FloatVector.fromArray(S, b, bo + 3 * L), s3);
      ao += step;
      bo += pitch;
    }
    s0.intoArray(c, co);
    s1.intoArray(c, co + L);
    s2.intoArray(c, co + 2 * L);
    s3.intoArray(c, co + 3 * L);
  }

  private static void rowSingle(
      float[] a, int ao, int step, int k, float[] b, int bo, int pitch, float[] c, int co, int n) {
    VectorMask<Float> used = S.indexInRange(0, n);
    FloatVector s = FloatVector.zero(S);
    for (int i = 0; i < k; i++) {
      s = FloatVector.broadcast(S, a[ao]).fma(FloatVector.fromArray(S, b, bo, used), s);
      ao += step;
      bo += pitch;
    }
    s.intoArray(c, co, used);
  }

  @Override
  public void dots(
      float[] a, int ao, int k, float[] b, int bo, int pitch, float[] c, int co, int n) {
    int j = 0;
    for (; j <= n - 4; j += 4) {
      dotQuad(a, ao, k, b, bo + j * pitch, pitch, c, co + j);
    }
    for (; j < n; j++) {
      c[co + j] = dot(a, ao, k, b, bo + j * pitch);
    }
  }

  private static void dotQuad(
      float[] a, int ao, int k, float[] b, int bo, int pitch, float[] c, int co) {
    FloatVector s0 = FloatVector.zero(S);
    FloatVector s1 = FloatVector.zero(S);
    FloatVector s2 = FloatVector.zero(S);
    FloatVector s3 = FloatVector.zero(S);
    int b1 = bo + pitch;
    int b2 = b1 + pitch;
    int b3 = b2 + pitch;
    int i = 0;
    for (; i <= k - L; i += L) {
      FloatVector x = FloatVector.fromArray(S, a, ao + i);
      s0 = x.fma(FloatVector.fromArray(S, b, bo + i), s0);
      s1 = x.fma(FloatVector.fromArray(S, b, b1 + i), s1);
      s2 = x.fma(FloatVector.fromArray(S, b, b2 + i), s2);
      s3 = x.fma(FloatVector.fromArray(S, b, b3 + i), s3);
    }
    if (i < k) {
      VectorMask<Float> used = S.indexInRange(i, k);
      FloatVector x = FloatVector.fromArray(S, a, ao + i, used);
      s0 = x.fma(FloatVector.fromArray(S, b, bo + i, used), s0);
      s1 = x.fma(FloatVector.fromArray(S, b, b1 + i, used), s1);
      s2 = x.fma(FloatVector.fromArray(S, b, b2 + i, used), s2);
      s3 = x.fma(FloatVector.fromArray(S, b, b3 + i, used), s3);
    }
    c[co] = sum(s0);
    c[co + 1] = sum(s1);
    c[co + 2] = sum(s2);
    c[co + 3] = sum(s3);
  }

  private static float dot(float[] a, int ao, int k, float[] b, int bo) {
    FloatVector s = FloatVector.zero(S);
    int i = 0;
    for (; i <= k - L; i += L) {
      s = FloatVector.fromArray(S, a, ao + i).fma(FloatVector.fromArray(S, b, bo + i), s);
    }
    if (i < k) {
      VectorMask<Float> used = S.indexInRange(i, k);
      FloatVector x = FloatVector.fromArray(S, a, ao + i, used);
      s = x.fma(FloatVector.fromArray(S, b, bo + i, used), s);
    }
    return sum(s);
  }

  private static VectorShuffle<Float> rotation(int by) {
    return VectorShuffle.fromOp(S, i -> (i + by) % L);
  }

  /**
   * Adds up the lanes by halves. The order of {@code reduceLanes} is open: the interpreter adds one
   * by one, compiled code by halves, and a result would change while the program warms up.
   */
  private static float sum(FloatVector s) {
    if (L > 8) {
      s = s.add(s.rearrange(BY_8));
    }
    if (L > 4) {
      s = s.add(s.rearrange(BY_4));
    }
    if (L > 2) {
      s = s.add(s.rearrange(BY_2));
    }
    s = s.add(s.rearrange(BY_1));
    return s.lane(0);
  }

  @Override
  public void transpose(
      float[] b, int bo, int pitch, int k, int n, float[] p, int po, int width) {
    int j = 0;
    for (; j <= n - 8; j += 8) {
      transposeEight(b, bo + j * pitch, pitch, k, p, po + j, width);
    }
    for (; j < n; j++) {
      int from = bo + j * pitch;
      for (int i = 0; i < k; i++) {
        p[po + i * width + j] = b[from + i];
      }
    }
    for (; j < width; j++) {
      for (int i = 0; i < k; i++) {
        p[po + i * width + j] = 0;
      }
    }
  }

  /** Eight rows at a time are eight streams to read and half a cache line to write. */
  private static void transposeEight(
      float[] b, int b0, int pitch, int k, float[] p, int po, int width) {
    int b1 = b0 + pitch;
    int b2 = b1 + pitch;
    int b3 = b2 + pitch;
    int b4 = b3 + pitch;
    int b5 = b4 + pitch;
    int b6 = b5 + pitch;
    int b7 = b6 + pitch;
    for (int i = 0; i < k; i++) {
      p[po] = b[b0 + i];
      p[po + 1] = b[b1 + i];
      p[po + 2] = b[b2 + i];
      p[po + 3] = b[b3 + i];
      p[po + 4] = b[b4 + i];
      p[po + 5] = b[b5 + i];
      p[po + 6] = b[b6 + i];
      p[po + 7] = b[b7 + i];
      po += width;
    }
  }
}
