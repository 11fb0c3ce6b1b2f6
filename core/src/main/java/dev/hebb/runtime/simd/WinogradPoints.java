package dev.hebb.runtime.simd;

/** The elements of the matrices of {@link Winograd}, as both of its forms use them. */
final class WinogradPoints {
  private static final double SMALL = Math.sqrt(0.5);
  private static final double LARGE = Math.sqrt(2);
  private static final double P2 = SMALL * SMALL;
  private static final double Q2 = LARGE * LARGE;

  /** The points and their powers. */
  static final float P = (float) SMALL;

  static final float Q = (float) LARGE;
  static final float SQUARE_P = (float) P2;
  static final float SQUARE_Q = (float) Q2;
  static final float MINUS_SQUARE_P = (float) -P2;
  static final float MINUS_SQUARE_Q = (float) -Q2;
  static final float CUBE_P = (float) (P2 * SMALL);
  static final float CUBE_Q = (float) (Q2 * LARGE);

  /** The polynomials (t² − p²)(t² − q²) and t(t² − p²)(t² − q²): both points' squares. */
  static final float PRODUCT = (float) (P2 * Q2);

  static final float MINUS_SUM = (float) -(P2 + Q2);

  /** One over Π(p − p') over the other points: of zero, of ±p, of ±q. */
  static final float AT_ZERO = (float) (1 / (P2 * Q2));

  static final float AT_P = (float) (1 / (2 * P2 * (P2 - Q2)));
  static final float AT_Q = (float) (1 / (2 * Q2 * (Q2 - P2)));

  /** The same times the point. */
  static final float ODD_P = (float) (SMALL / (2 * P2 * (P2 - Q2)));

  static final float ODD_Q = (float) (LARGE / (2 * Q2 * (Q2 - P2)));

  private WinogradPoints() {}
}
