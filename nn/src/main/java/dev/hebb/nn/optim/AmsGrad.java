package dev.hebb.nn.optim;

import dev.hebb.tensor.Tensor;
import java.util.List;

/**
 * Adam whose denominator never shrinks, which mends cases where Adam does not converge (Reddi et
 * al., 2018): as {@link Adam} with the largest v so far in place of v.
 *
 * @param tuning learning rate η, schedule and clipping
 * @param beta1 the rate at which m forgets, in [0, 1)
 * @param beta2 the rate at which v forgets, in [0, 1)
 * @param epsilon what is added to the denominator, positive
 * @param weightDecay λ ≥ 0, added to the gradient
 */
public record AmsGrad(Tuning tuning, double beta1, double beta2, double epsilon, double weightDecay)
    implements Tuned<AmsGrad> {
  /** Checks the ranges. */
  public AmsGrad {
    Tuning.checkRate("beta1", beta1);
    Tuning.checkRate("beta2", beta2);
    Tuning.check("epsilon", epsilon > 0, epsilon);
    Tuning.check("weight decay", weightDecay >= 0, weightDecay);
  }

  /** With β₁ 0.9, β₂ 0.999, ε 1e-8 and λ 0. */
  public static AmsGrad of(double lr) {
    return new AmsGrad(Tuning.of(lr), 0.9, 0.999, 1e-8, 0);
  }

  /** With other rates of forgetting. */
  public AmsGrad betas(double first, double second) {
    return new AmsGrad(tuning, first, second, epsilon, weightDecay);
  }

  /** With another number in the denominator. */
  public AmsGrad epsilon(double added) {
    return new AmsGrad(tuning, beta1, beta2, added, weightDecay);
  }

  /** With weights pulled toward 0. */
  public AmsGrad weightDecay(double lambda) {
    return new AmsGrad(tuning, beta1, beta2, epsilon, lambda);
  }

  @Override
  public AmsGrad tuning(Tuning t) {
    return new AmsGrad(t, beta1, beta2, epsilon, weightDecay);
  }

  @Override
  public List<String> moments() {
    return List.of("m", "v", "largest");
  }

  @Override
  public Tensor next(Update u) {
    Tensor g = u.decayed(weightDecay);
    Tensor m = Moments.mean(u, 0, beta1, g);
    Tensor v = u.set(2, u.get(2).maximum(Moments.mean(u, 1, beta2, g.square())));
    return u.param().sub(Moments.corrected(u, m, v, beta1, beta2, epsilon));
  }
}
