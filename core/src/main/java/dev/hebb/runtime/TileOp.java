package dev.hebb.runtime;

import static java.util.stream.Collectors.joining;

import dev.hebb.op.ScalarOp;
import dev.hebb.runtime.simd.ChainLoop;
import dev.hebb.runtime.simd.Loop;
import dev.hebb.runtime.simd.Philox;
import dev.hebb.runtime.simd.Reduction;
import dev.hebb.runtime.simd.Reductions;
import dev.hebb.runtime.simd.StridedLoad;
import dev.hebb.tensor.DType;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One operation of a fused kernel on the tile that is being computed. Values are named by place.
 */
public sealed interface TileOp {
  /** Operations that take several times as long as an addition. */
  Set<ScalarOp> FUNCTIONS = functions();

  /** Does it for one tile. */
  void run(Tile t, Operands x, Scratch s);

  /** The places it reads. */
  default List<Integer> reads() {
    return List.of();
  }

  /** The place it writes; −1 if it writes an operand alone. */
  int d();

  /** Whether it gives the same each time. */
  default boolean isConstant() {
    return false;
  }

  /**
   * The same with loops of the form that they will have from now on, for a tile of so many elements
   * and rows; null as long as that is open.
   */
  default @Nullable TileOp settled(int length, int rows) {
    return this;
  }

  /** What it costs for one element, in simple operations on vectors. */
  default int work() {
    return 2;
  }

  /**
   * d = f(a, b, c), element by element; operands that the operation does not have repeat another.
   *
   * @param from the type of the operands (of the last two for {@code WHERE})
   * @param to the type of the result
   */
  record Compute(
      ScalarOp op, DType from, DType to, Loop f, int a, int b, int c, int d, boolean perRow)
      implements TileOp {
    @Override
    public List<Integer> reads() {
      return List.of(a, b, c);
    }

    @Override
    public int work() {
      return FUNCTIONS.contains(op) ? 8 : 1;
    }

    @Override
    public @Nullable TileOp settled(int length, int rows) {
      Loop g = f.settled(perRow ? rows : length);
      return g == null ? null : new Compute(op, from, to, g, a, b, c, d, perRow);
    }

    @Override
    public void run(Tile t, Operands x, Scratch s) {
      Object[] at = t.at;
      int[] off = t.off;
      f.run(at[a], off[a], at[b], off[b], at[c], off[c], at[d], off[d], perRow ? t.rows : t.length);
    }

    @Override
    public String toString() {
      String name = op == ScalarOp.CAST && from == to ? "copy" : op.name().toLowerCase(Locale.ROOT);
      return "$%d = %s $%d $%d $%d%s".formatted(d, name, a, b, c, perRow ? " per row" : "");
    }
  }

  /**
   * Operations that are done together, so that what only they use need not be stored.
   *
   * @param places for each value of the loop where it lies
   */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares it
  record Chained(List<Compute> ops, ChainLoop loop, int[] places) implements TileOp {
    @Override
    public int d() {
      return ops.getLast().d;
    }

    @Override
    public int work() {
      return ops.stream().mapToInt(Compute::work).sum();
    }

    @Override
    public void run(Tile t, Operands x, Scratch s) {
      loop.run(t.at, t.off, places, 0, t.length);
    }

    @Override
    public String toString() {
      return ops.stream().map(Compute::toString).collect(joining("\n      | ", "┌ ", ""));
    }
  }

  /**
   * The same number all over a register, or in its first element alone if nobody reads the others.
   *
   * @param operand where the number is read from, or −1 if it is {@code value}
   */
  record Scalar(double value, int operand, int offset, int d, boolean whole) implements TileOp {
    @Override
    public boolean isConstant() {
      return operand < 0;
    }

    @Override
    public void run(Tile t, Operands x, Scratch s) {
      int from = t.off[d];
      int to = from + (whole ? t.length : 1);
      int at = operand < 0 ? 0 : x.offset(operand) + offset;
      switch (t.at[d]) {
        case float[] v -> Arrays.fill(v, from, to, operand < 0 ? (float) value : single(x, at));
        case double[] v -> Arrays.fill(v, from, to, operand < 0 ? value : x.doubles(operand)[at]);
        case long[] v -> Arrays.fill(v, from, to, operand < 0 ? (long) value : integer(x, at));
        default -> throw new IllegalStateException();
      }
    }

    private float single(Operands x, int at) {
      return x.array(operand) instanceof byte[] b ? b[at] : x.floats(operand)[at];
    }

    private long integer(Operands x, int at) {
      return x.array(operand) instanceof int[] i ? i[at] : x.longs(operand)[at];
    }

    @Override
    public String toString() {
      return "$%d = %s".formatted(d, operand < 0 ? value : "@" + operand + "[" + offset + "]");
    }
  }

  /** Elements of an operand that do not lie in the order of the walk, or have another type. */
  record Load(StridedLoad load, int operand, int offset, int d, boolean perRow) implements TileOp {
    @Override
    public void run(Tile t, Operands x, Scratch s) {
      load.load(
          x.array(operand),
          x.offset(operand) + offset,
          perRow ? t.firstRow : t.start,
          t.at[d],
          t.off[d],
          perRow ? t.rows : t.length,
          s.ints(0, load.scratch()));
    }

    @Override
    public String toString() {
      return "$%d = @%d%s%s".formatted(d, operand, load, perRow ? " per row" : "");
    }
  }

  /** A register written to an operand of another type, or after its old elements were read. */
  record Store(int a, int operand, boolean perRow) implements TileOp {
    @Override
    public int d() {
      return -1;
    }

    @Override
    public List<Integer> reads() {
      return List.of(a);
    }

    @Override
    public void run(Tile t, Operands x, Scratch s) {
      int to = x.offset(operand) + (perRow ? t.firstRow : t.start);
      dev.hebb.runtime.simd.Store.run(
          t.at[a], t.off[a], x.array(operand), to, perRow ? t.rows : t.length);
    }

    @Override
    public String toString() {
      return "@%d = $%d".formatted(operand, a);
    }
  }

  /** A register written to an operand in rows that do not follow each other. */
  record StoreRows(int a, int operand, int width, int pitch) implements TileOp {
    @Override
    public int d() {
      return -1;
    }

    @Override
    public List<Integer> reads() {
      return List.of(a);
    }

    @Override
    public void run(Tile t, Operands x, Scratch s) {
      int row = t.start / width;
      int column = t.start % width;
      int from = t.off[a];
      int end = from + t.length;
      while (from < end) {
        int n = Math.min(width - column, end - from);
        int to = x.offset(operand) + row * pitch + column;
        System.arraycopy(t.at[a], from, x.array(operand), to, n);
        from += n;
        row++;
        column = 0;
      }
    }

    @Override
    public String toString() {
      return "@%d rows of %d every %d = $%d".formatted(operand, width, pitch, a);
    }
  }

  /** Each row of a combined into one element of d. */
  record RowReduce(String name, Reduction reduction, int a, int d, int row) implements TileOp {
    @Override
    public List<Integer> reads() {
      return List.of(a);
    }

    @Override
    public @Nullable TileOp settled(int length, int rows) {
      Reduction r = reduction.settledRows(rows, row);
      return r == null ? null : new RowReduce(name, r, a, d, row);
    }

    @Override
    public void run(Tile t, Operands x, Scratch s) {
      reduction.rows(t.at[a], t.off[a], t.at[d], t.off[d], t.rows, row);
    }

    @Override
    public String toString() {
      return "$%d = %s of rows $%d".formatted(d, name, a);
    }
  }

  /** Each element of a repeated along its row. */
  record RowRepeat(int a, int d, int row) implements TileOp {
    @Override
    public List<Integer> reads() {
      return List.of(a);
    }

    @Override
    public void run(Tile t, Operands x, Scratch s) {
      Reductions.expandRows(t.at[a], t.off[a], t.at[d], t.off[d], t.rows, row);
    }

    @Override
    public String toString() {
      return "$%d = rows of $%d".formatted(d, a);
    }
  }

  /** Random numbers for the elements of the tile; the counter is an int64 operand. */
  record Uniform(long key, int counter, int d) implements TileOp {
    @Override
    public int work() {
      return 16;
    }

    @Override
    public void run(Tile t, Operands x, Scratch s) {
      long now = x.longs(counter)[x.offset(counter)];
      switch (t.at[d]) {
        case float[] v -> Philox.uniform(key, now, t.start, v, t.off[d], t.length);
        case double[] v -> {
          float[] f = s.floats(1, t.length);
          Philox.uniform(key, now, t.start, f, 0, t.length);
          for (int i = 0; i < t.length; i++) {
            v[t.off[d] + i] = f[i];
          }
        }
        default -> throw new IllegalStateException();
      }
    }

    @Override
    public String toString() {
      return "$%d = uniform".formatted(d);
    }
  }

  private static Set<ScalarOp> functions() {
    Set<ScalarOp> some = EnumSet.range(ScalarOp.EXP, ScalarOp.ERF);
    some.remove(ScalarOp.RELU);
    some.add(ScalarOp.POW);
    return some;
  }
}
