package dev.hebb.runtime;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A chain of operations executed tile by tile: each operation runs over about a thousand elements
 * that stay in the first-level cache, with loops that are shared by all programs and so are always
 * compiled.
 *
 * <p>Values live in places: registers (a tile's worth of scratch memory) or, where the elements lie
 * in order, directly in an operand's buffer.
 */
public final class FusedKernel implements Kernel {
  /** A register holds float32 (and truth values as 0 and 1), float64, or int64. */
  public enum Kind {
    /** {@code float[]}. */
    FLOAT,
    /** {@code double[]}. */
    DOUBLE,
    /** {@code long[]}. */
    LONG
  }

  /**
   * Where a value of the walk lies.
   *
   * @param kind the type of the register, if it is one
   * @param register its number, or −1
   * @param operand the operand whose buffer it is, or −1
   * @param perRow whether it has one element a row, not one an element
   */
  public record Place(Kind kind, int register, int operand, boolean perRow) {}

  /** A kernel of so few elements, in registers of so few, is small. */
  private static final int FEW = 256;

  /** After so many calls, and so many more as long as it is not possible, it gets its own code. */
  static final int MANY_CALLS = 1 << 14;

  /** Rows of more columns are cut into several tiles. */
  public static final int WIDEST_TILE = Walk.TILE;

  private final Walk walk;
  private final Place[] places;
  private final TileOp[] constants;
  private final TileOp[] setup;
  private final TileOp[] ops;
  private final Accumulator[] accumulators;
  private final int[] registers = new int[Kind.values().length]; // elements of each kind
  private final boolean isOneTile;

  /** Whether it has registers of its own, in which constants stay, and may get its own code. */
  private final boolean isSmall;

  private final long workspace;
  private final boolean combines;
  private int calls; // of a small kernel, counted without synchronisation: it need not be exact
  private volatile @Nullable StraightLine ownCode;

  /**
   * A kernel from its parts.
   *
   * @param outer blocks, 1 unless accumulators need more
   * @param reduced rows of a block
   * @param inner columns of a row
   * @param row length of the short rows reduced inside tiles, or 0
   * @param period tiles begin at multiples of so many elements, or 0
   * @param places where the values lie; operations name them by number
   * @param setup what is done once a task: constants, scalars
   * @param ops what is done for each tile, in order
   * @param accumulators what is accumulated over the tiles
   */
  public FusedKernel(
      int outer,
      int reduced,
      int inner,
      int row,
      int period,
      List<Place> places,
      List<TileOp> setup,
      List<TileOp> ops,
      List<Accumulator> accumulators) {
    boolean serial = accumulators.stream().anyMatch(r -> r.kind() != Kind.FLOAT);
    // The order of a sum depends on its terms alone, not on what else is done with them.
    int work = accumulators.isEmpty() ? ops.stream().mapToInt(TileOp::work).sum() : 0;
    this.walk = new Walk(outer, reduced, inner, row, period, work, serial);
    this.places = places.toArray(Place[]::new);
    this.constants = setup.stream().filter(TileOp::isConstant).toArray(TileOp[]::new);
    this.setup = setup.stream().filter(op -> !op.isConstant()).toArray(TileOp[]::new);
    this.ops = ops.toArray(TileOp[]::new);
    this.accumulators = accumulators.toArray(Accumulator[]::new);
    for (Place p : places) {
      int k = p.kind.ordinal();
      registers[k] = Math.max(registers[k], (p.register + 1) * walk.tile());
    }
    int size = 0;
    for (int i = 0; i < this.accumulators.length; i++) {
      size = this.accumulators[i].plan(walk, i, size);
    }
    this.workspace = size;
    this.combines = size > 0;
    this.isOneTile =
        walk.tasks == 1 && outer == 1 && reduced <= walk.tileRows && inner == walk.tileColumns;
    int elements = isOneTile ? reduced * inner : 0;
    this.isSmall = elements > 0 && elements <= FEW && Arrays.stream(registers).sum() <= FEW;
  }

  @Override
  public int phases() {
    return combines ? 2 : 1;
  }

  @Override
  public int tasks(int phase) {
    return phase == 0 ? walk.tasks : 1;
  }

  @Override
  public long workspace() {
    return workspace;
  }

  @Override
  public void run(int phase, int task, Operands x, Scratch s) {
    if (phase == 1) {
      for (Accumulator r : accumulators) {
        r.combine(x);
      }
    } else if (isSmall) {
      runSmall(x, s);
    } else {
      runTask(task, x, s);
    }
  }

  private void runTask(int task, Operands x, Scratch s) {
    Tile t = walk.tasks == 1 ? x.tile : s.tile;
    begin(t, task);
    if (!t.borrow(s, registers) || !t.isBound(this, x)) {
      bind(t, x);
    }
    run(constants, t, x, s);
    run(setup, t, x, s);
    for (Accumulator r : accumulators) {
      r.start(t, x, s);
    }
    int lastRow = walk.lastRow(task);
    int columns = walk.inner;
    for (int block = walk.firstBlock(task); block < walk.lastBlock(task); block++) {
      t.block = block;
      int base = block * walk.reduced * columns;
      for (int r = walk.firstRow(task); r < lastRow; r += walk.tileRows) {
        if (walk.tileColumns == columns) {
          t.column = 0;
          tile(t, base + r * columns, Math.min(walk.tileRows, lastRow - r) * columns, x, s);
        } else {
          for (int c = 0; c < columns; c += walk.tileColumns) {
            t.column = c;
            tile(t, base + r * columns + c, Math.min(walk.tileColumns, columns - c), x, s);
          }
        }
      }
    }
    for (Accumulator r : accumulators) {
      r.finish(t, x, s);
    }
  }

  private void begin(Tile t, int task) {
    t.task = task;
    t.block = 0;
    t.column = 0;
    t.start = 0;
    t.firstRow = 0;
    t.length = walk.tile();
    t.rows = walk.row > 0 ? Math.max(1, t.length / walk.row) : 0;
  }

  /** Runs a small kernel, whose only tile is the whole walk. */
  private void runSmall(Operands x, Scratch s) {
    Tile t = x.tile;
    if (!t.isBound(this, x)) {
      begin(t, 0);
      boolean areNew = t.own(this, registers);
      bind(t, x);
      if (areNew) {
        run(constants, t, x, s);
        t.keep(this);
      }
    }
    for (Accumulator r : accumulators) {
      r.start(t, x, s);
    }
    StraightLine own = ownCode;
    if (own != null) {
      own.run(t, x, s);
    } else {
      run(setup, t, x, s);
      run(ops, t, x, s);
      if (++calls % MANY_CALLS == 0) {
        ownCode = StraightLine.of(setup, ops, t.length, t.rows);
      }
    }
    for (Accumulator r : accumulators) {
      r.add(t, x, s);
      r.finish(t, x, s);
    }
  }

  /** The code of its own, if it has some. */
  @Nullable StraightLine ownCode() {
    return ownCode;
  }

  private void tile(Tile t, int start, int length, Operands x, Scratch s) {
    t.start = start;
    t.length = length;
    if (walk.row > 0) {
      t.firstRow = start / walk.row;
      t.rows = length / walk.row;
    }
    if (!isOneTile) { // else they stay where they were bound
      int[] off = t.off;
      for (int i = 0; i < places.length; i++) {
        Place p = places[i];
        if (p.operand >= 0) {
          off[i] = x.offset(p.operand) + (p.perRow ? t.firstRow : start);
        }
      }
    }
    run(ops, t, x, s);
    for (Accumulator r : accumulators) {
      r.add(t, x, s);
    }
  }

  private static void run(TileOp[] ops, Tile t, Operands x, Scratch s) {
    for (TileOp op : ops) {
      op.run(t, x, s);
    }
  }

  /** Finds out where everything lies. */
  private void bind(Tile t, Operands x) {
    t.places(places.length);
    for (int i = 0; i < places.length; i++) {
      Place p = places[i];
      if (p.operand >= 0) {
        t.at[i] = x.array(p.operand);
        t.off[i] = x.offset(p.operand);
      } else {
        t.at[i] =
            switch (p.kind) {
              case FLOAT -> t.floats;
              case DOUBLE -> t.doubles;
              case LONG -> t.longs;
            };
        t.off[i] = p.register * walk.tile() + (p.kind == Kind.FLOAT ? t.skip : 0);
      }
    }
    t.bound(this, x);
  }

  @Override
  public String toString() {
    var text = new StringBuilder("fused ").append(walk);
    for (TileOp op : constants) {
      text.append("\n      once ").append(op);
    }
    for (TileOp op : setup) {
      text.append("\n      once ").append(op);
    }
    for (TileOp op : ops) {
      text.append("\n      ").append(op);
    }
    for (Accumulator r : accumulators) {
      text.append("\n      ").append(r);
    }
    return text.toString();
  }
}
