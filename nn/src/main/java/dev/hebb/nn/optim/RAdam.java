package dev.hebb.nn.optim;

import dev.hebb.tensor.Tensor;
import java.util.List;

/**
 * Rectified Adam: as {@link Adam}, but while too few gradients were seen to know their variance,
 * plain momentum; afterwards steps are scaled by r, which grows to 1 (Liu et al., 2020). ρ∞ = 2 /
 * (1 − β₂) − 1; ρ = ρ∞ − 2tβ₂ᵗ / (1 − β₂ᵗ); if ρ > 5 then w ← w − η·r·m̂ / (√v̂ + ε) with r² = (ρ −
 * 4)(ρ − 2)ρ∞ / ((ρ∞ − 4)(ρ∞ − 2)ρ), else w ← w − η·m̂.
 *
 * @param tuning learning rate η, schedule and clipping
 * @param beta1 the rate at which m forgets, in [0, 1)
 * @param beta2 the rate at which v forgets, in [0, 1)
 * @param epsilon what is added to the denominator, positive
 * @param weightDecay λ ≥ 0, added to the gradient
 */
public record RAdam(Tuning tuning, double beta1, double beta2, double epsilon, double weightDecay)
    implements Tuned<RAdam> {
  /** Checks the ranges. */
  public RAdam {
    Tuning.checkRate("beta1", beta1);
    Tuning.checkRate("beta2", beta2);
    Tuning.check("epsilon", epsilon > 0, epsilon);
    Tuning.check("weight decay", weightDecay >= 0, weightDecay);
  }

  /** With β₁ 0.9, β₂ 0.999, ε 1e-8 and λ 0. */
  public static RAdam of(double lr) {
    return new RAdam(Tuning.of(lr), 0.9, 0.999, 1e-8, 0);
  }

  /** With other rates of forgetting. */
  public RAdam betas(double first, double second) {
    return new RAdam(tuning, first, second, epsilon, weightDecay);
  }

  /** With another number in the denominator. */
  public RAdam epsilon(double added) {
    return new RAdam(tuning, beta1, beta2, added, weightDecay);
  }

  /** With weights pulled toward 0. */
  public RAdam weightDecay(double lambda) {
    return new RAdam(tuning, beta1, beta2, epsilon, lambda);
  }

  @Override
  public RAdam tuning(Tuning t) {
    return new RAdam(t, beta1, beta2, epsilon, weightDecay);
  }

  @Override
  public List<String> moments() {
    return Moments.ADAM;
  }

  @Override
  public Tensor next(Update u) {
    Tensor g = u.decayed(weightDecay);
    Tensor m = Moments.mean(u, 0, beta1, g).div(u.scalar(Moments.started(beta1, u.t())));
    Tensor v = Moments.mean(u, 1, beta2, g.square());
    Tensor real = Moments.started(beta2, u.t());
    double most = 2 / (1 - beta2) - 1;
    Tensor rho = u.t().mul(2).mul(real.neg().add(1)).div(real).neg().add(most);
    Tensor r2 = rho.sub(4).mul(rho.sub(2)).div(rho).mul(most / ((most - 4) * (most - 2)));
    Tensor scale = r2.maximum(0).mul(real).sqrt(); // of m̂ / (√v + ε), so with √(1 − β₂ᵗ)
    Tensor adaptive = m.mul(u.scalar(scale)).div(v.sqrt().add(epsilon));
    return u.param().sub(u.step(rho.gt(5).where(adaptive, m)));
  }
}
