package dev.hebb.nn.optim;

import dev.hebb.tensor.Tensor;
import java.util.List;

/**
 * LAMB: Adam's direction for each parameter in proportion to the parameter's own norm, for very
 * large batches (You et al., 2020). r = m̂ / (√v̂ + ε) + λw; w ← w − η·(‖w‖ / ‖r‖)·r, the quotient
 * 1 where a norm is 0.
 *
 * @param tuning learning rate η, schedule and clipping
 * @param beta1 the rate at which m forgets, in [0, 1)
 * @param beta2 the rate at which v forgets, in [0, 1)
 * @param epsilon what is added to the denominator, positive
 * @param weightDecay λ ≥ 0, not part of the gradient
 */
public record Lamb(Tuning tuning, double beta1, double beta2, double epsilon, double weightDecay)
    implements Tuned<Lamb> {
  /** Checks the ranges. */
  public Lamb {
    Tuning.checkRate("beta1", beta1);
    Tuning.checkRate("beta2", beta2);
    Tuning.check("epsilon", epsilon > 0, epsilon);
    Tuning.check("weight decay", weightDecay >= 0, weightDecay);
  }

  /** With β₁ 0.9, β₂ 0.999, ε 1e-6 and λ 0.01. */
  public static Lamb of(double lr) {
    return new Lamb(Tuning.of(lr), 0.9, 0.999, 1e-6, 0.01);
  }

  /** With other rates of forgetting. */
  public Lamb betas(double first, double second) {
    return new Lamb(tuning, first, second, epsilon, weightDecay);
  }

  /** With another number in the denominator. */
  public Lamb epsilon(double added) {
    return new Lamb(tuning, beta1, beta2, added, weightDecay);
  }

  /** With weights pulled toward 0. */
  public Lamb weightDecay(double lambda) {
    return new Lamb(tuning, beta1, beta2, epsilon, lambda);
  }

  @Override
  public Lamb tuning(Tuning t) {
    return new Lamb(t, beta1, beta2, epsilon, weightDecay);
  }

  @Override
  public List<String> moments() {
    return Moments.ADAM;
  }

  @Override
  public Tensor next(Update u) {
    Tensor m = Moments.mean(u, 0, beta1, u.grad()).div(u.scalar(Moments.started(beta1, u.t())));
    Tensor v = Moments.mean(u, 1, beta2, u.grad().square());
    Tensor root = u.scalar(Moments.started(beta2, u.t()).sqrt().reciprocal());
    Tensor r = m.div(v.sqrt().mul(root).add(epsilon)).add(u.param().mul(weightDecay));
    Tensor ofParam = Moments.norm(u.param());
    Tensor ofStep = Moments.norm(r);
    Tensor known = ofParam.gt(0).and(ofStep.gt(0));
    Tensor trust = known.where(ofParam.div(ofStep), 1);
    return u.param().sub(u.step(r).mul(trust));
  }
}
