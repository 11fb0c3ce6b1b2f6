package dev.hebb.runtime.simd;

import dev.hebb.runtime.Operands;
import dev.hebb.runtime.Scratch;

/**
 * One convolution without a stride on the side of the kernel: a lattice of outputs, each the sum
 * over the same taps of a source image. A forward convolution is one pass over the input; the
 * gradient of the input is one pass over the gradient of the output for each residue of the
 * strides.
 *
 * <p>Outputs are the rows of a panel product whose terms are read from the image in place. Nothing
 * is packed but the weights. Operands: 0 source, 1 weights, 2 result, what the epilogue adds,
 * packed weights.
 */
final class ConvPass {
  /** Multiply-adds worth a task of their own: some 20 microseconds of one core. */
  private static final long TASK_WORK = 1_000_000;

  /** Enough tasks to keep many cores evenly busy. */
  private static final int MANY_TASKS = 32;

  /** Pixels below which reading the weights would cost as much as multiplying by them. */
  private static final int FEW_PIXELS = 64;

  /** Floats of the source that a task may read: they shall stay in the second-level cache. */
  private static final int WINDOW = 48 * 1024;

  /** Terms per block: a panel of weights takes up to 128 KiB. */
  private static final int TERMS = 1024;

  private final ConvShape shape;
  private final boolean transposed;
  private final ConvTaps taps;
  private final Epilogue epilogue;
  private final int prepared;
  private final Panel panel;
  private final ConvWindow window;
  private final Panel.Rows pixels;
  private final Panel.Terms terms;
  private final int startsPerBlock;
  private final int depth;
  private final int groupIn;
  private final int groupOut;
  private final int sourceSize;
  private final int sinkSize;
  private final int sinkStart;
  private final int sinkRow;
  private final int pitch;
  private final int latticeH;
  private final int latticeW;
  private final int rowsPerUnit;
  private final int unitsPerImage;
  private final int unitsPerTask;
  private final int groupSize;
  private final int panels;
  private final int unitTasks;
  private final int colTasks;
  private final int panelsPerTask;

  /** For each row of outputs: which starts read rows of the image, and not zeros beyond it. */
  private final int[] firstStart;

  private final int[] lastStart;

  /** Which outputs a pass computes and how they lie in source and result. */
  record Lattice(
      int h, int w, int readY, int readX, int startY, int startX, int writeY, int writeX) {}

  ConvPass(
      ConvShape s, boolean transposed, ConvTaps taps, Lattice l, Epilogue epilogue, Panel panel) {
    this.shape = s;
    this.epilogue = epilogue;
    prepared = 3 + epilogue.operands();
    this.transposed = transposed;
    this.taps = taps;
    this.panel = panel;
    groupIn = transposed ? s.groupOut() : s.groupIn();
    groupOut = transposed ? s.groupIn() : s.groupOut();
    int inC = groupIn * s.groups();
    int outC = groupOut * s.groups();
    int inH = transposed ? s.outH() : s.h();
    int inW = transposed ? s.outW() : s.w();
    int outH = transposed ? s.h() : s.outH();
    int outW = transposed ? s.w() : s.outW();
    sourceSize = inH * inW * inC;
    pitch = transposed ? outC : s.pitch();
    sinkSize = outH * outW * pitch;
    sinkStart = (l.startY() * outW + l.startX()) * pitch;
    sinkRow = l.writeY() * outW * pitch;
    latticeH = l.h();
    depth = taps.count() * groupIn;
    window = new ConvWindow(inH, inW, inC, taps, l.h(), l.w(), l.readY(), l.readX());

    long rowWork = Math.max(1, (long) l.w() * depth * outC);
    long byWork = Math.ceilDiv(4 * TASK_WORK, rowWork);
    long bySize = WINDOW / Math.max(1, window.size(2) - window.size(1));
    long least = Math.ceilDiv(FEW_PIXELS, Math.max(1, l.w()));
    int high = (int) Math.clamp(Math.max(least, Math.min(byWork, bySize)), 1, Math.max(1, l.h()));
    unitsPerImage = Math.ceilDiv(l.h(), high);
    rowsPerUnit = unitsPerImage == 0 ? 0 : Math.ceilDiv(l.h(), unitsPerImage);
    long byUnitWork = TASK_WORK / Math.max(1, rowWork * rowsPerUnit);
    long byUnitSize = WINDOW / Math.max(1, window.size(rowsPerUnit));
    unitsPerTask = (int) Math.clamp(Math.min(byUnitWork, byUnitSize), 1, Math.max(1, s.n()));

    int[] from = new int[rowsPerUnit * l.w()];
    int[] to = new int[from.length];
    for (int i = 0; i < from.length; i++) {
      int p = i / l.w();
      int q = i % l.w();
      from[i] = window.place(p * l.readY(), q * l.readX());
      to[i] = p * sinkRow + q * l.writeX() * pitch;
    }
    pixels = new Panel.Rows(from, to);
    latticeW = l.w();

    int run = groupIn * (s.groups() == 1 ? taps.adjacent() : 1);
    terms = terms(run < Panel.Terms.LONG_RUN ? 1 : run);
    int blocks = Math.max(1, Math.ceilDiv(depth, TERMS));
    startsPerBlock = Math.max(1, Math.ceilDiv(terms.starts().length, blocks));
    groupSize = PanelPacking.size(panel, depth, groupOut);
    panels = Math.ceilDiv(groupOut, panel.width());
    unitTasks = Math.ceilDiv(s.n() * unitsPerImage, unitsPerTask);
    long work = rowWork * l.h() * s.n();
    long wanted = Math.min(MANY_TASKS, work / TASK_WORK) / Math.max(1, unitTasks);
    int pieces = s.groups() > 1 ? 1 : (int) Math.clamp(wanted, 1, Math.max(1, panels));
    panelsPerTask = Math.ceilDiv(panels, pieces);
    colTasks = panels == 0 ? 0 : Math.ceilDiv(panels, panelsPerTask);

    firstStart = new int[l.h()];
    lastStart = new int[l.h()];
    for (int p = 0; p < l.h(); p++) {
      int y = p * l.readY();
      int first = taps.firstFrom(-y);
      int last = taps.firstFrom(inH - y);
      firstStart[p] = first * groupIn / terms.run();
      lastStart[p] = last * groupIn / terms.run();
    }
  }

  /** Returns where the terms of an output lie, tap by tap and channel by channel. */
  private Panel.Terms terms(int run) {
    int[] starts = new int[depth / run];
    for (int i = 0; i < starts.length; i++) {
      int term = i * run;
      int t = term / groupIn;
      starts[i] =
          window.place(taps.dy()[t] - taps.top(), taps.dx()[t] - taps.left()) + term % groupIn;
    }
    return new Panel.Terms(starts, run);
  }

  /** Returns the floats that the packed weights take. */
  int packedSize() {
    return groupSize * shape.groups();
  }

  /** Returns the number of packing tasks: one for each panel. */
  int packTasks() {
    return depth == 0 ? 0 : panels * shape.groups();
  }

  /** Packs one panel of weights to {@code base} + its place. */
  void pack(int task, Operands x, int base) {
    int group = task / panels;
    int col = task % panels * panel.width();
    int cols = Math.min(panel.width(), groupOut - col);
    int width = PanelPacking.width(panel, cols);
    float[] w = x.floats(1);
    float[] packed = x.floats(prepared);
    int to = x.offset(prepared) + base + group * groupSize + col * depth;
    int cout = shape.cout();
    for (int t = 0; t < taps.count(); t++, to += groupIn * width) {
      int row = taps.index()[t] * shape.groupIn();
      int element = x.offset(1) + row * cout + group * shape.groupOut();
      if (transposed) {
        panel.transpose(w, element + col * cout, cout, groupIn, cols, packed, to, width);
      } else {
        panel.pack(w, element + col, cout, groupIn, cols, packed, to, width);
      }
    }
  }

  /** Returns the number of computing tasks. */
  int tasks() {
    return latticeW == 0 ? 0 : unitTasks * colTasks;
  }

  /**
   * Computes a block of outputs from the weights packed at {@code base}.
   *
   * @param begin the number of this pass's first task
   */
  void run(int task, int begin, Operands x, int base, Scratch scratch) {
    int first = task / colTasks * unitsPerTask;
    int last = Math.min(shape.n() * unitsPerImage, first + unitsPerTask);
    int firstCol = task % colTasks * panelsPerTask * panel.width();
    int lastCol = Math.min(groupOut, firstCol + panelsPerTask * panel.width());
    int size = window.isDirect() ? 0 : window.size(rowsPerUnit);
    float[] source = window.isDirect() ? x.floats(0) : scratch.floats(1, size * unitsPerTask);
    int[] begins = scratch.ints(1, unitsPerTask);
    if (!scratch.holds(begin + task / colTasks)) {
      for (int u = first; u < last; u++) {
        int image = x.offset(0) + u / unitsPerImage * sourceSize;
        begins[u - first] =
            window.open(x.floats(0), image, firstRow(u), rows(u), source, (u - first) * size);
      }
    }
    for (int group = 0; group < shape.groups(); group++) {
      int weights = x.offset(prepared) + base + group * groupSize;
      int start = 0;
      do {
        int end = Math.min(terms.starts().length, start + startsPerBlock);
        for (int col = firstCol; col < lastCol; col += panel.width()) {
          for (int u = first; u < last; u++) {
            int from = begins[u - first] + group * groupIn;
            multiply(u, source, from, start, end, group, col, weights, x, scratch);
          }
        }
        start = end;
      } while (start < terms.starts().length);
      for (int u = first; u < last; u++) {
        // Forward passes write all pixels of a row, and rows follow each other.
        int col = group * groupOut + firstCol;
        int at = u / unitsPerImage * sinkSize + firstRow(u) * sinkRow + col;
        epilogue.run(x, at, rows(u) * latticeW, pitch, col, lastCol - firstCol);
      }
    }
  }

  private int firstRow(int unit) {
    return unit % unitsPerImage * rowsPerUnit;
  }

  private int rows(int unit) {
    return Math.min(rowsPerUnit, latticeH - firstRow(unit));
  }

  /** Multiplies the pixels of a unit by a block of a panel; rows of zeros are left out. */
  private void multiply(
      int unit,
      float[] source,
      int from,
      int start,
      int end,
      int group,
      int col,
      int weights,
      Operands x,
      Scratch scratch) {
    int cols = Math.min(panel.width(), groupOut - col);
    int width = PanelPacking.width(panel, cols);
    int top = firstRow(unit);
    int bottom = top + rows(unit);
    int to =
        x.offset(2)
            + unit / unitsPerImage * sinkSize
            + sinkStart
            + top * sinkRow
            + group * groupOut
            + col;
    for (int row = top, next; row < bottom; row = next) {
      int lo = firstStart[row];
      int hi = lastStart[row];
      next = row + 1;
      while (next < bottom && firstStart[next] == lo && lastStart[next] == hi) {
        next++;
      }
      int first = Math.max(start, lo);
      int last = Math.max(first, Math.min(end, hi));
      boolean isFirstBlock = hi <= lo ? start == 0 : start <= lo && lo < Math.max(end, 1);
      if (first < last || isFirstBlock) {
        int b = weights + col * depth + first * terms.run() * width;
        panel.multiply(
            pixels,
            (row - top) * latticeW,
            (next - top) * latticeW,
            terms,
            first,
            last,
            source,
            from,
            x.floats(prepared),
            b,
            width,
            x.floats(2),
            to,
            cols,
            !isFirstBlock,
            scratch);
      }
    }
  }
}
