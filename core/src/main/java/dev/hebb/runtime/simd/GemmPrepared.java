package dev.hebb.runtime.simd;

import dev.hebb.runtime.Kernel;
import dev.hebb.runtime.Operands;
import dev.hebb.runtime.Scratch;

/** The product by a B that seldom changes: a phase of its own packs it into panels. */
final class GemmPrepared implements Kernel {
  private final GemmShape shape;
  private final Panel panel;
  private final int panels;
  private final int size;
  private final Kernel product;

  GemmPrepared(GemmShape s, Epilogue epilogue, Panel panel) {
    this.shape = s;
    this.panel = panel;
    panels = 3 + epilogue.operands();
    size = PanelPacking.size(panel, s.k(), s.n());
    product = Gemm.tiles(s, true, s.k(), epilogue, panel);
  }

  /** Returns whether the panels can be addressed. */
  static boolean fits(GemmShape s, Panel panel) {
    return (long) s.k() * (s.n() + panel.width()) < Integer.MAX_VALUE / 4;
  }

  @Override
  public int prepares() {
    return 1;
  }

  @Override
  public int phases() {
    return 1 + product.phases();
  }

  @Override
  public int tasks(int phase) {
    return phase == 0 ? Math.ceilDiv(shape.n(), panel.width()) : product.tasks(phase - 1);
  }

  @Override
  public long prepared() {
    return Math.max(1, size);
  }

  @Override
  public long workspace() {
    return product.workspace();
  }

  @Override
  public void run(int phase, int task, Operands x, Scratch scratch) {
    if (phase > 0) {
      product.run(phase - 1, task, x, scratch);
      return;
    }
    GemmShape s = shape;
    int col = task * panel.width();
    int cols = Math.min(panel.width(), s.n() - col);
    int width = PanelPacking.width(panel, cols);
    int from = x.offset(1) + s.placeB(0, col);
    float[] p = x.floats(panels);
    int to = x.offset(panels) + s.k() * col;
    if (s.transB()) {
      panel.transpose(x.floats(1), from, s.ldb(), s.k(), cols, p, to, width);
    } else {
      panel.pack(x.floats(1), from, s.ldb(), s.k(), cols, p, to, width);
    }
  }

  @Override
  public String toString() {
    return product.toString();
  }
}
