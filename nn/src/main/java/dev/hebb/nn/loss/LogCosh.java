package dev.hebb.nn.loss;

import dev.hebb.nn.Loss;
import dev.hebb.tensor.Targets;
import dev.hebb.tensor.Tensor;

/**
 * Mean of ln cosh d with d = x − y: ½d² near 0, |d| − ln 2 far away, smooth between, with the
 * gradient tanh d. Predictions and targets of one shape.
 */
public record LogCosh() implements Loss {
  @Override
  public Tensor of(Tensor predictions, Tensor targets) {
    Tensor d = predictions.sub(Targets.like(name(), predictions, targets));
    // ln(1 + 2 sinh²(d/2)) loses nothing near 0, |d| + ln(1 + e^(−2|d|)) − ln 2 nothing far away.
    Tensor near = d.clamp(-1, 1).mul(0.5).sinh().square().mul(2).log1p();
    Tensor far = d.abs().add(d.abs().mul(-2).softplus()).sub(Math.log(2));
    return d.abs().lt(1).where(near, far).mean();
  }

  @Override
  public String name() {
    return "logCosh";
  }
}
