package dev.hebb.runtime.simd;

import dev.hebb.runtime.Operands;
import java.util.List;

/**
 * What a product or convolution does with its results before anybody else sees them, while they are
 * in a near cache. The bias, one number for each column, is the operand after the result.
 */
public enum Epilogue {
  /** Nothing. */
  NONE,
  /** y + b. */
  BIAS,
  /** max(y + b, 0); NaN stays NaN. */
  BIAS_RELU;

  /** One form of the loop. */
  interface Form {
    /**
     * Adds a row of biases to some rows and replaces what is below the floor.
     *
     * @param y the results
     * @param yo where the first one lies
     * @param rows how many rows
     * @param pitch from one row to the next
     * @param cols how many columns
     * @param b the biases
     * @param bo where the first column's lies
     * @param floor 0, or −∞ to keep everything
     */
    void add(float[] y, int yo, int rows, int pitch, int cols, float[] b, int bo, float floor);
  }

  private static final int COLS = 60;
  private static final float[] Y = new float[4 * COLS];

  private static final LoopTier<Form> TIER =
      new LoopTier<>(
          Epilogue::plain,
          () -> Simd.available() ? VectorEpilogue::add : Epilogue::plain,
          () -> List.of(form -> form.add(Y, 0, 4, COLS, COLS, Y, 0, 0)));

  /** Returns the number of operands that are needed: the bias, or none. */
  public int operands() {
    return this == NONE ? 0 : 1;
  }

  /**
   * Finishes some rows of the result, operand 2.
   *
   * @param at where they start, relative to the operand
   * @param rows how many
   * @param pitch from one row to the next
   * @param col the first column
   * @param cols how many columns
   */
  void run(Operands x, int at, int rows, int pitch, int col, int cols) {
    if (this != NONE) {
      float floor = this == BIAS_RELU ? 0 : Float.NEGATIVE_INFINITY;
      TIER.pick(rows * cols)
          .add(
              x.floats(2),
              x.offset(2) + at,
              rows,
              pitch,
              cols,
              x.floats(3),
              x.offset(3) + col,
              floor);
    }
  }

  /** The scalar twin. */
  static void plain(
      float[] y, int yo, int rows, int pitch, int cols, float[] b, int bo, float floor) {
    for (int r = 0; r < rows; r++) {
      for (int j = 0; j < cols; j++) {
        int at = yo + r * pitch + j;
        float v = y[at] + b[bo + j];
        y[at] = v <= floor ? floor : v;
      }
    }
  }
}
