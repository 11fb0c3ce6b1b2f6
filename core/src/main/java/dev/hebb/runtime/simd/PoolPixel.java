package dev.hebb.runtime.simd;

/**
 * The inner loops of pooling: one window, all channels.
 *
 * <p>A window is ny × nx pixels of an image, at least one, that lie {@code stepY} and {@code stepX}
 * elements apart. The largest element of a window is the first one that no other exceeds; NaN
 * exceeds everything, and the first NaN is taken.
 */
interface PoolPixel {
  /** The fastest implementation available in this process. */
  static PoolPixel best() {
    return TieredPool.BEST;
  }

  /** Picks the largest element of each channel: y[c] = max x. */
  void max(
      float[] x, int xo, int ny, int nx, int stepY, int stepX, float[] y, int yo, int channels);

  /** Picks the v that lies where x is largest; v has the layout of x. */
  void take(
      float[] x,
      int xo,
      float[] v,
      int vo,
      int ny,
      int nx,
      int stepY,
      int stepX,
      float[] y,
      int yo,
      int channels);

  /** Adds g[c] to the element of d that lies where x is largest; d has the layout of x. */
  void scatter(
      float[] x,
      int xo,
      float[] d,
      int to,
      int ny,
      int nx,
      int stepY,
      int stepX,
      float[] g,
      int go,
      int channels);

  /** Adds up the window: y[c] = Σ x. */
  void sum(
      float[] x, int xo, int ny, int nx, int stepY, int stepX, float[] y, int yo, int channels);

  /** Adds g[c] to all elements of the window of d. */
  void spread(
      float[] d, int to, int ny, int nx, int stepY, int stepX, float[] g, int go, int channels);
}
