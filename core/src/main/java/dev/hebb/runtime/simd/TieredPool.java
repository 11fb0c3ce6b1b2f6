package dev.hebb.runtime.simd;

import java.util.function.Consumer;

/** Pooling in plain loops until the vector form is compiled; the bits are the same. */
final class TieredPool implements PoolPixel {
  private static final int CHANNELS = 60;

  private final LoopTier<PoolPixel> tier =
      new LoopTier<>(new ScalarPool(), VectorPool::create, TieredPool::exercise);

  /** Every operation on a window of 2 × 2; the channels do not fill the last vector. */
  private static Consumer<PoolPixel> exercise() {
    float[] x = new float[4 * CHANNELS];
    float[] v = new float[4 * CHANNELS];
    float[] y = new float[CHANNELS];
    int row = 2 * CHANNELS;
    return pool -> {
      pool.max(x, 0, 2, 2, row, CHANNELS, y, 0, CHANNELS);
      pool.take(x, 0, v, 0, 2, 2, row, CHANNELS, y, 0, CHANNELS);
      pool.scatter(x, 0, v, 0, 2, 2, row, CHANNELS, y, 0, CHANNELS);
      pool.sum(x, 0, 2, 2, row, CHANNELS, y, 0, CHANNELS);
      pool.spread(v, 0, 2, 2, row, CHANNELS, y, 0, CHANNELS);
    };
  }

  @Override
  public void max(
      float[] x, int xo, int ny, int nx, int stepY, int stepX, float[] y, int yo, int channels) {
    tier.pick(channels).max(x, xo, ny, nx, stepY, stepX, y, yo, channels);
  }

  @Override
  public void take(
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
      int channels) {
    tier.pick(channels).take(x, xo, v, vo, ny, nx, stepY, stepX, y, yo, channels);
  }

  @Override
  public void scatter(
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
      int channels) {
    tier.pick(channels).scatter(x, xo, d, to, ny, nx, stepY, stepX, g, go, channels);
  }

  @Override
  public void sum(
      float[] x, int xo, int ny, int nx, int stepY, int stepX, float[] y, int yo, int channels) {
    tier.pick(channels).sum(x, xo, ny, nx, stepY, stepX, y, yo, channels);
  }

  @Override
  public void spread(
      float[] d, int to, int ny, int nx, int stepY, int stepX, float[] g, int go, int channels) {
    tier.pick(channels).spread(d, to, ny, nx, stepY, stepX, g, go, channels);
  }
}
