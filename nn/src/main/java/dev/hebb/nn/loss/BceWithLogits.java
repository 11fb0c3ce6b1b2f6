package dev.hebb.nn.loss;

import dev.hebb.nn.Loss;
import dev.hebb.tensor.ShapeError;
import dev.hebb.tensor.Targets;
import dev.hebb.tensor.Tensor;
import java.util.List;

/**
 * Binary cross entropy of logits: mean of ln(1 + eˣ) − x·y, which is −y ln σ(x) − (1 − y) ln(1 −
 * σ(x)). For yes or no, or several independent labels; the network ends without an activation. It
 * is finite for logits of any size.
 *
 * <p>Predictions of any shape; targets in [0, 1], of the same shape.
 *
 * @param posWeights how many times the term of y counts, for all labels or for each on the last
 *     axis; empty for once
 * @param smoothing how far targets are moved toward ½, in [0, 1)
 */
public record BceWithLogits(List<Double> posWeights, double smoothing) implements Loss {
  private static final String NAME = "bceWithLogits";

  /** Checks the ranges. */
  public BceWithLogits {
    posWeights = Options.weights(NAME, posWeights);
    Options.checkSmoothing(NAME, smoothing);
  }

  /** Without options. */
  public BceWithLogits() {
    this(List.of(), 0);
  }

  /** With positive examples that count differently: one number for all labels, or one for each. */
  public BceWithLogits posWeight(double... ofLabels) {
    return new BceWithLogits(Options.list(ofLabels), smoothing);
  }

  /** With label smoothing: y becomes (1 − amount)·y + amount/2. */
  public BceWithLogits smoothing(double amount) {
    return new BceWithLogits(posWeights, amount);
  }

  @Override
  public Tensor of(Tensor predictions, Tensor targets) {
    Tensor x = predictions;
    Tensor given = Targets.like(NAME, x, targets);
    Tensor y = smoothing == 0 ? given : given.mul(1 - smoothing).add(smoothing / 2);
    if (posWeights.isEmpty()) {
      return x.bceWithLogits(y);
    }
    Tensor times = y.mul(weights(x).sub(1)).add(1); // of ln(1 + e⁻ˣ)
    return y.neg().add(1).mul(x).add(times.mul(x.neg().softplus())).mean();
  }

  private Tensor weights(Tensor x) {
    if (posWeights.size() == 1) {
      return Tensor.full(x.shape(), posWeights.getFirst());
    }
    if (x.rank() == 0 || x.shape().last() != posWeights.size()) {
      throw new ShapeError(
          "bceWithLogits: %d weights of positive examples for predictions %s; give one, or one for each label on the last axis"
              .formatted(posWeights.size(), x.shape()));
    }
    return Options.vector(NAME, posWeights, x);
  }

  @Override
  public String name() {
    return NAME;
  }
}
