package dev.hebb.nn.optim;

import dev.hebb.tensor.DType;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.ShapeError;
import dev.hebb.tensor.Tensor;
import dev.hebb.tensor.Variable;
import java.util.ArrayList;
import java.util.List;

/**
 * An optimiser at work on certain parameters, with its moments, its count of steps and its learning
 * rate. Rate and count are variables, so both can be changed between steps without recording anew.
 */
public final class Bound {
  private final Optimizer rule;
  private final List<Variable> params;
  private final List<Optimizer> rules;
  private final List<List<Variable>> moments = new ArrayList<>();
  private final Variable rate;
  private final Variable count;

  Bound(Optimizer rule, List<Variable> params) {
    this.rule = rule;
    this.params = List.copyOf(params);
    if (params.isEmpty()) {
      throw new HebbException("bind: there are no parameters to train; is everything frozen?");
    }
    Tuning tuning = rule.tuning();
    this.rate = Variable.of("lr", Tensor.of(new double[] {tuning.lr()}, Shape.of()));
    this.count = Variable.of("t", Tensor.of(new long[] {0}, Shape.of()));
    this.rules = this.params.stream().map(rule::ruleFor).toList();
    for (int i = 0; i < params.size(); i++) {
      Variable p = this.params.get(i);
      Optimizer own = rules.get(i);
      if (tuning.lr() == 0 && own.tuning().lr() != 0) {
        throw new HebbException(
            "bind: the main rule's learning rate is 0, so that of %s cannot follow it; freeze the"
                    .formatted(p.name())
                + " other parameters instead");
      }
      moments.add(
          own.moments().stream()
              .map(m -> Variable.zeros(p.name() + "." + m, own.momentShape(m, p.shape())))
              .toList());
    }
  }

  /**
   * Changes all parameters by one step: at once, or, in a recorded step, whenever it runs.
   *
   * @param grads the gradient of each parameter, in the order in which they were bound
   * @throws ShapeError if they do not belong to the parameters
   */
  public void update(List<Tensor> grads) {
    if (grads.size() != params.size()) {
      throw new ShapeError(
          ("update: the optimiser is bound to %d parameters, got %d gradients; use"
                  + " loss.grad(…) of the list that was bound")
              .formatted(params.size(), grads.size()));
    }
    for (int i = 0; i < grads.size(); i++) {
      if (!grads.get(i).shape().equals(params.get(i).shape())) {
        throw new ShapeError(
            "update: the gradient of %s has shape %s; use loss.grad(…) of the list that was bound"
                .formatted(params.get(i), grads.get(i).shape()));
      }
    }
    Tensor done = count.tensor().cast(DType.FLOAT64);
    Tensor step = done.add(1);
    List<Tensor> clipped = clip(grads);
    List<Tensor> next = new ArrayList<>();
    for (int i = 0; i < params.size(); i++) {
      next.add(
          rules
              .get(i)
              .next(
                  new Optimizer.Update(
                      params.get(i).tensor(),
                      clipped.get(i),
                      moments.get(i),
                      now(rules.get(i), done),
                      step)));
    }
    for (int i = 0; i < params.size(); i++) { // after all, so that every rule saw the old values
      params.get(i).set(next.get(i));
    }
    count.set(count.tensor().add(1));
  }

  /** The learning rate of a rule: as much changed as the main rule's. */
  private Tensor now(Optimizer own, Tensor done) {
    double main = rule.tuning().lr();
    double ratio = own == rule || main == 0 ? 1 : own.tuning().lr() / main;
    return rate.tensor().mul(ratio).mul(own.tuning().schedule().factor(done));
  }

  private List<Tensor> clip(List<Tensor> grads) {
    double norm = rule.tuning().clipNorm();
    List<Tensor> g = new ArrayList<>();
    for (int i = 0; i < grads.size(); i++) {
      double value = rules.get(i).tuning().clipValue();
      boolean limited = value < Double.POSITIVE_INFINITY;
      g.add(limited ? grads.get(i).clamp(-value, value) : grads.get(i));
    }
    if (norm < Double.POSITIVE_INFINITY) {
      Tensor shrink = norm(g).add(1e-6).reciprocal().mul(norm).minimum(1);
      g = g.stream().map(t -> t.mul(shrink.cast(t.dtype()))).toList();
    }
    return g;
  }

  /** The norm of all gradients as one vector, in the widest of their types. */
  private static Tensor norm(List<Tensor> grads) {
    Tensor sum = grads.getFirst().square().sum();
    for (Tensor g : grads.subList(1, grads.size())) {
      sum = sum.add(g.square().sum());
    }
    return sum.sqrt();
  }

  /** The rule. */
  public Optimizer optimizer() {
    return rule;
  }

  /** The parameters that it changes. */
  public List<Variable> params() {
    return params;
  }

  /**
   * All that must be saved to continue exactly: the rate {@code lr}, the count {@code t}, and each
   * parameter's moments ({@code 0.dense.w.velocity}).
   */
  public List<Variable> variables() {
    List<Variable> all = new ArrayList<>(List.of(rate, count));
    moments.forEach(all::addAll);
    return all;
  }

  /** The learning rate of the next step: the base rate times the schedule's factor. */
  public double lr() {
    Tensor done = count.value().cast(DType.FLOAT64);
    return rate.value().mul(rule.tuning().schedule().factor(done)).item();
  }

  /** Changes the base rate from the next step on. */
  public void lr(double base) {
    Tuning.check("the learning rate", base >= 0 && base < Double.POSITIVE_INFINITY, base);
    rate.set(Tensor.of(new double[] {base}, Shape.of()));
  }

  /** Multiplies the base rate from the next step on. */
  public void scale(double factor) {
    Tuning.check("the rate's factor", factor > 0 && factor < Double.POSITIVE_INFINITY, factor);
    rate.set(rate.value().mul(factor));
  }

  /** How many updates were made. */
  public long steps() {
    return count.value().toLongs()[0];
  }
}
