package dev.hebb.nn.optim;

import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import dev.hebb.tensor.Variable;
import java.util.ArrayList;
import java.util.List;

/**
 * Lookahead: another rule runs ahead with fast weights, and after every k steps slow weights follow
 * a part of the way, from where the other goes on: s ← s + α(w − s), w ← s (Zhang et al., <a
 * href="https://arxiv.org/abs/1907.08610">“Lookahead optimizer”</a>, 2019).
 *
 * @param inner the rule that runs ahead
 * @param every k ≥ 1
 * @param share α in (0, 1]
 */
public record Lookahead(Optimizer inner, int every, double share) implements Optimizer {
  /** Checks the ranges. */
  public Lookahead {
    Tuning.check("the steps ahead", every >= 1, every);
    Tuning.check("the share of the way", share > 0 && share <= 1, share);
  }

  /** With k 5 and α 0.5. */
  public static Lookahead of(Optimizer inner) {
    return new Lookahead(inner, 5, 0.5);
  }

  /** With another number of steps ahead. */
  public Lookahead every(int steps) {
    return new Lookahead(inner, steps, share);
  }

  /** With another share of the way. */
  public Lookahead share(double alpha) {
    return new Lookahead(inner, every, alpha);
  }

  @Override
  public Tuning tuning() {
    return inner.tuning();
  }

  @Override
  public Optimizer ruleFor(Variable param) {
    Optimizer own = inner.ruleFor(param);
    return own == inner ? this : new Lookahead(own, every, share);
  }

  @Override
  public List<String> moments() {
    var all = new ArrayList<>(inner.moments());
    all.add("slow");
    return all;
  }

  @Override
  public Shape momentShape(String moment, Shape param) {
    return moment.equals("slow") ? param : inner.momentShape(moment, param);
  }

  @Override
  public Tensor next(Update u) {
    int slow = u.moments().size() - 1;
    Tensor old = u.t().eq(1).where(u.param(), u.get(slow));
    Tensor fast = inner.next(u);
    Tensor isDue = u.t().mod(Tensor.full(u.t().shape(), every)).eq(0);
    Tensor now = u.set(slow, isDue.where(old.add(fast.sub(old).mul(share)), old));
    return isDue.where(now, fast);
  }
}
