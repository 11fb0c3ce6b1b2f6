package dev.hebb.runtime.simd;

import dev.hebb.runtime.Kernel;
import dev.hebb.runtime.Operands;
import dev.hebb.runtime.Scratch;

/**
 * The gradient of a 3×3 convolution with respect to its weights by Winograd's F(3×3, 4×4): a square
 * of 4×4 output gradients is the kernel, nine weights are the outputs, and 36 products for each
 * pair of channels stand for 144.
 *
 * <p>The sum over all squares is taken before the transform back, so only the two transforms of the
 * data are many. A batch of squares is transformed, channels in strips of one vector ({@code
 * [point][strip][square][lane]}) and gradients in panels; then each point has a matrix product over
 * the squares to add. Batches are as large as a share of the third-level cache.
 *
 * <p>Operands: 0 x, 1 dy, 2 dw, 3 workspace.
 *
 * @see Winograd
 */
final class WinogradWeightGrad implements Kernel {
  /** Floats of transformed data of a batch. */
  private static final int BATCH = 1 << 20;

  /** Multiply-adds worth a task of their own: some 20 microseconds of one core. */
  private static final long TASK_WORK = 1_000_000;

  private static final int SQUARES_PER_TASK = 8;

  private static final int TAPS = 9;

  private final Panel panel;
  private final Winograd winograd;
  private final WinogradTiles images;
  private final WinogradTiles gradients;
  private final int cin;
  private final int cout;
  private final int squares;
  private final int batch;
  private final int batches;
  private final int panels;
  private final int columns;
  private final int imageStep;
  private final int gradientStep;
  private final int pieces;

  WinogradWeightGrad(ConvShape s, Panel panel, Winograd winograd) {
    this.panel = panel;
    this.winograd = winograd;
    cin = s.cin();
    cout = s.cout();
    int down = Math.ceilDiv(s.outH(), Winograd.TILE);
    int across = Math.ceilDiv(s.outW(), Winograd.TILE);
    images =
        new WinogradTiles(
            winograd,
            s.h(),
            s.w(),
            cin,
            cin,
            -s.padTop(),
            -s.padLeft(),
            down,
            across,
            Winograd.POINTS);
    gradients =
        new WinogradTiles(
            winograd, s.outH(), s.outW(), cout, cout, 0, 0, down, across, Winograd.TILE);
    squares = s.n() * down * across;
    panels = Math.ceilDiv(cout, panel.width());
    columns = PanelPacking.size(panel, 1, cout);
    int wanted = BATCH / (Winograd.SQUARE * Math.max(1, images.width() + columns));
    batches = Math.max(1, Math.ceilDiv(squares, Math.max(wanted, SQUARES_PER_TASK)));
    batch = Math.ceilDiv(squares, batches);
    imageStep = CacheLines.apart(batch * images.width());
    gradientStep = CacheLines.apart(batch * columns);
    long work = (long) cin * cout * batch;
    pieces = (int) Math.clamp(work / TASK_WORK, 1, Math.max(1, panels));
  }

  @Override
  public int phases() {
    return 2 * batches + 1;
  }

  @Override
  public int tasks(int phase) {
    if (phase == 2 * batches) {
      return panels;
    }
    return phase % 2 == 0
        ? Math.ceilDiv(count(phase / 2), SQUARES_PER_TASK)
        : Winograd.SQUARE * pieces;
  }

  /** The squares of a batch. */
  private int count(int index) {
    return Math.min(batch, squares - index * batch);
  }

  /** The workspace: images, gradients, and sums, each point after point. */
  @Override
  public long workspace() {
    return Winograd.SQUARE * ((long) imageStep + gradientStep + (long) cin * columns);
  }

  private int gradientsStart() {
    return Winograd.SQUARE * imageStep;
  }

  private int sumsStart() {
    return gradientsStart() + Winograd.SQUARE * gradientStep;
  }

  @Override
  public void run(int phase, int task, Operands x, Scratch s) {
    int index = phase / 2;
    if (phase == 2 * batches) {
      transformBack(task * panel.width(), x, s);
    } else if (phase % 2 == 0) {
      int first = task * SQUARES_PER_TASK;
      int last = Math.min(count(index), first + SQUARES_PER_TASK);
      for (int i = first; i < last; i++) {
        transform(index * batch + i, i, x, s);
      }
    } else {
      multiply(task / pieces, task % pieces, index, x, s);
    }
  }

  /** Transforms one square of the images and one of the gradients to place {@code i}. */
  private void transform(int square, int i, Operands x, Scratch s) {
    int lanes = winograd.lanes();
    int base = x.offset(3);
    float[] to = x.floats(3);
    for (int c = 0; c < cin; c += lanes) {
      int at = base + (c * batch) + i * lanes;
      int n = Math.min(lanes, cin - c);
      images.read(Winograd.Matrix.DATA, square, x, 0, c, n, lanes, to, at, imageStep, s);
    }
    for (int col = 0; col < cout; col += panel.width()) {
      int cols = Math.min(panel.width(), cout - col);
      int width = PanelPacking.width(panel, cols);
      int at = base + gradientsStart() + col * batch + i * width;
      gradients.read(
          Winograd.Matrix.KERNEL_4, square, x, 1, col, cols, width, to, at, gradientStep, s);
    }
  }

  /** Adds the products of a batch at one point, for some panels. */
  private void multiply(int point, int piece, int index, Operands x, Scratch s) {
    float[] work = x.floats(3);
    int base = x.offset(3);
    int first = panels * piece / pieces * panel.width();
    int last = Math.min(cout, panels * (piece + 1) / pieces * panel.width());
    for (int col = first; col < last; col += panel.width()) {
      int cols = Math.min(panel.width(), cout - col);
      int width = PanelPacking.width(panel, cols);
      panel.columns(
          work,
          base + point * imageStep,
          panel.lanes(),
          batch * panel.lanes(),
          cin,
          count(index),
          work,
          base + gradientsStart() + point * gradientStep + col * batch,
          width,
          work,
          base + sumsStart() + Winograd.SQUARE * cin * col + point * cin * width,
          width,
          width,
          -1,
          index > 0,
          s);
    }
  }

  private void transformBack(int col, Operands x, Scratch s) {
    int cols = Math.min(panel.width(), cout - col);
    int width = PanelPacking.width(panel, cols);
    int size = cin * width;
    float[] taps = s.floats(0, TAPS * size);
    winograd.apply(
        Winograd.Matrix.OUTPUT_3,
        x.floats(3),
        x.offset(3) + sumsStart() + Winograd.SQUARE * cin * col,
        Winograd.POINTS * size,
        size,
        taps,
        0,
        3 * size,
        size,
        size,
        s.floats(1, Winograd.SQUARE * winograd.lanes()));
    float[] to = x.floats(2);
    for (int i = 0; i < TAPS * cin; i++) {
      System.arraycopy(taps, i * width, to, x.offset(2) + i * cout + col, cols);
    }
  }
}
