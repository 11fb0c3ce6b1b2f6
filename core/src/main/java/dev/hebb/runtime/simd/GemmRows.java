package dev.hebb.runtime.simd;

import dev.hebb.runtime.Kernel;
import dev.hebb.runtime.Operands;
import dev.hebb.runtime.Scratch;

/** The product for few rows, bound by the speed of reading B once: row by row, nothing packed. */
final class GemmRows implements Kernel {
  private final GemmShape shape;
  private final int left;
  private final int right;
  private final int firstPart;
  private final Epilogue epilogue;
  private final Panel panel;
  private final GemmSplit split;

  /**
   * Makes the kernel.
   *
   * @param left the operand that holds A
   * @param right the operand that holds B
   * @param firstPart how many terms come before those that are added up by themselves
   */
  GemmRows(GemmShape s, int left, int right, int firstPart, Epilogue epilogue, Panel panel) {
    this.shape = s;
    this.left = left;
    this.right = right;
    this.firstPart = firstPart;
    this.epilogue = epilogue;
    this.panel = panel;
    split = GemmSplit.byColumns(s, 4 * panel.lanes());
  }

  @Override
  public int phases() {
    return 1;
  }

  @Override
  public int tasks(int phase) {
    return split.tasks();
  }

  @Override
  public void run(int phase, int task, Operands x, Scratch scratch) {
    GemmShape s = shape;
    int first = task / split.colTasks() * split.itemsPerTask();
    int last = Math.min(s.batch(), first + split.itemsPerTask());
    int col = task % split.colTasks() * split.colsPerTask();
    int cols = Math.min(split.colsPerTask(), s.n() - col);
    for (int item = first; item < last; item++) {
      for (int i = 0; i < s.m(); i++) {
        row(item, i, col, cols, x, scratch);
      }
    }
  }

  private void row(int item, int i, int col, int cols, Operands x, Scratch scratch) {
    GemmShape s = shape;
    float[] a = x.floats(left);
    int ao = x.offset(left) + item * s.strideA() + s.placeA(i, 0);
    float[] b = x.floats(right);
    int bo = x.offset(right) + item * s.strideB() + s.placeB(0, col);
    float[] c = x.floats(2);
    int co = x.offset(2) + item * s.strideC() + i * s.ldc() + col;
    int step = s.transA() ? s.lda() : 1;
    if (!s.transB()) {
      panel.row(a, ao, step, firstPart, b, bo, s.ldb(), c, co, cols, scratch);
      if (firstPart < s.k()) {
        float[] part = scratch.floats(0, cols);
        int rest = s.k() - firstPart;
        int from = ao + firstPart * step;
        panel.row(
            a, from, step, rest, b, bo + firstPart * s.ldb(), s.ldb(), part, 0, cols, scratch);
        PanelSums.add(part, 0, c, co, cols);
      }
    } else if (step == 1) {
      panel.dots(a, ao, s.k(), b, bo, s.ldb(), c, co, cols);
    } else {
      float[] dense = scratch.floats(0, s.k());
      for (int p = 0; p < s.k(); p++) {
        dense[p] = a[ao + p * step];
      }
      panel.dots(dense, 0, s.k(), b, bo, s.ldb(), c, co, cols);
    }
    epilogue.run(x, item * s.strideC() + i * s.ldc() + col, 1, s.ldc(), col, cols);
  }

  @Override
  public String toString() {
    return shape + ", row by row";
  }
}
