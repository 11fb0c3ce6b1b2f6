package dev.hebb.nn.optim;

import dev.hebb.tensor.Tensor;
import java.util.List;

/**
 * AdaDelta: gradients in units of the steps that were taken, so that no learning rate has to be
 * found (Zeiler, 2012). g ← g + λw; v ← ρv + (1 − ρ)g²; d = g·√(s + ε) / √(v + ε); s ← ρs + (1 −
 * ρ)d²; w ← w − η·d.
 *
 * @param tuning learning rate η, schedule and clipping
 * @param rho the rate at which v and s forget, in [0, 1)
 * @param epsilon what is added under the roots, positive
 * @param weightDecay λ ≥ 0, added to the gradient
 */
public record AdaDelta(Tuning tuning, double rho, double epsilon, double weightDecay)
    implements Tuned<AdaDelta> {
  /** Checks the ranges. */
  public AdaDelta {
    Tuning.checkRate("rho", rho);
    Tuning.check("epsilon", epsilon > 0, epsilon);
    Tuning.check("weight decay", weightDecay >= 0, weightDecay);
  }

  /** With ρ 0.9, ε 1e-6 and λ 0. */
  public static AdaDelta of(double lr) {
    return new AdaDelta(Tuning.of(lr), 0.9, 1e-6, 0);
  }

  /** With η 1, as published. */
  public static AdaDelta of() {
    return of(1);
  }

  /** With another rate of forgetting. */
  public AdaDelta rho(double rate) {
    return new AdaDelta(tuning, rate, epsilon, weightDecay);
  }

  /** With another number under the roots. */
  public AdaDelta epsilon(double added) {
    return new AdaDelta(tuning, rho, added, weightDecay);
  }

  /** With weights pulled toward 0. */
  public AdaDelta weightDecay(double lambda) {
    return new AdaDelta(tuning, rho, epsilon, lambda);
  }

  @Override
  public AdaDelta tuning(Tuning t) {
    return new AdaDelta(t, rho, epsilon, weightDecay);
  }

  @Override
  public List<String> moments() {
    return List.of("square", "steps");
  }

  @Override
  public Tensor next(Update u) {
    Tensor g = u.decayed(weightDecay);
    Tensor v = Moments.mean(u, 0, rho, g.square());
    Tensor d = g.mul(u.get(1).add(epsilon).sqrt()).div(v.add(epsilon).sqrt());
    Moments.mean(u, 1, rho, d.square());
    return u.param().sub(u.step(d));
  }
}
