package dev.hebb.nn.optim;

import dev.hebb.tensor.Tensor;
import java.util.List;

/**
 * AdaGrad: each step divided by the root of the sum of all squared gradients so far, so that rare
 * features keep large steps (Duchi et al., 2011). g ← g + λw; s ← s + g²; w ← w − η·g / (√s + ε).
 *
 * @param tuning learning rate η, schedule and clipping
 * @param epsilon what is added to the denominator, positive
 * @param weightDecay λ ≥ 0, added to the gradient
 */
public record AdaGrad(Tuning tuning, double epsilon, double weightDecay) implements Tuned<AdaGrad> {
  /** Checks the ranges. */
  public AdaGrad {
    Tuning.check("epsilon", epsilon > 0, epsilon);
    Tuning.check("weight decay", weightDecay >= 0, weightDecay);
  }

  /** With ε 1e-10 and λ 0. */
  public static AdaGrad of(double lr) {
    return new AdaGrad(Tuning.of(lr), 1e-10, 0);
  }

  /** With another number in the denominator. */
  public AdaGrad epsilon(double added) {
    return new AdaGrad(tuning, added, weightDecay);
  }

  /** With weights pulled toward 0. */
  public AdaGrad weightDecay(double lambda) {
    return new AdaGrad(tuning, epsilon, lambda);
  }

  @Override
  public AdaGrad tuning(Tuning t) {
    return new AdaGrad(t, epsilon, weightDecay);
  }

  @Override
  public List<String> moments() {
    return List.of("sum");
  }

  @Override
  public Tensor next(Update u) {
    Tensor g = u.decayed(weightDecay);
    Tensor s = u.set(0, u.get(0).add(g.square()));
    return u.param().sub(u.step(g.div(s.sqrt().add(epsilon))));
  }
}
