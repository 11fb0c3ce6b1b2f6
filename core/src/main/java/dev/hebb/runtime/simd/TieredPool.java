package dev.hebb.runtime.simd;

import java.util.List;
import java.util.function.Consumer;

/** Pooling in plain loops until the vector form is compiled; the bits are the same. */
final class TieredPool implements PoolPixel {
  /** Some twenty rounds of two vectors of any length, and a part of a vector. */
  private static final int CHANNELS = 812;

  private static final float[] X = new float[4 * CHANNELS];
  private static final float[] V = new float[4 * CHANNELS];
  private static final float[] Y = new float[CHANNELS];

  private static final int ROW = 2 * CHANNELS;

  static final PoolPixel BEST = Simd.available() ? new TieredPool() : new ScalarPool();

  private final LoopTier<PoolPixel> max =
      tier(pool -> pool.max(X, 0, 2, 2, ROW, CHANNELS, Y, 0, CHANNELS));
  private final LoopTier<PoolPixel> take =
      tier(pool -> pool.take(X, 0, V, 0, 2, 2, ROW, CHANNELS, Y, 0, CHANNELS));
  private final LoopTier<PoolPixel> scatter =
      tier(
          pool -> pool.scatter(X, 0, V, 0, 2, 2, ROW, CHANNELS, Y, 0, CHANNELS),
          pool -> pool.scatter(X, 0, V, 0, 2, 3, CHANNELS, 20, Y, 0, CHANNELS),
          pool -> pool.scatter(X, 0, V, 0, 1, 4, ROW, CHANNELS, Y, 0, CHANNELS));
  private final LoopTier<PoolPixel> sum =
      tier(pool -> pool.sum(X, 0, 2, 2, ROW, CHANNELS, Y, 0, CHANNELS));
  private final LoopTier<PoolPixel> spread =
      tier(pool -> pool.spread(V, 0, 2, 2, ROW, CHANNELS, Y, 0, CHANNELS));

  /** The examples are windows of two rows at most; their channels do not fill the last vector. */
  @SafeVarargs
  private static LoopTier<PoolPixel> tier(Consumer<PoolPixel>... examples) {
    return new LoopTier<>(new ScalarPool(), VectorPool::create, () -> List.of(examples));
  }

  @Override
  public void max(
      float[] x, int xo, int ny, int nx, int stepY, int stepX, float[] y, int yo, int channels) {
    max.pick(ny * nx * channels).max(x, xo, ny, nx, stepY, stepX, y, yo, channels);
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
    take.pick(ny * nx * channels).take(x, xo, v, vo, ny, nx, stepY, stepX, y, yo, channels);
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
    scatter.pick(ny * nx * channels).scatter(x, xo, d, to, ny, nx, stepY, stepX, g, go, channels);
  }

  @Override
  public void sum(
      float[] x, int xo, int ny, int nx, int stepY, int stepX, float[] y, int yo, int channels) {
    sum.pick(ny * nx * channels).sum(x, xo, ny, nx, stepY, stepX, y, yo, channels);
  }

  @Override
  public void spread(
      float[] d, int to, int ny, int nx, int stepY, int stepX, float[] g, int go, int channels) {
    spread.pick(ny * nx * channels).spread(d, to, ny, nx, stepY, stepX, g, go, channels);
  }
}
