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
 * one, and vectors are stored whole, into C where what they write beyond the columns does no harm
 * and else into a copy. Sums are written {@code x.fma(b, sum)}, the form the compiler turns into
 * one instruction.
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

  /** Where eight rows of sums lie that cannot be stored into C as they are. */
  private static final int[] NARROW_ROWS = Rows.spaced(8, 0, L).c();

  private static final int[] WIDE_ROWS = Rows.spaced(8, 0, 2 * L).c();

  /** The scratch slot for tiles that cannot be stored into C as they are. */
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
    if (from == to) {
      return;
    }
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
    boolean isDense = rc[to - 1] - rc[from] == (to - from - 1) * cols;
    boolean mayReach = isDense && !add;
    int done = from;
    if (L == 16 && run > 1) {
      for (; done <= to - 8; done += 8) {
        boolean isWhole = isWhole(cols, width, mayReach, to - done - 8);
        eightRows(
            a, ao, ra, done, terms, first, last, b, bo, c, co, rc, cols, add, isWhole, scratch);
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
      boolean isWhole = isWhole(cols, width, mayReach, Math.max(0, to - r - 4));
      float[] sums = isWhole ? c : scratch.floats(COPY, 4 * width);
      int c0 = isWhole ? co + rc[r] : 0;
      int c1 = isWhole ? co + rc[r1] : width;
      int c2 = isWhole ? co + rc[r2] : 2 * width;
      int c3 = isWhole ? co + rc[r3] : 3 * width;
      if (add && !isWhole) {
        System.arraycopy(c, co + rc[r], sums, c0, cols);
        System.arraycopy(c, co + rc[r1], sums, c1, cols);
        System.arraycopy(c, co + rc[r2], sums, c2, cols);
        System.arraycopy(c, co + rc[r3], sums, c3, cols);
      }
      float[] old = add ? sums : ZEROS;
      int o0 = add ? c0 : 0;
      int o1 = add ? c1 : 0;
      int o2 = add ? c2 : 0;
      int o3 = add ? c3 : 0;
      if (run == 1) {
        if (isWide) {
          VectorRowTiles.wideTerms(
              a, a0, a1, a2, a3, starts, first, last, b, bo, pitch, old, o0, o1, o2, o3, sums, c0,
              c1, c2, c3);
        } else {
          VectorRowTiles.narrowTerms(
              a, a0, a1, a2, a3, starts, first, last, b, bo, pitch, old, o0, o1, o2, o3, sums, c0,
              c1, c2, c3);
        }
      } else {
        int from4 = bo;
        for (int i = first; i < last; i++) {
          int p = starts[i];
          if (isWide) {
            VectorRowTiles.wideRun(
                a, a0 + p, a1 + p, a2 + p, a3 + p, run, b, from4, old, o0, o1, o2, o3, sums, c0, c1,
                c2, c3);
          } else {
            VectorRowTiles.narrowRun(
                a, a0 + p, a1 + p, a2 + p, a3 + p, run, b, from4, old, o0, o1, o2, o3, sums, c0, c1,
                c2, c3);
          }
          from4 += run * width;
          old = sums;
          o0 = c0;
          o1 = c1;
          o2 = c2;
          o3 = c3;
        }
      }
      if (!isWhole) {
        System.arraycopy(sums, c0, c, co + rc[r], cols);
        System.arraycopy(sums, c1, c, co + rc[r1], cols);
        System.arraycopy(sums, c2, c, co + rc[r2], cols);
        System.arraycopy(sums, c3, c, co + rc[r3], cols);
      }
    }
  }

  /**
   * Returns whether a tile can be stored whole into C: if its vectors end where the columns do, or
   * if what they write beyond them is where later rows of this call will be stored.
   *
   * @param mayReach whether rows follow each other without gaps, and are not added to
   * @param later how many rows follow those of the tile; less than 0 if it has more than there are
   */
  private static boolean isWhole(int cols, int width, boolean mayReach, int later) {
    return later >= 0 && (cols == width || mayReach && width - cols <= later * cols);
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
      boolean add,
      boolean isWhole,
      Scratch scratch) {
    boolean isWide = cols > L;
    int width = isWide ? 2 * L : L;
    float[] sums = isWhole ? c : scratch.floats(COPY, 8 * width);
    int so = isWhole ? co : 0;
    int[] rs = isWhole ? rc : isWide ? WIDE_ROWS : NARROW_ROWS;
    int s = isWhole ? r : 0;
    for (int i = 0; i < 8 && add && !isWhole; i++) {
      System.arraycopy(c, co + rc[r + i], sums, rs[i], cols);
    }
    int run = terms.run();
    for (int i = first; i < last; i++) {
      int p = ao + terms.starts()[i];
      int from = bo + (i - first) * run * width;
      boolean adds = i > first || add;
      float[] old = adds ? sums : ZEROS;
      int oo = adds ? so : 0;
      int[] ro = adds ? rs : NOWHERE;
      int q = adds ? s : 0;
      if (isWide) {
        VectorRowTiles.eightRows(a, p, ra, r, run, b, from, old, oo, ro, q, sums, so, rs, s);
      } else {
        VectorRowTiles.eightNarrowRows(a, p, ra, r, run, b, from, old, oo, ro, q, sums, so, rs, s);
      }
    }
    for (int i = 0; i < 8 && !isWhole; i++) {
      System.arraycopy(sums, rs[i], c, co + rc[r + i], cols);
    }
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
      int free,
      boolean add,
      Scratch scratch) {
    boolean isWide = cols > L;
    int width = isWide ? 2 * L : L;
    boolean mayReach = (free >= 0 || ldc == cols) && !add;
    int reach = co + (rows - 1) * ldc + cols + Math.max(0, free);
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
          cols == width && left >= height || mayReach && at + (height - 1) * ldc + width <= reach;
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
          VectorColumnTiles.eightNarrow(x, xo, xs, k, b, bo, pitch, old, o, op, to, t, tp);
        }
      } else if (isWide) {
        VectorColumnTiles.fourWide(x, xo, xs, k, b, bo, pitch, old, o, op, to, t, tp);
      } else {
        VectorColumnTiles.fourNarrow(x, xo, xs, k, b, bo, pitch, old, o, op, to, t, tp);
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
    boolean mayReach = ldc == cols;
    int four = k & -4;
    int height;
    for (int r = 0; r < rows; r += height) {
      int left = rows - r;
      height = left == 1 ? 1 : L == 16 ? 4 : 2;
      int used = Math.min(left, height);
      int at = co + r * ldc;
      boolean isWhole = isWhole(cols, L, mayReach, left - height);
      float[] to = isWhole ? c : scratch.floats(COPY, 4 * L);
      int t = isWhole ? at : 0;
      int pitch = isWhole ? ldc : L;
      int a0 = ao + r * lda;
      int a1 = used > 1 ? a0 + lda : a0;
      int a2 = used > 2 ? a1 + lda : a1;
      int a3 = used > 3 ? a2 + lda : a2;
      switch (height) {
        case 1 -> VectorFewColumns.oneRow(a, a0, four, b, bo, to, t);
        case 2 -> VectorFewColumns.twoRows(a, a0, a1, four, b, bo, to, t, pitch);
        default -> VectorFewColumns.fourRows(a, a0, a1, a2, a3, four, b, bo, to, t, pitch);
      }
      if (four < k) {
        // Where a tile has fewer rows than four, the last one is stored again.
        int t1 = height > 1 ? t + pitch : t;
        int t2 = height > 2 ? t1 + pitch : t1;
        int t3 = height > 2 ? t2 + pitch : t1;
        int end = bo + four * L;
        VectorRowTiles.narrowRun(
            a, a0 + four, a1 + four, a2 + four, a3 + four, k - four, b, end, to, t, t1, t2, t3, to,
            t, t1, t2, t3);
      }
      if (!isWhole) {
        move(to, 0, L, c, at, ldc, used, cols);
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

  @Override
  public void turn(float[] p, int po, int width, int k, int n, float[] c, int co, int ldc) {
    int j = 0;
    int whole = k - k % L;
    for (; j <= n - L; j += L) {
      VectorTranspose.turn(p, po + j * width, width, whole, c, co + j, ldc);
      for (int i = whole; i < k; i++) {
        for (int r = j; r < j + L; r++) {
          c[co + i * ldc + r] = p[po + r * width + i];
        }
      }
    }
    for (int i = 0; i < k; i++) {
      for (int r = j; r < n; r++) {
        c[co + i * ldc + r] = p[po + r * width + i];
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
