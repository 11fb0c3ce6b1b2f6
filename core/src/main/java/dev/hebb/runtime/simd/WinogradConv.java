package dev.hebb.runtime.simd;

import dev.hebb.runtime.Kernel;
import dev.hebb.runtime.Operands;
import dev.hebb.runtime.Scratch;

/**
 * A convolution with a 3×3 kernel, or the gradient of its input, by Winograd's F(4×4, 3×3): 36
 * products for each pair of channels and 16 pixels, where the direct form takes 144.
 *
 * <p>The first phase lays the weights out in panels. The second takes some tiles of 4×4 pixels at a
 * time: it transforms what they read, multiplies for each of the 36 points a matrix
 * [tiles][channels] by one panel of weights, and transforms back. The next task of the same thread,
 * for the same tiles and other panels, finds them transformed. What it holds meanwhile stays in the
 * second-level cache.
 *
 * <p>Transformed weights take four times the memory. With few tiles, fetching them takes longer
 * than the transform: then panels hold the weights as they are, and each task transforms a block of
 * channels after the other just before it multiplies by them. With many, the first phase transforms
 * all of them.
 *
 * <p>An infinity or NaN reaches all pixels of its tile. Operands: 0 source, 1 weights, 2 result,
 * what the epilogue adds, prepared weights.
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

  /** The scratch slots that are used here: the weights begin a cache line. */
  private static final int WEIGHTS = 0;

  private static final int PRODUCTS = 1;

  private static final int DATA = 2;

  private static final int TEMP = 3;

  /** What a task has at once in the second-level cache, in floats. */
  private static final int CACHED = 224 * 1024;

  /** Of blocks with less channels, multiplying would be loading and storing sums above all. */
  private static final int FEWEST_CHANNELS = 48;

  /** Up to so many blocks of tiles, each of them transforms the weights anew. */
  private static final int FEW_UNITS = 2;

  /** Transformed weights of less floats than this stay in the second-level cache. */
  private static final int FEW_WEIGHTS = 64 * 1024;

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

  /** Whether each task transforms the weights that it needs, so many channels at a time. */
  private final boolean late;

  private final int depth;
  private final Panel.Terms terms;
  private final Panel.Terms lastTerms;

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
    int columns = PanelPacking.size(panel, 1, outC);
    late = units <= FEW_UNITS && (long) Winograd.SQUARE * inC * columns > FEW_WEIGHTS;
    int room = CACHED / Winograd.SQUARE - tilesPerTask * (source.width() + panel.width());
    int blocks = late ? Math.ceilDiv(inC, Math.max(FEWEST_CHANNELS, room / panel.width())) : 1;
    depth = Math.ceilDiv(inC, Math.max(1, blocks));
    terms = Panel.Terms.consecutive(depth);
    lastTerms = Panel.Terms.consecutive(depth == 0 ? 0 : inC - (inC - 1) / depth * depth);
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
    return Math.max(1, (long) planes() * PanelPacking.size(panel, inC, outC));
  }

  @Override
  public void run(int phase, int task, Operands x, Scratch s) {
    if (phase == 0) {
      int col = task * panel.width();
      if (late) {
        pack(col, x, x.floats(weights), panel(col, x));
      } else {
        float[] packed = s.floats(WEIGHTS, TAPS * inC * panel.width());
        pack(col, x, packed, 0);
        int size = inC * width(col);
        transformWeights(packed, 0, size, 0, size, x.floats(weights), panel(col, x), size, s);
      }
    } else {
      convolve(
          task / colTasks * tilesPerTask,
          task % colTasks * panelsPerTask * panel.width(),
          s.holds(task / colTasks),
          x,
          s);
    }
  }

  /** Lays out the weights of one panel of columns: [tap][term][column]. */
  private void pack(int col, Operands x, float[] packed, int to) {
    int cols = Math.min(panel.width(), outC - col);
    int width = width(col);
    int size = inC * width;
    float[] w = x.floats(1);
    for (int t = 0; t < TAPS; t++) {
      int at = to + t * size;
      if (transposed) {
        // The kernel turned round, its inputs as columns.
        int from = x.offset(1) + ((TAPS - 1 - t) * outC + col) * inC;
        panel.transpose(w, from, inC, inC, cols, packed, at, width);
      } else {
        panel.pack(w, x.offset(1) + t * inC * outC + col, outC, inC, cols, packed, at, width);
      }
    }
  }

  /**
   * Transforms n floats of each tap, {@code from} the given one on, which lie {@code size} apart,
   * to points that lie {@code step} apart.
   */
  private void transformWeights(
      float[] packed,
      int base,
      int size,
      int from,
      int n,
      float[] to,
      int at,
      int step,
      Scratch s) {
    winograd.apply(
        Winograd.Matrix.KERNEL_3,
        packed,
        base + from,
        3 * size,
        size,
        to,
        at,
        Winograd.POINTS * step,
        step,
        n,
        s.floats(TEMP, Winograd.SQUARE * winograd.lanes()));
  }

  /** How many numbers of each pair of channels the first phase leaves. */
  private int planes() {
    return late ? TAPS : Winograd.SQUARE;
  }

  /** The row length of the panel that begins with a column. */
  private int width(int col) {
    return PanelPacking.width(panel, Math.min(panel.width(), outC - col));
  }

  /** Where the weights of a panel lie. */
  private int panel(int col, Operands x) {
    return x.offset(weights) + planes() * inC * col;
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
    int step = CacheLines.apart(tilesPerTask * source.width());
    float[] data = s.floats(DATA, Winograd.SQUARE * step);
    if (!held) {
      transform(first, count, x, data, step, s);
    }
    int lastCol = Math.min(outC, firstCol + panelsPerTask * panel.width());
    for (int col = firstCol; col < lastCol; col += panel.width()) {
      int cols = Math.min(panel.width(), outC - col);
      int width = PanelPacking.width(panel, cols);
      int productStep = CacheLines.apart(tilesPerTask * width);
      float[] products = s.floats(PRODUCTS, Winograd.SQUARE * productStep);
      multiply(col, width, count, data, step, products, productStep, x, s);
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

  /** Multiplies the points of some tiles by those of one panel. */
  private void multiply(
      int col,
      int width,
      int count,
      float[] data,
      int step,
      float[] products,
      int productStep,
      Operands x,
      Scratch s) {
    int size = inC * width;
    int from = panel(col, x);
    float[] w = x.floats(weights);
    int at = from;
    int weightStep = size;
    if (late) {
      weightStep = CacheLines.apart(depth * width);
      w = s.floats(WEIGHTS, Winograd.SQUARE * weightStep + CacheLines.FLOATS);
      at = s.skip();
    }
    int first = 0;
    do {
      int n = Math.min(depth, inC - first);
      if (late) {
        transformWeights(
            x.floats(weights), from, size, first * width, n * width, w, at, weightStep, s);
      }
      Panel.Terms some = n == depth ? terms : lastTerms;
      for (int point = 0; point < Winograd.SQUARE; point++) {
        panel.multiply(
            width == panel.width() ? wide : narrow,
            0,
            count,
            some,
            0,
            some.starts().length,
            data,
            point * step + first,
            w,
            at + point * weightStep,
            width,
            products,
            point * productStep,
            width,
            first > 0,
            s);
      }
      first += n;
    } while (first < inC);
  }
}
