package dev.hebb.runtime.simd;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

final class VectorPanel implements Panel {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
  private static final int L = S.length();

  @Override public int lanes() { return L; }

  @Override
  public void multiply(Rows rows, int from, int to, Steps steps, int s0, int s1, float[] a, int ao,
      float[] b, int bo, int bStride, float[] c, int co, int cols, boolean add) {
    int[] ar = rows.a(), cr = rows.c();
    int[] starts = steps.starts();
    int run = steps.run();
    for (int i = from; i < to; i += 4) {
      int n = to - i, i1 = n > 1 ? i + 1 : i, i2 = n > 2 ? i + 2 : i, i3 = n > 3 ? i + 3 : i;
      int a0 = ao + ar[i], a1 = ao + ar[i1], a2 = ao + ar[i2], a3 = ao + ar[i3];
      int c0 = co + cr[i], c1 = co + cr[i1], c2 = co + cr[i2], c3 = co + cr[i3];
      if (cols <= L) {
        if (run == 1) narrowSteps(a, a0, a1, a2, a3, starts, s0, s1, b, bo, bStride, c, c0, c1, c2, c3, n, cols, add);
        else narrowRuns(a, a0, a1, a2, a3, starts, s0, s1, run, b, bo, bStride, c, c0, c1, c2, c3, n, cols, add);
      } else {
        if (run == 1) wideSteps(a, a0, a1, a2, a3, starts, s0, s1, b, bo, bStride, c, c0, c1, c2, c3, n, cols, add);
        else wideRuns(a, a0, a1, a2, a3, starts, s0, s1, run, b, bo, bStride, c, c0, c1, c2, c3, n, cols, add);
      }
    }
  }

  private static void wideRuns(float[] a, int a0, int a1, int a2, int a3, int[] starts, int s0, int s1, int run,
      float[] b, int bo, int bs, float[] c, int c0, int c1, int c2, int c3, int n, int cols, boolean add) {
    FloatVector r00 = FloatVector.zero(S), r01 = r00, r10 = r00, r11 = r00, r20 = r00, r21 = r00, r30 = r00, r31 = r00;
    VectorMask<Float> m = S.indexInRange(0, cols - L);
    for (int s = s0; s < s1; s++) {
      int p0 = a0 + starts[s], p1 = a1 + starts[s], p2 = a2 + starts[s], p3 = a3 + starts[s];
      for (int k = 0; k < run; k++) {
        FloatVector b0 = FloatVector.fromArray(S, b, bo), b1 = FloatVector.fromArray(S, b, bo + L);
        FloatVector x0 = FloatVector.broadcast(S, a[p0 + k]);
        r00 = x0.fma(b0, r00);
        r01 = x0.fma(b1, r01);
        FloatVector x1 = FloatVector.broadcast(S, a[p1 + k]);
        r10 = x1.fma(b0, r10);
        r11 = x1.fma(b1, r11);
        FloatVector x2 = FloatVector.broadcast(S, a[p2 + k]);
        r20 = x2.fma(b0, r20);
        r21 = x2.fma(b1, r21);
        FloatVector x3 = FloatVector.broadcast(S, a[p3 + k]);
        r30 = x3.fma(b0, r30);
        r31 = x3.fma(b1, r31);
        bo += bs;
      }
    }
    store(c, c0, r00, r01, m, add);
    if (n > 1) store(c, c1, r10, r11, m, add);
    if (n > 2) store(c, c2, r20, r21, m, add);
    if (n > 3) store(c, c3, r30, r31, m, add);
  }

  private static void wideSteps(float[] a, int a0, int a1, int a2, int a3, int[] starts, int s0, int s1,
      float[] b, int bo, int bs, float[] c, int c0, int c1, int c2, int c3, int n, int cols, boolean add) {
    FloatVector r00 = FloatVector.zero(S), r01 = r00, r10 = r00, r11 = r00, r20 = r00, r21 = r00, r30 = r00, r31 = r00;
    VectorMask<Float> m = S.indexInRange(0, cols - L);
    for (int s = s0; s < s1; s++) {
      int k = starts[s];
      FloatVector b0 = FloatVector.fromArray(S, b, bo), b1 = FloatVector.fromArray(S, b, bo + L);
      FloatVector x0 = FloatVector.broadcast(S, a[a0 + k]);
      r00 = x0.fma(b0, r00);
      r01 = x0.fma(b1, r01);
      FloatVector x1 = FloatVector.broadcast(S, a[a1 + k]);
      r10 = x1.fma(b0, r10);
      r11 = x1.fma(b1, r11);
      FloatVector x2 = FloatVector.broadcast(S, a[a2 + k]);
      r20 = x2.fma(b0, r20);
      r21 = x2.fma(b1, r21);
      FloatVector x3 = FloatVector.broadcast(S, a[a3 + k]);
      r30 = x3.fma(b0, r30);
      r31 = x3.fma(b1, r31);
      bo += bs;
    }
    store(c, c0, r00, r01, m, add);
    if (n > 1) store(c, c1, r10, r11, m, add);
    if (n > 2) store(c, c2, r20, r21, m, add);
    if (n > 3) store(c, c3, r30, r31, m, add);
  }

  private static void narrowRuns(float[] a, int a0, int a1, int a2, int a3, int[] starts, int s0, int s1, int run,
      float[] b, int bo, int bs, float[] c, int c0, int c1, int c2, int c3, int n, int cols, boolean add) {
    FloatVector r0 = FloatVector.zero(S), r1 = r0, r2 = r0, r3 = r0;
    VectorMask<Float> m = S.indexInRange(0, cols);
    for (int s = s0; s < s1; s++) {
      int p0 = a0 + starts[s], p1 = a1 + starts[s], p2 = a2 + starts[s], p3 = a3 + starts[s];
      for (int k = 0; k < run; k++) {
        FloatVector b0 = FloatVector.fromArray(S, b, bo, m);
        r0 = FloatVector.broadcast(S, a[p0 + k]).fma(b0, r0);
        r1 = FloatVector.broadcast(S, a[p1 + k]).fma(b0, r1);
        r2 = FloatVector.broadcast(S, a[p2 + k]).fma(b0, r2);
        r3 = FloatVector.broadcast(S, a[p3 + k]).fma(b0, r3);
        bo += bs;
      }
    }
    store(c, c0, r0, m, add);
    if (n > 1) store(c, c1, r1, m, add);
    if (n > 2) store(c, c2, r2, m, add);
    if (n > 3) store(c, c3, r3, m, add);
  }

  private static void narrowSteps(float[] a, int a0, int a1, int a2, int a3, int[] starts, int s0, int s1,
      float[] b, int bo, int bs, float[] c, int c0, int c1, int c2, int c3, int n, int cols, boolean add) {
    FloatVector r0 = FloatVector.zero(S), r1 = r0, r2 = r0, r3 = r0;
    VectorMask<Float> m = S.indexInRange(0, cols);
    for (int s = s0; s < s1; s++) {
      int k = starts[s];
      FloatVector b0 = FloatVector.fromArray(S, b, bo, m);
      r0 = FloatVector.broadcast(S, a[a0 + k]).fma(b0, r0);
      r1 = FloatVector.broadcast(S, a[a1 + k]).fma(b0, r1);
      r2 = FloatVector.broadcast(S, a[a2 + k]).fma(b0, r2);
      r3 = FloatVector.broadcast(S, a[a3 + k]).fma(b0, r3);
      bo += bs;
    }
    store(c, c0, r0, m, add);
    if (n > 1) store(c, c1, r1, m, add);
    if (n > 2) store(c, c2, r2, m, add);
    if (n > 3) store(c, c3, r3, m, add);
  }

  private static void store(float[] c, int o, FloatVector x, FloatVector y, VectorMask<Float> m, boolean add) {
    if (add) {
      x = FloatVector.fromArray(S, c, o).add(x);
      y = FloatVector.fromArray(S, c, o + L, m).add(y);
    }
    x.intoArray(c, o);
    y.intoArray(c, o + L, m);
  }

  private static void store(float[] c, int o, FloatVector x, VectorMask<Float> m, boolean add) {
    if (add) x = FloatVector.fromArray(S, c, o, m).add(x);
    x.intoArray(c, o, m);
  }
}
