package dev.hebb.runtime.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Register tiles of {@link Panel#fewColumns}: one vector of columns, and for each row four sums, so
 * that a multiply-add need not wait for the one before. Parts that take every fourth term, not a
 * quarter of the terms, need one pointer for a row. The number of terms is a multiple of four; the
 * sum of the four sums is stored whole.
 */
final class VectorFewColumns {
  private static final VectorSpecies<Float> S = VectorPanel.S;
  private static final int L = S.length();

  private VectorFewColumns() {}

  static void oneRow(float[] a, int ao, int k, float[] b, int bo, float[] c, int co) {
    FloatVector s0 = FloatVector.zero(S);
    FloatVector s1 = FloatVector.zero(S);
    FloatVector s2 = FloatVector.zero(S);
    FloatVector s3 = FloatVector.zero(S);
    for (int i = 0; i < k; i += 4) {
      s0 = FloatVector.broadcast(S, a[ao + i]).fma(FloatVector.fromArray(S, b, bo), s0);
      s1 = FloatVector.broadcast(S, a[ao + i + 1]).fma(FloatVector.fromArray(S, b, bo + L), s1);
      s2 = FloatVector.broadcast(S, a[ao + i + 2]).fma(FloatVector.fromArray(S, b, bo + 2 * L), s2);
      s3 = FloatVector.broadcast(S, a[ao + i + 3]).fma(FloatVector.fromArray(S, b, bo + 3 * L), s3);
      bo += 4 * L;
    }
    FloatVector s = s0.add(s1).add(s2.add(s3));
    s.intoArray(c, co);
  }

  /** For 16 registers: the sums of the two rows are p0 to p3 and q0 to q3. */
  static void twoRows(
      float[] a, int a0, int a1, int k, float[] b, int bo, float[] c, int co, int ldc) {
    FloatVector p0 = FloatVector.zero(S);
    FloatVector p1 = FloatVector.zero(S);
    FloatVector p2 = FloatVector.zero(S);
    FloatVector p3 = FloatVector.zero(S);
    FloatVector q0 = FloatVector.zero(S);
    FloatVector q1 = FloatVector.zero(S);
    FloatVector q2 = FloatVector.zero(S);
    FloatVector q3 = FloatVector.zero(S);
    for (int i = 0; i < k; i += 4) {
      FloatVector b0 = FloatVector.fromArray(S, b, bo);
      p0 = FloatVector.broadcast(S, a[a0 + i]).fma(b0, p0);
      q0 = FloatVector.broadcast(S, a[a1 + i]).fma(b0, q0);
      FloatVector b1 = FloatVector.fromArray(S, b, bo + L);
      p1 = FloatVector.broadcast(S, a[a0 + i + 1]).fma(b1, p1);
      q1 = FloatVector.broadcast(S, a[a1 + i + 1]).fma(b1, q1);
      FloatVector b2 = FloatVector.fromArray(S, b, bo + 2 * L);
      p2 = FloatVector.broadcast(S, a[a0 + i + 2]).fma(b2, p2);
      q2 = FloatVector.broadcast(S, a[a1 + i + 2]).fma(b2, q2);
      FloatVector b3 = FloatVector.fromArray(S, b, bo + 3 * L);
      p3 = FloatVector.broadcast(S, a[a0 + i + 3]).fma(b3, p3);
      q3 = FloatVector.broadcast(S, a[a1 + i + 3]).fma(b3, q3);
      bo += 4 * L;
    }
    FloatVector p = p0.add(p1).add(p2.add(p3));
    FloatVector q = q0.add(q1).add(q2.add(q3));
    p.intoArray(c, co);
    q.intoArray(c, co + ldc);
  }

  /** For 32: the sums of the four rows are p0 to p3, q0 to q3, r0 to r3 and s0 to s3. */
  static void fourRows(
      float[] a,
      int a0,
      int a1,
      int a2,
      int a3,
      int k,
      float[] b,
      int bo,
      float[] c,
      int co,
      int ldc) {
    FloatVector p0 = FloatVector.zero(S);
    FloatVector p1 = FloatVector.zero(S);
    FloatVector p2 = FloatVector.zero(S);
    FloatVector p3 = FloatVector.zero(S);
    FloatVector q0 = FloatVector.zero(S);
    FloatVector q1 = FloatVector.zero(S);
    FloatVector q2 = FloatVector.zero(S);
    FloatVector q3 = FloatVector.zero(S);
    FloatVector r0 = FloatVector.zero(S);
    FloatVector r1 = FloatVector.zero(S);
    FloatVector r2 = FloatVector.zero(S);
    FloatVector r3 = FloatVector.zero(S);
    FloatVector s0 = FloatVector.zero(S);
    FloatVector s1 = FloatVector.zero(S);
    FloatVector s2 = FloatVector.zero(S);
    FloatVector s3 = FloatVector.zero(S);
    for (int i = 0; i < k; i += 4) {
      FloatVector b0 = FloatVector.fromArray(S, b, bo);
      p0 = FloatVector.broadcast(S, a[a0 + i]).fma(b0, p0);
      q0 = FloatVector.broadcast(S, a[a1 + i]).fma(b0, q0);
      r0 = FloatVector.broadcast(S, a[a2 + i]).fma(b0, r0);
      s0 = FloatVector.broadcast(S, a[a3 + i]).fma(b0, s0);
      FloatVector b1 = FloatVector.fromArray(S, b, bo + L);
      p1 = FloatVector.broadcast(S, a[a0 + i + 1]).fma(b1, p1);
      q1 = FloatVector.broadcast(S, a[a1 + i + 1]).fma(b1, q1);
      r1 = FloatVector.broadcast(S, a[a2 + i + 1]).fma(b1, r1);
      s1 = FloatVector.broadcast(S, a[a3 + i + 1]).fma(b1, s1);
      FloatVector b2 = FloatVector.fromArray(S, b, bo + 2 * L);
      p2 = FloatVector.broadcast(S, a[a0 + i + 2]).fma(b2, p2);
      q2 = FloatVector.broadcast(S, a[a1 + i + 2]).fma(b2, q2);
      r2 = FloatVector.broadcast(S, a[a2 + i + 2]).fma(b2, r2);
      s2 = FloatVector.broadcast(S, a[a3 + i + 2]).fma(b2, s2);
      FloatVector b3 = FloatVector.fromArray(S, b, bo + 3 * L);
      p3 = FloatVector.broadcast(S, a[a0 + i + 3]).fma(b3, p3);
      q3 = FloatVector.broadcast(S, a[a1 + i + 3]).fma(b3, q3);
      r3 = FloatVector.broadcast(S, a[a2 + i + 3]).fma(b3, r3);
      s3 = FloatVector.broadcast(S, a[a3 + i + 3]).fma(b3, s3);
      bo += 4 * L;
    }
    FloatVector p = p0.add(p1).add(p2.add(p3));
    FloatVector q = q0.add(q1).add(q2.add(q3));
    FloatVector r = r0.add(r1).add(r2.add(r3));
    FloatVector s = s0.add(s1).add(s2.add(s3));
    p.intoArray(c, co);
    q.intoArray(c, co + ldc);
    r.intoArray(c, co + 2 * ldc);
    s.intoArray(c, co + 3 * ldc);
  }
}
