package dev.hebb.runtime.simd;

/**
 * Winograd's short convolutions over six points: four outputs of a kernel of three, or three of a
 * kernel of four, with six multiplications in place of twelve. In two dimensions that is a quarter
 * of them.
 *
 * <p>A correlation y<sub>i</sub> = Σ<sub>r</sub> x<sub>i+r</sub> w<sub>r</sub> of m outputs is
 * computed as y = Aᵀ [(G w) ⊙ (Bᵀ x)]. With the points p ∈ {0, ±√½, ±√2, ∞}:
 *
 * <ul>
 *   <li>G evaluates the polynomial of the kernel at the points, divided by Π(p − p') over the other
 *       ones;
 *   <li>Bᵀ holds, for each point, the coefficients of Π(t − p') over the other ones;
 *   <li>Aᵀ holds the powers 0 to m − 1 of the points.
 * </ul>
 *
 * <p>Each is applied to the columns of a square and then to its rows, for many channels at once.
 *
 * <p>The points decide the rounding error: with ±1 and ±2, as in Lavin and Gray, the elements of
 * the matrices reach from 1/24 to 8. The points ±√½ and ±√2 keep them between 1/6 and 3, at the
 * same number of operations.
 *
 * @see <a href="https://arxiv.org/abs/1509.09308">Lavin and Gray, Fast algorithms for convolutional
 *     neural networks, 2015</a>
 */
interface Winograd {
  /** Outputs of a kernel of three along one side of a tile. */
  int TILE = 4;

  /** Elements that they read, and points. */
  int POINTS = 6;

  /** Products of a tile for each pair of channels. */
  int SQUARE = POINTS * POINTS;

  /** The fastest implementation available in this process. */
  static Winograd best() {
    return TieredWinograd.BEST;
  }

  /** Channels must come in multiples of so many. */
  int lanes();

  /** Which matrix is applied from both sides. */
  enum Matrix {
    /** Bᵀ: 6×6 elements become 6×6. */
    DATA,
    /** G: 3×3 elements become 6×6. */
    KERNEL_3,
    /** G: 4×4 elements become 6×6. */
    KERNEL_4,
    /** Aᵀ: 6×6 elements become 4×4. */
    OUTPUT_4,
    /** Aᵀ: 6×6 elements become 3×3. */
    OUTPUT_3
  }

  /**
   * Transforms squares of n channels, a multiple of {@link #lanes()}.
   *
   * @param m the matrix
   * @param from where the elements come from
   * @param fo where the first one lies
   * @param fromRow from one row of a square to the next
   * @param fromCol from one column to the next
   * @param to where the elements go
   * @param at where the first one goes
   * @param toRow from one row to the next
   * @param toCol from one column to the next
   * @param n the channels, which lie side by side in each element
   * @param temp room for {@link #SQUARE} times the lanes
   */
  void apply(
      Matrix m,
      float[] from,
      int fo,
      int fromRow,
      int fromCol,
      float[] to,
      int at,
      int toRow,
      int toCol,
      int n,
      float[] temp);
}
