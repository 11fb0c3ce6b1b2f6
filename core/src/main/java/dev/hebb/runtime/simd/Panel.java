package dev.hebb.runtime.simd;

/**
 * The inner loops of every matrix product and convolution: a block of rows times one panel of
 * columns.
 *
 * <p>A product computes, for each row r of a block and each column j &lt; cols,
 *
 * <pre>{@code
 * c[co + rows.c[r] + j] (+)= Σ_s Σ_i  a[ao + rows.a[r] + steps.starts[s] + i] · b[bo + k·pitch + j]
 * }</pre>
 *
 * where s runs over a range of steps, i from 0 to {@code steps.run - 1}, and k counts the terms from
 * 0. Because each row has its own place in A and the terms are found through a table, the rows of a
 * matrix, the columns of a transposed one and the pixels of a convolution are all read where they
 * lie. Terms are added in the order of k with fused multiply-adds, starting from zero; the sum is
 * stored, or added to what is there.
 *
 * <p>A panel is at most {@link #width()} columns. If {@code pitch} is the width (or {@link #lanes()}
 * for a panel of no more columns), b must hold that many values for each k; unused ones may be
 * anything finite or not. Else only the {@code cols} columns are read, and {@code cols} must be
 * {@code width()} or at most {@code lanes()}.
 */
interface Panel {
  /** The fastest implementation available in this process. */
  Panel BEST = Simd.available() ? VectorPanel.create() : new ScalarPanel(16);

  /** Returns the number of columns in one vector. */
  int lanes();

  /** Returns the number of columns of a full panel: two vectors. */
  default int width() {
    return 2 * lanes();
  }

  /** Where each row starts in A and in C. */
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

  /** Where the terms of a sum lie in A: runs of consecutive elements, all of one length. */
  record Steps(int[] starts, int run) {
    /** Returns {@code n} consecutive terms. */
    static Steps consecutive(int n) {
      return new Steps(n == 0 ? new int[0] : new int[] {0}, n);
    }

    /** Returns {@code n} terms that are {@code step} elements apart. */
    static Steps spaced(int n, int step) {
      int[] starts = new int[n];
      for (int i = 0; i < n; i++) {
        starts[i] = i * step;
      }
      return new Steps(starts, 1);
    }
  }

  /**
   * Multiplies rows {@code from} (inclusive) to {@code to} (exclusive) by a panel, over the steps
   * {@code first} (inclusive) to {@code last} (exclusive).
   */
  void multiply(
      Rows rows, int from, int to, Steps steps, int first, int last,
      float[] a, int ao, float[] b, int bo, int pitch, float[] c, int co, int cols, boolean add);

  /**
   * Multiplies one row of A by the columns of B: c[j] = Σ_k a[ao + k·step] · b[bo + k·pitch + j],
   * added in the order of k.
   */
  void row(
      float[] a, int ao, int step, int k, float[] b, int bo, int pitch, float[] c, int co, int n);

  /**
   * Multiplies one row of A by the rows of B: c[j] = Σ_k a[ao + k] · b[bo + j·pitch + k]. The sum is
   * split over the lanes of a vector and added up by halves: its bits depend on the number of lanes.
   */
  void dots(float[] a, int ao, int k, float[] b, int bo, int pitch, float[] c, int co, int n);

  /** Packs the transpose of n rows of B: p[po + i·width + j] = b[bo + j·pitch + i], i &lt; k. */
  void transpose(float[] b, int bo, int pitch, int k, int n, float[] p, int po, int width);
}
