package dev.hebb.runtime.simd;

/**
 * The work of a program that is about to run, in multiply-adds.
 *
 * @param products of matrix products and of gradients of convolutions' weights
 * @param convolutions of the other convolutions
 * @param squares of those among these that have 3×3 kernels
 */
public record Expected(long products, long convolutions, long squares) {
  /** As many take some tens of milliseconds in plain code. */
  private static final long LARGE = 1L << 28;

  /** Winograd transforms so many times fewer elements than there would be multiply-adds. */
  private static final int TRANSFORMED = 64;

  /** Has the kernels that need it most warmed up at once, if it is much. */
  public void warmUp() {
    if (Panel.best() instanceof TieredPanel panel) {
      panel.expect(large(products), large(convolutions));
    }
    if (TieredWinograd.BEST instanceof TieredWinograd winograd) {
      winograd.expect(large(squares) / TRANSFORMED);
    }
  }

  private static long large(long work) {
    return work >= LARGE ? work : 0;
  }
}
