package dev.hebb.runtime.simd;

import dev.hebb.runtime.Kernel;
import dev.hebb.runtime.Operands;
import dev.hebb.runtime.Scratch;

/**
 * The product with so few columns that a row alone would leave the multiply-add units waiting for
 * one sum after each term: every sum is added up in four parts (see {@link Panel#fewColumns}),
 * whether the row stands alone or among others, so that it has the same bits. B lies in panels of
 * one vector, copied by each task or, if it seldom changes, by a phase of its own.
 */
final class GemmNarrow implements Kernel {
  /** Columns that one vector of the widest kind holds. */
  private static final int MOST_COLUMNS = 15;

  /** Fewer terms are added up as quickly in one part. */
  private static final int LEAST_TERMS = 65;

  /** A panel of more terms does not stay in the second-level cache. */
  private static final int MOST_TERMS = 1 << 13;

  /** Multiply-adds, those of unused lanes included, worth a task of their own. */
  private static final long TASK_WORK = 1 << 18;

  private final GemmShape shape;
  private final boolean isPrepared;
  private final Epilogue epilogue;
  private final Panel panel;
  private final int lanes;
  private final int rowsPerTask;
  private final int rowTasks;
  private final int itemsPerTask;

  GemmNarrow(GemmShape s, boolean isPrepared, Epilogue epilogue, Panel panel) {
    this.shape = s;
    this.isPrepared = isPrepared;
    this.epilogue = epilogue;
    this.panel = panel;
    lanes = panel.lanes();
    int width = Math.ceilDiv(s.n(), lanes) * lanes;
    rowsPerTask = (int) Math.ceilDiv(TASK_WORK, (long) s.k() * width);
    rowTasks = Math.ceilDiv(s.m(), rowsPerTask);
    itemsPerTask = rowTasks > 1 ? 1 : Math.max(1, rowsPerTask / Math.max(1, s.m()));
  }

  /** Whether a product is of this kind, by the size of B: also with one row. */
  static boolean fits(GemmShape s) {
    boolean isNarrow = s.n() > 1 && s.n() <= MOST_COLUMNS;
    return isNarrow && s.k() >= LEAST_TERMS && s.k() <= MOST_TERMS && !s.transA();
  }

  @Override
  public int prepares() {
    return isPrepared ? 1 : -1;
  }

  @Override
  public long prepared() {
    return isPrepared ? size() : 0;
  }

  private int size() {
    return Math.ceilDiv(shape.n(), lanes) * lanes * shape.k();
  }

  @Override
  public int phases() {
    return isPrepared ? 2 : 1;
  }

  @Override
  public int tasks(int phase) {
    return phase < phases() - 1 ? 1 : Math.ceilDiv(shape.batch(), itemsPerTask) * rowTasks;
  }

  @Override
  public void run(int phase, int task, Operands x, Scratch scratch) {
    GemmShape s = shape;
    int copy = 3 + epilogue.operands();
    if (phase < phases() - 1) {
      copy(x.floats(1), x.offset(1), x.floats(copy), x.offset(copy));
      return;
    }
    int first = task / rowTasks * itemsPerTask;
    int last = Math.min(s.batch(), first + itemsPerTask);
    int row = task % rowTasks * rowsPerTask;
    int rows = Math.min(rowsPerTask, s.m() - row);
    float[] b = isPrepared ? x.floats(copy) : scratch.floats(0, size() + CacheLines.FLOATS);
    int bo = isPrepared ? x.offset(copy) : scratch.skip();
    float[] c = x.floats(2);
    for (int item = first; item < last; item++) {
      if (!isPrepared) {
        copy(x.floats(1), x.offset(1) + item * s.strideB(), b, bo);
      }
      int ao = x.offset(0) + item * s.strideA() + row * s.lda();
      int at = item * s.strideC() + row * s.ldc();
      for (int j = 0; j < s.n(); j += lanes) {
        int cols = Math.min(lanes, s.n() - j);
        int co = x.offset(2) + at + j;
        panel.fewColumns(
            x.floats(0),
            ao,
            s.lda(),
            rows,
            s.k(),
            b,
            bo + j * s.k(),
            c,
            co,
            s.ldc(),
            cols,
            scratch);
      }
      epilogue.run(x, at, rows, s.ldc(), 0, s.n());
    }
  }

  /** Copies B into panels of one vector each. */
  private void copy(float[] b, int bo, float[] to, int at) {
    GemmShape s = shape;
    for (int j = 0; j < s.n(); j += lanes) {
      int cols = Math.min(lanes, s.n() - j);
      int from = bo + s.placeB(0, j);
      if (s.transB()) {
        panel.transpose(b, from, s.ldb(), s.k(), cols, to, at + j * s.k(), lanes);
      } else {
        // What stands beyond the columns may be copied, too: whole vectors are quicker.
        boolean isWhole = PanelPacking.isReadable(b, from, s.ldb(), s.k(), lanes);
        panel.pack(b, from, s.ldb(), s.k(), isWhole ? lanes : cols, to, at + j * s.k(), lanes);
      }
    }
  }

  @Override
  public String toString() {
    return shape + ", four sums for each result" + (isPrepared ? ", B prepared" : "");
  }
}
