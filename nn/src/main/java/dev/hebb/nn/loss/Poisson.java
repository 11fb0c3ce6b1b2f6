package dev.hebb.nn.loss;

import dev.hebb.nn.Loss;
import dev.hebb.tensor.Targets;
import dev.hebb.tensor.Tensor;

/**
 * The negative log-likelihood of counts y under a Poisson distribution of rate r: mean of r − y ln
 * r, without the part that depends on y alone. Predictions x are the logarithms of rates, r = eˣ;
 * beyond x = 50 the exponential goes on as its tangent, so that it stays finite.
 *
 * <p>Predictions of any shape; targets ≥ 0, of the same shape.
 *
 * @param isOfRates whether predictions are the rates themselves, as behind softplus; then the
 *     logarithm is that of r + 1e-8
 * @param isFull whether ln y! is added, by Stirling's formula y ln y − y + ½ ln 2πy where y > 1
 */
public record Poisson(boolean isOfRates, boolean isFull) implements Loss {
  private static final double STRAIGHT = 50; // e⁵⁰ is far from float32's largest number

  /** For a network that gives rates. */
  public Poisson ofRates() {
    return new Poisson(true, isFull);
  }

  /** With the part that depends on the targets alone. */
  public Poisson full() {
    return new Poisson(isOfRates, true);
  }

  @Override
  public Tensor of(Tensor predictions, Tensor targets) {
    Tensor x = predictions;
    Tensor y = Targets.like(name(), x, targets);
    Tensor loss = isOfRates ? x.sub(y.mul(x.add(1e-8).log())) : straightened(x).sub(y.mul(x));
    if (isFull) {
      Tensor n = y.maximum(1);
      Tensor stirling = n.mul(n.log()).sub(n).add(n.mul(2 * Math.PI).log().mul(0.5));
      loss = loss.add(y.gt(1).where(stirling, 0));
    }
    return loss.mean();
  }

  private static Tensor straightened(Tensor x) {
    return x.minimum(STRAIGHT).exp().mul(x.sub(STRAIGHT).relu().add(1));
  }

  @Override
  public String name() {
    return "poisson";
  }
}
