package dev.hebb.nn.classic;

import dev.hebb.tensor.DType;
import dev.hebb.tensor.Tensor;
import java.util.List;

/**
 * A neuron that fires if w·x ≥ θ. Moved to the other side, the threshold is a bias: w·x + b ≥ 0
 * with b = −θ. Both forms agree on every input, to the last bit.
 *
 * @param weights w, one for each input
 * @param threshold θ
 */
public record ThresholdNeuron(List<Double> weights, double threshold) {
  /** Checks and copies. */
  public ThresholdNeuron {
    weights = List.copyOf(weights);
    Rows.checkWeights("ThresholdNeuron", weights, threshold);
  }

  /** A neuron with these weights and threshold 0. */
  public static ThresholdNeuron of(double... weights) {
    return new ThresholdNeuron(Rows.list(weights), 0);
  }

  /** With another threshold. */
  public ThresholdNeuron threshold(double theta) {
    return new ThresholdNeuron(weights, theta);
  }

  /** With the threshold that this bias stands for. */
  public ThresholdNeuron bias(double b) {
    return new ThresholdNeuron(weights, 0.0 - b);
  }

  /** b = −θ. */
  public double bias() {
    return 0.0 - threshold;
  }

  /**
   * 1 where w·x ≥ θ, else 0.
   *
   * @param x [n, in] or [in]
   * @return float64 [n]
   */
  public Tensor of(Tensor x) {
    return sum(x).ge(threshold).cast(DType.FLOAT64);
  }

  /** The same in the other form: 1 where w·x + b ≥ 0, else 0. */
  public Tensor ofBiased(Tensor x) {
    return sum(x).add(bias()).ge(0).cast(DType.FLOAT64);
  }

  /**
   * The derivative of the answer by the weighted sum: 0 on both sides of the jump, NaN on it, where
   * there is none. So an error never says in which direction a weight should move.
   */
  public Tensor slope(Tensor x) {
    Tensor z = sum(x);
    return z.eq(threshold).where(Tensor.full(z.shape(), Double.NaN), 0);
  }

  private Tensor sum(Tensor x) {
    return Rows.of("ThresholdNeuron", x, weights.size()).matmul(Rows.vector(weights));
  }
}
