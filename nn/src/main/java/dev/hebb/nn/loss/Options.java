package dev.hebb.nn.loss;

import dev.hebb.tensor.DType;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.ShapeError;
import dev.hebb.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/** What several losses share: checks of their options, and weights of classes. */
final class Options {
  private Options() {}

  /** Throws unless an option is in its range. */
  static void check(String loss, String what, boolean fits, Object value) {
    if (!fits) {
      throw new HebbException("%s: %s, not %s".formatted(loss, what, value));
    }
  }

  static void checkSmoothing(String loss, double amount) {
    check(loss, "smoothing must lie in [0, 1)", amount >= 0 && amount < 1, amount);
  }

  static List<Double> weights(String loss, List<Double> weights) {
    boolean fits = weights.stream().allMatch(w -> w >= 0 && w < Double.POSITIVE_INFINITY);
    check(loss, "weights must be finite and not below 0", fits, weights);
    return List.copyOf(weights);
  }

  static List<Double> list(double... values) {
    return Arrays.stream(values).boxed().toList();
  }

  /** Weights as a vector beside the last axis of x. */
  static Tensor vector(String loss, List<Double> weights, Tensor x) {
    if (x.rank() == 0 || weights.size() != x.shape().last()) {
      throw new ShapeError(
          "%s: %d weights for predictions %s; give one for each class on the last axis"
              .formatted(loss, weights.size(), x.shape()));
    }
    double[] values = weights.stream().mapToDouble(Double::doubleValue).toArray();
    return Tensor.of(values, Shape.of(DType.FLOAT64, values.length)).cast(x.dtype());
  }

  /** Σ of what counts, divided by how much counts; 0 where nothing does. */
  static Tensor mean(Tensor sum, Tensor count) {
    return sum.div(count.eq(0).where(1, count));
  }
}
