package dev.hebb.runtime.simd;

import dev.hebb.runtime.Scratch;
import java.util.function.Consumer;

/** The panel product in plain loops until the vector form is compiled; the bits are the same. */
final class TieredPanel implements Panel {
  private static final int ROWS = 8;
  private static final int TERMS = 48;

  private final int lanes;
  private final LoopTier<Panel> tier;

  TieredPanel() {
    Panel vector = VectorPanel.create();
    lanes = vector.lanes();
    tier = new LoopTier<>(new ScalarPanel(lanes), () -> vector, TieredPanel::exercise);
  }

  /** A block of rows times a wide and a narrow panel, one row alone, and dot products. */
  private static Consumer<Panel> exercise() {
    int width = 64;
    float[] a = new float[ROWS * TERMS];
    float[] b = new float[width * TERMS];
    float[] c = new float[width * TERMS];
    int[] terms = Panel.terms(TERMS, 1);
    var rows = Rows.spaced(ROWS, TERMS, width);
    var scratch = new Scratch();
    return panel -> {
      int wide = panel.width();
      int narrow = panel.lanes();
      panel.multiply(rows, 0, ROWS, terms, 0, TERMS, a, 0, b, 0, width, c, 0, wide, false, scratch);
      panel.multiply(rows, 0, ROWS, terms, 0, TERMS, a, 0, b, 0, width, c, 0, narrow, true, scratch);
      panel.row(a, 0, 1, TERMS, b, 0, width, c, 0, width);
      panel.dots(a, 0, TERMS, b, 0, TERMS, c, 0, ROWS);
      panel.transpose(b, 0, TERMS, TERMS, narrow, c, 0, narrow);
    };
  }

  @Override
  public int lanes() {
    return lanes;
  }

  @Override
  public void multiply(
      Rows rows, int from, int to, int[] terms, int first, int last, float[] a, int ao,
      float[] b, int bo, int pitch, float[] c, int co, int cols, boolean add, Scratch scratch) {
    tier.pick((to - from) * (last - first) * cols)
        .multiply(
            rows, from, to, terms, first, last, a, ao, b, bo, pitch, c, co, cols, add, scratch);
  }

  @Override
  public void row(
      float[] a, int ao, int step, int k, float[] b, int bo, int pitch, float[] c, int co, int n) {
    tier.pick(k * n).row(a, ao, step, k, b, bo, pitch, c, co, n);
  }

  @Override
  public void dots(
      float[] a, int ao, int k, float[] b, int bo, int pitch, float[] c, int co, int n) {
    tier.pick(k * n).dots(a, ao, k, b, bo, pitch, c, co, n);
  }

  @Override
  public void transpose(float[] b, int bo, int pitch, int k, int n, float[] p, int po, int width) {
    tier.pick(k * n).transpose(b, bo, pitch, k, n, p, po, width);
  }
}
