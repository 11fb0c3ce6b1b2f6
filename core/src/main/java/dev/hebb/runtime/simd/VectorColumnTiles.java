package dev.hebb.runtime.simd;

import jdk.incubator.vector.FloatVector;
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
 * <p>Sums start from {@code old} and are stored whole, as in {@link VectorRowTiles}.
 */
final class VectorColumnTiles {
  private static final VectorSpecies<Float> S = VectorPanel.S;
  private static final int L = S.length();

  private VectorColumnTiles() {}

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
      int ldc) {
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
    s0.intoArray(c, co);
    s1.intoArray(c, co + ldc);
    s2.intoArray(c, co + 2 * ldc);
    s3.intoArray(c, co + 3 * ldc);
    s4.intoArray(c, co + 4 * ldc);
    s5.intoArray(c, co + 5 * ldc);
    s6.intoArray(c, co + 6 * ldc);
    s7.intoArray(c, co + 7 * ldc);
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
      int ldc) {
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
    s0.intoArray(c, co);
    s1.intoArray(c, co + ldc);
    s2.intoArray(c, co + 2 * ldc);
    s3.intoArray(c, co + 3 * ldc);
  }
}
