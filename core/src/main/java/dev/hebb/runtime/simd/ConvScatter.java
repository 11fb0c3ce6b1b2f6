package dev.hebb.runtime.simd;

import dev.hebb.runtime.Kernel;
import dev.hebb.runtime.Operands;
import dev.hebb.runtime.Scratch;
import java.util.Arrays;

/**
 * The gradient of a convolution's input as a matrix product and a sum: dy · wᵀ gives, for each
 * output pixel, what it hands back to each element of its window, and that is added to the image.
 *
 * <p>Unlike the dense form, nothing is multiplied by padding, and few input channels fill the
 * vectors as well as many: the columns of the product are kernel elements and channels together.
 * Operands: 0 dy, 1 w, 2 dx, 3 packed weights.
 */
final class ConvScatter implements Kernel {
  /** Multiply-adds worth a task of their own: some 20 microseconds of one core. */
  private static final long TASK_WORK = 1_000_000;

  /** Floats of the product that are computed before they are added: a part of the cache. */
  private static final int BLOCK = 64 * 1024;

  private final ConvShape shape;
  private final Panel panel;
  private final ConvRuns runs;
  private final int columns;
  private final int panels;
  private final int rowsPerBlock;
  private final int imagesPerTask;
  private final Panel.Rows pixels;
  private final Panel.Terms terms;

  ConvScatter(ConvShape s, Panel panel, ConvRuns runs) {
    this.shape = s;
    this.panel = panel;
    this.runs = runs;
    columns = s.kh() * s.kw() * s.cin();
    panels = Math.ceilDiv(columns, panel.width());
    rowsPerBlock = Math.clamp(BLOCK / Math.max(1, s.outW() * columns), 1, s.outH());
    long perImage = Math.max(1, s.work() / Math.max(1, s.n()));
    imagesPerTask = (int) Math.clamp(TASK_WORK / perImage, 1, Math.max(1, s.n()));
    pixels = Panel.Rows.spaced(rowsPerBlock * s.outW(), s.cout(), columns);
    terms = Panel.Terms.consecutive(s.cout());
  }

  @Override
  public int phases() {
    return 2;
  }

  @Override
  public int tasks(int phase) {
    return phase == 0 ? panels : Math.ceilDiv(shape.n(), imagesPerTask);
  }

  @Override
  public long workspace() {
    return Math.max(1, PanelPacking.size(panel, shape.cout(), columns));
  }

  @Override
  public void run(int phase, int task, Operands x, Scratch scratch) {
    if (phase == 0) {
      int cout = shape.cout();
      int col = task * panel.width();
      int cols = Math.min(panel.width(), columns - col);
      panel.transpose(
          x.floats(1),
          x.offset(1) + col * cout,
          cout,
          cout,
          cols,
          x.floats(3),
          x.offset(3) + col * cout,
          PanelPacking.width(panel, cols));
      return;
    }
    int first = task * imagesPerTask;
    int last = Math.min(shape.n(), first + imagesPerTask);
    for (int image = first; image < last; image++) {
      image(image, x, scratch);
    }
  }

  private void image(int image, Operands x, Scratch scratch) {
    ConvShape s = shape;
    int size = s.h() * s.w() * s.cin();
    int to = x.offset(2) + image * size;
    Arrays.fill(x.floats(2), to, to + size, 0);
    float[] product = scratch.floats(2, rowsPerBlock * s.outW() * columns);
    for (int row = 0; row < s.outH(); row += rowsPerBlock) {
      int rows = Math.min(rowsPerBlock, s.outH() - row);
      int from = x.offset(0) + (image * s.outH() + row) * s.outW() * s.cout();
      for (int col = 0; col < columns; col += panel.width()) {
        int cols = Math.min(panel.width(), columns - col);
        panel.multiply(
            pixels,
            0,
            rows * s.outW(),
            terms,
            0,
            terms.starts().length,
            x.floats(0),
            from,
            x.floats(3),
            x.offset(3) + col * s.cout(),
            PanelPacking.width(panel, cols),
            product,
            col,
            cols,
            false,
            scratch);
      }
      for (int i = 0; i < rows * s.outW(); i++) {
        scatter(product, i * columns, row + i / s.outW(), i % s.outW(), x.floats(2), to);
      }
    }
  }

  /** Adds what the output (p, q) hands back to its window. */
  private void scatter(float[] product, int from, int p, int q, float[] dx, int to) {
    ConvShape s = shape;
    int left = q * s.strideW() - s.padLeft();
    // The kernel columns that lie in the image.
    int first = left < 0 ? Math.ceilDiv(-left, s.dilW()) : 0;
    int last = Math.min(s.kw(), Math.ceilDiv(s.w() - left, s.dilW()));
    int columns = Math.max(0, last - first);
    // The kernel rows that lie in the image.
    int y = p * s.strideH() - s.padTop();
    int top = y < 0 ? Math.ceilDiv(-y, s.dilH()) : 0;
    int rows = Math.max(0, Math.min(s.kh(), Math.ceilDiv(s.h() - y, s.dilH())) - top);
    int part = from + (top * s.kw() + first) * s.cin();
    int at = to + ((y + top * s.dilH()) * s.w() + left + first * s.dilW()) * s.cin();
    int fromStep = s.kw() * s.cin();
    int toStep = s.dilH() * s.w() * s.cin();
    if (s.dilW() == 1) {
      runs.add(product, part, fromStep, rows, columns * s.cin(), dx, at, toStep);
    } else {
      for (int c = 0; c < columns; c++) {
        int place = at + c * s.dilW() * s.cin();
        runs.add(product, part + c * s.cin(), fromStep, rows, s.cin(), dx, place, toStep);
      }
    }
  }
}
