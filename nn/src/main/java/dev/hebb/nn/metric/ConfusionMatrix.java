package dev.hebb.nn.metric;

import dev.hebb.tensor.Tensor;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * How often each class was taken for each other: rows are actual classes, columns predicted ones.
 *
 * <p>Averages over classes (“macro”) give each class the same weight and leave out those that
 * neither occurred nor were predicted. A quotient 0 / 0 counts as 0.
 */
public final class ConfusionMatrix implements Metric.Accumulator {
  private final double threshold;
  private long[][] counts = new long[0][0];

  /** An empty matrix; single scores from {@code threshold} on mean class 1. */
  ConfusionMatrix(double threshold) {
    this.threshold = threshold;
  }

  @Override
  public void add(Tensor predictions, Tensor targets) {
    Decisions d = Decisions.of("confusion", predictions, targets, threshold);
    grow(d.classes());
    for (int i = 0; i < d.actual().length; i++) {
      counts[d.actual()[i]][d.predicted()[i]]++;
    }
  }

  private void grow(int classes) {
    if (classes > counts.length) {
      long[][] wider = new long[classes][];
      for (int i = 0; i < classes; i++) {
        wider[i] = i < counts.length ? Arrays.copyOf(counts[i], classes) : new long[classes];
      }
      counts = wider;
    }
  }

  /** How many classes. */
  public int classes() {
    return counts.length;
  }

  /** How often an example of class {@code actual} was taken for {@code predicted}. */
  public long count(int actual, int predicted) {
    return counts[actual][predicted];
  }

  private long total() {
    return Arrays.stream(counts).flatMapToLong(Arrays::stream).sum();
  }

  private long actual(int k) {
    return Arrays.stream(counts[k]).sum();
  }

  private long predicted(int k) {
    return Arrays.stream(counts).mapToLong(row -> row[k]).sum();
  }

  /** The share of examples on the diagonal. */
  public double accuracy() {
    long hits = IntStream.range(0, classes()).mapToLong(k -> counts[k][k]).sum();
    return (double) hits / total();
  }

  /** Of the examples taken for class k, the share that is of class k. */
  public double precision(int k) {
    return quotient(counts[k][k], predicted(k));
  }

  /** Of the examples of class k, the share taken for class k. */
  public double recall(int k) {
    return quotient(counts[k][k], actual(k));
  }

  /** The harmonic mean of precision and recall of class k. */
  public double f1(int k) {
    return quotient(2.0 * counts[k][k], predicted(k) + actual(k));
  }

  /** The mean precision of the classes. */
  public double precision() {
    return macro(this::precision);
  }

  /** The mean recall of the classes. */
  public double recall() {
    return macro(this::recall);
  }

  /** The mean F1 of the classes. */
  public double f1() {
    return macro(this::f1);
  }

  private static double quotient(double a, double b) {
    return b == 0 ? 0 : a / b;
  }

  private double macro(IntToDoubleFunction score) {
    return IntStream.range(0, classes())
        .filter(k -> actual(k) + predicted(k) > 0)
        .mapToDouble(score)
        .average()
        .orElse(Double.NaN);
  }

  /** The accuracy. */
  @Override
  public double value() {
    return accuracy();
  }

  /** The matrix with precision, recall and F1 of each class. */
  @Override
  public String toString() {
    var text = new StringBuilder("actual \\ predicted");
    int width = Math.max(6, Long.toString(total()).length() + 1);
    for (int k = 0; k < classes(); k++) {
      text.append(("%" + width + "d").formatted(k));
    }
    text.append("   precision  recall  f1\n");
    for (int a = 0; a < classes(); a++) {
      text.append("%18d".formatted(a));
      for (int p = 0; p < classes(); p++) {
        text.append(("%" + width + "d").formatted(counts[a][p]));
      }
      text.append(
          String.format(Locale.ROOT, "   %.3f      %.3f   %.3f%n", precision(a), recall(a), f1(a)));
    }
    return text.append(
            String.format(
                Locale.ROOT,
                "accuracy %.4f; macro precision %.4f, recall %.4f, f1 %.4f",
                accuracy(),
                precision(),
                recall(),
                f1()))
        .toString();
  }
}
