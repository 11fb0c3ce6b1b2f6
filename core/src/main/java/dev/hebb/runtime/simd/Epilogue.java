package dev.hebb.runtime.simd;

import dev.hebb.runtime.Operands;
import java.util.List;

/**
 * What a product or convolution does with its results before anybody else sees them, while they are
 * in a near cache: y + bias + residual, and what is below 0 becomes 0. The operands are those after
 * the result, in this order.
 *
 * @param bias whether one number is added for each column
 * @param residual whether an array that lies as the result does is added
 * @param relu whether the sum y is replaced by max(y, 0); NaN stays NaN
 */
public record Epilogue(boolean bias, boolean residual, boolean relu) {
  /** Nothing. */
  public static final Epilogue NONE = new Epilogue(false, false, false);

  /** One form of the loop. */
  interface Form {
    /**
     * Adds rows to rows and replaces what is below the floor.
     *
     * @param y the results
     * @param yo where the first one lies
     * @param rows how many rows
     * @param pitch from one row to the next
     * @param cols how many columns
     * @param b what is added
     * @param bo where its first column lies
     * @param bPitch from one of its rows to the next; 0 if there is one for all
     * @param floor 0, or −∞ to keep everything
     */
    void add(
        float[] y,
        int yo,
        int rows,
        int pitch,
        int cols,
        float[] b,
        int bo,
        int bPitch,
        float floor);
  }

  private static final int COLS = 60;
  private static final float[] Y = new float[4 * COLS];

  private static final LoopTier<Form> TIER =
      new LoopTier<>(
          Epilogue::plain,
          () -> Simd.available() ? VectorEpilogue::add : Epilogue::plain,
          () -> List.of(form -> form.add(Y, 0, 4, COLS, COLS, Y, 0, 0, 0)));

  /** Checks that there is a sum. */
  public Epilogue {
    if (relu && !bias && !residual) {
      throw new IllegalArgumentException("an epilogue needs something to add");
    }
  }

  /** Returns the number of operands that are needed. */
  public int operands() {
    return (bias ? 1 : 0) + (residual ? 1 : 0);
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
    float floor = relu ? 0 : Float.NEGATIVE_INFINITY;
    if (bias) {
      float low = residual ? Float.NEGATIVE_INFINITY : floor;
      add(x, at, rows, pitch, cols, 3, col, 0, low);
    }
    if (residual) {
      add(x, at, rows, pitch, cols, bias ? 4 : 3, at, pitch, floor);
    }
  }

  /** A single sum, finished; {@code at} is where it lies, relative to operand 2. */
  float finish(float sum, Operands x, int at, int col) {
    float y = sum;
    if (bias) {
      y += x.floats(3)[x.offset(3) + col];
    }
    if (residual) {
      int k = bias ? 4 : 3;
      y += x.floats(k)[x.offset(k) + at];
    }
    return relu && y <= 0 ? 0 : y;
  }

  private static void add(
      Operands x, int at, int rows, int pitch, int cols, int k, int from, int bPitch, float floor) {
    int y = x.offset(2) + at;
    TIER.pick(rows * cols)
        .add(x.floats(2), y, rows, pitch, cols, x.floats(k), x.offset(k) + from, bPitch, floor);
  }

  /** Adds rows to rows: y[r][j] += b[r][j]. */
  static void add(float[] y, int yo, int rows, int pitch, int cols, float[] b, int bo, int bPitch) {
    float none = Float.NEGATIVE_INFINITY;
    TIER.pick(rows * cols).add(y, yo, rows, pitch, cols, b, bo, bPitch, none);
  }

  /** The scalar twin. */
  static void plain(
      float[] y,
      int yo,
      int rows,
      int pitch,
      int cols,
      float[] b,
      int bo,
      int bPitch,
      float floor) {
    for (int r = 0; r < rows; r++) {
      for (int j = 0; j < cols; j++) {
        int at = yo + r * pitch + j;
        float v = y[at] + b[bo + r * bPitch + j];
        y[at] = v <= floor ? floor : v;
      }
    }
  }
}
