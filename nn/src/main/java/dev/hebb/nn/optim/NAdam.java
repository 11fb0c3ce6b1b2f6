package dev.hebb.nn.optim;

import dev.hebb.tensor.DType;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.util.List;

/**
 * Adam with Nesterov's look-ahead (Dozat, 2016), its momentum growing as μₜ = β₁(1 −
 * ½·0.96^(0.004t)): m and v as in {@link Adam}; m̂ = μₜ₊₁·m / (1 − μ₁⋯μₜ₊₁) + (1 − μₜ)·g / (1 −
 * μ₁⋯μₜ); w ← w − η·m̂ / (√v̂ + ε).
 *
 * @param tuning learning rate η, schedule and clipping
 * @param beta1 the rate at which m forgets, in [0, 1)
 * @param beta2 the rate at which v forgets, in [0, 1)
 * @param epsilon what is added to the denominator, positive
 * @param weightDecay λ ≥ 0, added to the gradient
 */
public record NAdam(Tuning tuning, double beta1, double beta2, double epsilon, double weightDecay)
    implements Tuned<NAdam> {
  /** Checks the ranges. */
  public NAdam {
    Tuning.checkRate("beta1", beta1);
    Tuning.checkRate("beta2", beta2);
    Tuning.check("epsilon", epsilon > 0, epsilon);
    Tuning.check("weight decay", weightDecay >= 0, weightDecay);
  }

  /** With β₁ 0.9, β₂ 0.999, ε 1e-8 and λ 0. */
  public static NAdam of(double lr) {
    return new NAdam(Tuning.of(lr), 0.9, 0.999, 1e-8, 0);
  }

  /** With other rates of forgetting. */
  public NAdam betas(double first, double second) {
    return new NAdam(tuning, first, second, epsilon, weightDecay);
  }

  /** With another number in the denominator. */
  public NAdam epsilon(double added) {
    return new NAdam(tuning, beta1, beta2, added, weightDecay);
  }

  /** With weights pulled toward 0. */
  public NAdam weightDecay(double lambda) {
    return new NAdam(tuning, beta1, beta2, epsilon, lambda);
  }

  @Override
  public NAdam tuning(Tuning t) {
    return new NAdam(t, beta1, beta2, epsilon, weightDecay);
  }

  @Override
  public List<String> moments() {
    return List.of("m", "v", "logProduct");
  }

  @Override
  public Shape momentShape(String moment, Shape param) {
    return moment.equals("logProduct") ? Shape.of().as(param.dtype()) : param;
  }

  private Tensor momentum(Tensor t) {
    return t.mul(0.004 * Math.log(0.96)).exp().mul(-0.5).add(1).mul(beta1);
  }

  @Override
  public Tensor next(Update u) {
    Tensor g = u.decayed(weightDecay);
    Tensor m = Moments.mean(u, 0, beta1, g);
    Tensor v = Moments.mean(u, 1, beta2, g.square());
    Tensor now = momentum(u.t());
    Tensor next = momentum(u.t().add(1));
    // A moment starts at 0, so the product is kept as its logarithm.
    Tensor log = u.set(2, u.get(2).add(now.log().cast(u.param().dtype()))).cast(DType.FLOAT64);
    Tensor ofM = next.div(log.add(next.log()).expm1().neg());
    Tensor ofG = now.neg().add(1).div(log.expm1().neg());
    Tensor direction = m.mul(u.scalar(ofM)).add(g.mul(u.scalar(ofG)));
    Tensor root = u.scalar(Moments.started(beta2, u.t()).sqrt().reciprocal());
    return u.param().sub(u.step(direction.div(v.sqrt().mul(root).add(epsilon))));
  }
}
