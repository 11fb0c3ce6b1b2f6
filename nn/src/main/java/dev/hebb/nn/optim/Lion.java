package dev.hebb.nn.optim;

import dev.hebb.tensor.Tensor;
import java.util.List;

/**
 * Lion: steps of one size for every element, in the direction of the sign of a mixture of momentum
 * and gradient (Chen et al., 2023). c = β₁m + (1 − β₁)g; w ← w − η(sign c + λw); m ← β₂m + (1 −
 * β₂)g. Rates are three to ten times smaller than Adam's, decay as much larger.
 *
 * @param tuning learning rate η, schedule and clipping
 * @param beta1 how much of m is in the direction, in [0, 1)
 * @param beta2 the rate at which m forgets, in [0, 1)
 * @param weightDecay λ ≥ 0, not part of the gradient
 */
public record Lion(Tuning tuning, double beta1, double beta2, double weightDecay)
    implements Tuned<Lion> {
  /** Checks the ranges. */
  public Lion {
    Tuning.checkRate("beta1", beta1);
    Tuning.checkRate("beta2", beta2);
    Tuning.check("weight decay", weightDecay >= 0, weightDecay);
  }

  /** With β₁ 0.9, β₂ 0.99 and λ 0. */
  public static Lion of(double lr) {
    return new Lion(Tuning.of(lr), 0.9, 0.99, 0);
  }

  /** With other rates of forgetting. */
  public Lion betas(double first, double second) {
    return new Lion(tuning, first, second, weightDecay);
  }

  /** With weights pulled toward 0. */
  public Lion weightDecay(double lambda) {
    return new Lion(tuning, beta1, beta2, lambda);
  }

  @Override
  public Lion tuning(Tuning t) {
    return new Lion(t, beta1, beta2, weightDecay);
  }

  @Override
  public List<String> moments() {
    return List.of("m");
  }

  @Override
  public Tensor next(Update u) {
    Tensor c = u.get(0).mul(beta1).add(u.grad().mul(1 - beta1));
    Moments.mean(u, 0, beta2, u.grad());
    return u.shrunk(weightDecay).sub(u.step(c.sign()));
  }
}
