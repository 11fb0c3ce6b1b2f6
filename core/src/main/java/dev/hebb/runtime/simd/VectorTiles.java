package dev.hebb.runtime.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * Register tiles of a product whose left side is stored by columns: element (i, p) is {@code a[ao +
 * p·step + i]}.
 *
 * <p>One pointer for all rows leaves the compiler the registers that a pointer for each row would
 * take, and needs two bounds checks a term at most: such a tile runs at the speed of the
 * multiply-add units, where tiles with a pointer for each row stop at nine tenths of it. Where
 * there are 32 registers, eight rows by two vectors halve the traffic of B.
 *
 * <p>Sums start from {@code old}. Wide tiles are stored whole, because few of a product's lie at
 * its right edge and can be copied; of narrow ones all do.
 */
final class VectorTiles {
  private static final VectorSpecies<Float> S = VectorPanel.S;
  private static final int L = S.length();

  private VectorTiles() {}

  /** Eight rows by two vectors. */
  static void eightWide(
      float[] a,
      int ao,
      int step,
      int k,
      float[] b,
      int bo,
      int pitch,
      float[] old,
      int oo,
      int oldPitch,
      float[] c,
      int co,
      int ldc) {
    FloatVector s0 = FloatVector.fromArray(S, old, oo);
    FloatVector t0 = FloatVector.fromArray(S, old, oo + L);
    FloatVector s1 = FloatVector.fromArray(S, old, oo + oldPitch);
    FloatVector t1 = FloatVector.fromArray(S, old, oo + oldPitch + L);
    FloatVector s2 = FloatVector.fromArray(S, old, oo + 2 * oldPitch);
    FloatVector t2 = FloatVector.fromArray(S, old, oo + 2 * oldPitch + L);
    FloatVector s3 = FloatVector.fromArray(S, old, oo + 3 * oldPitch);
    FloatVector t3 = FloatVector.fromArray(S, old, oo + 3 * oldPitch + L);
    FloatVector s4 = FloatVector.fromArray(S, old, oo + 4 * oldPitch);
    FloatVector t4 = FloatVector.fromArray(S, old, oo + 4 * oldPitch + L);
    FloatVector s5 = FloatVector.fromArray(S, old, oo + 5 * oldPitch);
    FloatVector t5 = FloatVector.fromArray(S, old, oo + 5 * oldPitch + L);
    FloatVector s6 = FloatVector.fromArray(S, old, oo + 6 * oldPitch);
    FloatVector t6 = FloatVector.fromArray(S, old, oo + 6 * oldPitch + L);
    FloatVector s7 = FloatVector.fromArray(S, old, oo + 7 * oldPitch);
    FloatVector t7 = FloatVector.fromArray(S, old, oo + 7 * oldPitch + L);
    for (int p = 0; p < k; p++) {
      FloatVector b0 = FloatVector.fromArray(S, b, bo);
      FloatVector b1 = FloatVector.fromArray(S, b, bo + L);
      FloatVector x0 = FloatVector.broadcast(S, a[ao]);
      s0 = x0.fma(b0, s0);
      t0 = x0.fma(b1, t0);
      FloatVector x1 = FloatVector.broadcast(S, a[ao + 1]);
      s1 = x1.fma(b0, s1);
      t1 = x1.fma(b1, t1);
      FloatVector x2 = FloatVector.broadcast(S, a[ao + 2]);
      s2 = x2.fma(b0, s2);
      t2 = x2.fma(b1, t2);
      FloatVector x3 = FloatVector.broadcast(S, a[ao + 3]);
      s3 = x3.fma(b0, s3);
      t3 = x3.fma(b1, t3);
      FloatVector x4 = FloatVector.broadcast(S, a[ao + 4]);
      s4 = x4.fma(b0, s4);
      t4 = x4.fma(b1, t4);
      FloatVector x5 = FloatVector.broadcast(S, a[ao + 5]);
      s5 = x5.fma(b0, s5);
      t5 = x5.fma(b1, t5);
      FloatVector x6 = FloatVector.broadcast(S, a[ao + 6]);
      s6 = x6.fma(b0, s6);
      t6 = x6.fma(b1, t6);
      FloatVector x7 = FloatVector.broadcast(S, a[ao + 7]);
      s7 = x7.fma(b0, s7);
      t7 = x7.fma(b1, t7);
      ao += step;
      bo += pitch;
    }
    s0.intoArray(c, co);
    t0.intoArray(c, co + L);
    s1.intoArray(c, co + ldc);
    t1.intoArray(c, co + ldc + L);
    s2.intoArray(c, co + 2 * ldc);
    t2.intoArray(c, co + 2 * ldc + L);
    s3.intoArray(c, co + 3 * ldc);
    t3.intoArray(c, co + 3 * ldc + L);
    s4.intoArray(c, co + 4 * ldc);
    t4.intoArray(c, co + 4 * ldc + L);
    s5.intoArray(c, co + 5 * ldc);
    t5.intoArray(c, co + 5 * ldc + L);
    s6.intoArray(c, co + 6 * ldc);
    t6.intoArray(c, co + 6 * ldc + L);
    s7.intoArray(c, co + 7 * ldc);
    t7.intoArray(c, co + 7 * ldc + L);
  }

  /** Eight rows by one vector. */
  static void eightNarrow(
      float[] a,
      int ao,
      int step,
      int k,
      float[] b,
      int bo,
      int pitch,
      float[] old,
      int oo,
      int oldPitch,
      float[] c,
      int co,
      int ldc,
      int cols) {
    FloatVector s0 = FloatVector.fromArray(S, old, oo);
    FloatVector s1 = FloatVector.fromArray(S, old, oo + oldPitch);
    FloatVector s2 = FloatVector.fromArray(S, old, oo + 2 * oldPitch);
    FloatVector s3 = FloatVector.fromArray(S, old, oo + 3 * oldPitch);
    FloatVector s4 = FloatVector.fromArray(S, old, oo + 4 * oldPitch);
    FloatVector s5 = FloatVector.fromArray(S, old, oo + 5 * oldPitch);
    FloatVector s6 = FloatVector.fromArray(S, old, oo + 6 * oldPitch);
    FloatVector s7 = FloatVector.fromArray(S, old, oo + 7 * oldPitch);
    for (int p = 0; p < k; p++) {
      FloatVector b0 = FloatVector.fromArray(S, b, bo);
      FloatVector x0 = FloatVector.broadcast(S, a[ao]);
      s0 = x0.fma(b0, s0);
      FloatVector x1 = FloatVector.broadcast(S, a[ao + 1]);
      s1 = x1.fma(b0, s1);
      FloatVector x2 = FloatVector.broadcast(S, a[ao + 2]);
      s2 = x2.fma(b0, s2);
      FloatVector x3 = FloatVector.broadcast(S, a[ao + 3]);
      s3 = x3.fma(b0, s3);
      FloatVector x4 = FloatVector.broadcast(S, a[ao + 4]);
      s4 = x4.fma(b0, s4);
      FloatVector x5 = FloatVector.broadcast(S, a[ao + 5]);
      s5 = x5.fma(b0, s5);
      FloatVector x6 = FloatVector.broadcast(S, a[ao + 6]);
      s6 = x6.fma(b0, s6);
      FloatVector x7 = FloatVector.broadcast(S, a[ao + 7]);
      s7 = x7.fma(b0, s7);
      ao += step;
      bo += pitch;
    }
    VectorMask<Float> used = S.indexInRange(0, cols);
    s0.intoArray(c, co, used);
    s1.intoArray(c, co + ldc, used);
    s2.intoArray(c, co + 2 * ldc, used);
    s3.intoArray(c, co + 3 * ldc, used);
    s4.intoArray(c, co + 4 * ldc, used);
    s5.intoArray(c, co + 5 * ldc, used);
    s6.intoArray(c, co + 6 * ldc, used);
    s7.intoArray(c, co + 7 * ldc, used);
  }

  /** Four rows by two vectors. */
  static void fourWide(
      float[] a,
      int ao,
      int step,
      int k,
      float[] b,
      int bo,
      int pitch,
      float[] old,
      int oo,
      int oldPitch,
      float[] c,
      int co,
      int ldc) {
    FloatVector s0 = FloatVector.fromArray(S, old, oo);
    FloatVector t0 = FloatVector.fromArray(S, old, oo + L);
    FloatVector s1 = FloatVector.fromArray(S, old, oo + oldPitch);
    FloatVector t1 = FloatVector.fromArray(S, old, oo + oldPitch + L);
    FloatVector s2 = FloatVector.fromArray(S, old, oo + 2 * oldPitch);
    FloatVector t2 = FloatVector.fromArray(S, old, oo + 2 * oldPitch + L);
    FloatVector s3 = FloatVector.fromArray(S, old, oo + 3 * oldPitch);
    FloatVector t3 = FloatVector.fromArray(S, old, oo + 3 * oldPitch + L);
    for (int p = 0; p < k; p++) {
      FloatVector b0 = FloatVector.fromArray(S, b, bo);
      FloatVector b1 = FloatVector.fromArray(S, b, bo + L);
      FloatVector x0 = FloatVector.broadcast(S, a[ao]);
      s0 = x0.fma(b0, s0);
      t0 = x0.fma(b1, t0);
      FloatVector x1 = FloatVector.broadcast(S, a[ao + 1]);
      s1 = x1.fma(b0, s1);
      t1 = x1.fma(b1, t1);
      FloatVector x2 = FloatVector.broadcast(S, a[ao + 2]);
      s2 = x2.fma(b0, s2);
      t2 = x2.fma(b1, t2);
      FloatVector x3 = FloatVector.broadcast(S, a[ao + 3]);
      s3 = x3.fma(b0, s3);
      t3 = x3.fma(b1, t3);
      ao += step;
      bo += pitch;
    }
    s0.intoArray(c, co);
    t0.intoArray(c, co + L);
    s1.intoArray(c, co + ldc);
    t1.intoArray(c, co + ldc + L);
    s2.intoArray(c, co + 2 * ldc);
    t2.intoArray(c, co + 2 * ldc + L);
    s3.intoArray(c, co + 3 * ldc);
    t3.intoArray(c, co + 3 * ldc + L);
  }

  /** Four rows by one vector. */
  static void fourNarrow(
      float[] a,
      int ao,
      int step,
      int k,
      float[] b,
      int bo,
      int pitch,
      float[] old,
      int oo,
      int oldPitch,
      float[] c,
      int co,
      int ldc,
      int cols) {
    FloatVector s0 = FloatVector.fromArray(S, old, oo);
    FloatVector s1 = FloatVector.fromArray(S, old, oo + oldPitch);
    FloatVector s2 = FloatVector.fromArray(S, old, oo + 2 * oldPitch);
    FloatVector s3 = FloatVector.fromArray(S, old, oo + 3 * oldPitch);
    for (int p = 0; p < k; p++) {
      FloatVector b0 = FloatVector.fromArray(S, b, bo);
      FloatVector x0 = FloatVector.broadcast(S, a[ao]);
      s0 = x0.fma(b0, s0);
      FloatVector x1 = FloatVector.broadcast(S, a[ao + 1]);
      s1 = x1.fma(b0, s1);
      FloatVector x2 = FloatVector.broadcast(S, a[ao + 2]);
      s2 = x2.fma(b0, s2);
      FloatVector x3 = FloatVector.broadcast(S, a[ao + 3]);
      s3 = x3.fma(b0, s3);
      ao += step;
      bo += pitch;
    }
    VectorMask<Float> used = S.indexInRange(0, cols);
    s0.intoArray(c, co, used);
    s1.intoArray(c, co + ldc, used);
    s2.intoArray(c, co + 2 * ldc, used);
    s3.intoArray(c, co + 3 * ldc, used);
  }

  /**
   * Eight rows by two vectors, where each row of A lies by itself: row i starts at {@code ao + ra[r
   * + i]}, its old sums at {@code oo + ro[q + i]} and its new ones at {@code co + rc[r + i]}. The
   * panel is packed.
   */
  static void eightRows(
      float[] a,
      int ao,
      int[] ra,
      int r,
      int run,
      float[] b,
      int bo,
      float[] old,
      int oo,
      int[] ro,
      int q,
      float[] c,
      int co,
      int[] rc,
      int cols) {
    int a0 = ao + ra[r];
    int a1 = ao + ra[r + 1];
    int a2 = ao + ra[r + 2];
    int a3 = ao + ra[r + 3];
    int a4 = ao + ra[r + 4];
    int a5 = ao + ra[r + 5];
    int a6 = ao + ra[r + 6];
    int a7 = ao + ra[r + 7];
    int o0 = oo + ro[q];
    FloatVector s0 = FloatVector.fromArray(S, old, o0);
    FloatVector t0 = FloatVector.fromArray(S, old, o0 + L);
    int o1 = oo + ro[q + 1];
    FloatVector s1 = FloatVector.fromArray(S, old, o1);
    FloatVector t1 = FloatVector.fromArray(S, old, o1 + L);
    int o2 = oo + ro[q + 2];
    FloatVector s2 = FloatVector.fromArray(S, old, o2);
    FloatVector t2 = FloatVector.fromArray(S, old, o2 + L);
    int o3 = oo + ro[q + 3];
    FloatVector s3 = FloatVector.fromArray(S, old, o3);
    FloatVector t3 = FloatVector.fromArray(S, old, o3 + L);
    int o4 = oo + ro[q + 4];
    FloatVector s4 = FloatVector.fromArray(S, old, o4);
    FloatVector t4 = FloatVector.fromArray(S, old, o4 + L);
    int o5 = oo + ro[q + 5];
    FloatVector s5 = FloatVector.fromArray(S, old, o5);
    FloatVector t5 = FloatVector.fromArray(S, old, o5 + L);
    int o6 = oo + ro[q + 6];
    FloatVector s6 = FloatVector.fromArray(S, old, o6);
    FloatVector t6 = FloatVector.fromArray(S, old, o6 + L);
    int o7 = oo + ro[q + 7];
    FloatVector s7 = FloatVector.fromArray(S, old, o7);
    FloatVector t7 = FloatVector.fromArray(S, old, o7 + L);
    for (int p = 0; p < run; p++) {
      FloatVector b0 = FloatVector.fromArray(S, b, bo);
      FloatVector b1 = FloatVector.fromArray(S, b, bo + L);
      FloatVector x0 = FloatVector.broadcast(S, a[a0 + p]);
      s0 = x0.fma(b0, s0);
      t0 = x0.fma(b1, t0);
      FloatVector x1 = FloatVector.broadcast(S, a[a1 + p]);
      s1 = x1.fma(b0, s1);
      t1 = x1.fma(b1, t1);
      FloatVector x2 = FloatVector.broadcast(S, a[a2 + p]);
      s2 = x2.fma(b0, s2);
      t2 = x2.fma(b1, t2);
      FloatVector x3 = FloatVector.broadcast(S, a[a3 + p]);
      s3 = x3.fma(b0, s3);
      t3 = x3.fma(b1, t3);
      FloatVector x4 = FloatVector.broadcast(S, a[a4 + p]);
      s4 = x4.fma(b0, s4);
      t4 = x4.fma(b1, t4);
      FloatVector x5 = FloatVector.broadcast(S, a[a5 + p]);
      s5 = x5.fma(b0, s5);
      t5 = x5.fma(b1, t5);
      FloatVector x6 = FloatVector.broadcast(S, a[a6 + p]);
      s6 = x6.fma(b0, s6);
      t6 = x6.fma(b1, t6);
      FloatVector x7 = FloatVector.broadcast(S, a[a7 + p]);
      s7 = x7.fma(b0, s7);
      t7 = x7.fma(b1, t7);
      bo += 2 * L;
    }
    VectorMask<Float> used = S.indexInRange(0, cols - L);
    int c0 = co + rc[r];
    s0.intoArray(c, c0);
    t0.intoArray(c, c0 + L, used);
    int c1 = co + rc[r + 1];
    s1.intoArray(c, c1);
    t1.intoArray(c, c1 + L, used);
    int c2 = co + rc[r + 2];
    s2.intoArray(c, c2);
    t2.intoArray(c, c2 + L, used);
    int c3 = co + rc[r + 3];
    s3.intoArray(c, c3);
    t3.intoArray(c, c3 + L, used);
    int c4 = co + rc[r + 4];
    s4.intoArray(c, c4);
    t4.intoArray(c, c4 + L, used);
    int c5 = co + rc[r + 5];
    s5.intoArray(c, c5);
    t5.intoArray(c, c5 + L, used);
    int c6 = co + rc[r + 6];
    s6.intoArray(c, c6);
    t6.intoArray(c, c6 + L, used);
    int c7 = co + rc[r + 7];
    s7.intoArray(c, c7);
    t7.intoArray(c, c7 + L, used);
  }
}
