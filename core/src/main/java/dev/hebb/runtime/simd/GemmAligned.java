package dev.hebb.runtime.simd;

import dev.hebb.runtime.Kernel;
import dev.hebb.runtime.Operands;
import dev.hebb.runtime.Scratch;

/**
 * The product of few rows by a B that hardly ever changes: a phase of its own copies B, so that
 * each of its rows can begin a cache line. Where each vector, as long as a line, reaches over a
 * line's end, reading B takes up to half as long again.
 */
final class GemmAligned implements Kernel {
  /** So many elements lie in the first-level cache, which hides where they begin. */
  private static final int LEAST = 1 << 13;

  /** More than these come from memory, which hides it too, and would take that memory twice. */
  private static final int MOST = 1 << 18;

  private final GemmShape shape;
  private final int copy;
  private final int width;
  private final int rows;
  private final Kernel product;

  GemmAligned(GemmShape s, Epilogue epilogue, Panel panel) {
    shape = s;
    copy = 3 + epilogue.operands();
    rows = s.transB() ? s.n() : s.k();
    width = s.transB() ? s.k() : s.n();
    GemmShape apart = s.strides(s.strideA(), 0, s.strideC()).leading(s.lda(), distance(), s.ldc());
    product = new GemmRows(apart, 0, copy, epilogue, panel);
  }

  /** Returns whether vectors are as long as lines, and B is of a size where that shows. */
  static boolean pays(GemmShape s, Panel panel) {
    long size = (long) s.k() * s.n();
    return panel.lanes() == CacheLines.FLOATS && size >= LEAST && size <= MOST;
  }

  /** From one row of the copy to the next. */
  private int distance() {
    return Math.ceilDiv(width, CacheLines.FLOATS) * CacheLines.FLOATS;
  }

  @Override
  public int prepares() {
    return 1;
  }

  @Override
  public long prepared() {
    return (long) rows * distance();
  }

  @Override
  public int phases() {
    return 2;
  }

  @Override
  public int tasks(int phase) {
    return phase == 0 ? 1 : product.tasks(0);
  }

  @Override
  public void run(int phase, int task, Operands x, Scratch scratch) {
    if (phase == 1) {
      product.run(0, task, x, scratch);
      return;
    }
    for (int i = 0; i < rows; i++) {
      int from = x.offset(1) + i * shape.ldb();
      System.arraycopy(x.floats(1), from, x.floats(copy), x.offset(copy) + i * distance(), width);
    }
  }

  @Override
  public String toString() {
    return product + ", B on lines";
  }
}
