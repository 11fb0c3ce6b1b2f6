package dev.hebb.runtime.simd;

import dev.hebb.runtime.Kernel;
import dev.hebb.runtime.Operands;
import dev.hebb.runtime.Scratch;
import java.util.Arrays;

/**
 * A convolution of few channels, as that of a picture's colours: what a row of the kernel reads is
 * too short for a loop of its own.
 *
 * <p>Each row of the image is written out once for all its taps and channels: [tap][channel][output
 * column]. Then an output row and the terms of its sums, through all rows of the kernel, are a
 * matrix stored by columns, each as far from the next as the first two, and output rows share the
 * rows that they both read. Operands: 0 source, 1 weights, 2 result, what the epilogue adds, packed
 * weights.
 */
final class ConvColumns implements Kernel {
  /** Most elements in a row of a kernel: more make a loop of their own. */
  private static final int SHORT_RUN = 64;

  /** Terms whose panel of weights stays in the first-level cache. */
  private static final int MOST_TERMS = 256;

  /** Fewer output columns leave too much of the tiles unused. */
  private static final int FEWEST_COLUMNS = 20;

  /** Multiply-adds for each element written out, where neighbours have to be set apart for that. */
  private static final int MUCH_WORK = 64;

  /** Floats of rows written out that a task holds: they shall stay in the second-level cache. */
  private static final int HELD = 48 * 1024;

  /** Multiply-adds worth a task of their own: some 20 microseconds of one core. */
  private static final long TASK_WORK = 1_000_000;

  private static final int LINE = 16;

  private final ConvShape shape;
  private final Epilogue epilogue;
  private final int weights;
  private final Panel panel;
  private final int run;
  private final int depth;
  private final int residues;
  private final int reach;
  private final int width;
  private final int rowsPerTask;
  private final int tasksPerImage;

  ConvColumns(ConvShape s, Epilogue epilogue, Panel panel) {
    shape = s;
    this.epilogue = epilogue;
    weights = 3 + epilogue.operands();
    this.panel = panel;
    run = s.kw() * s.cin();
    depth = s.kh() * run;
    residues = s.strideW() * s.cin();
    reach = s.outW() + (run - 1) / residues;
    width = (Math.ceilDiv(reach, LINE) | 1) * LINE;
    // With fewer rows than the kernel's, most of what is written out would be so more than once.
    long byWork = Math.max(s.kh(), TASK_WORK / Math.max(1, (long) s.outW() * depth * s.cout()));
    int bySize = (HELD / (run * width) - s.kh()) / s.strideH() + 1;
    rowsPerTask = (int) Math.clamp(Math.min(byWork, bySize), 1, Math.max(1, s.outH()));
    tasksPerImage = Math.ceilDiv(s.outH(), rowsPerTask);
  }

  /** Returns whether this form is expected to be the fastest. */
  static boolean pays(ConvShape s, Panel panel) {
    long run = (long) s.kw() * s.cin();
    boolean fits =
        s.groups() == 1
            && s.dilH() == 1
            && s.dilW() == 1
            && run > 0
            && run < SHORT_RUN
            && s.kh() * run <= MOST_TERMS
            && s.outW() >= FEWEST_COLUMNS
            && s.kh() * run * s.outW() <= HELD;
    if (s.strideW() * s.cin() == 1) {
      return fits;
    }
    // Setting neighbours apart takes longer than what a single panel with unused lanes gains.
    boolean isSparse = s.cout() > panel.lanes() && s.cout() < panel.width();
    return fits && !isSparse && s.kh() * s.cout() >= MUCH_WORK * s.strideH();
  }

  @Override
  public int phases() {
    return 2;
  }

  @Override
  public int tasks(int phase) {
    return phase == 0
        ? Math.ceilDiv(shape.cout(), panel.width())
        : shape.cout() == 0 ? 0 : shape.n() * tasksPerImage;
  }

  @Override
  public int prepares() {
    return 1;
  }

  @Override
  public long prepared() {
    return Math.max(1, PanelPacking.size(panel, depth, shape.cout()));
  }

  @Override
  public void run(int phase, int task, Operands x, Scratch s) {
    if (phase == 0) {
      pack(task * panel.width(), x);
      return;
    }
    int first = task % tasksPerImage * rowsPerTask;
    int rows = Math.min(rowsPerTask, shape.outH() - first);
    float[] held = s.floats(1, ((rowsPerTask - 1) * shape.strideH() + shape.kh()) * run * width);
    int count = (rows - 1) * shape.strideH() + shape.kh();
    for (int i = 0; i < count; i++) {
      int y = first * shape.strideH() - shape.padTop() + i;
      writeOut(task / tasksPerImage, y, x, held, i * run * width, s);
    }
    convolve(task / tasksPerImage * shape.outH() + first, rows, held, x, s);
  }

  private void pack(int col, Operands x) {
    int cout = shape.cout();
    int cols = Math.min(panel.width(), cout - col);
    int to = x.offset(weights) + depth * col;
    float[] packed = x.floats(weights);
    int wide = PanelPacking.width(panel, cols);
    panel.pack(x.floats(1), x.offset(1) + col, cout, depth, cols, packed, to, wide);
  }

  /** Writes out a row of the image, which may lie outside of it. */
  private void writeOut(int image, int y, Operands x, float[] to, int at, Scratch s) {
    if (y < 0 || y >= shape.h()) {
      Arrays.fill(to, at, at + run * width, 0);
      return;
    }
    int elements = shape.w() * shape.cin();
    int left = shape.padLeft() * shape.cin();
    int all = reach * residues;
    float[] row = s.floats(2, all);
    int used = Math.clamp(all - left, 0, elements);
    Arrays.fill(row, 0, Math.min(left, all), 0);
    System.arraycopy(
        x.floats(0), x.offset(0) + (image * shape.h() + y) * elements, row, left, used);
    Arrays.fill(row, Math.min(all, left + used), all, 0);
    // Elements that are apart by a step of the output columns come to lie side by side.
    float[] apart = row;
    if (residues > 1) {
      apart = s.floats(3, residues * width);
      panel.transpose(row, 0, residues, residues, reach, apart, 0, width);
    }
    int columns = shape.outW();
    for (int t = 0; t < run; t++) {
      int from = t % residues * width + t / residues;
      System.arraycopy(apart, from, to, at + t * width, columns);
    }
  }

  private void convolve(int pixelRow, int rows, float[] held, Operands x, Scratch s) {
    int cout = shape.cout();
    int columns = shape.outW();
    int pitch = shape.pitch();
    int at = pixelRow * columns * pitch;
    int lastPanel = (Math.ceilDiv(cout, panel.width()) - 1) * panel.width();
    // Backwards, so that what a tile stores beyond the last columns is where others are to come.
    for (int col = lastPanel; col >= 0; col -= panel.width()) {
      int cols = Math.min(panel.width(), cout - col);
      int wide = PanelPacking.width(panel, cols);
      for (int r = 0; r < rows; r++) {
        int free = pitch == cout ? (rows - 1 - r) * columns * pitch : -1;
        panel.columns(
            held,
            r * shape.strideH() * run * width,
            width,
            panel.lanes(),
            columns,
            depth,
            x.floats(weights),
            x.offset(weights) + depth * col,
            wide,
            x.floats(2),
            x.offset(2) + at + r * columns * pitch + col,
            pitch,
            cols,
            free,
            false,
            s);
      }
    }
    epilogue.run(x, at, rows * columns, pitch, 0, cout);
  }
}
