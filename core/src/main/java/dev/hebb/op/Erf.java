package dev.hebb.op;

/** The error function in float64, which the JDK lacks. */
final class Erf {
  private Erf() {}

  /**
   * erf(x) = 2/√π ∫₀ˣ e^(−t²) dt: the all-positive series x e^(−x²) Σ (2x²)ⁿ / (2n+1)!! for |x|
   * &lt; 3 and Lentz's continued fraction of erfc beyond (Abramowitz and Stegun 7.1.6 and 7.1.14);
   * good to a few units in the last place.
   */
  static double erf(double x) {
    double a = Math.abs(x);
    if (Double.isNaN(x) || x == 0) {
      return x;
    }
    double value;
    if (a < 3) {
      double term = a;
      double sum = a;
      for (int n = 1; term > sum * 1e-18; n++) {
        term *= 2 * a * a / (2 * n + 1);
        sum += term;
      }
      value = 2 / Math.sqrt(Math.PI) * Math.exp(-a * a) * sum;
    } else if (a < 6) {
      double f = a;
      for (int n = 60; n >= 1; n--) {
        f = a + n / 2.0 / f;
      }
      value = 1 - Math.exp(-a * a) / Math.sqrt(Math.PI) / f;
    } else {
      value = 1;
    }
    return Math.copySign(value, x);
  }
}
