package dev.hebb.compile;

import dev.hebb.tensor.DType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Gives each value of a program a piece of one array per element type, such that values that live
 * at the same time do not overlap: the largest first, each at the lowest place that is free for its
 * whole life (greedy by size, Pisarchyk and Lee, 2020).
 */
final class MemoryPlan {
  /** Pieces begin at multiples of a cache line. */
  private static final int ALIGN = 16;

  /** The end of a life that does not end. */
  static final int KEPT = Integer.MAX_VALUE;

  /** A value that needs memory from the wave that writes it to the last that reads it. */
  static final class Piece {
    final String name;
    final DType type;
    final int size;
    int first = Integer.MAX_VALUE;
    int last = -1; // KEPT beyond the last wave
    int at;

    Piece(String name, DType type, int size) {
      this.name = name;
      this.type = type;
      this.size = size;
    }

    /** A wave writes or reads it. */
    void useIn(int wave) {
      first = Math.min(first, wave);
      last = Math.max(last, wave);
    }

    boolean meets(Piece other) {
      return type == other.type && first <= other.last && other.first <= last;
    }
  }

  private final List<Piece> pieces;
  private final int[] totals = new int[DType.values().length];

  MemoryPlan(List<Piece> pieces) {
    this.pieces = pieces;
    var placed = new ArrayList<Piece>();
    var bySize = new ArrayList<>(pieces);
    bySize.sort(Comparator.comparingInt((Piece p) -> -p.size).thenComparingInt(p -> p.first));
    for (Piece p : bySize) {
      p.at = lowest(p, placed);
      placed.add(p);
      int end = Math.addExact(p.at, p.size);
      totals[p.type.ordinal()] = Math.max(totals[p.type.ordinal()], end);
    }
  }

  private static int lowest(Piece p, List<Piece> placed) {
    List<Piece> busy =
        placed.stream().filter(p::meets).sorted(Comparator.comparingInt(q -> q.at)).toList();
    int at = 0;
    for (Piece q : busy) {
      if (at + (long) p.size <= q.at) {
        break;
      }
      at = Math.max(at, Math.ceilDiv(q.at + q.size, ALIGN) * ALIGN);
    }
    return at;
  }

  /** Elements of memory for each element type, by ordinal. */
  int[] totals() {
    return totals;
  }

  /** Checks that no two values that live at the same time overlap. */
  void verify() {
    for (int i = 0; i < pieces.size(); i++) {
      for (int j = 0; j < i; j++) {
        Piece p = pieces.get(i);
        Piece q = pieces.get(j);
        if (p.meets(q) && p.at < q.at + q.size && q.at < p.at + p.size) {
          throw new IllegalStateException("memory plan: " + p.name + " overlaps " + q.name);
        }
      }
    }
  }

  @Override
  public String toString() {
    var text = new StringBuilder("memory");
    for (DType t : DType.values()) {
      if (totals[t.ordinal()] > 0) {
        long demand =
            pieces.stream().filter(p -> p.type == t).mapToLong(p -> p.size).sum() * t.bytes();
        text.append(
            "%n  %s %,d bytes for values of %,d bytes"
                .formatted(t.label(), (long) totals[t.ordinal()] * t.bytes(), demand));
      }
    }
    for (Piece p : pieces) {
      text.append(
          "%n  %-8s %s[%d … %d) from step %d to %s"
              .formatted(
                  p.name,
                  p.type.label(),
                  p.at,
                  p.at + p.size,
                  p.first,
                  p.last == KEPT ? "the end" : p.last));
    }
    return text.append('\n').toString();
  }
}
