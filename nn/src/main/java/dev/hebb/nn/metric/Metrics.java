package dev.hebb.nn.metric;

import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.ShapeError;
import dev.hebb.tensor.Tensor;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * The usual metrics, for {@code import static dev.hebb.nn.metric.Metrics.*}.
 *
 * <p>Those for classes take what the loss takes: scores [n, …, k] against integers [n, …] or
 * against probabilities of the same shape, where the largest score counts; or a single score for
 * each example, [n] or [n, 1], against 0 and 1, where a score of at least the threshold means 1.
 * The threshold is 0, right for logits, unless {@code threshold} sets another, such as 0.5 for
 * probabilities.
 */
public final class Metrics {
  private Metrics() {}

  /**
   * A metric read off the confusion matrix.
   *
   * @param name for logs
   * @param score what to read
   * @param threshold from where on a single score means class 1
   */
  public record ClassMetric(String name, ToDoubleFunction<ConfusionMatrix> score, double threshold)
      implements Metric {
    /** With another threshold for single scores. */
    public ClassMetric threshold(double from) {
      return new ClassMetric(name, score, from);
    }

    @Override
    public Accumulator start() {
      var matrix = new ConfusionMatrix(threshold);
      return new Accumulator() {
        @Override
        public void add(Tensor predictions, Tensor targets) {
          matrix.add(predictions, targets);
        }

        @Override
        public double value() {
          return score.applyAsDouble(matrix);
        }

        @Override
        public String toString() {
          return text(name, value());
        }
      };
    }
  }

  /** A metric with an accumulator of its own. */
  private record Plain(String name, boolean higherIsBetter, Supplier<Metric.Accumulator> source)
      implements Metric {
    @Override
    public Accumulator start() {
      return source.get();
    }
  }

  private static String text(String name, double value) {
    return String.format(Locale.ROOT, "%s %.4f", name, value);
  }

  /** The share of examples whose class is found. */
  public static ClassMetric accuracy() {
    return new ClassMetric("accuracy", ConfusionMatrix::accuracy, 0);
  }

  /** Of what was taken for a class, the share that is of it; the mean over the classes. */
  public static ClassMetric precision() {
    return new ClassMetric("precision", ConfusionMatrix::precision, 0);
  }

  /** Of what is of a class, the share that was found; the mean over the classes. */
  public static ClassMetric recall() {
    return new ClassMetric("recall", ConfusionMatrix::recall, 0);
  }

  /** The harmonic mean of precision and recall; the mean over the classes. */
  public static ClassMetric f1() {
    return new ClassMetric("f1", ConfusionMatrix::f1, 0);
  }

  /** The whole confusion matrix; its accumulator is a {@link ConfusionMatrix}. */
  public static Metric confusion() {
    return new Plain("confusion", true, () -> new ConfusionMatrix(0));
  }

  /**
   * The share of examples whose class is among the k largest scores. Of equal scores the first
   * counts as larger.
   *
   * @param k how many, ≥ 1
   */
  public static Metric topK(int k) {
    if (k < 1) {
      throw new HebbException("topK: k must be at least 1, not " + k);
    }
    String name = "top" + k;
    return new Plain(name, true, () -> new Share(name, (x, y) -> inTop(name, k, x, y)));
  }

  private static double inTop(String name, int k, Tensor predictions, Tensor targets) {
    if (predictions.rank() < 2 || predictions.dim(-1) < 2) {
      throw Decisions.misfit(name, predictions.shape(), targets.shape());
    }
    Decisions d = Decisions.of(name, predictions, targets, 0);
    float[] x = predictions.toFloats();
    double hits = 0;
    for (int i = 0; i < d.actual().length; i++) {
      int row = i * d.classes();
      int wanted = row + d.actual()[i];
      int above = 0;
      for (int j = row; j < row + d.classes(); j++) {
        above += x[j] > x[wanted] || x[j] == x[wanted] && j < wanted ? 1 : 0;
      }
      hits += above < k ? 1 : 0;
    }
    return hits / Math.max(d.actual().length, 1);
  }

  /**
   * For several independent labels: the share of labels that are right, each by itself; predictions
   * and targets have the same shape.
   *
   * @param threshold from where on a score means yes: 0 for logits, 0.5 for probabilities
   */
  public static Metric labelAccuracy(double threshold) {
    return new Plain(
        "labelAccuracy",
        true,
        () -> new Share("labelAccuracy", (x, y) -> rightLabels(x, y, threshold)));
  }

  private static double rightLabels(Tensor predictions, Tensor targets, double threshold) {
    float[][] xy = pairs("labelAccuracy", predictions, targets);
    double hits = 0;
    for (int i = 0; i < xy[0].length; i++) {
      hits += xy[0][i] >= threshold == xy[1][i] >= 0.5 ? 1 : 0;
    }
    return hits / Math.max(xy[0].length, 1);
  }

  /** The mean absolute error. */
  public static Metric mae() {
    return new Plain("mae", false, () -> new Share("mae", (x, y) -> meanError("mae", x, y, false)));
  }

  /** The mean squared error. */
  public static Metric mse() {
    return new Plain("mse", false, () -> new Share("mse", (x, y) -> meanError("mse", x, y, true)));
  }

  private static double meanError(String name, Tensor x, Tensor y, boolean squared) {
    float[][] xy = pairs(name, x, y);
    double sum = 0;
    for (int i = 0; i < xy[0].length; i++) {
      double d = (double) xy[0][i] - xy[1][i];
      sum += squared ? d * d : Math.abs(d);
    }
    return sum / Math.max(xy[0].length, 1);
  }

  /**
   * The coefficient of determination 1 − Σ(y − x)² / Σ(y − ȳ)², for several outputs the mean of
   * theirs: 1 is perfect, 0 as good as the mean. NaN while a target does not vary.
   */
  public static Metric r2() {
    return new Plain("r2", true, Determination::new);
  }

  /** The values of predictions and targets of the same shape. */
  static float[][] pairs(String name, Tensor predictions, Tensor targets) {
    if (!predictions.shape().sameDims(targets.shape())) {
      throw new ShapeError(
          "%s: predictions %s and targets %s differ in shape; reshape one of them"
              .formatted(name, predictions.shape(), targets.shape()));
    }
    return new float[][] {predictions.toFloats(), targets.toFloats()};
  }

  /** The mean over a batch's elements of something. */
  private interface BatchMean {
    double of(Tensor predictions, Tensor targets);
  }

  /** The mean over all batches, each weighted by its size. */
  private static final class Share implements Metric.Accumulator {
    private final String name;
    private final BatchMean mean;
    private double sum;
    private long count;

    Share(String name, BatchMean mean) {
      this.name = name;
      this.mean = mean;
    }

    @Override
    public void add(Tensor predictions, Tensor targets) {
      sum += mean.of(predictions, targets) * targets.size();
      count += targets.size();
    }

    @Override
    public double value() {
      return sum / count;
    }

    @Override
    public String toString() {
      return text(name, value());
    }
  }

  /** Sums for R², one for each output, about a running mean (Welford, 1962). */
  private static final class Determination implements Metric.Accumulator {
    private long n;
    private double[] mean = new double[0];
    private double[] spread = new double[0];
    private double[] error = new double[0];

    @Override
    public void add(Tensor predictions, Tensor targets) {
      float[][] xy = pairs("r2", predictions, targets);
      int rows = targets.rank() == 0 ? 1 : targets.dim(0);
      int outputs = rows == 0 ? mean.length : xy[1].length / rows;
      if (mean.length == 0) {
        mean = new double[outputs];
        spread = new double[outputs];
        error = new double[outputs];
      } else if (mean.length != outputs) {
        throw new ShapeError(
            "r2: targets "
                + targets.shape()
                + " do not have the "
                + mean.length
                + " outputs of earlier batches");
      }
      for (int i = 0; i < rows; i++) {
        n++;
        for (int k = 0; k < outputs; k++) {
          double y = xy[1][i * outputs + k];
          double e = y - xy[0][i * outputs + k];
          double before = y - mean[k];
          mean[k] += before / n;
          spread[k] += before * (y - mean[k]);
          error[k] += e * e;
        }
      }
    }

    @Override
    public double value() {
      double sum = 0;
      for (int k = 0; k < mean.length; k++) {
        sum += spread[k] == 0 ? Double.NaN : 1 - error[k] / spread[k];
      }
      return sum / mean.length;
    }

    @Override
    public String toString() {
      return text("r2", value());
    }
  }
}
