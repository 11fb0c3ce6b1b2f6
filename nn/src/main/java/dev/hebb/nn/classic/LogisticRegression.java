package dev.hebb.nn.classic;

import dev.hebb.tensor.DType;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * A sigmoid neuron that tells yes from no: p(yes | x) = σ(w·x + b), and the answer is yes from 0.5
 * on. One sigmoid gives one probability; that of no is the rest to 1.
 *
 * <p>{@link #fit} finds the weights that make the mean of −ln p(yᵢ | xᵢ), plus ½λ‖w‖² if wanted, as
 * small as possible. The function is convex, so there is one answer, and Newton's method finds it
 * to the last digits. A network {@code dense(1)} trained with {@code bceWithLogits()} goes to the
 * same place.
 *
 * @param weights w, one for each input
 * @param bias b
 * @see <a href="https://doi.org/10.1111/j.2517-6161.1958.tb00292.x">Cox, "The regression analysis
 *     of binary sequences", 1958</a>
 */
public record LogisticRegression(List<Double> weights, double bias) {
  /** Checks and copies. */
  public LogisticRegression {
    weights = List.copyOf(weights);
    Rows.checkWeights("LogisticRegression", weights, bias);
  }

  /**
   * The most likely weights.
   *
   * @param x examples [n, in], finite
   * @param y [n], 1 for yes and 0 or −1 for no; both must occur
   * @param l2 λ ≥ 0, pulls the weights (not the bias) toward 0; other programs' C is 1 / (n·λ)
   * @throws HebbException if λ is 0 and no weights are the best: because a line separates the
   *     classes, so that longer weights are always better, or because a column follows from others
   */
  public static LogisticRegression fit(Tensor x, Tensor y, double l2) {
    double[][] rows = Rows.toLearn("LogisticRegression", x);
    boolean[] yes = Rows.yesOrNo("LogisticRegression", y, rows.length);
    checkPenalty("LogisticRegression", l2);
    int in = rows[0].length;
    Tensor inputs = withOnes(x);
    Tensor targets = Tensor.of(yes, Shape.of(yes.length)).cast(DType.FLOAT64);
    double share = targets.mean().item();
    if (share == 0 || share == 1) {
      throw new HebbException(
          "LogisticRegression: all targets are the same; there is nothing to tell apart");
    }
    Tensor penalty = Tensor.full(Shape.of(DType.FLOAT64, in), l2).pad(0, 0, 1, 0).eval();
    Tensor w =
        Newton.minimise(
            Tensor.of(new double[in + 1], Shape.of(in + 1)),
            v ->
                inputs.matmul(v).bceWithLogits(targets).add(v.square().mul(penalty).sum().mul(0.5)),
            v -> {
              Tensor p = inputs.matmul(v).sigmoid();
              Tensor curvature = p.mul(p.neg().add(1)).div(rows.length);
              return inputs
                  .transpose()
                  .matmul(inputs.mul(curvature.unsqueeze(1)))
                  .add(diagonal(penalty));
            },
            v -> l2 == 0 && separates(inputs.matmul(v), yes),
            noMinimum("LogisticRegression"));
    double[] all = w.toDoubles();
    return new LogisticRegression(Rows.list(Arrays.copyOf(all, in)), 0.0 + all[in]);
  }

  /**
   * The probability of yes.
   *
   * @param x [n, in] or [in]
   * @return float64 [n]
   */
  public Tensor probability(Tensor x) {
    return Rows.of("LogisticRegression", x, weights.size())
        .matmul(Rows.vector(weights))
        .add(bias)
        .sigmoid();
  }

  /** 1 where the probability of yes is at least 0.5, else 0; float64 [n]. */
  public Tensor of(Tensor x) {
    return probability(x).ge(0.5).cast(DType.FLOAT64);
  }

  private static boolean separates(Tensor score, boolean[] yes) {
    double[] s = score.toDoubles();
    for (int i = 0; i < s.length; i++) {
      if (yes[i] ? !(s[i] > 0) : !(s[i] < 0)) {
        return false;
      }
    }
    return true;
  }

  // ---- shared with softmax regression

  /** The examples with a column of ones behind them, so that the bias is one more weight. */
  static Tensor withOnes(Tensor x) {
    return x.cast(DType.FLOAT64).pad(1, 0, 1, 1).eval();
  }

  static Tensor diagonal(Tensor v) {
    return Tensor.eye(v.size()).cast(DType.FLOAT64).mul(v);
  }

  static void checkPenalty(String model, double l2) {
    if (!(l2 >= 0 && Double.isFinite(l2))) {
      throw new HebbException(model + ": l2 must be 0 or more, not " + l2);
    }
  }

  static String noMinimum(String model) {
    return model
        + ": no finite weights are the most likely ones, because classes are separable or a column"
        + " follows from others; fit with a small l2, such as 1e-3";
  }
}
