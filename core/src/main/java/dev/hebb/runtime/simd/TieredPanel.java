package dev.hebb.runtime.simd;

import dev.hebb.runtime.Scratch;
import java.util.function.Consumer;

/** The panel product in plain loops until the vector form is compiled; the bits are the same. */
final class TieredPanel implements Panel {
  private static final int ROWS = 7;
  private static final int TERMS = 32;

  private final int lanes;
  private final LoopTier<Panel> tier;

  TieredPanel() {
    Panel vector = VectorPanel.create();
    lanes = vector.lanes();
    tier = new LoopTier<>(new ScalarPanel(lanes), () -> vector, TieredPanel::exercise);
  }

  /**
   * Blocks of rows times wide and narrow panels, one row alone, dot products and packing: what
   * comes first decides how the loops are compiled, so all of them are long ones, and old sums,
   * surplus rows and the end of C occur, too.
   */
  private static Consumer<Panel> exercise() {
    int pitch = 80;
    float[] a = new float[ROWS * TERMS];
    float[] b = new float[pitch * TERMS];
    float[] c = new float[pitch * TERMS];
    var run = Terms.consecutive(TERMS);
    var single = Terms.spaced(TERMS, 1);
    var scratch = new Scratch();
    return panel -> {
      int wide = panel.width();
      int narrow = panel.lanes();
      for (int width = wide; width >= narrow; width -= narrow) {
        var rows = Rows.spaced(ROWS, TERMS, width);
        int cols = width - 3;
        int end = c.length - ROWS * width + 3;
        panel.multiply(rows, 0, ROWS, run, 0, 1, a, 0, b, 0, width, c, 0, width, false, scratch);
        panel.multiply(rows, 0, ROWS, run, 0, 1, a, 0, b, 0, width, c, end, cols, true, scratch);
        panel.multiply(
            rows, 0, ROWS, single, 0, TERMS, a, 0, b, 0, width, c, 0, cols, true, scratch);
      }
      panel.row(a, 0, 1, TERMS, b, 0, pitch, c, 0, pitch, scratch);
      panel.row(a, 0, 1, TERMS, b, 0, pitch, c, 0, narrow + 1, scratch);
      panel.row(a, 0, 1, TERMS, b, 0, narrow - 1, c, 0, narrow - 1, scratch);
      panel.dots(a, 0, TERMS, b, 0, TERMS, c, 0, ROWS);
      panel.dots(a, 0, TERMS - 1, b, 0, TERMS, c, 0, ROWS);
      panel.pack(b, 0, pitch, TERMS, wide, c, 0, wide);
      panel.pack(b, 0, pitch, TERMS, narrow, c, 0, narrow);
      panel.transpose(b, 0, TERMS, TERMS, narrow, c, 0, narrow);
    };
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
    tier.pick((to - from) * (last - first) * terms.run() * cols)
        .multiply(
            rows, from, to, terms, first, last, a, ao, b, bo, pitch, c, co, cols, add, scratch);
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
    tier.pick(k * n).row(a, ao, step, k, b, bo, pitch, c, co, n, scratch);
  }

  @Override
  public void dots(
      float[] a, int ao, int k, float[] b, int bo, int pitch, float[] c, int co, int n) {
    tier.pick(k * n).dots(a, ao, k, b, bo, pitch, c, co, n);
  }

  @Override
  public void pack(float[] b, int bo, int pitch, int k, int n, float[] p, int po, int width) {
    tier.pick(k * n).pack(b, bo, pitch, k, n, p, po, width);
  }

  @Override
  public void transpose(float[] b, int bo, int pitch, int k, int n, float[] p, int po, int width) {
    tier.pick(k * n).transpose(b, bo, pitch, k, n, p, po, width);
  }
}
