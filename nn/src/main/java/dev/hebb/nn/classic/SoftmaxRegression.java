package dev.hebb.nn.classic;

import dev.hebb.tensor.DType;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.ShapeError;
import dev.hebb.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Logistic regression for K classes: K sets of weights give K scores zₖ = wₖ·x + bₖ, and softmax
 * makes probabilities of them, pₖ = exp zₖ / Σⱼ exp zⱼ, which add up to 1. With K = 2 it is
 * logistic regression with w = w₁ − w₀.
 *
 * <p>The same vector added to all wₖ changes no probability; of all those equals, the sets that add
 * up to 0 are given.
 *
 * @param weights float64 [in, K]
 * @param biases float64 [K]
 * @see <a href="https://doi.org/10.1007/978-3-642-76153-9_28">Bridle, "Probabilistic interpretation
 *     of feedforward classification network outputs", 1990</a>
 */
public record SoftmaxRegression(Tensor weights, Tensor biases) {
  /** What Newton's method solves at once; its work grows with the cube. */
  private static final int MAX_UNKNOWNS = 1000;

  /** Checks the shapes. */
  public SoftmaxRegression {
    if (weights.rank() != 2 || biases.rank() != 1 || weights.dim(1) != biases.dim(0)) {
      throw new ShapeError(
          "SoftmaxRegression: weights [in, K] need biases [K], got %s and %s"
              .formatted(weights.shape(), biases.shape()));
    }
    weights = weights.cast(DType.FLOAT64);
    biases = biases.cast(DType.FLOAT64);
  }

  /**
   * The most likely weights: those for which the mean of −ln p(yᵢ | xᵢ) + ½λ‖w‖² is smallest.
   *
   * @param x examples [n, in], finite
   * @param y class numbers [n], from 0 on; each up to the largest must occur
   * @param l2 λ ≥ 0, pulls the weights (not the biases) toward 0
   * @throws HebbException if λ is 0 and no weights are the best (see {@link
   *     LogisticRegression#fit}), or if there are more than 1000 of them
   */
  public static SoftmaxRegression fit(Tensor x, Tensor y, double l2) {
    double[][] rows = Rows.toLearn("SoftmaxRegression", x);
    int[] labels = labels(y, rows.length);
    LogisticRegression.checkPenalty("SoftmaxRegression", l2);
    int k = Arrays.stream(labels).max().orElse(0) + 1;
    int d = rows[0].length + 1;
    if (k * d > MAX_UNKNOWNS) {
      throw new HebbException(
          ("SoftmaxRegression: %d classes with %d weights each are too many to solve for at once;"
                  + " train dense(%d) with crossEntropy() instead")
              .formatted(k, d, k));
    }
    Tensor inputs = LogisticRegression.withOnes(x);
    Tensor targets = Tensor.of(labels, Shape.of(labels.length)).eval();
    Tensor one = Tensor.full(Shape.of(DType.FLOAT64, k, d - 1), l2).pad(1, 0, 1, 0);
    Tensor penalty = one.reshape(k * d).eval();
    Tensor gauge = gauge(k, d);
    Tensor w =
        Newton.minimise(
            Tensor.of(new double[k * d], Shape.of(k * d)),
            v ->
                scores(inputs, v, k)
                    .crossEntropy(targets)
                    .add(v.square().mul(penalty).sum().mul(0.5))
                    .add(v.reshape(k, d).sum(0).square().sum().mul(0.5)),
            v ->
                curvature(inputs, scores(inputs, v, k).softmax(-1), k)
                    .add(LogisticRegression.diagonal(penalty))
                    .add(gauge),
            v -> l2 == 0 && separates(scores(inputs, v, k), labels),
            LogisticRegression.noMinimum("SoftmaxRegression"));
    Tensor sets = w.reshape(k, d).transpose();
    return new SoftmaxRegression(
        sets.narrow(0, 0, d - 1).detach().eval(),
        sets.narrow(0, d - 1, 1).reshape(k).detach().eval());
  }

  private static int[] labels(Tensor y, int n) {
    double[] values = Rows.targets("SoftmaxRegression", y, n);
    int[] labels = new int[n];
    for (int i = 0; i < n; i++) {
      labels[i] = (int) values[i];
      if (labels[i] != values[i] || labels[i] < 0) {
        throw new HebbException(
            "SoftmaxRegression: targets are class numbers from 0 on; that of example %d is %s"
                .formatted(i, values[i]));
      }
    }
    int classes = Arrays.stream(labels).max().orElse(0) + 1;
    for (int c = 0; c < classes; c++) {
      int wanted = c;
      if (classes < 2 || Arrays.stream(labels).noneMatch(l -> l == wanted)) {
        throw new HebbException(
            "SoftmaxRegression: class %d of %d has no example; number the classes without gaps"
                .formatted(classes < 2 ? 1 : c, Math.max(classes, 2)));
      }
    }
    return labels;
  }

  private static Tensor scores(Tensor inputs, Tensor w, int k) {
    return inputs.matmul(w.reshape(k, -1).transpose());
  }

  /** Block (i, j) is Xᵀ·diag(pᵢ(δᵢⱼ − pⱼ) / n)·X. */
  private static Tensor curvature(Tensor inputs, Tensor p, int k) {
    var columns = new ArrayList<Tensor>();
    for (int i = 0; i < k; i++) {
      var blocks = new ArrayList<Tensor>();
      for (int j = 0; j < k; j++) {
        Tensor pi = p.narrow(1, i, 1);
        Tensor share = p.narrow(1, j, 1).neg().add(i == j ? 1 : 0);
        Tensor weight = pi.mul(share).div(inputs.dim(0));
        blocks.add(inputs.transpose().matmul(inputs.mul(weight)));
      }
      columns.add(joined(1, blocks));
    }
    return joined(0, columns);
  }

  private static Tensor joined(int axis, List<Tensor> parts) {
    return parts.getFirst().concat(axis, parts.stream().skip(1).toArray(Tensor[]::new));
  }

  /** The second derivatives of ½‖Σₖ wₖ‖², which is 0 at the solution and makes it the only one. */
  private static Tensor gauge(int k, int d) {
    Tensor row = Tensor.eye(d).cast(DType.FLOAT64).unsqueeze(0).unsqueeze(2);
    return row.broadcastTo(k, d, k, d).reshape(k * d, k * d).eval();
  }

  private static boolean separates(Tensor scores, int[] labels) {
    double[] z = scores.toDoubles();
    int k = z.length / labels.length;
    for (int i = 0; i < labels.length; i++) {
      for (int c = 0; c < k; c++) {
        if (c != labels[i] && !(z[i * k + labels[i]] > z[i * k + c])) {
          return false;
        }
      }
    }
    return true;
  }

  /** How many classes. */
  public int classes() {
    return biases.size();
  }

  /**
   * The probabilities of the classes; each row adds up to 1.
   *
   * @param x [n, in] or [in]
   * @return float64 [n, K]
   */
  public Tensor probabilities(Tensor x) {
    return Rows.of("SoftmaxRegression", x, weights.dim(0)).matmul(weights).add(biases).softmax(-1);
  }

  /** The most probable class, integers [n]. */
  public Tensor of(Tensor x) {
    return probabilities(x).argMax(-1);
  }
}
