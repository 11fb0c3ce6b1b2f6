package dev.hebb.runtime.simd;

/**
 * Whether Winograd's form of a convolution is expected to take less time than the direct one.
 *
 * <p>Costs are counted in multiply-adds of the direct form. What a product costs more in the short
 * sums of a point, and what transforms cost, was measured on two cores with AVX-512 over the shapes
 * of ResNet and GoogLeNet; a fifth more or less changes no choice by more than a tenth of its time.
 */
final class WinogradCost {
  private static final double PRODUCT = 1.15;

  /** For each point of a square and each channel, there and back. */
  private static final double TRANSFORM = 27;

  /** For each point of a pair of channels: the weights, on their way there or back. */
  private static final double WEIGHT = 15;

  /** A doubtful gain is not worth the larger rounding error. */
  private static final double WORTH = 0.9;

  /** Beyond, places in transformed weights are no more ints. */
  private static final long MOST_WEIGHTS = 1 << 24;

  private WinogradCost() {}

  /** For the forward pass and the gradient of the weights. */
  static boolean paysForward(ConvShape s) {
    return pays(s, s.n(), s.outH(), s.outW());
  }

  /** For the gradient of the input. */
  static boolean paysBackward(ConvShape s) {
    return pays(s, s.n(), s.h(), s.w());
  }

  private static boolean pays(ConvShape s, int images, int h, int w) {
    boolean fits =
        s.kh() == 3
            && s.kw() == 3
            && s.strideH() == 1
            && s.strideW() == 1
            && s.dilH() == 1
            && s.dilW() == 1
            && s.groups() == 1;
    double pairs = (double) s.cin() * s.cout();
    if (!fits || pairs > MOST_WEIGHTS) {
      return false;
    }
    double squares =
        (double) images * Math.ceilDiv(h, Winograd.TILE) * Math.ceilDiv(w, Winograd.TILE);
    double cost =
        Winograd.SQUARE
            * (squares * (pairs * PRODUCT + TRANSFORM * (s.cin() + s.cout())) + WEIGHT * pairs);
    return cost < WORTH * 9 * pairs * images * h * w;
  }
}
