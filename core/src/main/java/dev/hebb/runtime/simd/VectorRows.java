package dev.hebb.runtime.simd;

import dev.hebb.runtime.Scratch;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/** One row of A times B, which is read once: B by rows, or transposed as dot products. */
final class VectorRows {
  private static final VectorSpecies<Float> S = VectorPanel.S;
  private static final int L = S.length();

  private static final VectorShuffle<Float> BY_8 = rotation(8);
  private static final VectorShuffle<Float> BY_4 = rotation(4);
  private static final VectorShuffle<Float> BY_2 = rotation(2);
  private static final VectorShuffle<Float> BY_1 = rotation(1);

  private VectorRows() {}

  /** See {@link Panel#row}. */
  static void row(
      float[] a,
      int ao,
      int step,
      int k,
      float[] b,
      int bo,
      int pitch,
      float[] c,
      int co,
      int n,
      Scratch scratch) {
    int j = 0;
    for (; j <= n - 8 * L; j += 8 * L) {
      rowOct(a, ao, step, k, b, bo + j, pitch, c, co + j);
    }
    for (; j <= n - 4 * L; j += 4 * L) {
      rowQuad(a, ao, step, k, b, bo + j, pitch, c, co + j);
    }
    for (; j <= n - L; j += L) {
      rowSingle(a, ao, step, k, b, bo + j, pitch, c, co + j);
    }
    if (j < n && n >= L) {
      // The last vector overlaps the one before and stores the same sums again.
      rowSingle(a, ao, step, k, b, bo + n - L, pitch, c, co + n - L);
    } else if (j < n) {
      rowPart(a, ao, step, k, b, bo, pitch, c, co, n, scratch.floats(VectorPanel.COPY, L));
    }
  }

  /** Multiplies one row by less than a vector of columns. */
  private static void rowPart(
      float[] a,
      int ao,
      int step,
      int k,
      float[] b,
      int bo,
      int pitch,
      float[] c,
      int co,
      int n,
      float[] sums) {
    // As many rows of B as can be read in whole vectors.
    int whole = pitch == 0 ? 0 : Math.clamp(Math.floorDiv(b.length - L - bo, pitch) + 1, 0, k);
    rowSingle(a, ao, step, whole, b, bo, pitch, sums, 0);
    for (int i = whole; i < k; i++) {
      for (int j = 0; j < n; j++) {
        sums[j] = Math.fma(a[ao + i * step], b[bo + i * pitch + j], sums[j]);
      }
    }
    System.arraycopy(sums, 0, c, co, n);
  }

  /** Eight vectors at once read whole pages of B where a row has few columns. */
  private static void rowOct(
      float[] a, int ao, int step, int k, float[] b, int bo, int pitch, float[] c, int co) {
    FloatVector s0 = FloatVector.zero(S);
    FloatVector s1 = FloatVector.zero(S);
    FloatVector s2 = FloatVector.zero(S);
    FloatVector s3 = FloatVector.zero(S);
    FloatVector s4 = FloatVector.zero(S);
    FloatVector s5 = FloatVector.zero(S);
    FloatVector s6 = FloatVector.zero(S);
    FloatVector s7 = FloatVector.zero(S);
    for (int i = 0; i < k; i++) {
      FloatVector x = FloatVector.broadcast(S, a[ao]);
      s0 = x.fma(FloatVector.fromArray(S, b, bo), s0);
      s1 = x.fma(FloatVector.fromArray(S, b, bo + L), s1);
      s2 = x.fma(FloatVector.fromArray(S, b, bo + 2 * L), s2);
      s3 = x.fma(FloatVector.fromArray(S, b, bo + 3 * L), s3);
      s4 = x.fma(FloatVector.fromArray(S, b, bo + 4 * L), s4);
      s5 = x.fma(FloatVector.fromArray(S, b, bo + 5 * L), s5);
      s6 = x.fma(FloatVector.fromArray(S, b, bo + 6 * L), s6);
      s7 = x.fma(FloatVector.fromArray(S, b, bo + 7 * L), s7);
      ao += step;
      bo += pitch;
    }
    s0.intoArray(c, co);
    s1.intoArray(c, co + L);
    s2.intoArray(c, co + 2 * L);
    s3.intoArray(c, co + 3 * L);
    s4.intoArray(c, co + 4 * L);
    s5.intoArray(c, co + 5 * L);
    s6.intoArray(c, co + 6 * L);
    s7.intoArray(c, co + 7 * L);
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
      float[] a, int ao, int step, int k, float[] b, int bo, int pitch, float[] c, int co) {
    FloatVector s = FloatVector.zero(S);
    for (int i = 0; i < k; i++) {
      s = FloatVector.broadcast(S, a[ao]).fma(FloatVector.fromArray(S, b, bo), s);
      ao += step;
      bo += pitch;
    }
    s.intoArray(c, co);
  }

  /** See {@link Panel#strips}. */
  static void strips(
      float[] a,
      int ao,
      int step,
      int k,
      float[] b,
      int bo,
      float[] c,
      int co,
      int n,
      Scratch scratch) {
    int j = 0;
    for (; j <= n - 8 * L; j += 8 * L) {
      twoStrips(a, ao, step, k, b, bo + j * k, c, co + j);
    }
    for (; j <= n - 4 * L; j += 4 * L) {
      rowQuad(a, ao, step, k, b, bo + j * k, 4 * L, c, co + j);
    }
    if (j < n) {
      float[] sums = scratch.floats(VectorPanel.COPY, 4 * L);
      rowQuad(a, ao, step, k, b, bo + j * k, 4 * L, sums, 0);
      System.arraycopy(sums, 0, c, co + j, n - j);
    }
  }

  private static void twoStrips(
      float[] a, int ao, int step, int k, float[] b, int bo, float[] c, int co) {
    FloatVector s0 = FloatVector.zero(S);
    FloatVector s1 = FloatVector.zero(S);
    FloatVector s2 = FloatVector.zero(S);
    FloatVector s3 = FloatVector.zero(S);
    FloatVector s4 = FloatVector.zero(S);
    FloatVector s5 = FloatVector.zero(S);
    FloatVector s6 = FloatVector.zero(S);
    FloatVector s7 = FloatVector.zero(S);
    int next = 4 * L * k;
    for (int i = 0; i < k; i++) {
      FloatVector x = FloatVector.broadcast(S, a[ao]);
      s0 = x.fma(FloatVector.fromArray(S, b, bo), s0);
      s1 = x.fma(FloatVector.fromArray(S, b, bo + L), s1);
      s2 = x.fma(FloatVector.fromArray(S, b, bo + 2 * L), s2);
      s3 = x.fma(FloatVector.fromArray(S, b, bo + 3 * L), s3);
      s4 = x.fma(FloatVector.fromArray(S, b, bo + next), s4);
      s5 = x.fma(FloatVector.fromArray(S, b, bo + next + L), s5);
      s6 = x.fma(FloatVector.fromArray(S, b, bo + next + 2 * L), s6);
      s7 = x.fma(FloatVector.fromArray(S, b, bo + next + 3 * L), s7);
      ao += step;
      bo += 4 * L;
    }
    s0.intoArray(c, co);
    s1.intoArray(c, co + L);
    s2.intoArray(c, co + 2 * L);
    s3.intoArray(c, co + 3 * L);
    s4.intoArray(c, co + 4 * L);
    s5.intoArray(c, co + 5 * L);
    s6.intoArray(c, co + 6 * L);
    s7.intoArray(c, co + 7 * L);
  }

  /** See {@link Panel#dots}. */
  static void dots(
      float[] a, int ao, int k, float[] b, int bo, int pitch, float[] c, int co, int n) {
    int j = 0;
    if (L == 16) {
      for (; j <= n - 4; j += 4) {
        dotQuad(a, ao, k, b, bo + j * pitch, pitch, c, co + j);
      }
      for (; j < n; j++) {
        c[co + j] = dot(a, ao, k, b, bo + j * pitch);
      }
      return;
    }
    if (L == 8) {
      for (; j <= n - 4; j += 4) {
        dotQuadOfTwo(a, ao, k, b, bo + j * pitch, pitch, c, co + j);
      }
    }
    for (; j <= n - 2; j += 2) {
      dotPair(a, ao, k, b, bo + j * pitch, pitch, c, co + j, 1);
    }
    if (j < n) {
      dotPair(a, ao, k, b, bo + j * pitch, 0, c, co + j, 0); // the same one twice
    }
  }

  /** Four dot products whose sixteen sums each are the lanes of a vector. */
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
    float d0 = sum(s0);
    float d1 = sum(s1);
    float d2 = sum(s2);
    float d3 = sum(s3);
    for (; i < k; i++) {
      d0 = Math.fma(a[ao + i], b[bo + i], d0);
      d1 = Math.fma(a[ao + i], b[b1 + i], d1);
      d2 = Math.fma(a[ao + i], b[b2 + i], d2);
      d3 = Math.fma(a[ao + i], b[b3 + i], d3);
    }
    c[co] = d0;
    c[co + 1] = d1;
    c[co + 2] = d2;
    c[co + 3] = d3;
  }

  private static float dot(float[] a, int ao, int k, float[] b, int bo) {
    FloatVector s = FloatVector.zero(S);
    int i = 0;
    for (; i <= k - L; i += L) {
      s = FloatVector.fromArray(S, a, ao + i).fma(FloatVector.fromArray(S, b, bo + i), s);
    }
    float d = sum(s);
    for (; i < k; i++) {
      d = Math.fma(a[ao + i], b[bo + i], d);
    }
    return d;
  }

  /** The same where the sixteen sums of each are the lanes of two vectors. */
  private static void dotQuadOfTwo(
      float[] a, int ao, int k, float[] b, int bo, int pitch, float[] c, int co) {
    FloatVector s0 = FloatVector.zero(S);
    FloatVector s1 = FloatVector.zero(S);
    FloatVector s2 = FloatVector.zero(S);
    FloatVector s3 = FloatVector.zero(S);
    FloatVector t0 = FloatVector.zero(S);
    FloatVector t1 = FloatVector.zero(S);
    FloatVector t2 = FloatVector.zero(S);
    FloatVector t3 = FloatVector.zero(S);
    int b1 = bo + pitch;
    int b2 = b1 + pitch;
    int b3 = b2 + pitch;
    int i = 0;
    for (; i <= k - 16; i += 16) {
      FloatVector x = FloatVector.fromArray(S, a, ao + i);
      s0 = x.fma(FloatVector.fromArray(S, b, bo + i), s0);
      s1 = x.fma(FloatVector.fromArray(S, b, b1 + i), s1);
      s2 = x.fma(FloatVector.fromArray(S, b, b2 + i), s2);
      s3 = x.fma(FloatVector.fromArray(S, b, b3 + i), s3);
      FloatVector y = FloatVector.fromArray(S, a, ao + i + 8);
      t0 = y.fma(FloatVector.fromArray(S, b, bo + i + 8), t0);
      t1 = y.fma(FloatVector.fromArray(S, b, b1 + i + 8), t1);
      t2 = y.fma(FloatVector.fromArray(S, b, b2 + i + 8), t2);
      t3 = y.fma(FloatVector.fromArray(S, b, b3 + i + 8), t3);
    }
    float d0 = sum(s0.add(t0));
    float d1 = sum(s1.add(t1));
    float d2 = sum(s2.add(t2));
    float d3 = sum(s3.add(t3));
    for (; i < k; i++) {
      d0 = Math.fma(a[ao + i], b[bo + i], d0);
      d1 = Math.fma(a[ao + i], b[b1 + i], d1);
      d2 = Math.fma(a[ao + i], b[b2 + i], d2);
      d3 = Math.fma(a[ao + i], b[b3 + i], d3);
    }
    c[co] = d0;
    c[co + 1] = d1;
    c[co + 2] = d2;
    c[co + 3] = d3;
  }

  /** Two dot products whose sixteen sums each are the lanes of two vectors, or of four. */
  private static void dotPair(
      float[] a, int ao, int k, float[] b, int b0, int pitch, float[] c, int co, int next) {
    FloatVector s0 = FloatVector.zero(S);
    FloatVector s4 = FloatVector.zero(S);
    FloatVector s8 = FloatVector.zero(S);
    FloatVector s12 = FloatVector.zero(S);
    FloatVector t0 = FloatVector.zero(S);
    FloatVector t4 = FloatVector.zero(S);
    FloatVector t8 = FloatVector.zero(S);
    FloatVector t12 = FloatVector.zero(S);
    int b1 = b0 + pitch;
    int i = 0;
    for (; i <= k - 16; i += 16) {
      FloatVector x = FloatVector.fromArray(S, a, ao + i);
      s0 = x.fma(FloatVector.fromArray(S, b, b0 + i), s0);
      t0 = x.fma(FloatVector.fromArray(S, b, b1 + i), t0);
      x = FloatVector.fromArray(S, a, ao + i + 8);
      s8 = x.fma(FloatVector.fromArray(S, b, b0 + i + 8), s8);
      t8 = x.fma(FloatVector.fromArray(S, b, b1 + i + 8), t8);
      if (L == 4) {
        x = FloatVector.fromArray(S, a, ao + i + 4);
        s4 = x.fma(FloatVector.fromArray(S, b, b0 + i + 4), s4);
        t4 = x.fma(FloatVector.fromArray(S, b, b1 + i + 4), t4);
        x = FloatVector.fromArray(S, a, ao + i + 12);
        s12 = x.fma(FloatVector.fromArray(S, b, b0 + i + 12), s12);
        t12 = x.fma(FloatVector.fromArray(S, b, b1 + i + 12), t12);
      }
    }
    s0 = s0.add(s8);
    t0 = t0.add(t8);
    if (L == 4) {
      s0 = s0.add(s4.add(s12));
      t0 = t0.add(t4.add(t12));
    }
    float d0 = sum(s0);
    float d1 = sum(t0);
    for (; i < k; i++) {
      d0 = Math.fma(a[ao + i], b[b0 + i], d0);
      d1 = Math.fma(a[ao + i], b[b1 + i], d1);
    }
    c[co] = d0;
    c[co + next] = d1;
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
}
