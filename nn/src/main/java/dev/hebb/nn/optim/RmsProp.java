package dev.hebb.nn.optim;

import dev.hebb.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * RMSProp: gradients divided by their running root mean square (Tieleman and Hinton, 2012). g ← g +
 * λw; v ← αv + (1 − α)g²; d = g / (√v + ε), with the running mean of g taken off under the root if
 * centred; w ← w − η·d, or with momentum b ← μb + d; w ← w − η·b.
 *
 * @param tuning learning rate η, schedule and clipping
 * @param alpha the rate at which v forgets, in [0, 1)
 * @param epsilon what is added to the denominator, positive
 * @param momentum μ in [0, 1)
 * @param isCentred whether v − (mean of g)² is used in place of v (Graves, 2013)
 * @param weightDecay λ ≥ 0, added to the gradient
 */
public record RmsProp(
    Tuning tuning,
    double alpha,
    double epsilon,
    double momentum,
    boolean isCentred,
    double weightDecay)
    implements Tuned<RmsProp> {
  /** Checks the ranges. */
  public RmsProp {
    Tuning.checkRate("alpha", alpha);
    Tuning.checkRate("momentum", momentum);
    Tuning.check("epsilon", epsilon > 0, epsilon);
    Tuning.check("weight decay", weightDecay >= 0, weightDecay);
  }

  /** With α 0.99 and ε 1e-8. */
  public static RmsProp of(double lr) {
    return new RmsProp(Tuning.of(lr), 0.99, 1e-8, 0, false, 0);
  }

  /** With another rate of forgetting. */
  public RmsProp alpha(double rate) {
    return new RmsProp(tuning, rate, epsilon, momentum, isCentred, weightDecay);
  }

  /** With another number in the denominator. */
  public RmsProp epsilon(double added) {
    return new RmsProp(tuning, alpha, added, momentum, isCentred, weightDecay);
  }

  /** With momentum μ. */
  public RmsProp momentum(double mu) {
    return new RmsProp(tuning, alpha, epsilon, mu, isCentred, weightDecay);
  }

  /** With the variance of gradients in place of their mean square. */
  public RmsProp centred() {
    return new RmsProp(tuning, alpha, epsilon, momentum, true, weightDecay);
  }

  /** With weights pulled toward 0 through the gradient. */
  public RmsProp weightDecay(double lambda) {
    return new RmsProp(tuning, alpha, epsilon, momentum, isCentred, lambda);
  }

  @Override
  public RmsProp tuning(Tuning t) {
    return new RmsProp(t, alpha, epsilon, momentum, isCentred, weightDecay);
  }

  @Override
  public List<String> moments() {
    List<String> names = new ArrayList<>(List.of("square"));
    if (isCentred) {
      names.add("mean");
    }
    if (momentum > 0) {
      names.add("velocity");
    }
    return names;
  }

  @Override
  public Tensor next(Update u) {
    Tensor g = u.decayed(weightDecay);
    Tensor v = Moments.mean(u, 0, alpha, g.square());
    if (isCentred) {
      v = v.sub(Moments.mean(u, 1, alpha, g).square()).maximum(0); // rounding may go below 0
    }
    Tensor d = g.div(v.sqrt().add(epsilon));
    if (momentum > 0) {
      int velocity = moments().indexOf("velocity");
      d = u.set(velocity, u.get(velocity).mul(momentum).add(d));
    }
    return u.param().sub(u.step(d));
  }
}
