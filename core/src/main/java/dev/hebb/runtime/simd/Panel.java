package dev.hebb.runtime.simd;

import dev.hebb.runtime.Scratch;

/**
 * The inner loops of every matrix product and convolution: a block of rows times one panel of
 * columns.
 *
 * <p>A product computes, for each row r of a block and each column j &lt; cols,
 *
 * <pre>{@code
 * c[co + rows.c[r] + j] (+)= Σ_s Σ_i  a[ao + rows.a[r] + terms.starts[s] + i] · b[bo + k·pitch + j]
 * }</pre>
 *
 * where s runs over a range of starts, i over a run, and k counts the terms from 0. Because rows
 * and terms are found through tables, the rows of a matrix, the columns of a transposed one and the
 * pixels of a convolution are all read where they lie. Terms are added in order with fused
 * multiply-adds, to zero or to what C holds: so the bits do not depend on how a sum is cut into
 * ranges.
 *
 * <p>A panel is at most {@link #width()} columns. For each k, b must hold a whole vector, or two
 * for more than {@link #lanes()} columns; what is beyond {@code cols} does not matter. If terms
 * come in runs longer than 1, the panel must be packed: {@code pitch} is its number of lanes.
 */
interface Panel {
  /** The fastest implementation available in this process. */
  static Panel best() {
    return TieredPanel.BEST; // not a constant here: that would be made before VectorPanel's own
  }

  /**
   * The lanes of the longest vector. What decides on the order of a sum counts with so many on any
   * machine: so the bits are the same on all of them, and where the vector module is absent.
   */
  int MOST_LANES = 16;

  /** Returns the number of columns in one vector. */
  int lanes();

  /** Returns the number of columns of a full panel: two vectors. */
  default int width() {
    return 2 * lanes();
  }

  /**
   * Where each row starts in A and in C. The rows of C ascend and do not overlap: where they follow
   * each other without gaps, a product may store more than a row's columns, as long as later rows
   * of the same call are stored there after it.
   */
  record Rows(int[] a, int[] c) {
    /** Returns the table of {@code n} evenly spaced rows. */
    static Rows spaced(int n, int stepA, int stepC) {
      int[] a = new int[n];
      int[] c = new int[n];
      for (int i = 0; i < n; i++) {
        a[i] = i * stepA;
        c[i] = i * stepC;
      }
      return new Rows(a, c);
    }
  }

  /**
   * Where the terms of a sum lie in A: the starts of runs of consecutive elements of one length.
   */
  record Terms(int[] starts, int run) {
    /** Runs shorter than this are better given as single terms. */
    static final int LONG_RUN = 16;

    /** Returns {@code n} consecutive terms, to be multiplied by a packed panel. */
    static Terms consecutive(int n) {
      return n < LONG_RUN ? spaced(n, 1) : new Terms(new int[] {0}, n);
    }

    /** Returns {@code n} terms that lie {@code step} elements apart. */
    static Terms spaced(int n, int step) {
      int[] starts = new int[n];
      for (int i = 0; i < n; i++) {
        starts[i] = i * step;
      }
      return new Terms(starts, 1);
    }
  }

  /**
   * Multiplies rows {@code from} (inclusive) to {@code to} (exclusive) by a panel, over the starts
   * {@code first} (inclusive) to {@code last} (exclusive).
   */
  void multiply(
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
      Scratch scratch);

  /**
   * Multiplies rows whose A is stored by columns: as {@link #multiply}, c[co + r·ldc + j] (+)= Σ_i
   * a[ao + (r / lanes)·strip + r % lanes + i·step] · b[bo + i·pitch + j] for i &lt; k. A transposed
   * matrix is read in place with strips {@link #lanes()} apart; a packed one has a matrix
   * [k][lanes] for each strip.
   *
   * @param free how many floats beyond the last row's columns, besides all that lies between the
   *     rows, the caller has yet to store, so that it does not matter what is stored there now; −1
   *     if there may be something else
   */
  void columns(
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
      Scratch scratch);

  /**
   * Multiplies one row of A by the columns of B: c[j] = Σ_k a[ao + k·step] · b[bo + k·pitch + j],
   * added in the order of k.
   */
  void row(
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
      Scratch scratch);

  /**
   * Multiplies one row of A by columns in strips of four vectors, a matrix [k][4·lanes] each. c[j]
   * = Σ_i a[ao + i·step] · B[i][j], added in the order of i; column j of B lies in strip j /
   * (4·lanes). What stands in the last strip beyond {@code n} columns does not matter.
   */
  void strips(
      float[] a,
      int ao,
      int step,
      int k,
      float[] b,
      int bo,
      float[] c,
      int co,
      int n,
      Scratch scratch);

  /**
   * Multiplies rows of A by one vector of columns: c[co + r·ldc + j] = Σ_i a[ao + r·lda + i] · b[bo
   * + i·lanes + j]. Four sums take every fourth term as long as there are four more; they are added
   * up in pairs, and the last terms follow. What stands in b beyond {@code cols} does not matter.
   */
  void fewColumns(
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
      Scratch scratch);

  /**
   * Multiplies one row of A by the rows of B: c[j] = Σ_k a[ao + k] · b[bo + j·pitch + k]. Sixteen
   * sums take every sixteenth term as long as there are sixteen more, at any number of lanes; they
   * are added up by halves, and the last terms follow.
   */
  void dots(float[] a, int ao, int k, float[] b, int bo, int pitch, float[] c, int co, int n);

  /**
   * Packs k rows of a row-major block of at most a panel's width: p[po + i·width + j] = b[bo +
   * i·pitch + j], j &lt; n, with zeros from n to the width.
   */
  default void pack(float[] b, int bo, int pitch, int k, int n, float[] p, int po, int width) {
    pack(b, bo, pitch, k, n, p, po, width, 0);
  }

  /**
   * Packs k rows of a row-major block into as many panels as its columns need, each {@code next}
   * behind the one before: p[po + j/width·next + i·width + j%width] = b[bo + i·pitch + j], j &lt;
   * n, with zeros from n to the end of the last panel. All panels at once are several times as fast
   * as one after the other, because rows are read in long runs, unless {@code next} is a large
   * power of two.
   *
   * @param width {@link #lanes()} or {@link #width()}
   * @see CacheLines#apart
   */
  void pack(float[] b, int bo, int pitch, int k, int n, float[] p, int po, int width, int next);

  /** Packs the transpose of n rows of B: p[po + i·width + j] = b[bo + j·pitch + i], i &lt; k. */
  void transpose(float[] b, int bo, int pitch, int k, int n, float[] p, int po, int width);

  /**
   * Transposes a panel of n rows into C: c[co + i·ldc + j] = p[po + j·width + i], i &lt; k. What P
   * holds is lost. C is not read: where threads write parts of the same rows, the processor would
   * fetch, beside what one reads, what another one is about to write.
   */
  void turn(float[] p, int po, int width, int k, int n, float[] c, int co, int ldc);
}
