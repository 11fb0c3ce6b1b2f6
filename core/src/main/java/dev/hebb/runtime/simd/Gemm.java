package dev.hebb.runtime.simd;

import dev.hebb.runtime.Kernel;

/**
 * Matrix products of float32 matrices, C[b] = op(A[b]) · op(B[b]).
 *
 * <p>The order in which a sum is added up depends on k, n and how the matrices lie, not on m: a row
 * has the same bits alone and among others. Two sums differ: long ones of a transposed A, which in
 * a network are gradients of weights, are shared by threads; and dot products with a transposed B
 * that changes. Some long sums are cut in two where B changes and not where it is prepared or
 * frozen: these have bits of their own.
 *
 * <p>Operands: 0 A, 1 B, 2 C, then what the epilogue adds, then B in panels if it is {@link
 * Kernel#prepared()}, then the workspace if {@link Kernel#workspace()} is not zero. C must not
 * overlap the others. Infinities and NaN propagate as in the plain sum of products.
 *
 * @see GemmShape
 */
public final class Gemm {
  /** Up to so many rows, streaming B past one row at a time beats the tile of four rows. */
  private static final int FEW_ROWS = 2;

  /** Up to so many rows, dot products beat transposing B into panels. */
  private static final int FEW_ROWS_TRANSPOSED = 6;

  /** From so many columns on, packing A costs less than tiles with a pointer for each row. */
  private static final int MANY_COLUMNS = 256;

  /** From so many columns on, packing A costs less than reading long columns in steps of a row. */
  private static final int MANY_COLUMNS_IF_LONG = 96;

  /** Columns of more terms take more lines than the first-level cache has. */
  private static final int LONG = 256;

  /**
   * From so many rows on packing them pays where there are 32 registers: tiles of eight rows read
   * them half as often as tiles of four.
   */
  private static final int MANY_ROWS = 256;

  /** And from so many results on, if B has to be packed, too. */
  private static final int MANY_RESULTS = 1 << 18;

  /** Sums of fewer terms are added up in one part: two would be begun twice for little. */
  private static final int LEAST_CUT = 640;

  /** And those of more, of which half is more than a block of {@link GemmBlocked}. */
  private static final int MOST_CUT = 2048;

  /** With fewer columns there is little to share, with more than these the columns can be. */
  private static final int FEWEST_CUT_COLUMNS = 16;

  private static final int MOST_CUT_COLUMNS = 256;

  private Gemm() {}

  /** Returns the kernel for dense matrices that follow each other. */
  public static Kernel of(int batch, int m, int n, int k, boolean transA, boolean transB) {
    return of(GemmShape.dense(batch, m, n, k, transA, transB));
  }

  /** Returns the kernel for matrices of any layout. */
  public static Kernel of(GemmShape shape) {
    return of(shape, Epilogue.NONE);
  }

  /** Returns the kernel for matrices of any layout that finishes its results. */
  public static Kernel of(GemmShape shape, Epilogue epilogue) {
    return of(shape, epilogue, Panel.best());
  }

  /** The same for a B that seldom changes: what is done to it is {@link Kernel#prepares}. */
  public static Kernel prepared(GemmShape shape, Epilogue epilogue) {
    return prepared(shape, epilogue, Panel.best());
  }

  /** The same for a B that hardly ever changes, so that a copy of it pays even for few rows. */
  public static Kernel frozen(GemmShape shape, Epilogue epilogue) {
    return frozen(shape, epilogue, Panel.best());
  }

  static Kernel frozen(GemmShape shape, Epilogue epilogue, Panel panel) {
    GemmShape s = shape.simplified();
    if (isFew(s) && hasOneB(s)) {
      if (GemmNarrow.fits(s)) {
        return new GemmNarrow(s, true, epilogue, panel);
      }
      if (GemmStrips.pays(s, panel) && !GemmTiny.fits(s)) {
        return new GemmStrips(s, epilogue, panel);
      }
    }
    return prepared(shape, epilogue, panel);
  }

  static Kernel prepared(GemmShape shape, Epilogue epilogue, Panel panel) {
    GemmShape s = shape.simplified();
    boolean pays = s.m() > FEW_ROWS_TRANSPOSED && s.n() > 1 && hasOneB(s) && !GemmTiny.fits(s);
    if (pays && GemmNarrow.fits(s)) {
      return new GemmNarrow(s, true, epilogue, panel);
    }
    return pays && GemmPrepared.fits(s, panel)
        ? new GemmPrepared(s, epilogue, panel)
        : of(shape, epilogue, false, panel);
  }

  static Kernel of(GemmShape shape, Panel panel) {
    return of(shape, Epilogue.NONE, panel);
  }

  static Kernel of(GemmShape shape, Epilogue epilogue, Panel panel) {
    return of(shape, epilogue, true, panel);
  }

  /** Returns the kernel for a B as it lies; {@code changes} says whether B is updated. */
  private static Kernel of(GemmShape shape, Epilogue epilogue, boolean changes, Panel panel) {
    GemmShape s = shape.simplified();
    boolean isColumn = s.n() == 1 && (s.ldc() == 1 || s.m() == 1) && epilogue.operands() == 0;
    boolean hasDotSums = isColumn && s.k() >= Panel.MOST_LANES;
    if (GemmTiny.fits(s) && !hasDotSums) {
      return new GemmTiny(s, epilogue);
    }
    if (isColumn) {
      // A column is the row of the transposed product: C' = op(B)' · op(A)'.
      GemmShape row =
          new GemmShape(
              s.batch(),
              1,
              s.m(),
              s.k(),
              !s.transB(),
              !s.transA(),
              s.ldb(),
              s.lda(),
              s.m(),
              s.strideB(),
              s.strideA(),
              s.strideC());
      return new GemmRows(row, 1, 0, row.k(), epilogue, panel);
    }
    boolean areDots = s.transB() && isFew(s);
    if (GemmNarrow.fits(s) && !areDots) {
      return new GemmNarrow(s, false, epilogue, panel);
    }
    if (isFew(s)) {
      return new GemmRows(s, 0, 1, changes ? firstPart(s) : s.k(), epilogue, panel);
    }
    return GemmTurned.pays(s, panel)
        ? new GemmTurned(s, epilogue, panel)
        : tiles(s, false, changes ? firstPart(s) : s.k(), epilogue, panel);
  }

  private static boolean isFew(GemmShape s) {
    return s.m() <= (s.transB() ? FEW_ROWS_TRANSPOSED : FEW_ROWS);
  }

  private static boolean hasOneB(GemmShape s) {
    return s.batch() == 1 || s.strideB() == 0;
  }

  /**
   * Returns the terms of each sum's first part; the others, if any, are added up by themselves and
   * then added to it. Two threads that share a long sum each read only those rows of B that they
   * are going to update, and neither has to fetch them from the other's cache; a transposed B has
   * the terms in its columns.
   */
  private static int firstPart(GemmShape s) {
    boolean isLong = s.k() >= LEAST_CUT && s.k() <= MOST_CUT && !s.transA() && !s.transB();
    boolean isNarrow = s.n() >= FEWEST_CUT_COLUMNS && s.n() <= MOST_CUT_COLUMNS;
    return isLong && isNarrow ? Math.ceilDiv(s.k(), 2) : s.k();
  }

  /** Returns the kernel for many rows; see {@link GemmBlocked} for the parameters. */
  static Kernel tiles(
      GemmShape s, boolean inPanels, int firstPart, Epilogue epilogue, Panel panel) {
    return new GemmBlocked(s, packs(s, inPanels, panel), inPanels, firstPart, epilogue, panel);
  }

  /** Whether to pack A. */
  private static boolean packs(GemmShape s, boolean inPanels, Panel panel) {
    if (s.k() == 0) {
      return false;
    }
    if (s.transA()) {
      return s.n() >= (s.k() > LONG ? MANY_COLUMNS_IF_LONG : MANY_COLUMNS);
    }
    boolean isLarge = inPanels || (long) s.m() * s.n() >= MANY_RESULTS;
    return s.n() >= MANY_COLUMNS && (panel.lanes() < 16 || s.m() >= MANY_ROWS && isLarge);
  }
}
