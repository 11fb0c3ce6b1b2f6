package dev.hebb.nn.classic;

import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Tensor;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Whether a line, plane or hyperplane separates two classes, with the proof: a separating one, or a
 * point that lies between examples of both classes. One of the two always exists, and never both
 * (the theorem of Farkas, 1902), so “it did not converge” is never the answer.
 */
public sealed interface Separability {
  /** Whether the classes can be separated. */
  boolean isSeparable();

  /**
   * The proof that they can: w·x + b is positive for every example of class 1 and negative for
   * every other.
   *
   * @param weights w
   * @param bias b
   */
  record Separable(List<Double> weights, double bias) implements Separability {
    /** Copies. */
    public Separable {
      weights = List.copyOf(weights);
    }

    @Override
    public boolean isSeparable() {
      return true;
    }

    @Override
    public String toString() {
      return "separable: %s·x %s %s is positive for class 1 and negative for class 0"
          .formatted(weights, bias < 0 ? "−" : "+", Math.abs(bias));
    }
  }

  /**
   * The proof that they cannot: a mixture of examples of class 1 equals a mixture of examples of
   * class 0. A linear score of a mixture is the mixture of the scores, so it would have to be
   * positive and negative at once.
   *
   * @param ones examples of class 1; their parts add up to 1
   * @param zeros examples of class 0; their parts add up to 1
   * @param point what both mixtures are
   */
  record Inseparable(List<Share> ones, List<Share> zeros, List<Double> point)
      implements Separability {
    /** Copies. */
    public Inseparable {
      ones = List.copyOf(ones);
      zeros = List.copyOf(zeros);
      point = List.copyOf(point);
    }

    @Override
    public boolean isSeparable() {
      return false;
    }

    @Override
    public String toString() {
      return "not separable: %s of class 1 and %s of class 0 are the same point %s"
          .formatted(mixture(ones), mixture(zeros), point);
    }

    private static String mixture(List<Share> shares) {
      return shares.stream().map(Share::toString).collect(Collectors.joining(" + "));
    }
  }

  /**
   * A part of a mixture.
   *
   * @param example the number of the example
   * @param part how much of it, in (0, 1]
   */
  record Share(int example, double part) {
    /** {@code 0.5·x3} */
    @Override
    public String toString() {
      return String.format(Locale.ROOT, "%s·x%d", part, example);
    }
  }

  /**
   * Decides it exactly: a linear programme in integers of any length, without rounding. For some
   * hundred examples of some ten numbers; the work grows steeply with both.
   *
   * @param x examples [n, in], finite
   * @param y [n], 1 for class 1 and 0 or −1 for the other; one class alone is separable
   */
  static Separability of(Tensor x, Tensor y) {
    double[][] rows = Rows.toLearn("Separability", x);
    boolean[] ones = Rows.yesOrNo("Separability", y, rows.length);
    if ((long) rows.length * rows[0].length > 100_000) {
      throw new HebbException(
          "Separability: %d examples of %d numbers are too many for exact arithmetic; take some"
              .formatted(rows.length, rows[0].length));
    }
    return new ConvexHulls(rows, ones).decide();
  }
}
