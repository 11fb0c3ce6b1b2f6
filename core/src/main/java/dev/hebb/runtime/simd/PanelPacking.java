package dev.hebb.runtime.simd;

/**
 * The layout of the right-hand side of a product in panels: for each block of columns a matrix
 * [k][width] without gaps, so that the inner loop reads it front to back.
 */
final class PanelPacking {
  private PanelPacking() {}

  /** Returns the row length of a panel of {@code cols} columns: one vector if they fit, or two. */
  static int width(Panel panel, int cols) {
    return cols <= panel.lanes() ? panel.lanes() : panel.width();
  }

  /** Returns the floats needed for all panels of a matrix with {@code k} rows and n columns. */
  static int size(Panel panel, int k, int n) {
    int rest = n % panel.width();
    return k * (n - rest + (rest == 0 ? 0 : width(panel, rest)));
  }

  /**
   * Returns whether a panel can be read in place: whether whole vectors, which may reach beyond the
   * last column, stay inside of the array.
   */
  static boolean isReadable(float[] b, int bo, int pitch, int k, int width) {
    return bo + (long) Math.max(0, k - 1) * pitch + width <= b.length;
  }
}
