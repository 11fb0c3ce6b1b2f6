package dev.hebb.runtime.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Register tiles of a product whose left side is read row by row, with a pointer for each row.
 *
 * <p>Eight sums, four rows by two vectors, are what the two multiply-add units of current x86 cores
 * need to stay busy (latency 4 times throughput 2), and together with two columns of B and one
 * broadcast of A they fit the 16 registers of AVX2; larger tiles were slower or erratic there
 * because the compiler spilled. Where there are 32 registers, eight rows halve the traffic of B.
 *
 * <p>A run of terms, with its fixed pitch, needs no bounds checks and few registers and reaches 90
 * to 95 % of the peak. The table of terms reaches three quarters of it: the compiler runs out of
 * registers for addresses. It also keeps short loops away from the code for long ones, which would
 * else be compiled for short ones.
 *
 * <p>Sums start from {@code old} and are stored whole, row after row. Masked stores would spare the
 * caller thinking about what lies beyond the columns; but each of them takes the compiler ninety
 * times as many nodes as a whole one, which made a tile take it up to 30 MB.
 */
final class VectorRowTiles {
  private static final VectorSpecies<Float> S = VectorPanel.S;
  private static final int L = S.length();

  private VectorRowTiles() {}

  static void wideRun(
      float[] a,
      int a0,
      int a1,
      int a2,
      int a3,
      int run,
      float[] b,
      int bo,
      float[] old,
      int o0,
      int o1,
      int o2,
      int o3,
      float[] c,
      int c0,
      int c1,
      int c2,
      int c3) {
    FloatVector s0 = FloatVector.fromArray(S, old, o0);
    FloatVector t0 = FloatVector.fromArray(S, old, o0 + L);
    FloatVector s1 = FloatVector.fromArray(S, old, o1);
    FloatVector t1 = FloatVector.fromArray(S, old, o1 + L);
    FloatVector s2 = FloatVector.fromArray(S, old, o2);
    FloatVector t2 = FloatVector.fromArray(S, old, o2 + L);
    FloatVector s3 = FloatVector.fromArray(S, old, o3);
    FloatVector t3 = FloatVector.fromArray(S, old, o3 + L);
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
      bo += 2 * L;
    }
    s0.intoArray(c, c0);
    t0.intoArray(c, c0 + L);
    s1.intoArray(c, c1);
    t1.intoArray(c, c1 + L);
    s2.intoArray(c, c2);
    t2.intoArray(c, c2 + L);
    s3.intoArray(c, c3);
    t3.intoArray(c, c3 + L);
  }

  static void wideTerms(
      float[] a,
      int a0,
      int a1,
      int a2,
      int a3,
      int[] terms,
      int first,
      int last,
      float[] b,
      int bo,
      int pitch,
      float[] old,
      int o0,
      int o1,
      int o2,
      int o3,
      float[] c,
      int c0,
      int c1,
      int c2,
      int c3) {
    FloatVector s0 = FloatVector.fromArray(S, old, o0);
    FloatVector t0 = FloatVector.fromArray(S, old, o0 + L);
    FloatVector s1 = FloatVector.fromArray(S, old, o1);
    FloatVector t1 = FloatVector.fromArray(S, old, o1 + L);
    FloatVector s2 = FloatVector.fromArray(S, old, o2);
    FloatVector t2 = FloatVector.fromArray(S, old, o2 + L);
    FloatVector s3 = FloatVector.fromArray(S, old, o3);
    FloatVector t3 = FloatVector.fromArray(S, old, o3 + L);
    for (int k = first; k < last; k++) {
      int p = terms[k];
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
      bo += pitch;
    }
    s0.intoArray(c, c0);
    t0.intoArray(c, c0 + L);
    s1.intoArray(c, c1);
    t1.intoArray(c, c1 + L);
    s2.intoArray(c, c2);
    t2.intoArray(c, c2 + L);
    s3.intoArray(c, c3);
    t3.intoArray(c, c3 + L);
  }

  static void narrowRun(
      float[] a,
      int a0,
      int a1,
      int a2,
      int a3,
      int run,
      float[] b,
      int bo,
      float[] old,
      int o0,
      int o1,
      int o2,
      int o3,
      float[] c,
      int c0,
      int c1,
      int c2,
      int c3) {
    FloatVector s0 = FloatVector.fromArray(S, old, o0);
    FloatVector s1 = FloatVector.fromArray(S, old, o1);
    FloatVector s2 = FloatVector.fromArray(S, old, o2);
    FloatVector s3 = FloatVector.fromArray(S, old, o3);
    for (int p = 0; p < run; p++) {
      FloatVector b0 = FloatVector.fromArray(S, b, bo);
      FloatVector x0 = FloatVector.broadcast(S, a[a0 + p]);
      s0 = x0.fma(b0, s0);
      FloatVector x1 = FloatVector.broadcast(S, a[a1 + p]);
      s1 = x1.fma(b0, s1);
      FloatVector x2 = FloatVector.broadcast(S, a[a2 + p]);
      s2 = x2.fma(b0, s2);
      FloatVector x3 = FloatVector.broadcast(S, a[a3 + p]);
      s3 = x3.fma(b0, s3);
      bo += L;
    }
    s0.intoArray(c, c0);
    s1.intoArray(c, c1);
    s2.intoArray(c, c2);
    s3.intoArray(c, c3);
  }

  static void narrowTerms(
      float[] a,
      int a0,
      int a1,
      int a2,
      int a3,
      int[] terms,
      int first,
      int last,
      float[] b,
      int bo,
      int pitch,
      float[] old,
      int o0,
      int o1,
      int o2,
      int o3,
      float[] c,
      int c0,
      int c1,
      int c2,
      int c3) {
    FloatVector s0 = FloatVector.fromArray(S, old, o0);
    FloatVector s1 = FloatVector.fromArray(S, old, o1);
    FloatVector s2 = FloatVector.fromArray(S, old, o2);
    FloatVector s3 = FloatVector.fromArray(S, old, o3);
    for (int k = first; k < last; k++) {
      int p = terms[k];
      FloatVector b0 = FloatVector.fromArray(S, b, bo);
      FloatVector x0 = FloatVector.broadcast(S, a[a0 + p]);
      s0 = x0.fma(b0, s0);
      FloatVector x1 = FloatVector.broadcast(S, a[a1 + p]);
      s1 = x1.fma(b0, s1);
      FloatVector x2 = FloatVector.broadcast(S, a[a2 + p]);
      s2 = x2.fma(b0, s2);
      FloatVector x3 = FloatVector.broadcast(S, a[a3 + p]);
      s3 = x3.fma(b0, s3);
      bo += pitch;
    }
    s0.intoArray(c, c0);
    s1.intoArray(c, c1);
    s2.intoArray(c, c2);
    s3.intoArray(c, c3);
  }

  /**
   * Eight rows by two vectors, where each row of A lies by itself: row i starts at {@code ao + ra[r
   * + i]}, its old sums at {@code oo + ro[q + i]} and its new ones at {@code co + rc[t + i]}. The
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
      int t) {
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
    int c0 = co + rc[t];
    s0.intoArray(c, c0);
    t0.intoArray(c, c0 + L);
    int c1 = co + rc[t + 1];
    s1.intoArray(c, c1);
    t1.intoArray(c, c1 + L);
    int c2 = co + rc[t + 2];
    s2.intoArray(c, c2);
    t2.intoArray(c, c2 + L);
    int c3 = co + rc[t + 3];
    s3.intoArray(c, c3);
    t3.intoArray(c, c3 + L);
    int c4 = co + rc[t + 4];
    s4.intoArray(c, c4);
    t4.intoArray(c, c4 + L);
    int c5 = co + rc[t + 5];
    s5.intoArray(c, c5);
    t5.intoArray(c, c5 + L);
    int c6 = co + rc[t + 6];
    s6.intoArray(c, c6);
    t6.intoArray(c, c6 + L);
    int c7 = co + rc[t + 7];
    s7.intoArray(c, c7);
    t7.intoArray(c, c7 + L);
  }

  /** The same by one vector. */
  static void eightNarrowRows(
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
      int t) {
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
    int o1 = oo + ro[q + 1];
    FloatVector s1 = FloatVector.fromArray(S, old, o1);
    int o2 = oo + ro[q + 2];
    FloatVector s2 = FloatVector.fromArray(S, old, o2);
    int o3 = oo + ro[q + 3];
    FloatVector s3 = FloatVector.fromArray(S, old, o3);
    int o4 = oo + ro[q + 4];
    FloatVector s4 = FloatVector.fromArray(S, old, o4);
    int o5 = oo + ro[q + 5];
    FloatVector s5 = FloatVector.fromArray(S, old, o5);
    int o6 = oo + ro[q + 6];
    FloatVector s6 = FloatVector.fromArray(S, old, o6);
    int o7 = oo + ro[q + 7];
    FloatVector s7 = FloatVector.fromArray(S, old, o7);
    for (int p = 0; p < run; p++) {
      FloatVector b0 = FloatVector.fromArray(S, b, bo);
      FloatVector x0 = FloatVector.broadcast(S, a[a0 + p]);
      s0 = x0.fma(b0, s0);
      FloatVector x1 = FloatVector.broadcast(S, a[a1 + p]);
      s1 = x1.fma(b0, s1);
      FloatVector x2 = FloatVector.broadcast(S, a[a2 + p]);
      s2 = x2.fma(b0, s2);
      FloatVector x3 = FloatVector.broadcast(S, a[a3 + p]);
      s3 = x3.fma(b0, s3);
      FloatVector x4 = FloatVector.broadcast(S, a[a4 + p]);
      s4 = x4.fma(b0, s4);
      FloatVector x5 = FloatVector.broadcast(S, a[a5 + p]);
      s5 = x5.fma(b0, s5);
      FloatVector x6 = FloatVector.broadcast(S, a[a6 + p]);
      s6 = x6.fma(b0, s6);
      FloatVector x7 = FloatVector.broadcast(S, a[a7 + p]);
      s7 = x7.fma(b0, s7);
      bo += L;
    }
    int c0 = co + rc[t];
    s0.intoArray(c, c0);
    int c1 = co + rc[t + 1];
    s1.intoArray(c, c1);
    int c2 = co + rc[t + 2];
    s2.intoArray(c, c2);
    int c3 = co + rc[t + 3];
    s3.intoArray(c, c3);
    int c4 = co + rc[t + 4];
    s4.intoArray(c, c4);
    int c5 = co + rc[t + 5];
    s5.intoArray(c, c5);
    int c6 = co + rc[t + 6];
    s6.intoArray(c, c6);
    int c7 = co + rc[t + 7];
    s7.intoArray(c, c7);
  }
}
