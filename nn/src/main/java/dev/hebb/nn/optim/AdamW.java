package dev.hebb.nn.optim;

import dev.hebb.tensor.Tensor;
import java.util.List;

/**
 * Adam with decay that is decoupled from the gradient (Loshchilov and Hutter, 2019): w ← w − η·λ·w,
 * then the step of {@link Adam} without decay.
 *
 * @param tuning learning rate η, schedule and clipping
 * @param beta1 the rate at which m forgets, in [0, 1)
 * @param beta2 the rate at which v forgets, in [0, 1)
 * @param epsilon what is added to the denominator, positive
 * @param weightDecay λ ≥ 0
 */
public record AdamW(Tuning tuning, double beta1, double beta2, double epsilon, double weightDecay)
    implements Tuned<AdamW> {
  /** Checks the ranges. */
  public AdamW {
    Tuning.checkRate("beta1", beta1);
    Tuning.checkRate("beta2", beta2);
    Tuning.check("epsilon", epsilon > 0, epsilon);
    Tuning.check("weight decay", weightDecay >= 0, weightDecay);
  }

  /** With β₁ 0.9, β₂ 0.999, ε 1e-8 and λ 0.01. */
  public static AdamW of(double lr) {
    return new AdamW(Tuning.of(lr), 0.9, 0.999, 1e-8, 0.01);
  }

  /** With other rates of forgetting. */
  public AdamW betas(double first, double second) {
    return new AdamW(tuning, first, second, epsilon, weightDecay);
  }

  /** With another number in the denominator. */
  public AdamW epsilon(double added) {
    return new AdamW(tuning, beta1, beta2, added, weightDecay);
  }

  /** With weights shrunk by η·λ of themselves in each step. */
  public AdamW weightDecay(double lambda) {
    return new AdamW(tuning, beta1, beta2, epsilon, lambda);
  }

  @Override
  public AdamW tuning(Tuning t) {
    return new AdamW(t, beta1, beta2, epsilon, weightDecay);
  }

  @Override
  public List<String> moments() {
    return Moments.ADAM;
  }

  @Override
  public Tensor next(Update u) {
    return u.shrunk(weightDecay).sub(Moments.adamStep(u, beta1, beta2, epsilon));
  }
}
