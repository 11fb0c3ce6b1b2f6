package dev.hebb.nn.loss;

import dev.hebb.nn.Loss;
import dev.hebb.tensor.Targets;
import dev.hebb.tensor.Tensor;

/**
 * Focal loss of logits for yes or no: mean of −w (1 − p)^γ ln p, where p is the probability of the
 * right answer, σ(x) or 1 − σ(x), and w is one of two weights (Lin et al., <a
 * href="https://arxiv.org/abs/1708.02002">2017</a>). With γ = 0 it is binary cross entropy. Finite
 * for logits of any size.
 *
 * <p>Predictions of any shape; targets 0 or 1, of the same shape.
 *
 * @param gamma how much less easy examples count, ≥ 0; usually 2
 * @param no how much examples with target 0 count
 * @param yes how much examples with target 1 count
 */
public record BinaryFocal(double gamma, double no, double yes) implements Loss {
  private static final String NAME = "binaryFocal";

  /** Checks the ranges. */
  public BinaryFocal {
    Options.check(NAME, "gamma must not be below 0", gamma >= 0, gamma);
    boolean fits = no >= 0 && yes >= 0 && no + yes < Double.POSITIVE_INFINITY;
    Options.check(NAME, "weights must be finite and not below 0", fits, no + ", " + yes);
  }

  /** With weights a for 1 and 1 − a for 0; the paper has 0.25. */
  public BinaryFocal alpha(double a) {
    Options.check(NAME, "alpha must lie in [0, 1]", a >= 0 && a <= 1, a);
    return new BinaryFocal(gamma, 1 - a, a);
  }

  @Override
  public Tensor of(Tensor predictions, Tensor targets) {
    Tensor y = Targets.like(NAME, predictions, targets);
    Tensor z = predictions.mul(y.mul(2).sub(1)); // the logit of the right answer
    Tensor easy = z.softplus().mul(-gamma).exp(); // (1 − σ(z))^γ
    return y.mul(yes - no).add(no).mul(easy).mul(z.neg().softplus()).mean();
  }

  @Override
  public String name() {
    return NAME;
  }
}
