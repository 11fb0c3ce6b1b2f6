package dev.hebb.runtime.simd;

import dev.hebb.runtime.Kernel;
import dev.hebb.runtime.Operands;
import dev.hebb.runtime.Scratch;

/**
 * A convolution with a 3×3 kernel, or the gradient of its input, by Winograd's F(4×4, 3×3): 36
 * products for each pair of channels and 16 pixels, where the direct form takes 144.
 *
 * <p>The first phase transforms the weights. The second takes some tiles of 4×4 pixels at a time:
 * it transforms what they read, multiplies for each of the 36 points a matrix [tiles][channels] by
 * one panel of weights, and transforms back. The next task of the same thread, for the same tiles
 * and other panels, finds them transformed. What it holds meanwhile stays in the second-level
 * cache.
 *
 * <p>An infinity or NaN reaches all pixels of its tile. Operands: 0 source, 1 weights, 2 result,
 * what the epilogue adds, transformed weights.
 *
 * @see Winograd
 */
final class WinogradConv implements Kernel {
  /** Floats of transformed source that a task holds: most of a small second-level cache. */
  private static final int HELD = 116 * 1024;

  private static final int FEWEST_TILES = 4;
  private static final int MOST_TILES = 64;

  /** Multiply-adds worth a task of their own: some 20 microseconds of one core. */
  private static final long TASK_WORK = 1_000_000;

  /** Enough tasks to keep many cores evenly busy. */
  private static final int MANY_TASKS = 32;

  private static final int TAPS = 9;

  private final boolean transposed;
  private final Epilogue epilogue;
  private final int weights;
  private final Panel panel;
  private final Winograd winograd;
  private final WinogradTiles source;
  private final WinogradTiles sink;
  private final int inC;
  private final int outC;
  private final int tiles;
  private final int tilesPerTask;
  private final int panels;
  private final int panelsPerTask;
  private final int colTasks;
  private final Panel.Rows wide;
  private final Panel.Rows narrow;
  private final Panel.Terms terms;

  WinogradConv(ConvShape s, boolean transposed, Epilogue epilogue, Panel panel, Winograd winograd) {
    this.transposed = transposed;
    this.epilogue = epilogue;
    weights = 3 + epilogue.operands();
    this.panel = panel;
    this.winograd = winograd;
    inC = transposed ? s.cout() : s.cin();
    outC = transposed ? s.cin() : s.cout();
    int inH = transposed ? s.outH() : s.h();
    int inW = transposed ? s.outW() : s.w();
    int outH = transposed ? s.h() : s.outH();
    int outW = transposed ? s.w() : s.outW();
    int top = transposed ? s.padTop() - 2 : -s.padTop();
    int left = transposed ? s.padLeft() - 2 : -s.padLeft();
    int pitch = transposed ? outC : s.pitch();
    int down = Math.ceilDiv(outH, Winograd.TILE);
    int across = Math.ceilDiv(outW, Winograd.TILE);
    source =
        new WinogradTiles(winograd, inH, inW, inC, inC, top, left, down, across, Winograd.POINTS);
    sink = new WinogradTiles(winograd, outH, outW, outC, pitch, 0, 0, down, across, Winograd.TILE);

    tiles = s.n() * down * across;
    int held = HELD / (Winograd.SQUARE * Math.max(1, source.width()));
    int fewest = Math.ceilDiv(tiles, Math.clamp(held, FEWEST_TILES, MOST_TILES));
    int units = rows(fewest + 1) < rows(fewest) ? fewest + 1 : fewest;
    tilesPerTask = units == 0 ? 1 : Math.ceilDiv(tiles, units);
    panels = Math.ceilDiv(outC, panel.width());
    long work = (long) Winograd.SQUARE * inC * outC * tiles;
    long wanted = Math.min(MANY_TASKS, work / TASK_WORK) / Math.max(1, units);
    panelsPerTask = Math.ceilDiv(panels, (int) Math.clamp(wanted, 1, Math.max(1, panels)));
    colTasks = panels == 0 ? 0 : Math.ceilDiv(panels, panelsPerTask);
    wide = Panel.Rows.spaced(tilesPerTask, source.width(), panel.width());
    narrow = Panel.Rows.spaced(tilesPerTask, source.width(), panel.lanes());
    terms = Panel.Terms.consecutive(inC);
  }

  /** How many rows are multiplied if the tiles are cut into so many units: whole fours in each. */
  private int rows(int units) {
    int each = units == 0 ? 0 : Math.ceilDiv(tiles, units);
    int last = tiles - (units - 1) * each;
    return (units - 1) * (each + 3 & ~3) + (last + 3 & ~3);
  }

  @Override
  public int phases() {
    return 2;
  }

  @Override
  public int tasks(int phase) {
    return phase == 0 ? panels : Math.ceilDiv(tiles, tilesPerTask) * colTasks;
  }

  @Override
  public int prepares() {
    return 1;
  }

  @Override
  public long prepared() {
    return Math.max(1, (long) Winograd.SQUARE * PanelPacking.size(panel, inC, outC));
  }

  @Override
  public void run(int phase, int task, Operands x, Scratch s) {
    if (phase == 0) {
      transformWeights(task * panel.width(), x, s);
    } else {
      convolve(
          task / colTasks * tilesPerTask,
          task % colTasks * panelsPerTask * panel.width(),
          s.holds(task / colTasks),
          x,
          s);
    }
  }

  /** Transforms the weights of one panel of columns: [point][term][column]. */
  private void transformWeights(int col, Operands x, Scratch s) {
    int cols = Math.min(panel.width(), outC - col);
    int width = PanelPacking.width(panel, cols);
    int size = inC * width;
    float[] w = x.floats(1);
    float[] packed = s.floats(0, TAPS * size);
    for (int t = 0; t < TAPS; t++) {
      if (transposed) {
        // The kernel turned round, its inputs as columns.
        int from = x.offset(1) + ((TAPS - 1 - t) * outC + col) * inC;
        panel.transpose(w, from, inC, inC, cols, packed, t * size, width);
      } else {
        panel.pack(w, x.offset(1) + t * inC * outC + col, outC, inC, cols, packed, t * size, width);
      }
    }
    winograd.apply(
        Winograd.Matrix.KERNEL_3,
        packed,
        0,
        3 * size,
        size,
        x.floats(weights),
        panel(col, x),
        Winograd.POINTS * size,
        size,
        size,
        s.floats(1, Winograd.SQUARE * winograd.lanes()));
  }

  /** Where the transformed weights of a panel lie. */
  private int panel(int col, Operands x) {
    return x.offset(weights) + Winograd.SQUARE * inC * col;
  }

  /** Transforms what some tiles read: [point][tile][channel]. */
  private void transform(int first, int count, Operands x, float[] data, int step, Scratch s) {
    int width = source.width();
    for (int i = 0; i < count; i++) {
      source.read(Winograd.Matrix.DATA, first + i, x, 0, 0, inC, width, data, i * width, step, s);
    }
  }

  /**
   * Convolves some tiles with some panels.
   *
   * @param held whether what the tiles read is transformed already
   */
  private void convolve(int first, int firstCol, boolean held, Operands x, Scratch s) {
    int count = Math.min(tilesPerTask, tiles - first);
    int step = Winograd.step(tilesPerTask * source.width());
    float[] data = s.floats(0, Winograd.SQUARE * step);
    if (!held) {
      transform(first, count, x, data, step, s);
    }
    int lastCol = Math.min(outC, firstCol + panelsPerTask * panel.width());
    for (int col = firstCol; col < lastCol; col += panel.width()) {
      int cols = Math.min(panel.width(), outC - col);
      int width = PanelPacking.width(panel, cols);
      int productStep = Winograd.step(tilesPerTask * width);
      float[] products = s.floats(1, Winograd.SQUARE * productStep);
      for (int point = 0; point < Winograd.SQUARE; point++) {
        panel.multiply(
            width == panel.width() ? wide : narrow,
            0,
            count,
            terms,
            0,
            terms.starts().length,
            data,
            point * step,
            x.floats(weights),
            panel(col, x) + point * inC * width,
            width,
            products,
            point * productStep,
            width,
            false,
            s);
      }
      for (int i = 0; i < count; i++) {
        sink.write(
            Winograd.Matrix.OUTPUT_4,
            first + i,
            products,
            i * width,
            productStep,
            x,
            2,
            col,
            cols,
            width,
            s);
      }
    }
    for (int i = 0; i < count; i++) {
      sink.finish(epilogue, first + i, x, firstCol, lastCol - firstCol);
    }
  }
}
