package dev.hebb.runtime.simd;

import dev.hebb.runtime.Kernel;
import dev.hebb.runtime.Operands;
import dev.hebb.runtime.Scratch;

/**
 * The product with a transposed A that is read many times: a first phase lays A out row by row in
 * the workspace, because steps of a whole row per term use one word of each cache line.
 */
final class GemmTransposed implements Kernel {
  /** Rows of the transposed matrix that one task writes. */
  private static final int ROWS = 64;

  private final GemmShape shape;
  private final Panel panel;
  private final int items;
  private final int rowTasks;
  private final int size;
  private final GemmBlocked product;

  GemmTransposed(GemmShape s, Panel panel) {
    this.shape = s;
    this.panel = panel;
    items = s.strideA() == 0 ? Math.min(1, s.batch()) : s.batch();
    rowTasks = Math.ceilDiv(s.m(), ROWS);
    int matrix = s.m() * s.k();
    size = Math.multiplyExact(items, matrix);
    GemmShape plain =
        new GemmShape(
            s.batch(),
            s.m(),
            s.n(),
            s.k(),
            false,
            s.transB(),
            s.k(),
            s.ldb(),
            s.ldc(),
            s.strideA() == 0 ? 0 : matrix,
            s.strideB(),
            s.strideC());
    product = new GemmBlocked(plain, 3, size, panel);
  }

  @Override
  public int phases() {
    return 1 + product.phases();
  }

  @Override
  public int tasks(int phase) {
    return phase == 0 ? items * rowTasks : product.tasks(phase - 1);
  }

  @Override
  public long workspace() {
    return size + product.workspace();
  }

  @Override
  public void run(int phase, int task, Operands x, Scratch scratch) {
    if (phase > 0) {
      product.run(phase - 1, task, x, scratch);
      return;
    }
    GemmShape s = shape;
    int item = task / rowTasks;
    int row = task % rowTasks * ROWS;
    panel.transpose(
        x.floats(0),
        x.offset(0) + item * s.strideA() + row,
        s.lda(),
        Math.min(ROWS, s.m() - row),
        s.k(),
        x.floats(3),
        x.offset(3) + (item * s.m() + row) * s.k(),
        s.k());
  }
}
