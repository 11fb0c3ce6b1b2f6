package dev.hebb.runtime.simd;

import dev.hebb.runtime.Kernel;
import dev.hebb.runtime.Operands;
import dev.hebb.runtime.Scratch;
import java.util.Arrays;

/**
 * The gradient of a convolution with respect to its weights: dw[r][s][c][o] = Σ x · dy over all
 * images and pixels.
 *
 * <p>It is a product of the transposed windows of x with dy, whose sum runs over pixels: some
 * hundred windows at a time are copied side by side ({@link Im2Col}). Either the weights' inputs
 * are its rows and their outputs its columns, or the other way round, whatever fills whole vectors
 * better. The pixels are cut into chunks, whose partial gradients are added in order by a second
 * phase, and the kernel's rows into parts.
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

  /**
   * The kernel's rows are cut only below so many: dy is read for each part, and each has an edge.
   */
  private static final int FEW_TASKS = 20;

  /** Floats of partial gradients: beyond, adding them up would cost more than it brings. */
  private static final int MAX_PARTIAL = 1 << 18;

  /** But so many chunks there are in any case, if there is work for them. */
  private static final int FEWEST_CHUNKS = 4;

  /** Pixels per product: a panel of 32 columns takes 24 KiB and stays in the first-level cache. */
  private static final int PIXELS = 192;

  /** Floats of windows per product: a share of the second-level cache. */
  private static final int WINDOWS = 96 * 1024;

  /** Fewer pixels than this spend too much time on reading and writing sums. */
  private static final int FEWEST_PIXELS = 32;

  /**
   * From so many rows on, dy is copied to one place: a panel of rows that lie apart fills only some
   * sets of the first-level cache.
   */
  private static final int MANY_ROWS = 64;

  /** Elements added up by one task of the second phase. */
  private static final int SUM_ELEMENTS = 16_384;

  private final ConvShape shape;
  private final Panel panel;
  private final Im2Col windows;
  private final int pixels;
  private final int pixelsPerBlock;
  private final int chunks;
  private final int parts;
  private final int kernelRowsPerPart;
  private final int height;
  private final int size;

  /** Whether outputs are the rows of the product, not its columns. */
  private final boolean turned;

  private Conv2dWeightGrad(ConvShape s, Panel panel, ConvRuns runs) {
    this.shape = s;
    this.panel = panel;
    windows = new Im2Col(s, runs);
    height = windows.depth(s.kh());
    size = height * s.cout();
    pixels = s.n() * s.outH() * s.outW();
    turned = s.groups() == 1 && tiles(s.cout(), height) < tiles(height, s.cout());

    int goal = (int) Math.clamp(s.work() / TASK_WORK, 1, GOOD_TASKS);
    int affordable = Math.max(FEWEST_CHUNKS, MAX_PARTIAL / Math.max(1, size));
    int most = Math.max(1, Math.ceilDiv(pixels, FEWEST_PIXELS));
    chunks = Math.clamp(Math.min(goal, affordable), 1, most);
    int wanted = Math.clamp(Math.ceilDiv(Math.min(goal, FEW_TASKS), chunks), 1, s.kh());
    kernelRowsPerPart = Math.ceilDiv(s.kh(), wanted);
    parts = Math.ceilDiv(s.kh(), kernelRowsPerPart);
    int perWindow = Math.max(1, windows.depth(kernelRowsPerPart));
    int fitting = Math.clamp(WINDOWS / perWindow, FEWEST_PIXELS, PIXELS);
    int perChunk = Math.max(1, Math.ceilDiv(pixels, chunks));
    pixelsPerBlock = Math.ceilDiv(perChunk, Math.ceilDiv(perChunk, fitting));
  }

  /** What a product of so many rows and columns costs, in multiplications of vectors per term. */
  private long tiles(int rows, int columns) {
    return Math.ceilDiv(rows, 4) * 4L * PanelPacking.size(panel, 1, columns);
  }

  /** Returns the kernel for the shape of the forward convolution. */
  public static Kernel of(ConvShape s) {
    return of(s, ConvLoops.best());
  }

  static Kernel of(ConvShape s, ConvLoops loops) {
    Panel panel = loops.panel();
    if (s.isPointwise()) {
      return Gemm.of(
          GemmShape.dense(1, s.cin(), s.cout(), s.n() * s.h() * s.w(), true, false), panel);
    }
    if (DepthwiseConv.fits(s)) {
      return new DepthwiseConv(DepthwiseConv.Direction.WEIGHTS, s, Epilogue.NONE, loops.taps());
    }
    return WinogradCost.paysForward(s)
        ? new WinogradWeightGrad(s, panel, loops.winograd())
        : new Conv2dWeightGrad(s, panel, loops.runs());
  }

  private boolean isSummed() {
    return chunks > 1 || turned;
  }

  @Override
  public int phases() {
    return isSummed() ? 2 : 1;
  }

  @Override
  public int tasks(int phase) {
    return phase == 0 ? chunks * parts : Math.ceilDiv(height, sumRows());
  }

  @Override
  public long workspace() {
    return isSummed() ? (long) chunks * size : 0;
  }

  @Override
  public void run(int phase, int task, Operands x, Scratch scratch) {
    if (phase == 1) {
      int first = task * sumRows();
      sum(first, Math.min(sumRows(), height - first), x, scratch);
      return;
    }
    int chunk = task / parts;
    int top = task % parts * kernelRowsPerPart;
    int bottom = Math.min(shape.kh(), top + kernelRowsPerPart);
    int first = (int) ((long) pixels * chunk / chunks);
    int last = (int) ((long) pixels * (chunk + 1) / chunks);
    float[] sink = x.floats(isSummed() ? 3 : 2);
    int to = isSummed() ? x.offset(3) + chunk * size : x.offset(2);
    if (first == last) {
      clear(sink, to, top, bottom);
    }
    int depth = windows.depth(bottom - top);
    int pitch = Im2Col.pitch(depth);
    int slot = turned ? 0 : 1; // the right operand begins a cache line
    float[] copy = scratch.floats(slot, pixelsPerBlock * pitch + panel.width() + CacheLines.FLOATS);
    int skip = turned ? scratch.skip() : 0;
    for (int group = 0; group < shape.groups(); group++) {
      for (int pixel = first; pixel < last; pixel += pixelsPerBlock) {
        int count = Math.min(pixelsPerBlock, last - pixel);
        windows.copy(x.floats(0), x.offset(0), group, top, bottom, pixel, count, copy, skip, pitch);
        int dy = x.offset(1) + pixel * shape.cout() + group * shape.groupOut();
        if (turned) {
          int at = to + windows.depth(top);
          addTurned(
              x.floats(1), dy, copy, skip, pitch, depth, count, sink, at, pixel > first, scratch);
        } else {
          int at = to + windows.depth(top) * shape.cout() + group * shape.groupOut();
          add(x.floats(1), dy, copy, pitch, depth, count, sink, at, pixel > first, scratch);
        }
      }
    }
  }

  private void clear(float[] sink, int to, int top, int bottom) {
    if (turned) {
      Arrays.fill(sink, to, to + size, 0);
    } else {
      int cout = shape.cout();
      Arrays.fill(sink, to + windows.depth(top) * cout, to + windows.depth(bottom) * cout, 0);
    }
  }

  /** Adds the windows, transposed, times dy: [inputs][outputs]. */
  private void add(
      float[] dy,
      int from,
      float[] copy,
      int pitch,
      int depth,
      int count,
      float[] sink,
      int to,
      boolean add,
      Scratch scratch) {
    int cout = shape.cout();
    for (int j = 0; j < shape.groupOut(); j += panel.width()) {
      int cols = Math.min(panel.width(), shape.groupOut() - j);
      int width = PanelPacking.width(panel, cols);
      float[] b = dy;
      int bo = from + j;
      int step = cout;
      boolean isScattered = step > width && depth >= MANY_ROWS;
      if (isScattered || !PanelPacking.isReadable(b, bo, step, count, width)) {
        float[] packed = scratch.floats(0, pixelsPerBlock * panel.width() + CacheLines.FLOATS);
        int at = scratch.skip();
        panel.pack(b, bo, step, count, cols, packed, at, width);
        b = packed;
        bo = at;
        step = width;
      }
      panel.columns(
          copy,
          0,
          pitch,
          panel.lanes(),
          depth,
          count,
          b,
          bo,
          step,
          sink,
          to + j,
          cout,
          cols,
          -1,
          add,
          scratch);
    }
  }

  /** Adds dy, transposed, times the windows: [outputs][inputs]. */
  private void addTurned(
      float[] dy,
      int from,
      float[] copy,
      int skip,
      int pitch,
      int depth,
      int count,
      float[] sink,
      int to,
      boolean add,
      Scratch scratch) {
    int cout = shape.cout();
    for (int j = 0; j < depth; j += panel.width()) {
      int cols = Math.min(panel.width(), depth - j);
      panel.columns(
          dy,
          from,
          cout,
          panel.lanes(),
          cout,
          count,
          copy,
          skip + j,
          pitch,
          sink,
          to + j,
          height,
          cols,
          -1,
          add,
          scratch);
    }
  }

  private int sumRows() {
    return Math.max(1, SUM_ELEMENTS / Math.max(1, shape.cout()));
  }

  /** Adds up the chunks' gradients of some inputs. */
  private void sum(int first, int count, Operands x, Scratch scratch) {
    int cout = shape.cout();
    int to = x.offset(2) + first * cout;
    if (!turned) {
      int from = x.offset(3) + first * cout;
      PanelSums.add(x.floats(3), from, chunks, size, x.floats(2), to, count * cout);
      return;
    }
    float[] sums = scratch.floats(2, cout * count);
    for (int o = 0; o < cout; o++) {
      int from = x.offset(3) + o * height + first;
      PanelSums.add(x.floats(3), from, chunks, size, sums, o * count, count);
    }
    panel.transpose(sums, 0, count, count, cout, x.floats(2), to, cout);
  }
}
