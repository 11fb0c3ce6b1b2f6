package dev.hebb.nn.classic;

import dev.hebb.tensor.DType;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.ShapeError;
import dev.hebb.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/** Examples as the classic models take them, checked. */
final class Rows {
  private Rows() {}

  /** A matrix [n, in] in float64; a vector is one example. */
  static Tensor of(String model, Tensor x, int in) {
    boolean fits = (x.rank() == 1 || x.rank() == 2) && x.shape().last() == in;
    if (!fits) {
      throw new ShapeError(
          "%s: takes examples [n, %d], or one of [%d], not %s".formatted(model, in, in, x.shape()));
    }
    return x.cast(DType.FLOAT64).reshape(-1, in);
  }

  /** The examples to learn from as arrays: at least one, all finite. */
  static double[][] toLearn(String model, Tensor x) {
    if (x.rank() != 2 || x.dim(0) < 1 || x.dim(1) < 1) {
      throw new ShapeError(
          "%s: learns from a matrix [n, in] with an example in each row, not from %s"
              .formatted(model, x.shape()));
    }
    double[] flat = x.toDoubles();
    int in = x.dim(1);
    for (int i = 0; i < flat.length; i++) {
      if (!Double.isFinite(flat[i])) {
        throw new HebbException(
            "%s: example %d has %s in column %d; leave it out or fill it in"
                .formatted(model, i / in, flat[i], i % in));
      }
    }
    double[][] rows = new double[x.dim(0)][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = Arrays.copyOfRange(flat, i * in, (i + 1) * in);
    }
    return rows;
  }

  /** One target for each of n examples. */
  static double[] targets(String model, Tensor y, int n) {
    if (y.size() != n || y.rank() > 1 && y.dim(0) != n) {
      throw new ShapeError(
          "%s: %d examples need targets [%d], not %s".formatted(model, n, n, y.shape()));
    }
    return y.toDoubles();
  }

  /** Whether each target says yes; they are 0 and 1, or −1 and 1. */
  static boolean[] yesOrNo(String model, Tensor y, int n) {
    double[] values = targets(model, y, n);
    boolean[] yes = new boolean[n];
    boolean zero = Arrays.stream(values).anyMatch(v -> v == 0);
    for (int i = 0; i < n; i++) {
      yes[i] = values[i] == 1;
      if (!yes[i] && values[i] != (zero ? 0 : -1)) {
        throw new HebbException(
            "%s: targets are 0 and 1, or −1 and 1; that of example %d is %s"
                .formatted(model, i, values[i]));
      }
    }
    return yes;
  }

  /** A copy without −0.0, which reads badly. */
  static List<Double> list(double... values) {
    return Arrays.stream(values).map(v -> v + 0.0).boxed().toList();
  }

  /** A vector of float64. */
  static Tensor vector(List<Double> values) {
    double[] v = values.stream().mapToDouble(Double::doubleValue).toArray();
    return Tensor.of(v, Shape.of(v.length));
  }

  /** Refuses weights that are none. */
  static void checkWeights(String model, List<Double> weights, double... others) {
    if (weights.isEmpty()) {
      throw new HebbException(model + ": needs a weight for each input, and at least one input");
    }
    boolean finite =
        weights.stream().allMatch(Double::isFinite)
            && Arrays.stream(others).allMatch(Double::isFinite);
    if (!finite) {
      throw new HebbException(
          "%s: weights %s, %s must be finite numbers"
              .formatted(model, weights, Arrays.toString(others)));
    }
  }
}
