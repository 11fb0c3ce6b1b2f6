package dev.hebb.runtime.simd;

import dev.hebb.runtime.Kernel;
import dev.hebb.runtime.Operands;
import dev.hebb.runtime.Scratch;

/**
 * The product of few rows by a B that hardly ever changes: a phase of its own copies B in strips of
 * four vectors of columns, one row after the other. Two strips at a time come faster from the
 * second-level cache than whole rows, and where B is transposed, the sums lie in the lanes and have
 * the bits that they have in a batch.
 */
final class GemmStrips implements Kernel {
  /** So many elements lie in the first-level cache, where the order is of no importance. */
  private static final int LEAST = 1 << 13;

  /** A copy of more than these, 16 MiB, takes too much memory. */
  private static final int MOST = 1 << 22;

  /** More elements, half a MiB, need not all be in the second-level cache at the next call. */
  private static final int LARGE = 1 << 17;

  /** Bytes in two cache lines, which processors fetch together. */
  private static final int LINES = 128;

  private final GemmShape shape;
  private final Epilogue epilogue;
  private final Panel panel;
  private final int copy;
  private final int lanes;
  private final GemmSplit split;
  private final boolean isLarge;

  /**
   * Which way the next row goes through the columns of each task, in cache lines of their own.
   * Callers at the same time may overwrite it: it is a matter of speed alone.
   */
  private final boolean[] goesBack;

  GemmStrips(GemmShape s, Epilogue epilogue, Panel panel) {
    this.shape = s;
    this.epilogue = epilogue;
    this.panel = panel;
    copy = 3 + epilogue.operands();
    lanes = panel.lanes();
    split = GemmSplit.byColumns(s, 8 * lanes); // two strips
    isLarge = (long) s.k() * s.n() > LARGE;
    goesBack = new boolean[isLarge ? split.colTasks() * LINES : 0];
  }

  /**
   * Returns whether B is of a size where that shows and has columns for two strips, or is
   * transposed.
   */
  static boolean pays(GemmShape s, Panel panel) {
    long size = (long) s.k() * (s.n() + 4 * panel.lanes());
    boolean isWide = s.n() >= 8 * panel.lanes() && size >= LEAST && size <= MOST;
    boolean isTransposed = s.transB() && (long) s.k() * (s.n() + 64) < Integer.MAX_VALUE / 4;
    return s.batch() > 0 && s.work() > 0 && (isWide || isTransposed);
  }

  @Override
  public int prepares() {
    return 1;
  }

  @Override
  public long prepared() {
    return (long) shape.k() * Math.ceilDiv(shape.n(), 4 * lanes) * 4 * lanes;
  }

  @Override
  public int phases() {
    return 2;
  }

  @Override
  public int tasks(int phase) {
    return phase == 0 ? 1 : split.tasks();
  }

  @Override
  public void run(int phase, int task, Operands x, Scratch scratch) {
    if (phase == 0) {
      copy(x);
      return;
    }
    GemmShape s = shape;
    int first = task / split.colTasks() * split.itemsPerTask();
    int last = Math.min(s.batch(), first + split.itemsPerTask());
    int col = task % split.colTasks() * split.colsPerTask();
    int cols = Math.min(split.colsPerTask(), s.n() - col);
    float[] a = x.floats(0);
    float[] b = x.floats(copy);
    int bo = x.offset(copy) + col * s.k();
    float[] c = x.floats(2);
    for (int item = first; item < last; item++) {
      for (int i = 0; i < s.m(); i++) {
        int at = item * s.strideC() + i * s.ldc() + col;
        int row = x.offset(0) + item * s.strideA() + s.placeA(i, 0);
        multiply(task % split.colTasks(), a, row, b, bo, c, x.offset(2) + at, cols, scratch);
        epilogue.run(x, at, 1, s.ldc(), col, cols);
      }
    }
  }

  /**
   * Multiplies a row by some columns. If B is large, each row goes through it the other way than
   * the last one, and so begins with what that has left in the cache.
   */
  private void multiply(
      int colTask,
      float[] a,
      int ao,
      float[] b,
      int bo,
      float[] c,
      int co,
      int cols,
      Scratch scratch) {
    int k = shape.k();
    int step = shape.transA() ? shape.lda() : 1;
    if (!isLarge) {
      panel.strips(a, ao, step, k, b, bo, c, co, cols, scratch);
      return;
    }
    boolean back = goesBack[colTask * LINES];
    goesBack[colTask * LINES] = !back;
    int unit = 8 * lanes;
    int units = Math.ceilDiv(cols, unit);
    for (int i = 0; i < units; i++) {
      int j = (back ? units - 1 - i : i) * unit;
      int n = Math.min(unit, cols - j);
      panel.strips(a, ao, step, k, b, bo + j * k, c, co + j, n, scratch);
    }
  }

  private void copy(Operands x) {
    GemmShape s = shape;
    float[] b = x.floats(1);
    float[] to = x.floats(copy);
    int at = x.offset(copy);
    for (int j = 0; j < s.n(); j += 4 * lanes) {
      int cols = Math.min(4 * lanes, s.n() - j);
      for (int p = 0; p < s.k(); p++) {
        int from = x.offset(1) + s.placeB(p, j);
        int step = s.transB() ? s.ldb() : 1;
        for (int i = 0; i < cols; i++) {
          to[at + i] = b[from + i * step];
        }
        at += 4 * lanes;
      }
    }
  }

  @Override
  public String toString() {
    return shape + ", row by row, B in strips";
  }
}
