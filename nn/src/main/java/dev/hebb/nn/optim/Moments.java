package dev.hebb.nn.optim;

import dev.hebb.tensor.Tensor;
import java.util.List;

/** Running means that several rules keep. */
final class Moments {
  /** What Adam keeps: the means of gradients and of their squares. */
  static final List<String> ADAM = List.of("m", "v");

  private Moments() {}

  /** old ← rate · old + (1 − rate) · value; returns the new mean. */
  static Tensor mean(Optimizer.Update u, int moment, double rate, Tensor value) {
    return u.set(moment, u.get(moment).mul(rate).add(value.mul(1 - rate)));
  }

  /** The norm of a tensor as one vector, a scalar. */
  static Tensor norm(Tensor x) {
    return x.square().sum().sqrt();
  }

  /** η·m̂ / (√v̂ + ε) of the gradient's two means, which are moved on. */
  static Tensor adamStep(Optimizer.Update u, double beta1, double beta2, double epsilon) {
    Tensor m = mean(u, 0, beta1, u.grad());
    Tensor v = mean(u, 1, beta2, u.grad().square());
    return corrected(u, m, v, beta1, beta2, epsilon);
  }

  /** η·m̂ / (√v̂ + ε), with the corrections for the zero start in float64. */
  static Tensor corrected(
      Optimizer.Update u, Tensor m, Tensor v, double beta1, double beta2, double epsilon) {
    Tensor size = u.rate().div(started(beta1, u.t()));
    Tensor root = started(beta2, u.t()).sqrt().reciprocal();
    return m.mul(u.scalar(size)).div(v.sqrt().mul(u.scalar(root)).add(epsilon));
  }

  /** 1 − rateᵗ: how much of a mean that started at 0 is real. */
  static Tensor started(double rate, Tensor t) {
    return rate == 0 ? t.mul(0).add(1) : t.mul(Math.log(rate)).expm1().neg();
  }
}
