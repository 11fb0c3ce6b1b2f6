package dev.hebb.runtime;

import dev.hebb.runtime.FusedKernel.Kind;
import dev.hebb.runtime.simd.Combine;
import dev.hebb.runtime.simd.Reduction;
import dev.hebb.runtime.simd.Reductions;
import dev.hebb.tensor.DType;
import java.util.Arrays;

/**
 * What a fused kernel accumulates over its walk: everything into one number, or the rows of each
 * block into one row. Tasks that share a result leave partial ones in the workspace, which are
 * combined in the order of the tasks.
 */
public final class Accumulator {
  private final Combine combine;
  private final Reduction reduction;
  private final DType type;
  private final Kind kind;
  private final int place;
  private final boolean perRow;
  private final boolean total;
  private final int output;
  private int outer;
  private int inner;
  private int chunks; // how many partial rows there are for each result row
  private int at; // where they lie in the workspace
  private int blocksPerTask;
  private int slot; // of the long accumulators in scratch memory

  /**
   * A reduction of the value at a place.
   *
   * @param combine how two elements combine
   * @param type the element type
   * @param kind the type of the value's register
   * @param place the value
   * @param perRow whether the value has one element a row
   * @param total whether everything becomes one number
   * @param output the operand that takes the result
   */
  public Accumulator(
      Combine combine,
      DType type,
      Kind kind,
      int place,
      boolean perRow,
      boolean total,
      int output) {
    this.combine = combine;
    this.reduction = Reductions.of(combine, type);
    this.type = type;
    this.kind = kind;
    this.place = place;
    this.perRow = perRow;
    this.total = total;
    this.output = output;
  }

  Kind kind() {
    return kind;
  }

  /** The place of the value that is reduced. */
  public int place() {
    return place;
  }

  /** Lays out the partial results from {@code free} on; returns where the next may begin. */
  int plan(Walk walk, int number, int free) {
    slot = 1 + number;
    outer = total ? 1 : walk.outer;
    inner = total ? 1 : walk.inner;
    blocksPerTask = total ? 1 : walk.blocksPerTask;
    chunks = total ? walk.tasks : walk.chunksPerBlock;
    at = free;
    return chunks > 1 ? free + outer * inner * chunks : free;
  }

  /** Where the accumulator of a block lies. */
  private int accumulator(Tile t, Operands x) {
    if (chunks > 1) {
      return x.offset(x.count() - 1) + at + t.task * inner;
    }
    return x.offset(output) + (total ? 0 : t.block * inner);
  }

  private Object accumulators(Operands x, Scratch s) {
    if (kind == Kind.LONG) {
      return s.longs(slot, outer * inner);
    }
    return chunks > 1 ? x.array(x.count() - 1) : x.array(output);
  }

  void start(Tile t, Operands x, Scratch s) {
    if (chunks > 1) {
      int o = accumulator(t, x);
      Arrays.fill(x.floats(x.count() - 1), o, o + inner, (float) combine.identity());
      return;
    }
    switch (accumulators(x, s)) {
      case float[] a -> {
        int first = t.task * blocksPerTask; // the task has these blocks for itself
        int last = Math.min(outer, first + blocksPerTask);
        int o = x.offset(output);
        Arrays.fill(a, o + first * inner, o + last * inner, (float) combine.identity());
      }
      case double[] a ->
          Arrays.fill(a, x.offset(output), x.offset(output) + outer * inner, combine.identity());
      case long[] a -> Arrays.fill(a, 0, outer * inner, combine.identity(type));
      default -> throw new IllegalStateException();
    }
  }

  void add(Tile t, Operands x, Scratch s) {
    int length = perRow ? t.rows : t.length;
    int rows = total || inner == 1 ? length : Math.max(1, length / inner);
    int columns = total || inner == 1 ? 1 : Math.min(inner, length);
    int column = total ? 0 : t.column;
    int o = column + (kind == Kind.LONG ? (total ? 0 : t.block * inner) : accumulator(t, x));
    if (columns == 1) {
      reduction.fold(t.at[place], t.off[place], rows, accumulators(x, s), o);
    } else {
      reduction.columns(t.at[place], t.off[place], accumulators(x, s), o, rows, columns);
    }
  }

  /** Integers are accumulated as longs and narrowed at the end. */
  void finish(Tile t, Operands x, Scratch s) {
    if (kind != Kind.LONG) {
      return;
    }
    long[] acc = (long[]) accumulators(x, s);
    for (int i = 0; i < outer * inner; i++) {
      switch (x.array(output)) {
        case int[] out -> out[x.offset(output) + i] = (int) acc[i];
        case long[] out -> out[x.offset(output) + i] = acc[i];
        default -> throw new IllegalStateException();
      }
    }
  }

  void combine(Operands x) {
    if (chunks == 1) {
      return;
    }
    float[] partial = x.floats(x.count() - 1);
    float[] out = x.floats(output);
    for (int b = 0; b < outer; b++) {
      int from = x.offset(x.count() - 1) + at + b * chunks * inner;
      int to = x.offset(output) + b * inner;
      Arrays.fill(out, to, to + inner, (float) combine.identity());
      if (inner == 1) {
        reduction.fold(partial, from, chunks, out, to);
      } else {
        reduction.columns(partial, from, out, to, chunks, inner);
      }
    }
  }

  @Override
  public String toString() {
    return "@%d ← %s%s of $%d"
        .formatted(output, combine, total ? "" : " over " + outer + "×·×" + inner, place);
  }
}
