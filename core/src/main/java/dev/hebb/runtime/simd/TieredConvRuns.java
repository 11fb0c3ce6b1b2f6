package dev.hebb.runtime.simd;

import java.util.List;
import java.util.function.Consumer;

/** {@link ConvRuns} in plain loops until the vector form is compiled; the bits are the same. */
final class TieredConvRuns implements ConvRuns {
  static final ConvRuns BEST = Simd.available() ? new TieredConvRuns() : new ScalarConvRuns();

  private static final int SHORT = 21;
  private static final int N = 120;
  private static final int ROWS = 3;
  private static final int WINDOWS = 20;
  private static final int ROW_STEP = 200;
  private static final int PITCH = N * ROWS;

  private final float[] image = new float[ROWS * ROW_STEP + WINDOWS * 6];
  private final float[] matrix = new float[WINDOWS * PITCH + SLACK];

  private final LoopTier<ConvRuns> copy =
      tier(
          r -> r.copy(image, 0, 6, ROW_STEP, WINDOWS, ROWS, SHORT, matrix, 0, PITCH),
          r -> r.copy(image, 0, 6, ROW_STEP, 2, ROWS, N, matrix, 0, PITCH));
  private final LoopTier<ConvRuns> add =
      tier(r -> r.add(matrix, 0, N, ROWS, N, image, 0, ROW_STEP));

  @SafeVarargs
  private static LoopTier<ConvRuns> tier(Consumer<ConvRuns>... examples) {
    return new LoopTier<>(new ScalarConvRuns(), VectorConvRuns::create, () -> List.of(examples));
  }

  @Override
  public void copy(
      float[] from,
      int fo,
      int windowStep,
      int rowStep,
      int windows,
      int rows,
      int n,
      float[] to,
      int at,
      int pitch) {
    copy.pick(windows * rows * n)
        .copy(from, fo, windowStep, rowStep, windows, rows, n, to, at, pitch);
  }

  @Override
  public void add(
      float[] from, int fo, int fromStep, int rows, int n, float[] to, int at, int toStep) {
    add.pick(rows * n).add(from, fo, fromStep, rows, n, to, at, toStep);
  }
}
