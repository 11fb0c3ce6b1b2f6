package dev.hebb.nn.loss;

import dev.hebb.nn.Loss;
import dev.hebb.tensor.ShapeError;
import dev.hebb.tensor.Targets;
import dev.hebb.tensor.Tensor;

/**
 * The negative log-likelihood of numbers y under normal distributions: mean of ½(s + (y − μ)² e⁻ˢ),
 * without the constant ½ ln 2π, so that a network says how sure it is (Nix and Weigend, 1994). s is
 * the logarithm of the variance, which counts as at least 1e-6; where it is smaller, the gradient
 * is taken as if it were not, so that s finds its way back.
 *
 * <p>Predictions [n, …, 2k], first all k means μ, then all k logarithms s; targets [n, …, k].
 */
public record Gaussian() implements Loss {
  private static final double SMALLEST = Math.log(1e-6);

  @Override
  public Tensor of(Tensor predictions, Tensor targets) {
    Tensor x = predictions;
    if (x.rank() == 0 || x.shape().last() % 2 != 0) {
      throw new ShapeError(
          "gaussian: predictions %s need an even last axis, means first, then logarithms of variances; end the network in dense(2·k) for k targets"
              .formatted(x.shape()));
    }
    int k = x.shape().last() / 2;
    Tensor mean = x.narrow(-1, 0, k);
    Tensor given = x.narrow(-1, k, k);
    Tensor s = given.add(given.maximum(SMALLEST).sub(given).detach());
    Tensor d = mean.sub(Targets.like(name(), mean, targets));
    return s.add(d.square().mul(s.neg().exp())).mean().mul(0.5);
  }

  @Override
  public String name() {
    return "gaussian";
  }
}
