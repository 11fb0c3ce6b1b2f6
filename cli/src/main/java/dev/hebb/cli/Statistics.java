package dev.hebb.cli;

import dev.hebb.tensor.Tensor;
import java.util.Locale;

/**
 * What a tensor's numbers are like.
 *
 * @param min the smallest finite one
 * @param max the largest finite one
 * @param mean of the finite ones
 * @param deviation of the finite ones from their mean
 * @param notFinite how many are infinite or no number
 */
record Statistics(double min, double max, double mean, double deviation, long notFinite) {
  static Statistics of(Tensor tensor) {
    double min = Double.POSITIVE_INFINITY;
    double max = Double.NEGATIVE_INFINITY;
    double mean = 0;
    double squares = 0; // the sum of squared distances from the mean (Welford, 1962)
    long n = 0;
    double[] values = tensor.toDoubles();
    for (double v : values) {
      if (Double.isFinite(v)) {
        n++;
        double before = v - mean;
        mean += before / n;
        squares += before * (v - mean);
        min = Math.min(min, v);
        max = Math.max(max, v);
      }
    }
    return n == 0
        ? new Statistics(Double.NaN, Double.NaN, Double.NaN, Double.NaN, values.length)
        : new Statistics(min, max, mean, Math.sqrt(squares / n), values.length - n);
  }

  /** A number with four digits. */
  static String text(double value) {
    return Double.isNaN(value) ? "–" : String.format(Locale.ROOT, "%.4g", value);
  }
}
