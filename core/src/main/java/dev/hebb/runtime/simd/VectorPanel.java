package dev.hebb.runtime.simd;

import dev.hebb.runtime.Scratch;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The panel product in vector instructions: how rows are dealt out to tiles that fit the registers.
 *
 * <p>A tile is one loop and has no branch, on purpose. With a second loop around it (over runs of
 * terms) or a branch that is first taken late, the compiler bets on what it has seen so far, and
 * code that was fast for the first shape became ten times slower, for good, on the next one. So
 * sums start from an array of zeros if there is nothing to add to, surplus rows repeat the last
 * one, and no masked access ever reaches beyond an array: its slow path would be a branch, too.
 * Sums are written {@code x.fma(b, sum)}, the form the compiler turns into one instruction.
 *
 * @see VectorRowTiles
 * @see VectorColumnTiles
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

  /** Where each of eight rows finds them. */
  private static final int[] NOWHERE = new int[8];

  /** The scratch slot for tiles at the end of C. */
  static final int COPY = 7;

  /** The scratch slot for rows at the end of A. */
  private static final int ROWS = 6;

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
    int done = from;
    if (L == 16 && run > 1) {
      for (; done <= to - 8 && isInside(c, co, rc, done, width); done += 8) {
        eightRows(a, ao, ra, done, terms, first, last, b, bo, c, co, rc, cols, add);
      }
    }
    for (int r = done; r < to; r += 4) {
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
          VectorRowTiles.wideTerms(
              a, a0, a1, a2, a3, starts, first, last, b, bo, pitch, old, o0, o1, o2, o3, to4, c0,
              c1, c2, c3, cols);
        } else {
          VectorRowTiles.narrowTerms(
              a, a0, a1, a2, a3, starts, first, last, b, bo, pitch, old, o0, o1, o2, o3, to4, c0,
              c1, c2, c3, cols);
        }
      } else {
        int from4 = bo;
        for (int i = first; i < last; i++) {
          int p = starts[i];
          if (isWide) {
            VectorRowTiles.wideRun(
                a, a0 + p, a1 + p, a2 + p, a3 + p, run, b, from4, old, o0, o1, o2, o3, to4, c0, c1,
                c2, c3, cols);
          } else {
            VectorRowTiles.narrowRun(
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

  private static boolean isInside(float[] c, int co, int[] rc, int r, int width) {
    int last = 0;
    for (int i = r; i < r + 8; i++) {
      last = Math.max(last, rc[i]);
    }
    return co + last + width <= c.length;
  }

  /** Where there are 32 registers, eight rows at a time halve the traffic of B. */
  private static void eightRows(
      float[] a,
      int ao,
      int[] ra,
      int r,
      Terms terms,
      int first,
      int last,
      float[] b,
      int bo,
      float[] c,
      int co,
      int[] rc,
      int cols,
      boolean add) {
    int run = terms.run();
    int width = cols > L ? 2 * L : L;
    for (int i = first; i < last; i++) {
      int p = ao + terms.starts()[i];
      int from = bo + (i - first) * run * width;
      boolean adds = i > first || add;
      float[] old = adds ? c : ZEROS;
      int oo = adds ? co : 0;
      int[] ro = adds ? rc : NOWHERE;
      int q = adds ? r : 0;
      if (cols > L) {
        VectorRowTiles.eightRows(a, p, ra, r, run, b, from, old, oo, ro, q, c, co, rc, cols);
      } else {
        VectorRowTiles.eightNarrowRows(a, p, ra, r, run, b, from, old, oo, ro, q, c, co, rc, cols);
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

  @Override
  public void columns(
      float[] a,
      int ao,
      int step,
      int strip,
      int rows,
      int k,
      float[] b,
      int bo,
      int pitch,
      float[] c,
      int co,
      int ldc,
      int cols,
      boolean add,
      Scratch scratch) {
    boolean isWide = cols > L;
    int width = isWide ? 2 * L : L;
    for (int r = 0; r < rows; ) {
      int left = rows - r;
      int height = L < 16 || left <= 4 ? 4 : 8;
      int from = ao + r / L * strip + r % L;
      float[] x = a;
      int xo = from;
      int xs = step;
      if (left < height && from + (long) (k - 1) * step + height > a.length) {
        // The surplus rows lie beyond the end of A.
        x = scratch.floats(ROWS, k * height);
        pack(a, from, step, k, left, x, 0, height);
        xo = 0;
        xs = height;
      }
      int used = Math.min(left, height);
      int at = co + r * ldc;
      boolean isWhole =
          used == height && (isWide ? cols == width : at + (height - 1) * ldc + width <= c.length);
      float[] to = isWhole ? c : scratch.floats(COPY, height * width);
      int t = isWhole ? at : 0;
      int tp = isWhole ? ldc : width;
      if (add && !isWhole) {
        move(c, at, ldc, to, 0, width, used, cols);
      }
      float[] old = add ? to : ZEROS;
      int o = add ? t : 0;
      int op = add ? tp : 0;
      if (height == 8) {
        if (isWide) {
          VectorColumnTiles.eightWide(x, xo, xs, k, b, bo, pitch, old, o, op, to, t, tp);
        } else {
          VectorColumnTiles.eightNarrow(x, xo, xs, k, b, bo, pitch, old, o, op, to, t, tp, cols);
        }
      } else if (isWide) {
        VectorColumnTiles.fourWide(x, xo, xs, k, b, bo, pitch, old, o, op, to, t, tp);
      } else {
        VectorColumnTiles.fourNarrow(x, xo, xs, k, b, bo, pitch, old, o, op, to, t, tp, cols);
      }
      if (!isWhole) {
        move(to, 0, width, c, at, ldc, used, cols);
      }
      r += height;
    }
  }

  private static void move(
      float[] from, int f, int fromPitch, float[] to, int t, int toPitch, int rows, int n) {
    for (int r = 0; r < rows; r++) {
      System.arraycopy(from, f + r * fromPitch, to, t + r * toPitch, n);
    }
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
    VectorRows.row(a, ao, step, k, b, bo, pitch, c, co, n, scratch);
  }

  @Override
  public void strips(
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
    VectorRows.strips(a, ao, step, k, b, bo, c, co, n, scratch);
  }

  @Override
  public void fewColumns(
      float[] a,
      int ao,
      int lda,
      int rows,
      int k,
      float[] b,
      int bo,
      float[] c,
      int co,
      int ldc,
      int cols,
      Scratch scratch) {
    int r = 0;
    if (L == 16) {
      for (; r < rows - 1; r += 4) {
        int used = Math.min(4, rows - r);
        int at = co + r * ldc;
        boolean isWhole = used == 4 && at + 3 * ldc + L <= c.length;
        float[] to = isWhole ? c : scratch.floats(COPY, 4 * L);
        int t = isWhole ? at : 0;
        int pitch = isWhole ? ldc : L;
        int a0 = ao + r * lda;
        int a1 = a0 + lda;
        int a2 = used > 2 ? a1 + lda : a1;
        int a3 = used > 3 ? a2 + lda : a2;
        VectorFewColumns.fourRows(a, a0, a1, a2, a3, k, b, bo, to, t, pitch, cols);
        if (!isWhole) {
          move(to, 0, L, c, at, ldc, used, cols);
        }
      }
    }
    for (; r < rows - 1; r += 2) {
      int at = co + r * ldc;
      boolean isWhole = at + ldc + L <= c.length;
      float[] to = isWhole ? c : scratch.floats(COPY, 2 * L);
      int a0 = ao + r * lda;
      VectorFewColumns.twoRows(
          a, a0, a0 + lda, k, b, bo, to, isWhole ? at : 0, isWhole ? ldc : L, cols);
      if (!isWhole) {
        move(to, 0, L, c, at, ldc, 2, cols);
      }
    }
    for (; r < rows; r++) {
      int at = co + r * ldc;
      boolean isWhole = at + L <= c.length;
      float[] to = isWhole ? c : scratch.floats(COPY, L);
      VectorFewColumns.oneRow(a, ao + r * lda, k, b, bo, to, isWhole ? at : 0, cols);
      if (!isWhole) {
        System.arraycopy(to, 0, c, at, cols);
      }
    }
  }

  @Override
  public void dots(
      float[] a, int ao, int k, float[] b, int bo, int pitch, float[] c, int co, int n) {
    VectorRows.dots(a, ao, k, b, bo, pitch, c, co, n);
  }

  @Override
  public void pack(
      float[] b, int bo, int pitch, int k, int n, float[] p, int po, int width, int next) {
    // Of each pair of vectors of a row, where the second one goes, and where the next pair does.
    int second = width == L ? next : L;
    int pair = width == L ? 2 * next : next;
    int j = 0;
    for (; j <= n - 8 * L; j += 8 * L, po += 4 * pair) {
      packEight(b, bo + j, pitch, k, p, po, width, second, pair);
    }
    for (; j <= n - 2 * L; j += 2 * L, po += pair) {
      packPair(b, bo + j, pitch, k, p, po, width, second);
    }
    if (width == L && j <= n - L) {
      packOne(b, bo + j, pitch, k, p, po);
      j += L;
      po += next;
    }
    for (int i = 0; i < k && j < n; i++) {
      int to = po + i * width;
      System.arraycopy(b, bo + j + i * pitch, p, to, n - j);
      Arrays.fill(p, to + n - j, to + width, 0);
    }
  }

  private static void packEight(
      float[] b, int bo, int pitch, int k, float[] p, int po, int width, int second, int pair) {
    for (int i = 0; i < k; i++) {
      FloatVector.fromArray(S, b, bo).intoArray(p, po);
      FloatVector.fromArray(S, b, bo + L).intoArray(p, po + second);
      FloatVector.fromArray(S, b, bo + 2 * L).intoArray(p, po + pair);
      FloatVector.fromArray(S, b, bo + 3 * L).intoArray(p, po + pair + second);
      FloatVector.fromArray(S, b, bo + 4 * L).intoArray(p, po + 2 * pair);
      FloatVector.fromArray(S, b, bo + 5 * L).intoArray(p, po + 2 * pair + second);
      FloatVector.fromArray(S, b, bo + 6 * L).intoArray(p, po + 3 * pair);
      FloatVector.fromArray(S, b, bo + 7 * L).intoArray(p, po + 3 * pair + second);
      bo += pitch;
      po += width;
    }
  }

  private static void packPair(
      float[] b, int bo, int pitch, int k, float[] p, int po, int width, int second) {
    for (int i = 0; i < k; i++) {
      FloatVector.fromArray(S, b, bo).intoArray(p, po);
      FloatVector.fromArray(S, b, bo + L).intoArray(p, po + second);
      bo += pitch;
      po += width;
    }
  }

  private static void packOne(float[] b, int bo, int pitch, int k, float[] p, int po) {
    for (int i = 0; i < k; i++) {
      FloatVector.fromArray(S, b, bo).intoArray(p, po);
      bo += pitch;
      po += L;
    }
  }

  @Override
  public void transpose(float[] b, int bo, int pitch, int k, int n, float[] p, int po, int width) {
    int j = 0;
    int whole = k - k % L;
    for (; j <= n - L; j += L) {
      VectorTranspose.rows(b, bo + j * pitch, pitch, whole, p, po + j, width);
      for (int i = whole; i < k; i++) {
        for (int r = j; r < j + L; r++) {
          p[po + i * width + r] = b[bo + r * pitch + i];
        }
      }
    }
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
