package dev.hebb.runtime.simd;

import dev.hebb.runtime.Scratch;
import java.util.List;
import java.util.function.Consumer;

/**
 * The panel product in plain loops until the vector form is compiled; the bits are the same.
 *
 * <p>Each inner loop of the vector form is a method of its own, so each is waited for separately.
 * What a loop meets first decides how it is compiled: the examples are long ones, and old sums,
 * surplus rows and the end of C occur, too.
 */
final class TieredPanel implements Panel {
  static final Panel BEST = Simd.available() ? new TieredPanel() : new ScalarPanel(16);

  private static final int ROWS = 15;
  private static final int TERMS = 32;
  private static final int PITCH = 80;
  private static final int STRIP_TERMS = 20; // with eight vectors of 16 columns b is full

  private static final int PACKED_TERMS = 18; // with four panels of 32 columns c is nearly full

  private final float[] a = new float[ROWS * TERMS];
  private final float[] b = new float[PITCH * TERMS];
  private final float[] c = new float[PITCH * TERMS];
  private final Scratch own = new Scratch();

  private final Panel vector = VectorPanel.create();
  private final int wide = vector.width();
  private final int lanes = vector.lanes();
  private final Panel plain = new ScalarPanel(lanes);

  private final LoopTier<Panel> wideRun = multiply(Terms.consecutive(TERMS), wide);
  private final LoopTier<Panel> narrowRun = multiply(Terms.consecutive(TERMS), lanes);
  private final LoopTier<Panel> wideTerms = multiply(Terms.spaced(TERMS, 1), wide);
  private final LoopTier<Panel> narrowTerms = multiply(Terms.spaced(TERMS, 1), lanes);

  private final LoopTier<Panel> wideColumns = columns(wide);
  private final LoopTier<Panel> narrowColumns = columns(lanes);

  private final LoopTier<Panel> row =
      tier(
          p -> p.row(a, 0, 1, TERMS, b, 0, PITCH, c, 0, PITCH, own),
          p -> p.row(a, 0, 1, TERMS, b, 0, 64, c, 0, 8 * lanes, own),
          p -> p.row(a, 0, 1, TERMS, b, 0, PITCH, c, 0, lanes + 1, own),
          p -> p.row(a, 0, 1, TERMS, b, 0, lanes - 1, c, 0, lanes - 1, own));

  private final LoopTier<Panel> strips =
      tier(
          p -> p.strips(a, 0, 1, STRIP_TERMS, b, 0, c, 0, 8 * lanes, own),
          p -> p.strips(a, 0, 1, STRIP_TERMS, b, 0, c, 0, 3 * lanes + 1, own));

  private final LoopTier<Panel> fewColumns =
      tier(
          p -> p.fewColumns(a, 0, TERMS, 1, TERMS, b, 0, c, 0, lanes, lanes - 1, own),
          p -> p.fewColumns(a, 0, TERMS, 7, TERMS - 1, b, 0, c, 0, lanes, lanes - 1, own));

  private final LoopTier<Panel> dots =
      tier(
          p -> p.dots(a, 0, TERMS, b, 0, TERMS, c, 0, ROWS),
          p -> p.dots(a, 0, TERMS - 1, b, 0, TERMS, c, 0, ROWS));

  private final LoopTier<Panel> pack =
      tier(
          p -> p.pack(b, 0, 4 * wide, PACKED_TERMS, 4 * wide, c, 0, wide, PACKED_TERMS * wide),
          p -> p.pack(b, 0, PITCH, TERMS, wide, c, 0, wide),
          p -> p.pack(b, 0, PITCH, TERMS, lanes, c, 0, lanes));

  private final LoopTier<Panel> transpose =
      tier(
          p -> p.transpose(b, 0, TERMS, TERMS, lanes, c, 0, lanes),
          p -> p.transpose(b, 0, TERMS, TERMS, lanes - 1, c, 0, lanes));

  private final LoopTier<Panel> turn =
      tier(
          p -> p.turn(b, 0, wide, wide, TERMS, c, 0, PITCH),
          p -> p.turn(b, 0, wide, lanes + 1, lanes + 1, c, 0, PITCH));

  private LoopTier<Panel> multiply(Terms terms, int width) {
    var rows = Rows.spaced(ROWS, TERMS, width);
    int count = terms.starts().length;
    int cols = width - 3;
    int end = c.length - ROWS * width + 3;
    return tier(
        p -> p.multiply(rows, 0, ROWS, terms, 0, count, a, 0, b, 0, width, c, 0, width, false, own),
        p ->
            p.multiply(rows, 0, ROWS, terms, 0, count, a, 0, b, 0, width, c, end, cols, true, own));
  }

  /** Eight rows, which are two tiles where the registers hold four only, and the rows left over. */
  private LoopTier<Panel> columns(int width) {
    return tier(
        p ->
            p.columns(
                a, 0, ROWS, lanes, 8, TERMS - 2, b, 0, width, c, 0, width, width, -1, false, own),
        p ->
            p.columns(
                a, 0, ROWS, lanes, 4, TERMS - 2, b, 0, width, c, 0, width, width, -1, true, own),
        p ->
            p.columns(
                a, 0, ROWS, lanes, 3, TERMS, b, 0, width, c, 0, width, width - 3, -1, true, own));
  }

  @SafeVarargs
  private LoopTier<Panel> tier(Consumer<Panel>... examples) {
    return new LoopTier<>(plain, () -> vector, () -> List.of(examples));
  }

  /** Warms up what large matrix products and convolutions use, before they begin. */
  void expect(long products, long convolutions) {
    wideColumns.expect(products);
    wideRun.expect(products + convolutions);
    wideTerms.expect(convolutions);
  }

  @Override
  public int lanes() {
    return lanes;
  }

  @Override
  public void multiply(
      Rows rows,
      int from,
      int to,
      Terms terms,
      int first,
      int last,
      float[] a,
      int ao,
      float[] b,
      int bo,
      int pitch,
      float[] c,
      int co,
      int cols,
      boolean add,
      Scratch scratch) {
    boolean isWide = cols > lanes;
    var tier =
        terms.run() == 1 ? (isWide ? wideTerms : narrowTerms) : (isWide ? wideRun : narrowRun);
    tier.pick((to - from) * (last - first) * terms.run() * cols)
        .multiply(
            rows, from, to, terms, first, last, a, ao, b, bo, pitch, c, co, cols, add, scratch);
  }

  @Override
  public void columns(
      float[] a,
      int ao,
      int step,
      int strip,
      int rows,
      int k,
      float[] b,
      int bo,
      int pitch,
      float[] c,
      int co,
      int ldc,
      int cols,
      int free,
      boolean add,
      Scratch scratch) {
    var tier = cols > lanes ? wideColumns : narrowColumns;
    tier.pick(rows * k * cols)
        .columns(a, ao, step, strip, rows, k, b, bo, pitch, c, co, ldc, cols, free, add, scratch);
  }

  @Override
  public void row(
      float[] a,
      int ao,
      int step,
      int k,
      float[] b,
      int bo,
      int pitch,
      float[] c,
      int co,
      int n,
      Scratch scratch) {
    row.pick(k * n).row(a, ao, step, k, b, bo, pitch, c, co, n, scratch);
  }

  @Override
  public void strips(
      float[] a,
      int ao,
      int step,
      int k,
      float[] b,
      int bo,
      float[] c,
      int co,
      int n,
      Scratch scratch) {
    strips.pick(k * n).strips(a, ao, step, k, b, bo, c, co, n, scratch);
  }

  @Override
  public void fewColumns(
      float[] a,
      int ao,
      int lda,
      int rows,
      int k,
      float[] b,
      int bo,
      float[] c,
      int co,
      int ldc,
      int cols,
      Scratch scratch) {
    fewColumns
        .pick(rows * k * cols)
        .fewColumns(a, ao, lda, rows, k, b, bo, c, co, ldc, cols, scratch);
  }

  @Override
  public void dots(
      float[] a, int ao, int k, float[] b, int bo, int pitch, float[] c, int co, int n) {
    dots.pick(k * n).dots(a, ao, k, b, bo, pitch, c, co, n);
  }

  @Override
  public void pack(
      float[] b, int bo, int pitch, int k, int n, float[] p, int po, int width, int next) {
    pack.pick(k * n).pack(b, bo, pitch, k, n, p, po, width, next);
  }

  @Override
  public void transpose(float[] b, int bo, int pitch, int k, int n, float[] p, int po, int width) {
    transpose.pick(k * n).transpose(b, bo, pitch, k, n, p, po, width);
  }

  @Override
  public void turn(float[] p, int po, int width, int k, int n, float[] c, int co, int ldc) {
    turn.pick(k * n).turn(p, po, width, k, n, c, co, ldc);
  }
}
