package dev.hebb.grad;

import dev.hebb.tensor.DType;
import dev.hebb.tensor.Device;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * What a comparison of a gradient with central differences found: its worst element.
 *
 * @param input which input
 * @param index which of its elements
 * @param analytic the gradient's value there
 * @param numeric the difference quotient there
 * @param error |analytic − numeric| relative to the larger of the two, or to a hundredth of the
 *     input's largest derivative where both are smaller than that
 */
public record GradientCheck(
    int input, List<Integer> index, double analytic, double numeric, double error) {
  /**
   * Whether the worst relative error is at most {@code tolerance}; 1e-6 is what Hebb's own ops
   * meet.
   */
  public boolean passes(double tolerance) {
    return error <= tolerance;
  }

  @Override
  public String toString() {
    return "worst relative error %.2e at input %d %s: gradient %.9g, difference quotient %.9g"
        .formatted(error, input, index, analytic, numeric);
  }

  static GradientCheck run(Function<List<Tensor>, Tensor> f, List<Tensor> inputs) {
    return Device.REFERENCE.run(() -> compare(f, inputs));
  }

  private static GradientCheck compare(Function<List<Tensor>, Tensor> f, List<Tensor> given) {
    List<Tensor> inputs =
        given.stream()
            .map(t -> t.dtype().isFloating() ? t.cast(DType.FLOAT64).detach().eval() : t)
            .toList();
    Tensor y = f.apply(inputs);
    if (y.size() != 1) {
      throw new HebbException(
          "Gradients.check: the function must return one number, not shape " + y.shape());
    }
    List<Tensor> gradients = Gradients.of(y, inputs);
    var worst = new GradientCheck(0, List.of(), 0, 0, 0);
    for (int i = 0; i < inputs.size(); i++) {
      if (!inputs.get(i).dtype().isFloating()) {
        continue;
      }
      double[] analytic = gradients.get(i).toDoubles();
      double[] x = inputs.get(i).toDoubles();
      double[] numeric = new double[x.length];
      for (int k = 0; k < x.length; k++) {
        double h = 6e-6 * Math.max(1, Math.abs(x[k])); // near the cube root of the rounding error
        numeric[k] = (at(f, inputs, i, x, k, h) - at(f, inputs, i, x, k, -h)) / (2 * h);
      }
      double largest = Arrays.stream(numeric).map(Math::abs).max().orElse(0);
      for (int k = 0; k < x.length; k++) {
        double scale =
            Math.max(Math.max(Math.abs(analytic[k]), Math.abs(numeric[k])), largest / 100);
        double error = Math.abs(analytic[k] - numeric[k]) / Math.max(scale, 1e-4);
        if (error > worst.error || Double.isNaN(error)) {
          worst =
              new GradientCheck(
                  i,
                  multiIndex(k, inputs.get(i).shape().dims()),
                  analytic[k],
                  numeric[k],
                  Double.isNaN(error) ? Double.POSITIVE_INFINITY : error);
        }
      }
    }
    return worst;
  }

  private static double at(
      Function<List<Tensor>, Tensor> f, List<Tensor> inputs, int i, double[] x, int k, double h) {
    double[] moved = x.clone();
    moved[k] += h;
    var copy = new ArrayList<>(inputs);
    copy.set(i, Tensor.of(moved, inputs.get(i).shape()));
    return f.apply(copy).item();
  }

  private static List<Integer> multiIndex(int linear, int[] dims) {
    var index = new ArrayList<Integer>();
    for (int d = dims.length - 1; d >= 0; d--) {
      index.addFirst(linear % dims[d]);
      linear /= dims[d];
    }
    return index;
  }
}
