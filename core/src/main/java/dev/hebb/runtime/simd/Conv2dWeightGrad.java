package dev.hebb.runtime.simd;

import dev.hebb.runtime.Kernel;
import dev.hebb.runtime.Operands;
import dev.hebb.runtime.Scratch;
import java.util.Arrays;

/**
 * The gradient of a convolution with respect to its weights: dw[r][s][c][o] = Σ x · dy over all
 * images and pixels.
 *
 * <p>It is a product of the transposed windows of x with dy, read in place, whose sum runs over
 * pixels. The images are cut into chunks, whose partial gradients are added in order by a second
 * phase; the weights are cut into parts if there are few images.
 *
 * <p>Operands: 0 x, 1 dy, 2 dw, and 3 the workspace if {@link Kernel#workspace()} is not zero.
 *
 * @see ConvShape
 */
public final class Conv2dWeightGrad implements Kernel {
  /** Multiply-adds worth a task of their own: some 20 microseconds of one core. */
  private static final long TASK_WORK = 1_000_000;

  /** Tasks that keep a number of cores evenly busy. */
  private static final int GOOD_TASKS = 32;

  /** Floats of partial gradients: beyond, adding them up would cost more than it brings. */
  private static final int MAX_PARTIAL = 1 << 22;

  /** Pixels per block: a panel of dy takes 16 KiB and stays in the first-level cache. */
  private static final int PIXELS = 128;

  /**
   * From so many rows on, dy is copied to one place: a panel of rows that lie apart fills only some
   * sets of the first-level cache.
   */
  private static final int MANY_ROWS = 64;

  /** Elements added up by one task of the second phase. */
  private static final int SUM_ELEMENTS = 16_384;

  private final ConvShape shape;
  private final Panel panel;
  private final ConvWindow window;
  private final Panel.Rows rows;
  private final Panel.Terms terms;
  private final int rowsPerUnit;
  private final int unitsPerImage;
  private final int chunks;
  private final int parts;
  private final int rowsPerPart;
  private final int size;

  private Conv2dWeightGrad(ConvShape s, Panel panel) {
    this.shape = s;
    this.panel = panel;
    ConvTaps taps = ConvTaps.forward(s);
    int outH = s.outH();
    int outW = s.outW();
    window = new ConvWindow(s.h(), s.w(), s.cin(), taps, outH, outW, s.strideH(), s.strideW());
    int wanted = Math.clamp(PIXELS / outW, 1, outH);
    unitsPerImage = Math.ceilDiv(outH, wanted);
    rowsPerUnit = Math.ceilDiv(outH, unitsPerImage);

    int height = taps.count() * s.groupIn();
    size = height * s.cout();
    long goal = Math.clamp(s.work() / TASK_WORK, 1, GOOD_TASKS);
    long affordable = Math.min(goal, MAX_PARTIAL / Math.max(1, size));
    chunks = (int) Math.clamp(affordable, 1, Math.max(1, s.n()));
    int tiles = Math.ceilDiv(Math.max(1, height), 4);
    int wantedParts = (int) Math.clamp(goal / chunks, 1, tiles);
    rowsPerPart = Math.ceilDiv(tiles, wantedParts) * 4;
    parts = Math.ceilDiv(height, rowsPerPart);

    int[] from = new int[height];
    int[] to = new int[height];
    for (int i = 0; i < height; i++) {
      int t = i / s.groupIn();
      from[i] =
          window.place(taps.dy()[t] - taps.top(), taps.dx()[t] - taps.left()) + i % s.groupIn();
      to[i] = i * s.cout();
    }
    rows = new Panel.Rows(from, to);
    int[] pixels = new int[rowsPerUnit * outW];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = window.place(i / outW * s.strideH(), i % outW * s.strideW());
    }
    terms = new Panel.Terms(pixels, 1);
  }

  /** Returns the kernel for the shape of the forward convolution. */
  public static Kernel of(ConvShape s) {
    return of(s, Panel.best(), Winograd.best());
  }

  static Kernel of(ConvShape s, Panel panel, Winograd winograd) {
    if (s.isPointwise()) {
      return Gemm.of(
          GemmShape.dense(1, s.cin(), s.cout(), s.n() * s.h() * s.w(), true, false), panel);
    }
    return WinogradCost.paysForward(s)
        ? new WinogradWeightGrad(s, panel, winograd)
        : new Conv2dWeightGrad(s, panel);
  }

  @Override
  public int phases() {
    return chunks > 1 ? 2 : 1;
  }

  @Override
  public int tasks(int phase) {
    return phase == 0 ? chunks * parts : Math.ceilDiv(size, SUM_ELEMENTS);
  }

  @Override
  public long workspace() {
    return chunks > 1 ? (long) chunks * size : 0;
  }

  @Override
  public void run(int phase, int task, Operands x, Scratch scratch) {
    if (phase == 1) {
      int first = task * SUM_ELEMENTS;
      PanelSums.add(
          x.floats(3),
          x.offset(3) + first,
          chunks,
          size,
          x.floats(2),
          x.offset(2) + first,
          Math.min(SUM_ELEMENTS, size - first));
      return;
    }
    int chunk = task / parts;
    int firstRow = task % parts * rowsPerPart;
    int lastRow = Math.min(rows.a().length, firstRow + rowsPerPart);
    float[] sink = x.floats(chunks > 1 ? 3 : 2);
    int to = chunks > 1 ? x.offset(3) + chunk * size : x.offset(2);
    int cout = shape.cout();
    Arrays.fill(sink, to + firstRow * cout, to + lastRow * cout, 0);
    int images = shape.n();
    int first = (int) ((long) images * chunk / chunks);
    int last = (int) ((long) images * (chunk + 1) / chunks);
    for (int image = first; image < last; image++) {
      for (int unit = 0; unit < unitsPerImage; unit++) {
        addUnit(image, unit, firstRow, lastRow, x, sink, to, scratch);
      }
    }
  }

  /** Adds what some output rows of an image contribute to some rows of the gradient. */
  private void addUnit(
      int image,
      int unit,
      int firstRow,
      int lastRow,
      Operands x,
      float[] sink,
      int to,
      Scratch scratch) {
    ConvShape s = shape;
    int row = unit * rowsPerUnit;
    int count = Math.min(rowsPerUnit, s.outH() - row);
    float[] source = window.isDirect() ? x.floats(0) : scratch.floats(1, window.size(rowsPerUnit));
    int start = x.offset(0) + image * s.h() * s.w() * s.cin();
    int from = window.open(x.floats(0), start, row, count, source, 0);
    int dy = x.offset(1) + (image * s.outH() + row) * s.outW() * s.cout();
    int pixels = count * s.outW();
    for (int group = 0; group < s.groups(); group++) {
      for (int j = 0; j < s.groupOut(); j += panel.width()) {
        int cols = Math.min(panel.width(), s.groupOut() - j);
        int width = PanelPacking.width(panel, cols);
        int col = group * s.groupOut() + j;
        float[] b = x.floats(1);
        int bo = dy + col;
        int pitch = s.cout();
        boolean isScattered = pitch > width && lastRow - firstRow >= MANY_ROWS;
        if (isScattered || !PanelPacking.isReadable(b, bo, pitch, pixels, width)) {
          float[] packed = scratch.floats(0, terms.starts().length * panel.width());
          panel.pack(b, bo, pitch, pixels, cols, packed, 0, width);
          b = packed;
          bo = 0;
          pitch = width;
        }
        panel.multiply(
            rows,
            firstRow,
            lastRow,
            terms,
            0,
            pixels,
            source,
            from + group * s.groupIn(),
            b,
            bo,
            pitch,
            sink,
            to + col,
            cols,
            true,
            scratch);
      }
    }
  }
}
