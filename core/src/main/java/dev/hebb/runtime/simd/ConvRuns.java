package dev.hebb.runtime.simd;

/**
 * The inner loops between an image and a matrix of its windows: runs of adjacent elements are
 * copied (im2col) or added back (col2im).
 */
interface ConvRuns {
  /** The fastest implementation available in this process. */
  static ConvRuns best() {
    return TieredConvRuns.BEST;
  }

  /** Fewer floats than this after a run may be overwritten by {@link #copy}. */
  int SLACK = 16;

  /**
   * Copies {@code rows} runs of {@code n} elements each to one place, for each of some windows.
   *
   * @param from the image
   * @param fo where the first window's first run starts
   * @param windowStep from one window to the next
   * @param rowStep from one run of a window to the next
   * @param windows how many windows
   * @param rows how many runs a window has
   * @param n how many elements a run has
   * @param to where the runs go, one after the other
   * @param at where those of the first window go
   * @param pitch from one window's to the next
   */
  void copy(
      float[] from,
      int fo,
      int windowStep,
      int rowStep,
      int windows,
      int rows,
      int n,
      float[] to,
      int at,
      int pitch);

  /** Adds {@code rows} runs of {@code n} elements that lie {@code fromStep} apart to others. */
  void add(float[] from, int fo, int fromStep, int rows, int n, float[] to, int at, int toStep);
}
