package dev.hebb.runtime;

/**
 * How a fused kernel goes over its elements: blocks of rows of columns, cut into tasks and tiles by
 * their numbers alone.
 *
 * <p>A walk without structure is one block of n rows with one column. If it has short rows that are
 * reduced on the way, a tile holds a whole number of them.
 */
final class Walk {
  /** Elements of a tile: a handful of such registers stay in the first-level cache. */
  static final int TILE = 1024;

  /** Elements that are worth handing to another thread if little is done with each. */
  private static final int CHUNK = 16 * TILE;

  /** Simple operations on an element that count as little. */
  private static final int LITTLE = 8;

  /** Each task of a reduction over rows leaves a row of partial results, so there are not many. */
  private static final int MOST_CHUNKS = 32;

  /** Elements in some cache lines: what two threads write lies in different ones. */
  private static final int LINES = 64;

  final int outer;
  final int reduced;
  final int inner;
  final int row;
  final int tileRows; // rows of a tile, 1 if a row is longer than a tile
  final int tileColumns; // columns of a tile, the whole row unless it is longer
  final int rowsPerChunk;
  final int chunksPerBlock;
  final int blocksPerTask;
  final int tasks;

  /**
   * A walk over outer × reduced × inner elements.
   *
   * @param row the length of rows that are reduced inside tiles, or 0
   * @param period tiles begin at multiples of so many elements, so that what repeats is loaded once
   * @param work how many simple operations are done with each element
   * @param serial whether one task must do everything
   */
  Walk(int outer, int reduced, int inner, int row, int period, int work, boolean serial) {
    this.outer = outer;
    this.reduced = reduced;
    this.inner = inner;
    this.row = row;
    // tiles end at multiples of so many rows
    int unit = inner == 1 ? Math.max(Math.max(row, period), 1) : 1;
    tileColumns = Math.max(1, row > 0 ? inner : Math.min(inner, TILE));
    tileRows = Math.max(TILE / tileColumns / unit, 1) * unit;
    long block = (long) reduced * inner;
    int chunk = Math.max(TILE, CHUNK * LITTLE / Math.max(work, LITTLE));
    int wanted = Math.ceilDiv(chunk, Math.max(inner, 1));
    if (inner > 1) {
      wanted = Math.max(wanted, Math.ceilDiv(reduced, MOST_CHUNKS));
    }
    boolean whole = serial || outer > 1 && block < chunk;
    int chunks = whole ? 1 : Math.max(1, Math.ceilDiv(reduced, wanted));
    boolean areFew = chunks < MOST_CHUNKS;
    if (areFew && work > LITTLE) {
      chunks = Integer.highestOneBit(2 * chunks - 1); // even shares for two, four, eight threads
    } else if (areFew && chunks > 1) {
      chunks = Math.ceilDiv(chunks, 2) * 2; // for two
    }
    // The halves of a matrix shall be those that a product's threads have written.
    int step = areFew && inner == 1 && unit == 1 ? LINES : tileRows;
    int even = Math.ceilDiv(Math.max(reduced, 1), chunks);
    rowsPerChunk = whole ? Math.max(reduced, 1) : Math.ceilDiv(even, step) * step;
    chunksPerBlock = Math.max(1, Math.ceilDiv(reduced, rowsPerChunk));
    blocksPerTask =
        serial || block == 0
            ? Math.max(outer, 1)
            : chunksPerBlock > 1 ? 1 : (int) Math.max(1, chunk / block);
    tasks =
        chunksPerBlock > 1
            ? outer * chunksPerBlock
            : Math.ceilDiv(Math.max(outer, 1), blocksPerTask);
  }

  /** The most elements of a tile. */
  int tile() {
    return (int)
        Math.min((long) tileRows * tileColumns, Math.max(1, (long) outer * reduced * inner));
  }

  int firstBlock(int task) {
    return chunksPerBlock > 1 ? task / chunksPerBlock : task * blocksPerTask;
  }

  int lastBlock(int task) {
    return chunksPerBlock > 1
        ? task / chunksPerBlock + 1
        : Math.min(outer, (task + 1) * blocksPerTask);
  }

  int firstRow(int task) {
    return chunksPerBlock > 1 ? task % chunksPerBlock * rowsPerChunk : 0;
  }

  int lastRow(int task) {
    return Math.min(reduced, firstRow(task) + rowsPerChunk);
  }

  @Override
  public String toString() {
    return "%d×%d×%d%s in %d task%s of tiles of %d"
        .formatted(
            outer,
            reduced,
            inner,
            row > 0 ? " (rows of " + row + ")" : "",
            tasks,
            tasks == 1 ? "" : "s",
            tile());
  }
}
