package dev.hebb.runtime;

import dev.hebb.runtime.simd.LoopSpinner;
import java.lang.invoke.MethodHandles;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The operations of a small fused kernel as code of its own. What a tile of a few numbers costs is
 * the way from operation to operation: calls that lead to another place each time. Here each
 * operation and the number of elements are constants, so that the compiler knows where every call
 * leads and how often every loop turns.
 */
final class StraightLine {
  /** Operations in one piece of code. */
  private static final int PIECE = 8;

  /** Some operations that are done one after the other. */
  interface Piece {
    /** Does them for the tile. */
    void run(Tile t, Operands x, Scratch s);
  }

  /** All pieces that some kernel uses. */
  private static final Map<Code, WeakReference<Piece>> MADE = new HashMap<>();

  private final Piece[] pieces;

  private StraightLine(Piece[] pieces) {
    this.pieces = pieces;
  }

  /**
   * Code of its own for operations on a single tile, or null as long as it is open which form their
   * loops will have.
   *
   * @param setup what is done first
   * @param ops what is done then
   * @param length the elements of the tile
   * @param rows its rows
   */
  static @Nullable StraightLine of(TileOp[] setup, TileOp[] ops, int length, int rows) {
    var all = new ArrayList<TileOp>();
    for (TileOp op : setup) {
      all.add(op);
    }
    for (TileOp op : ops) {
      TileOp settled = op.settled(length, rows);
      if (settled == null) {
        return null;
      }
      all.add(settled);
    }
    Piece[] pieces = new Piece[Math.ceilDiv(all.size(), PIECE)];
    for (int i = 0; i < pieces.length; i++) {
      List<TileOp> some = all.subList(i * PIECE, Math.min((i + 1) * PIECE, all.size()));
      pieces[i] = piece(new Code(List.copyOf(some), length, rows));
    }
    return new StraightLine(pieces);
  }

  /** The steps of an unrolled recurrence do the same: they share what is compiled. */
  private static synchronized Piece piece(Code code) {
    MADE.values().removeIf(made -> made.get() == null);
    WeakReference<Piece> known = MADE.get(code);
    Piece piece = known == null ? null : known.get();
    if (piece == null) {
      piece = LoopSpinner.spin(MethodHandles.lookup(), Template.class, code, Piece.class);
      MADE.put(code, new WeakReference<>(piece));
    }
    return piece;
  }

  /** The pieces, in the order in which they are done. */
  List<Piece> pieces() {
    return List.of(pieces);
  }

  void run(Tile t, Operands x, Scratch s) {
    for (Piece p : pieces) {
      p.run(t, x, s);
    }
  }

  /** What a piece does. The elements of an immutable list in a constant are constants too. */
  record Code(List<TileOp> ops, int length, int rows) {
    void run(int i, Tile t, Operands x, Scratch s) {
      if (i < ops.size()) {
        t.length = length; // said again each time: a call that stays one could have changed it
        t.rows = rows;
        ops.get(i).run(t, x, s);
      }
    }
  }

  /**
   * Copied for each piece, and public for whoever copies it. The calls are written out, because in
   * a loop they are no constants.
   */
  public static final class Template implements Piece {
    private static final Code CODE = LoopSpinner.constant(MethodHandles.lookup(), Code.class);

    @Override
    public void run(Tile t, Operands x, Scratch s) {
      CODE.run(0, t, x, s);
      CODE.run(1, t, x, s);
      CODE.run(2, t, x, s);
      CODE.run(3, t, x, s);
      CODE.run(4, t, x, s);
      CODE.run(5, t, x, s);
      CODE.run(6, t, x, s);
      CODE.run(7, t, x, s);
    }
  }
}
