package dev.hebb.studio.inside;

import dev.hebb.op.Activation;
import dev.hebb.studio.runs.Entry;
import java.math.BigInteger;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Numbers about numbers. */
final class Statistics {
  /** Few enough to draw one beside the other for many moments, enough to see a shape. */
  static final int BINS = 32;

  /** A bounded activation counts as flat where its slope is below this share of its steepest. */
  private static final double FLAT = 0.05;

  private Statistics() {}

  /** How values are spread; those that are not finite are left out. Null where there are none. */
  static Entry.@Nullable Histogram histogram(float[] values) {
    float min = Float.POSITIVE_INFINITY;
    float max = Float.NEGATIVE_INFINITY;
    double sum = 0;
    int n = 0;
    for (float v : values) {
      if (Float.isFinite(v)) {
        min = v < min ? v : min;
        max = v > max ? v : max;
        sum += v;
        n++;
      }
    }
    if (n == 0) {
      return null;
    }
    double mean = sum / n;
    double scale = max > min ? BINS / ((double) max - min) : 0;
    double squares = 0;
    int[] counts = new int[BINS];
    for (float v : values) {
      if (Float.isFinite(v)) {
        squares += (v - mean) * (v - mean);
        int bin = (int) (((double) v - min) * scale);
        counts[bin < BINS ? bin : BINS - 1]++;
      }
    }
    return new Entry.Histogram(min, max, mean, Math.sqrt(squares / n), counts);
  }

  /**
   * At most so many of the values, evenly spread: every k-th, where k has no factor in common with
   * their number, so that units and places are not left out by rule.
   */
  static float[] some(float[] values, int most) {
    int n = values.length;
    if (n <= most) {
      return values;
    }
    int step = Math.ceilDiv(n, most);
    while (!BigInteger.valueOf(step).gcd(BigInteger.valueOf(n)).equals(BigInteger.ONE)) {
      step++;
    }
    float[] some = new float[Math.ceilDiv(n, step)];
    for (int i = 0; i < some.length; i++) {
      some[i] = values[i * step];
    }
    return some;
  }

  /** The Euclidean length. */
  static double norm(float[] values) {
    double squares = 0;
    for (float v : values) {
      squares += (double) v * v;
    }
    return Math.sqrt(squares);
  }

  /** The length of the difference, divided by the length of {@code before}; NaN if that is 0. */
  static double updateRatio(float[] before, float[] after) {
    double squares = 0;
    for (int i = 0; i < before.length; i++) {
      double d = (double) after[i] - before[i];
      squares += d * d;
    }
    double length = norm(before);
    return length == 0 ? Double.NaN : Math.sqrt(squares) / length;
  }

  /**
   * The share of units that give exactly 0 for every example and at every place, as a ReLU does
   * whose input is never positive: no gradient passes it any more.
   *
   * @param values [examples, units, places], row-major
   */
  static double dead(float[] values, int units, int places) {
    if (units == 0 || values.length == 0) {
      return Double.NaN;
    }
    int dead = 0;
    for (int unit = 0; unit < units; unit++) {
      dead += isDead(values, unit * places, places, units * places) ? 1 : 0;
    }
    return (double) dead / units;
  }

  /** Most units answer soon, so little is read. */
  private static boolean isDead(float[] values, int first, int places, int example) {
    for (int from = first; from < values.length; from += example) {
      for (int i = from; i < from + places; i++) {
        if (values[i] != 0) {
          return false;
        }
      }
    }
    return true;
  }

  /**
   * The share of outputs where a bounded activation's slope is below a twentieth of its steepest: 1
   * − a² of tanh, 4a(1 − a) of the sigmoid. NaN for activations that are not bounded on both sides.
   */
  static double saturated(float[] outputs, List<Activation> activations) {
    if (activations.size() != 1 || outputs.length == 0) {
      return Double.NaN;
    }
    int flat = 0;
    for (float a : outputs) {
      double slope =
          switch (activations.getFirst()) {
            case TANH -> 1 - (double) a * a;
            case SIGMOID -> 4 * (double) a * (1 - (double) a);
            default -> Double.NaN;
          };
      if (Double.isNaN(slope)) {
        return Double.NaN;
      }
      flat += slope < FLAT ? 1 : 0;
    }
    return (double) flat / outputs.length;
  }
}
