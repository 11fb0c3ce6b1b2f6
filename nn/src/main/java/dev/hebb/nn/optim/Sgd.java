package dev.hebb.nn.optim;

import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Tensor;
import java.util.List;

/**
 * Stochastic gradient descent, with momentum if wanted: d = g + λw; v ← μv + d; w ← w − η·v, or
 * with Nesterov's look-ahead w ← w − η(d + μv). Without momentum w ← w − η·d (Polyak, 1964;
 * Sutskever et al., 2013).
 *
 * @param tuning learning rate η, schedule and clipping
 * @param momentum μ in [0, 1)
 * @param isNesterov whether to look ahead
 * @param weightDecay λ ≥ 0, added to the gradient as that of ½λ‖w‖²
 */
public record Sgd(Tuning tuning, double momentum, boolean isNesterov, double weightDecay)
    implements Tuned<Sgd> {
  /** Checks the ranges. */
  public Sgd {
    Tuning.checkRate("momentum", momentum);
    Tuning.check("weight decay", weightDecay >= 0, weightDecay);
    if (isNesterov && momentum == 0) {
      throw new HebbException("sgd: nesterov() needs a momentum; call momentum(0.9) before it");
    }
  }

  /** Plain descent. */
  public static Sgd of(double lr) {
    return new Sgd(Tuning.of(lr), 0, false, 0);
  }

  /** With momentum μ. */
  public Sgd momentum(double mu) {
    return new Sgd(tuning, mu, isNesterov, weightDecay);
  }

  /** With Nesterov's look-ahead; set the momentum first. */
  public Sgd nesterov() {
    return new Sgd(tuning, momentum, true, weightDecay);
  }

  /** With weights pulled toward 0. */
  public Sgd weightDecay(double lambda) {
    return new Sgd(tuning, momentum, isNesterov, lambda);
  }

  @Override
  public Sgd tuning(Tuning t) {
    return new Sgd(t, momentum, isNesterov, weightDecay);
  }

  @Override
  public List<String> moments() {
    return momentum == 0 ? List.of() : List.of("velocity");
  }

  @Override
  public Tensor next(Update u) {
    Tensor d = u.decayed(weightDecay);
    if (momentum > 0) {
      Tensor v = u.set(0, u.get(0).mul(momentum).add(d));
      d = isNesterov ? d.add(v.mul(momentum)) : v;
    }
    return u.param().sub(u.step(d));
  }
}
