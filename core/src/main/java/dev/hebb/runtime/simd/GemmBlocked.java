package dev.hebb.runtime.simd;

import dev.hebb.runtime.Kernel;
import dev.hebb.runtime.Operands;
import dev.hebb.runtime.Scratch;

/**
 * The product cut into blocks: rows of A that stay in the second-level cache, times one panel of B
 * after the other.
 *
 * <p>A is read where it lies, or packed in strips of as many rows as a vector has lanes, each a
 * matrix [k][lanes]: then the product reads one stream, not a row for each row of its tile, and
 * rows that lie a power of two apart cannot throw each other out of the caches. Each thread packs
 * the rows that it is going to multiply, once for all panels: what another processor has packed
 * would have to be fetched from its cache, which can take longer than packing. B is packed into
 * panels by the task that uses it, or read in place if there are too few rows to pay for packing. A
 * long sum over a transposed A with few results is cut into chunks of terms, and so is one that has
 * two parts: their partial results are added in order by a second phase.
 */
final class GemmBlocked implements Kernel {
  /**
   * Rows of B that lie a multiple of so many floats apart meet in a few sets of the first-level
   * cache.
   */
  private static final int SAME_SETS = 512;

  /** From so many rows of A on, copying such a B costs less than waiting for it. */
  private static final int ROWS_WORTH_PACKING = 16;

  /** Terms per block: a panel of B takes up to 128 KiB, and sums stay in registers for as long. */
  private static final int TERMS = 1024;

  /** Below so many tasks, a long sum is cut into chunks of at least the given number of terms. */
  private static final int FEW_TASKS = 8;

  private static final int CHUNK_TERMS = 1024;
  private static final int MAX_CHUNKS = 16;

  /** With more results than this there is enough to share without cutting the sum. */
  private static final int MAX_RESULTS = 1 << 18;

  /** With more results than this, threads share out columns rather than terms. */
  private static final int MAX_RESULTS_OF_PARTS = 1 << 15;

  /** Elements added up by one task of the second phase. */
  private static final int SUM_ELEMENTS = 16_384;

  /** The scratch slot for the second part of some rows' sums. */
  private static final int PART = 1;

  /** So many rows of a panel stay in the first-level cache; whole strips of any width. */
  private static final int PART_ROWS = 64;

  /** How the left operand is read. */
  private enum Left {
    /** Row by row where it lies. */
    ROWS,
    /** Transposed, where it lies. */
    COLUMNS,
    /** In strips in the thread's own memory. */
    STRIPS
  }

  private final GemmShape shape;
  private final Left left;
  private final boolean inPanels;
  private final Epilogue epilogue;
  private final int panels;
  private final int workspace;
  private final Panel panel;
  private final boolean inPlace;
  private final GemmSplit split;
  private final int chunks;
  private final int termsPerChunk;
  private final int sumRowsPerTask;
  private final Panel.Rows rows;
  private final Panel.Rows partRows;
  private final int firstPart;
  private final int depth;
  private final Panel.Terms allTerms;
  private final Panel.Terms lastTerms;
  private final Panel.Terms singleTerms;

  /**
   * Makes the kernel.
   *
   * @param packs whether to pack A
   * @param inPanels whether B lies in panels in the operand before the workspace
   * @param firstPart how many terms of a sum come before those that are added up by themselves;
   *     half of them, rounded up, or all
   */
  GemmBlocked(
      GemmShape s, boolean packs, boolean inPanels, int firstPart, Epilogue epilogue, Panel panel) {
    this.firstPart = firstPart;
    this.inPanels = inPanels;
    this.shape = s;
    this.epilogue = epilogue;
    panels = 3 + epilogue.operands();
    workspace = panels + (inPanels ? 1 : 0);
    left = packs ? Left.STRIPS : s.transA() ? Left.COLUMNS : Left.ROWS;
    this.panel = panel;
    int lanes = panel.lanes();
    split = GemmSplit.of(s, packs, inPanels, lanes);
    int height = split.height();
    // Few tiles read each panel of B, so reading it in place costs less than packing it.
    int shallow = left == Left.ROWS || lanes < 16 ? 2 * lanes : 4 * lanes;
    boolean meets = left == Left.ROWS && s.ldb() % SAME_SETS == 0 && height >= ROWS_WORTH_PACKING;
    inPlace = !s.transB() && (height <= shallow && !meets || s.ldb() == panel.width());

    boolean isCut = firstPart < s.k();
    int blocks = Math.max(isCut ? 2 : 1, Math.ceilDiv(s.k(), TERMS));
    depth = Math.ceilDiv(Math.max(1, s.k()), blocks);
    boolean isLong =
        s.transA()
            && GemmSplit.of(s, packs, inPanels, Panel.MOST_LANES).tasks() < FEW_TASKS
            && s.k() >= 2 * CHUNK_TERMS
            && s.batch() * s.work() > 8 * GemmSplit.TASK_WORK
            && (long) s.batch() * s.m() * s.n() <= MAX_RESULTS;
    boolean sharesParts = isCut && (long) s.batch() * s.m() * s.n() <= MAX_RESULTS_OF_PARTS;
    int wantedChunks = sharesParts ? 2 : isLong ? Math.min(MAX_CHUNKS, s.k() / CHUNK_TERMS) : 1;
    termsPerChunk = Math.ceilDiv(Math.ceilDiv(Math.max(1, s.k()), wantedChunks), depth) * depth;
    chunks = Math.max(1, Math.ceilDiv(s.k(), termsPerChunk));
    sumRowsPerTask = Math.ceilDiv(SUM_ELEMENTS, Math.max(1, s.n()));

    boolean isRows = left == Left.ROWS;
    rows = Panel.Rows.spaced(isRows ? height : 0, s.lda(), s.ldc());
    partRows = Panel.Rows.spaced(isRows && isCut ? PART_ROWS : 0, s.lda(), panel.width());
    singleTerms = Panel.Terms.spaced(isRows ? depth : 0, 1);
    allTerms = Panel.Terms.consecutive(isRows ? depth : 0);
    lastTerms = Panel.Terms.consecutive(isRows ? s.k() % depth : 0);
  }

  @Override
  public int phases() {
    return chunks > 1 ? 2 : 1;
  }

  @Override
  public int tasks(int phase) {
    return phase == 0
        ? split.tasks() * chunks
        : Math.ceilDiv(shape.batch() * shape.m(), sumRowsPerTask);
  }

  @Override
  public long workspace() {
    return (chunks - 1L) * shape.batch() * shape.m() * shape.ldc();
  }

  @Override
  public void run(int phase, int task, Operands x, Scratch scratch) {
    if (phase == 1) {
      addChunks(task, x);
      return;
    }
    int col = task % split.colTasks() * split.colsPerTask();
    int rest = task / split.colTasks();
    int row = rest % split.rowTasks();
    rest /= split.rowTasks();
    int chunk = rest % chunks;
    int first = rest / chunks * split.itemsPerTask();
    int last = Math.min(shape.batch(), first + split.itemsPerTask());
    for (int item = first; item < last; item++) {
      multiply(item, chunk, row, col, x, scratch);
    }
  }

  private void multiply(int item, int chunk, int rowTask, int col, Operands x, Scratch scratch) {
    GemmShape s = shape;
    int row = split.firstRow(rowTask, s.m());
    float[] c;
    int co;
    if (chunk > 0) {
      c = x.floats(workspace);
      co = x.offset(workspace) + (((chunk - 1) * s.batch() + item) * s.m() + row) * s.ldc();
    } else {
      c = x.floats(2);
      co = x.offset(2) + item * s.strideC() + row * s.ldc();
    }
    int height = split.firstRow(rowTask + 1, s.m()) - row;
    int lastCol = Math.min(s.n(), col + split.colsPerTask());
    int lastPanel = col + (Math.ceilDiv(lastCol - col, panel.width()) - 1) * panel.width();
    int begin = chunk * termsPerChunk;
    int end = Math.min(s.k(), begin + termsPerChunk);
    // This thread's own memory: the rows of A in strips, then a panel of B.
    boolean isPacked = left == Left.STRIPS;
    int lines = isPacked ? Math.ceilDiv(height, panel.lanes()) * strip(end - begin) : 0;
    int more = inPanels ? 0 : depth * panel.width();
    float[] own = scratch.floats(0, lines + more + CacheLines.FLOATS);
    int skip = isPacked ? scratch.skip() : 0;
    if (isPacked) {
      pack(item, chunk, rowTask, height, end - begin, own, skip, x, scratch);
    }
    float[] a = isPacked ? own : x.floats(0);
    int ao = isPacked ? skip : x.offset(0) + item * s.strideA() + s.placeA(row, begin);
    int stepA = isPacked ? panel.lanes() : s.placeA(0, 1);
    int ldc = s.ldc();
    boolean hasRows = col == 0 && lastCol == ldc;
    int free = hasRows ? 0 : -1;
    int p = begin;
    do {
      int count = Math.min(depth, end - p);
      // Backwards, so that what a tile stores beyond the last columns is where others are to come.
      for (int j = lastPanel; j >= col; j -= panel.width()) {
        int cols = Math.min(panel.width(), lastCol - j);
        int width = PanelPacking.width(panel, cols);
        float[] b = x.floats(1);
        int bo = x.offset(1) + item * s.strideB() + s.placeB(p, j);
        int pitch = s.ldb();
        if (inPanels) {
          b = x.floats(panels);
          bo = x.offset(panels) + s.k() * j + p * width;
          pitch = width;
        } else if (!inPlace || !PanelPacking.isReadable(b, bo, pitch, count, width)) {
          int to = isPacked ? skip + lines : scratch.skip();
          if (s.transB()) {
            panel.transpose(b, bo, pitch, count, cols, own, to, width);
          } else {
            panel.pack(b, bo, pitch, count, cols, own, to, width);
          }
          b = own;
          bo = to;
          pitch = width;
        }
        int from = ao + (p - begin) * stepA;
        if (p == firstPart && p > begin) {
          for (int r = 0; r < height; r += PART_ROWS) {
            int few = Math.min(PART_ROWS, height - r);
            float[] part = scratch.floats(PART, PART_ROWS * panel.width());
            int strips = r / panel.lanes() * strip(end - begin);
            int at = from + (isPacked ? strips : s.placeA(r, 0));
            block(
                a,
                at,
                few,
                end - begin,
                count,
                b,
                bo,
                pitch,
                part,
                0,
                partRows,
                panel.width(),
                cols,
                0,
                false,
                scratch);
            Epilogue.add(c, co + j + r * ldc, few, ldc, cols, part, 0, panel.width());
          }
        } else {
          block(
              a,
              from,
              height,
              end - begin,
              count,
              b,
              bo,
              pitch,
              c,
              co + j,
              rows,
              ldc,
              cols,
              free,
              p > begin,
              scratch);
        }
      }
      p += count;
    } while (p < end);
    if (chunks == 1) {
      int at = item * s.strideC() + row * s.ldc() + col;
      epilogue.run(x, at, height, s.ldc(), col, lastCol - col);
    }
  }

  /** Returns how far the strips of so many terms lie apart. */
  private int strip(int terms) {
    return CacheLines.apart(panel.lanes() * terms);
  }

  /**
   * Packs the rows of a task, all terms of a chunk, unless this thread's last task had the same
   * rows and left them in the same place.
   */
  private void pack(
      int item,
      int chunk,
      int rowTask,
      int height,
      int terms,
      float[] own,
      int to,
      Operands x,
      Scratch scratch) {
    GemmShape s = shape;
    int which = s.strideA() == 0 ? 0 : item;
    int rows = (which * chunks + chunk) * split.rowTasks() + rowTask;
    if (scratch.holds(rows * CacheLines.FLOATS + to)) {
      return;
    }
    int lanes = panel.lanes();
    float[] a = x.floats(0);
    int row = split.firstRow(rowTask, s.m());
    int from = x.offset(0) + item * s.strideA() + s.placeA(row, chunk * termsPerChunk);
    if (s.transA()) {
      panel.pack(a, from, s.lda(), terms, height, own, to, lanes, strip(terms));
      return;
    }
    for (int r = 0; r < height; r += lanes) {
      int n = Math.min(lanes, height - r);
      int at = to + r / lanes * strip(terms);
      panel.transpose(a, from + r * s.lda(), s.lda(), terms, n, own, at, lanes);
    }
  }

  /** Multiplies a block of rows, of which the first one begins in A at {@code ao}, by one panel. */
  private void block(
      float[] a,
      int ao,
      int height,
      int terms,
      int count,
      float[] b,
      int bo,
      int pitch,
      float[] c,
      int co,
      Panel.Rows rows,
      int ldc,
      int cols,
      int free,
      boolean add,
      Scratch scratch) {
    if (left == Left.ROWS) {
      boolean isDense = pitch == PanelPacking.width(panel, cols);
      Panel.Terms some = !isDense ? singleTerms : count == depth ? allTerms : lastTerms;
      int starts = some.run() == 1 ? count : 1;
      panel.multiply(
          rows, 0, height, some, 0, starts, a, ao, b, bo, pitch, c, co, cols, add, scratch);
    } else {
      int lanes = panel.lanes();
      int step = left == Left.STRIPS ? lanes : shape.lda();
      int strip = left == Left.STRIPS ? strip(terms) : lanes;
      panel.columns(
          a, ao, step, strip, height, count, b, bo, pitch, c, co, ldc, cols, free, add, scratch);
    }
  }

  /** Adds the other chunks' sums to those of the first one, which lie in C. */
  private void addChunks(int task, Operands x) {
    GemmShape s = shape;
    int last = Math.min(s.batch() * s.m(), (task + 1) * sumRowsPerTask);
    int count;
    for (int r = task * sumRowsPerTask; r < last; r += count) {
      int row = r % s.m();
      count = Math.min(last - r, s.m() - row);
      int at = r / s.m() * s.strideC() + row * s.ldc();
      for (int chunk = 1; chunk < chunks; chunk++) {
        int from = x.offset(workspace) + ((chunk - 1) * s.batch() * s.m() + r) * s.ldc();
        float[] more = x.floats(workspace);
        Epilogue.add(x.floats(2), x.offset(2) + at, count, s.ldc(), s.n(), more, from, s.ldc());
      }
      epilogue.run(x, at, count, s.ldc(), 0, s.n());
    }
  }

  @Override
  public String toString() {
    String rightSide = inPanels ? ", B prepared" : inPlace ? "" : ", B packed";
    String parts = firstPart < shape.k() ? ", sums in two parts" : "";
    return shape + rightSide + (left == Left.STRIPS ? ", A packed" : "") + parts;
  }
}
