package dev.hebb.nn.classic;

import dev.hebb.op.Activation;
import dev.hebb.tensor.Tensor;
import java.util.List;

/**
 * The artificial neuron: a = f(z) with z = w·x + b, or z = w·x without a bias.
 *
 * @param weights w, one for each input
 * @param bias b; 0 is no bias
 * @param activation f
 */
public record Neuron(List<Double> weights, double bias, Activation activation) {
  /** Checks and copies. */
  public Neuron {
    weights = List.copyOf(weights);
    Rows.checkWeights("Neuron", weights, bias);
  }

  /** A linear neuron without a bias. */
  public static Neuron of(double... weights) {
    return new Neuron(Rows.list(weights), 0, Activation.LINEAR);
  }

  /** With this bias. */
  public Neuron bias(double b) {
    return new Neuron(weights, b, activation);
  }

  /** With this activation. */
  public Neuron activation(Activation f) {
    return new Neuron(weights, bias, f);
  }

  /**
   * The weighted sum z = w·x + b.
   *
   * @param x [n, in] or [in]
   * @return float64 [n]
   */
  public Tensor sum(Tensor x) {
    return Rows.of("Neuron", x, weights.size()).matmul(Rows.vector(weights)).add(bias);
  }

  /** The answer a = f(z), float64 [n]. */
  public Tensor of(Tensor x) {
    return sum(x).apply(activation);
  }
}
