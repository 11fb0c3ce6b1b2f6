package dev.hebb.runtime.simd;

import org.jspecify.annotations.Nullable;

/**
 * Reduces contiguous runs of a register class with one {@link Combine}.
 *
 * <p>The order in which a run of float32 values is combined is part of the contract, so that plain
 * code and vectors of any width return the same bits: sixteen partial results take every sixteenth
 * element each, in blocks of sixty-four (the four elements of a block are first combined in two
 * pairs) as long as there are whole ones and then of sixteen; they are joined as a tree, j with j +
 * 8, then j + 4, j + 2 and j + 1; and the last elements, fewer than sixteen, follow one by one. The
 * other classes are combined in the order of the elements.
 */
public interface Reduction {
  /** Combines {@code acc[acco]} with the reduction of {@code a[ao .. ao + n)}. */
  void fold(Object a, int ao, int n, Object acc, int acco);

  /** Stores the reduction of each row: {@code d[o + i]} from {@code a[ao + i·length ..]}. */
  void rows(Object a, int ao, Object d, int o, int rows, int length);

  /** Combines {@code acc[acco + j]} with {@code a[ao + i·width + j]}, for i = 0, 1, …, rows − 1. */
  void columns(Object a, int ao, Object acc, int acco, int rows, int width);

  /**
   * The form that reduces so many rows from now on: one that changes no more. Null as long as that
   * is open.
   */
  default @Nullable Reduction settledRows(int rows, int length) {
    return this;
  }
}
