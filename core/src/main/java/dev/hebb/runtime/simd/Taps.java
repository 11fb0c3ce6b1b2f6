package dev.hebb.runtime.simd;

/**
 * The inner loops of a convolution whose channels do not see each other: one window, all channels.
 *
 * <p>Two arrays are visited together, ny × nx places that lie so many elements apart: an image and
 * the kernel.
 */
interface Taps {
  /** The fastest implementation available in this process. */
  static Taps best() {
    return TieredTaps.BEST;
  }

  /** Multiplies and adds up: y[c] = Σ a[c] · b[c] over the window. */
  void dot(
      float[] a,
      int ao,
      int aStepY,
      int aStepX,
      float[] b,
      int bo,
      int bStepY,
      int bStepX,
      int ny,
      int nx,
      float[] y,
      int yo,
      int channels);

  /** Multiplies by one vector and adds: d[c] += a[c] · g[c] at each place of the window. */
  void add(
      float[] d,
      int at,
      int dStepY,
      int dStepX,
      float[] a,
      int ao,
      int aStepY,
      int aStepX,
      int ny,
      int nx,
      float[] g,
      int go,
      int channels);
}
