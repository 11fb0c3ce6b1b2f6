package dev.hebb.nn.optim;

import dev.hebb.tensor.Tensor;
import java.util.List;

/**
 * Adam: a step size for each parameter, from running means of gradients and of their squares
 * (Kingma and Ba, 2015). g ← g + λw; m ← β₁m + (1 − β₁)g; v ← β₂v + (1 − β₂)g²; w ← w − η·m̂ / (√v̂
 * + ε) with m̂ = m / (1 − β₁ᵗ), v̂ = v / (1 − β₂ᵗ).
 *
 * @param tuning learning rate η, schedule and clipping
 * @param beta1 the rate at which m forgets, in [0, 1)
 * @param beta2 the rate at which v forgets, in [0, 1)
 * @param epsilon what is added to the denominator, positive
 * @param weightDecay λ ≥ 0, added to the gradient; see {@link AdamW} for decay that is not
 */
public record Adam(Tuning tuning, double beta1, double beta2, double epsilon, double weightDecay)
    implements Tuned<Adam> {
  /** Checks the ranges. */
  public Adam {
    Tuning.checkRate("beta1", beta1);
    Tuning.checkRate("beta2", beta2);
    Tuning.check("epsilon", epsilon > 0, epsilon);
    Tuning.check("weight decay", weightDecay >= 0, weightDecay);
  }

  /** With β₁ 0.9, β₂ 0.999, ε 1e-8 and λ 0. */
  public static Adam of(double lr) {
    return new Adam(Tuning.of(lr), 0.9, 0.999, 1e-8, 0);
  }

  /** With other rates of forgetting. */
  public Adam betas(double first, double second) {
    return new Adam(tuning, first, second, epsilon, weightDecay);
  }

  /** With another number in the denominator. */
  public Adam epsilon(double added) {
    return new Adam(tuning, beta1, beta2, added, weightDecay);
  }

  /** With weights pulled toward 0 through the gradient. */
  public Adam weightDecay(double lambda) {
    return new Adam(tuning, beta1, beta2, epsilon, lambda);
  }

  @Override
  public Adam tuning(Tuning t) {
    return new Adam(t, beta1, beta2, epsilon, weightDecay);
  }

  @Override
  public List<String> moments() {
    return Moments.ADAM;
  }

  @Override
  public Tensor next(Update u) {
    Update decayed = u.grad(u.decayed(weightDecay));
    return u.param().sub(Moments.adamStep(decayed, beta1, beta2, epsilon));
  }
}
