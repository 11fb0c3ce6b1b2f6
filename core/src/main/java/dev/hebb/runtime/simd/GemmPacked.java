package dev.hebb.runtime.simd;

import dev.hebb.runtime.Kernel;
import dev.hebb.runtime.Operands;
import dev.hebb.runtime.Scratch;

/**
 * The product whose A is read many times: a first phase packs A into the workspace, in strips of as
 * many rows as a vector has lanes, each a matrix [k][lanes]. Then the product reads one stream, not
 * a row for each row of its tile, and rows that lie a power of two apart cannot throw each other
 * out of the caches.
 */
final class GemmPacked implements Kernel {
  /** Elements of A that one task packs. */
  private static final int ELEMENTS = 8_192;

  private final GemmShape shape;
  private final Panel panel;
  private final int items;
  private final int rowsPerTask;
  private final int rowTasks;
  private final int size;
  private final int workspace;
  private final GemmBlocked product;

  /**
   * Makes the kernel.
   *
   * @param inPanels whether B lies in panels in the operand before the workspace
   */
  GemmPacked(GemmShape s, boolean inPanels, Epilogue epilogue, Panel panel) {
    this.shape = s;
    this.panel = panel;
    int lanes = panel.lanes();
    items = s.strideA() == 0 ? Math.min(1, s.batch()) : s.batch();
    rowsPerTask = Math.ceilDiv(ELEMENTS, Math.max(1, s.k()) * lanes) * lanes;
    rowTasks = Math.ceilDiv(s.m(), rowsPerTask);
    size = size(s, lanes);
    int stride = s.strideA() == 0 ? 0 : size;
    product = GemmBlocked.strips(s, stride, inPanels, items * size, epilogue, panel);
    workspace = 3 + epilogue.operands() + (inPanels ? 1 : 0);
  }

  /** Returns how many floats one packed A takes. */
  private static int size(GemmShape s, int lanes) {
    return Math.multiplyExact(Math.ceilDiv(s.m(), lanes) * lanes, s.k());
  }

  /** Returns whether the packed form can be addressed. */
  static boolean fits(GemmShape s, Panel panel) {
    long rows = (long) s.m() + panel.lanes();
    return s.batch() * rows * s.k() < Integer.MAX_VALUE / 2;
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
    return (long) items * size + product.workspace();
  }

  @Override
  public void run(int phase, int task, Operands x, Scratch scratch) {
    if (phase > 0) {
      product.run(phase - 1, task, x, scratch);
      return;
    }
    GemmShape s = shape;
    int lanes = panel.lanes();
    int item = task / rowTasks;
    int first = task % rowTasks * rowsPerTask;
    int last = Math.min(s.m(), first + rowsPerTask);
    for (int row = first; row < last; row += lanes) {
      float[] a = x.floats(0);
      int from = x.offset(0) + item * s.strideA() + s.placeA(row, 0);
      float[] p = x.floats(workspace);
      int to = x.offset(workspace) + item * size + row * s.k();
      int n = Math.min(lanes, last - row);
      if (s.transA()) {
        panel.pack(a, from, s.lda(), s.k(), n, p, to, lanes);
      } else {
        panel.transpose(a, from, s.lda(), s.k(), n, p, to, lanes);
      }
    }
  }

  @Override
  public String toString() {
    return product + ", A packed";
  }
}
