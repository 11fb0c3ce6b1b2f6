package dev.hebb.runtime.simd;

import dev.hebb.runtime.Scratch;

/**
 * The inner loops of every matrix product and convolution: a block of rows times one panel of
 * columns.
 *
 * <p>A product computes, for each row r of a block and each column j &lt; cols,
 *
 * <pre>{@code
 * c[co + rows.c[r] + j] (+)= Σ_k  a[ao + rows.a[r] + terms[first + k]] · b[bo + k·pitch + j]
 * }</pre>
 *
 * where k runs over a range of terms. Because rows and terms are found through tables, the rows of a
 * matrix, the columns of a transposed one and the pixels of a convolution are all read where they
 * lie. Terms are added in order with fused multiply-adds, to zero or to what C holds: so the bits do
 * not depend on how a sum is cut into ranges.
 *
 * <p>A panel is at most {@link #width()} columns. For each k, b must hold a whole vector, or two
 * for more than {@link #lanes()} columns; what is beyond {@code cols} does not matter.
 */
interface Panel {
  /** The fastest implementation available in this process. */
  Panel BEST = Simd.available() ? new TieredPanel() : new ScalarPanel(16);

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

  /** Returns the table of {@code n} terms that lie {@code step} elements apart. */
  static int[] terms(int n, int step) {
    int[] terms = new int[n];
    for (int i = 0; i < n; i++) {
      terms[i] = i * step;
    }
    return terms;
  }

  /**
   * Multiplies rows {@code from} (inclusive) to {@code to} (exclusive) by a panel, over the terms
   * {@code first} (inclusive) to {@code last} (exclusive).
   */
  void multiply(
      Rows rows, int from, int to, int[] terms, int first, int last, float[] a, int ao,
      float[] b, int bo, int pitch, float[] c, int co, int cols, boolean add, Scratch scratch);

  /**
   * Multiplies one row of A by the columns of B: c[j] = Σ_k a[ao + k·step] · b[bo + k·pitch + j],
   * added in the order of k.
   */
  void row(
      float[] a, int ao, int step, int k, float[] b, int bo, int pitch, float[] c, int co, int n);

  /**
   * Multiplies one row of A by the rows of B: c[j] = Σ_k a[ao + k] · b[bo + j·pitch + k]. Whole
   * vectors are summed lane by lane, the lanes by halves, and then the remaining terms are added: the
   * bits depend on the number of lanes.
   */
  void dots(float[] a, int ao, int k, float[] b, int bo, int pitch, float[] c, int co, int n);

  /** Packs the transpose of n rows of B: p[po + i·width + j] = b[bo + j·pitch + i], i &lt; k. */
  void transpose(float[] b, int bo, int pitch, int k, int n, float[] p, int po, int width);
}
