package dev.hebb.runtime.simd;

import java.util.List;
import java.util.function.Consumer;

/** {@link Taps} in plain loops until the vector form is compiled; the bits are the same. */
final class TieredTaps implements Taps {
  static final Taps BEST = Simd.available() ? new TieredTaps() : new ScalarTaps();

  private static final int C = 60;
  private static final int ROW = 4 * C;

  private final float[] image = new float[3 * ROW];
  private final float[] kernel = new float[9 * C];
  private final float[] pixel = new float[C];

  private final LoopTier<Taps> dot =
      tier(t -> t.dot(image, 0, ROW, C, kernel, 0, 3 * C, C, 3, 3, pixel, 0, C));
  private final LoopTier<Taps> add =
      tier(t -> t.add(image, 0, ROW, C, kernel, 0, 3 * C, C, 3, 3, pixel, 0, C));

  private static LoopTier<Taps> tier(Consumer<Taps> example) {
    return new LoopTier<>(new ScalarTaps(), VectorTaps::create, () -> List.of(example));
  }

  @Override
  public void dot(
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
      int channels) {
    dot.pick(ny * nx * channels)
        .dot(a, ao, aStepY, aStepX, b, bo, bStepY, bStepX, ny, nx, y, yo, channels);
  }

  @Override
  public void add(
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
      int channels) {
    add.pick(ny * nx * channels)
        .add(d, at, dStepY, dStepX, a, ao, aStepY, aStepX, ny, nx, g, go, channels);
  }
}
