package dev.hebb.runtime.simd;

import dev.hebb.runtime.Scratch;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * The panel product in vector instructions.
 *
 * <p>The tile is four rows by two vectors. Its eight sums are what the two multiply-add units of
 * current x86 cores need to stay busy (latency 4 times throughput 2), and together with two columns
 * of B and one broadcast of A they fit the 16 registers of AVX2; larger tiles were slower or
 * erratic because the compiler spilled. Sums are written {@code x.fma(b, sum)}, the form the
 * compiler turns into one instruction.
 *
 * <p>A tile is one loop and has no branch, on purpose. With a second loop around it (over runs of
 * terms) or a branch that is first taken late, the compiler bets on what it has seen so far, and
 * code that was fast for the first shape became ten times slower, for good, on the next one. So
 * sums start from an array of zeros if there is nothing to add to, surplus rows repeat the last
 * one, and no masked access ever reaches beyond an array: its slow path would be a branch, too.
 *
 * <p>A run of terms, with its fixed pitch, needs no bounds checks and few registers and reaches 90
 * to 95 % of the peak. The table of terms reaches three quarters of it: the compiler runs out of
 * registers for addresses. It also keeps short loops away from the code for long ones, which would
 * else be compiled for short ones.
 */
final class VectorPanel implements Panel {
  /** No wider than 16 lanes: the rotations below, and the columns of a small layer, end there. */
  static final VectorSpecies<Float> S =
      FloatVector.SPECIES_PREFERRED.length() > 16
          ? FloatVector.SPECIES_512
          : FloatVector.SPECIES_PREFERRED;

  private static final int L = S.length();

  /** What sums start from, unless they are added to old ones. */
  private static final float[] ZEROS = new float[2 * L];

  /** The scratch slot for tiles at the end of C. */
  private static final int COPY = 7;

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
      Rows rows,
      int from,
      int to,
      Terms terms,
      int first,
      int last,
      float[] a,
      int ao,
      float[] b,
      int bo,
      int pitch,
      float[] c,
      int co,
      int cols,
      boolean add,
      Scratch scratch) {
    int[] ra = rows.a();
    int[] rc = rows.c();
    if (first == last) {
      // An empty sum: the loop over runs below would not store it.
      for (int r = from; r < to && !add; r++) {
        Arrays.fill(c, co + rc[r], co + rc[r] + cols, 0);
      }
      return;
    }
    int[] starts = terms.starts();
    int run = terms.run();
    boolean isWide = cols > L;
    int width = isWide ? 2 * L : L;
    for (int r = from; r < to; r += 4) {
      // Rows beyond the last repeat it: the same sums are stored again.
      int r1 = Math.min(r + 1, to - 1);
      int r2 = Math.min(r + 2, to - 1);
      int r3 = Math.min(r + 3, to - 1);
      int a0 = ao + ra[r];
      int a1 = ao + ra[r1];
      int a2 = ao + ra[r2];
      int a3 = ao + ra[r3];
      float[] to4 = c;
      int c0 = co + rc[r];
      int c1 = co + rc[r1];
      int c2 = co + rc[r2];
      int c3 = co + rc[r3];
      boolean isInside = Math.max(Math.max(c0, c1), Math.max(c2, c3)) + width <= c.length;
      if (!isInside) {
        // Vectors would reach beyond the end of C: compute on a copy.
        to4 = scratch.floats(COPY, 4 * width);
        move(c, c0, c1, c2, c3, to4, 0, width, 2 * width, 3 * width, cols);
        c0 = 0;
        c1 = width;
        c2 = 2 * width;
        c3 = 3 * width;
      }
      float[] old = add ? to4 : ZEROS;
      int o0 = add ? c0 : 0;
      int o1 = add ? c1 : 0;
      int o2 = add ? c2 : 0;
      int o3 = add ? c3 : 0;
      if (run == 1) {
        if (isWide) {
          wideTerms(
              a, a0, a1, a2, a3, starts, first, last, b, bo, pitch, old, o0, o1, o2, o3, to4, c0,
              c1, c2, c3, cols);
        } else {
          narrowTerms(
              a, a0, a1, a2, a3, starts, first, last, b, bo, pitch, old, o0, o1, o2, o3, to4, c0,
              c1, c2, c3, cols);
        }
      } else {
        int from4 = bo;
        for (int i = first; i < last; i++) {
          int p = starts[i];
          if (isWide) {
            wideRun(
                a, a0 + p, a1 + p, a2 + p, a3 + p, run, b, from4, old, o0, o1, o2, o3, to4, c0, c1,
                c2, c3, cols);
          } else {
            narrowRun(
                a, a0 + p, a1 + p, a2 + p, a3 + p, run, b, from4, old, o0, o1, o2, o3, to4, c0, c1,
                c2, c3, cols);
          }
          from4 += run * width;
          old = to4;
          o0 = c0;
          o1 = c1;
          o2 = c2;
          o3 = c3;
        }
      }
      if (!isInside) {
        move(to4, c0, c1, c2, c3, c, co + rc[r], co + rc[r1], co + rc[r2], co + rc[r3], cols);
      }
    }
  }

  private static void move(
      float[] from,
      int f0,
      int f1,
      int f2,
      int f3,
      float[] to,
      int t0,
      int t1,
      int t2,
      int t3,
      int n) {
    System.arraycopy(from, f0, to, t0, n);
    System.arraycopy(from, f1, to, t1, n);
    System.arraycopy(from, f2, to, t2, n);
    System.arraycopy(from, f3, to, t3, n);
  }

  private static void wideRun(
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
      int c3,
      int cols) {
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
    VectorMask<Float> used = S.indexInRange(0, cols - L);
    s0.intoArray(c, c0);
    t0.intoArray(c, c0 + L, used);
    s1.intoArray(c, c1);
    t1.intoArray(c, c1 + L, used);
    s2.intoArray(c, c2);
    t2.intoArray(c, c2 + L, used);
    s3.intoArray(c, c3);
    t3.intoArray(c, c3 + L, used);
  }

  private static void wideTerms(
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
      int c3,
      int cols) {
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
    VectorMask<Float> used = S.indexInRange(0, cols - L);
    s0.intoArray(c, c0);
    t0.intoArray(c, c0 + L, used);
    s1.intoArray(c, c1);
    t1.intoArray(c, c1 + L, used);
    s2.intoArray(c, c2);
    t2.intoArray(c, c2 + L, used);
    s3.intoArray(c, c3);
    t3.intoArray(c, c3 + L, used);
  }

  private static void narrowRun(
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
      int c3,
      int cols) {
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
    VectorMask<Float> used = S.indexInRange(0, cols);
    s0.intoArray(c, c0, used);
    s1.intoArray(c, c1, used);
    s2.intoArray(c, c2, used);
    s3.intoArray(c, c3, used);
  }

  private static void narrowTerms(
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
      int c3,
      int cols) {
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
    VectorMask<Float> used = S.indexInRange(0, cols);
    s0.intoArray(c, c0, used);
    s1.intoArray(c, c1, used);
    s2.intoArray(c, c2, used);
    s3.intoArray(c, c3, used);
  }

  @Override
  public void row(
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
      rowPart(a, ao, step, k, b, bo, pitch, c, co, n, scratch.floats(COPY, L));
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
  public void pack(float[] b, int bo, int pitch, int k, int n, float[] p, int po, int width) {
    if (n == 2 * L) {
      packWide(b, bo, pitch, k, p, po);
      return;
    }
    for (int i = 0; i < k; i++) {
      int to = po + i * width;
      System.arraycopy(b, bo + i * pitch, p, to, n);
      Arrays.fill(p, to + n, to + width, 0);
    }
  }

  private static void packWide(float[] b, int bo, int pitch, int k, float[] p, int po) {
    for (int i = 0; i < k; i++) {
      FloatVector x = FloatVector.fromArray(S, b, bo);
      FloatVector y = FloatVector.fromArray(S, b, bo + L);
      x.intoArray(p, po);
      y.intoArray(p, po + L);
      bo += pitch;
      po += 2 * L;
    }
  }

  @Override
  public void transpose(float[] b, int bo, int pitch, int k, int n, float[] p, int po, int width) {
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
