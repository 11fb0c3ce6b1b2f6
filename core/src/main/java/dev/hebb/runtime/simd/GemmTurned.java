package dev.hebb.runtime.simd;

import dev.hebb.runtime.Kernel;
import dev.hebb.runtime.Operands;
import dev.hebb.runtime.Scratch;

/**
 * The product of few rows by a large transposed B, turned round: C' = B · A'.
 *
 * <p>B is read row by row, where it lies; what is transposed is A, into panels that each thread
 * makes once, and a block of C after the other. Both have fewer elements than B, which {@link
 * GemmBlocked} would transpose to use each of them a few times only. The terms of a sum are the
 * same in the same order, so it has the same bits.
 */
final class GemmTurned implements Kernel {
  /** With fewer rows most of a vector of them would be empty. */
  private static final int FEWEST_ROWS = 10;

  /** With more, B's elements are used often enough to transpose them. */
  private static final int MOST_ROWS = 160;

  /** B has to be so many times as large as A. */
  private static final int TIMES = 2;

  /** With fewer terms, transposing C takes as long as transposing B. */
  private static final int LEAST_TERMS = 128;

  /** Rows of B in one task: a multiple of this, which the tallest tile and a vector divide. */
  private static final int UNIT = 16;

  private static final int MOST_UNITS = 8;

  private final GemmShape shape;
  private final Epilogue epilogue;
  private final Panel panel;
  private final int units;
  private final int colTasks;
  private final Panel.Rows rows;
  private final Panel.Terms terms;

  GemmTurned(GemmShape s, Epilogue epilogue, Panel panel) {
    this.shape = s;
    this.epilogue = epilogue;
    this.panel = panel;
    units = Math.ceilDiv(s.n(), UNIT);
    long perUnit = Math.max(1, (long) s.m() * s.k() * UNIT);
    int unitsPerTask = (int) Math.clamp(GemmSplit.TASK_WORK / perUnit, 2, MOST_UNITS);
    colTasks = Math.ceilDiv(units, unitsPerTask);
    rows = Panel.Rows.spaced(unitsPerTask * UNIT, s.ldb(), panel.width());
    terms = Panel.Terms.consecutive(s.k());
  }

  /**
   * Whether it is quicker than transposing B: only with tiles of eight rows, as those of four would
   * read the panels of A' twice as often.
   */
  static boolean pays(GemmShape s, Panel panel) {
    boolean hasTall = panel.lanes() == Panel.MOST_LANES;
    boolean isFew = s.m() >= FEWEST_ROWS && s.m() <= MOST_ROWS && s.n() >= TIMES * s.m();
    // A last panel of A' that is hardly used takes the time of a full one.
    int padded = Math.ceilDiv(s.m(), panel.lanes()) * panel.lanes();
    boolean isFull = s.m() <= panel.width() || 4 * s.m() >= 3 * padded;
    boolean isDeep = s.k() >= LEAST_TERMS && (long) padded * s.k() <= GemmSplit.MOST_PACKED;
    return hasTall && s.transB() && !s.transA() && isFew && isFull && isDeep;
  }

  @Override
  public int phases() {
    return 1;
  }

  @Override
  public int tasks(int phase) {
    return shape.batch() * colTasks;
  }

  @Override
  public void run(int phase, int task, Operands x, Scratch scratch) {
    GemmShape s = shape;
    int item = task / colTasks;
    int col = firstCol(task % colTasks);
    int cols = firstCol(task % colTasks + 1) - col;
    int width = panel.width();
    // This thread's own memory: A' in panels, then a block of C'.
    int size = Math.ceilDiv(s.m(), width) * width * s.k();
    float[] own = scratch.floats(0, size + rows.c().length * width + CacheLines.FLOATS);
    int ao = scratch.skip();
    int turned = ao + size;
    float[] b = x.floats(1);
    int bo = x.offset(1) + item * s.strideB() + s.placeB(0, col);
    float[] c = x.floats(2);
    int at = item * s.strideC() + col;
    boolean isPacked = scratch.holds((s.strideA() == 0 ? 0 : item) * CacheLines.FLOATS + ao);
    for (int i = 0; i < s.m(); i += width) {
      int few = Math.min(width, s.m() - i);
      int wide = PanelPacking.width(panel, few);
      int from = ao + i * s.k();
      if (!isPacked) {
        int stored = x.offset(0) + item * s.strideA() + s.placeA(i, 0);
        panel.transpose(x.floats(0), stored, s.lda(), s.k(), few, own, from, wide);
      }
      panel.multiply(
          rows,
          0,
          cols,
          terms,
          0,
          terms.starts().length,
          b,
          bo,
          own,
          from,
          wide,
          own,
          turned,
          few,
          false,
          scratch);
      panel.turn(own, turned, width, few, cols, c, x.offset(2) + at + i * s.ldc(), s.ldc());
    }
    epilogue.run(x, at, s.m(), s.ldc(), col, cols);
  }

  /** Returns the first column of C, which is a row of B, of a task. */
  private int firstCol(int task) {
    return Math.min(shape.n(), (int) ((long) units * task / colTasks) * UNIT);
  }

  @Override
  public String toString() {
    return shape + ", turned round";
  }
}
