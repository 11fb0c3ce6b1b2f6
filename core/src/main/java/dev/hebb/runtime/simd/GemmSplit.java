package dev.hebb.runtime.simd;

/**
 * How the matrices of a product are shared among tasks: blocks of rows times blocks of columns, or
 * several small products each.
 *
 * @param rowsPerUnit rows that stay together: those of a strip, or of the tallest tile
 * @param rowUnits how often a matrix has so many
 * @param rowTasks the blocks of rows of a matrix: each has the same number of units, or one more
 * @param height the rows of the tallest block
 * @param colsPerTask columns of a block, a multiple of the panel's width
 * @param colTasks the blocks of columns of a matrix
 * @param itemsPerTask how many products one task does
 * @param tasks how many tasks there are
 */
record GemmSplit(
    int rowsPerUnit,
    int rowUnits,
    int rowTasks,
    int height,
    int colsPerTask,
    int colTasks,
    int itemsPerTask,
    int tasks) {
  /** Multiply-adds worth a task of their own: some 5 microseconds of one core. */
  static final long TASK_WORK = 1 << 18;

  /** The same where B is read once, and reading it takes the time. */
  private static final long TASK_WORK_OF_ROWS = 400_000;

  /** Enough tasks to keep many cores evenly busy; more would only pack B more often. */
  private static final int MANY_TASKS = 32;

  /** Tasks of less rows than this would spend more than a hundredth of their time on packing B. */
  private static final int FEW_ROWS_PER_TASK = 256;

  /** Where B lies packed, all that less rows cost is reading it more often. */
  private static final int FEW_ROWS_IF_PACKED = 64;

  /** With one panel of columns, only rows can be shared. */
  private static final int FEW_ROWS_IF_ALONE = 32;

  private static final int MANY_ROWS_PER_TASK = 512;

  /** From so many rows on, tasks may have many without being too few. */
  private static final int MANY_ROWS = 1024;

  /** A copy of so many elements of A, 4 MiB, is large enough for a thread. */
  static final int MOST_PACKED = 1 << 20;

  /** Rows of the tallest tile. */
  private static final int TALL = 8;

  /**
   * Returns the split for vectors of so many lanes.
   *
   * @param packs whether A is packed
   * @param inPanels whether B is prepared
   */
  static GemmSplit of(GemmShape s, boolean packs, boolean inPanels, int lanes) {
    int width = 2 * lanes;
    long goal = Math.clamp(s.batch() * s.work() / MANY_TASKS, TASK_WORK, 64 * TASK_WORK);
    long perPanel = Math.max(1, (long) s.m() * s.k() * width);
    int most = packs ? MOST_PACKED / Math.max(1, s.k()) : MANY_ROWS_PER_TASK;
    most = Math.clamp(most, FEW_ROWS_IF_PACKED, MANY_ROWS_PER_TASK);
    int few = Math.min(most, fewRows(s, packs, inPanels, width));
    int wantedRows = Math.clamp(s.m() * goal / perPanel, few, most);
    int rowsPerUnit = packs || s.transA() ? lanes : TALL;
    int rowUnits = Math.ceilDiv(s.m(), rowsPerUnit);
    int rowTasks = Math.min(rowUnits, Math.ceilDiv(s.m(), wantedRows));
    int height =
        rowTasks == 0 ? 0 : Math.min(s.m(), Math.ceilDiv(rowUnits, rowTasks) * rowsPerUnit);

    int all = Math.ceilDiv(s.n(), width);
    long perTask = Math.max(1, (long) height * s.k() * width);
    int wanted = (int) Math.clamp(Math.ceilDiv(goal, perTask), 1, Math.max(1, all));
    int colTasks = Math.ceilDiv(all, wanted);
    int colsPerTask = colTasks == 0 ? 0 : Math.ceilDiv(all, colTasks) * width;
    int itemsPerTask =
        rowTasks * colTasks > 1
            ? 1
            : (int) Math.clamp(goal / Math.max(1, s.work()), 1, Math.max(1, s.batch()));
    int tasks = Math.ceilDiv(s.batch(), itemsPerTask) * rowTasks * colTasks;
    return new GemmSplit(
        rowsPerUnit, rowUnits, rowTasks, height, colsPerTask, colTasks, itemsPerTask, tasks);
  }

  /** Returns the split of few rows, of which each task does all, by a multiple of some columns. */
  static GemmSplit byColumns(GemmShape s, int columns) {
    long perBlock = Math.max(1, (long) s.m() * s.k() * columns);
    long wanted = Math.ceilDiv(TASK_WORK_OF_ROWS, perBlock) * columns;
    int colsPerTask = (int) Math.min(Math.max(1, s.n()), wanted);
    int colTasks = Math.ceilDiv(s.n(), colsPerTask);
    int itemsPerTask =
        colTasks > 1 ? 1 : (int) Math.clamp(TASK_WORK_OF_ROWS / Math.max(1, s.work()), 1, 1 << 20);
    int tasks = s.m() == 0 ? 0 : Math.ceilDiv(s.batch(), itemsPerTask) * colTasks;
    return new GemmSplit(s.m(), 1, 1, s.m(), colsPerTask, colTasks, itemsPerTask, tasks);
  }

  /** Returns how many rows a task has at least. */
  private static int fewRows(GemmShape s, boolean packs, boolean inPanels, int width) {
    if (s.batch() == 1 && s.n() <= width) {
      return Math.clamp(s.m() / 2, FEW_ROWS_IF_ALONE, FEW_ROWS_PER_TASK);
    }
    if (inPanels) {
      return FEW_ROWS_IF_PACKED;
    }
    return packs && s.m() >= MANY_ROWS ? MANY_ROWS_PER_TASK : FEW_ROWS_PER_TASK;
  }

  /** Returns where the rows of a block begin, in a matrix of {@code m} rows. */
  int firstRow(int rowTask, int m) {
    return Math.min(m, (int) ((long) rowUnits * rowTask / rowTasks) * rowsPerUnit);
  }
}
