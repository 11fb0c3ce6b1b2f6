package dev.hebb.runtime.simd;

import java.util.List;
import java.util.stream.Stream;

/**
 * Winograd's transforms in plain loops until the vector form is compiled; the bits are the same.
 */
final class TieredWinograd implements Winograd {
  private static final int CHANNELS = 64;
  private static final int ROW = POINTS * CHANNELS;
  private static final float[] FROM = new float[SQUARE * CHANNELS];
  private static final float[] TO = new float[SQUARE * CHANNELS];
  private static final float[] TEMP = new float[SQUARE * CHANNELS];

  static final Winograd BEST = Simd.available() ? new TieredWinograd() : new ScalarWinograd(16);

  private final Winograd vector = VectorWinograd.create();
  private final Winograd plain = new ScalarWinograd(vector.lanes());

  /** One for each matrix, which has a loop of its own. */
  private final List<LoopTier<Winograd>> tiers =
      Stream.of(Matrix.values()).map(this::tier).toList();

  private LoopTier<Winograd> tier(Matrix m) {
    return new LoopTier<>(
        plain,
        () -> vector,
        () ->
            List.of(w -> w.apply(m, FROM, 0, ROW, CHANNELS, TO, 0, ROW, CHANNELS, CHANNELS, TEMP)));
  }

  /** Warms up what the forward pass of large convolutions uses, before it begins. */
  void expect(long elements) {
    tiers.get(Matrix.DATA.ordinal()).expect(elements);
    tiers.get(Matrix.OUTPUT_4.ordinal()).expect(elements);
  }

  @Override
  public int lanes() {
    return vector.lanes();
  }

  @Override
  public void apply(
      Matrix m,
      float[] from,
      int fo,
      int fromRow,
      int fromCol,
      float[] to,
      int at,
      int toRow,
      int toCol,
      int n,
      float[] temp) {
    tiers
        .get(m.ordinal())
        .pick(SQUARE * n)
        .apply(m, from, fo, fromRow, fromCol, to, at, toRow, toCol, n, temp);
  }
}
