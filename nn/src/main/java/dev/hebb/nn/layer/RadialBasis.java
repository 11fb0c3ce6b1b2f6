package dev.hebb.nn.layer;

import dev.hebb.nn.Block;
import dev.hebb.nn.Init;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Params;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;

/**
 * Gaussian bells around learnt centres: yₖ = exp(−‖x − cₖ‖² / 2σₖ²), between 0 and 1 (Broomhead and
 * Lowe, 1988). x is [n, in]; the parameters are {@code centres} [units, in] and {@code logWidths}
 * [units], which are ln σₖ, so that a width stays positive.
 *
 * <p>Followed by {@code dense(…)}, it is a radial basis function network; {@link
 * dev.hebb.nn.classic.RbfNetwork} finds centres by k-means.
 *
 * @param units how many bells, ≥ 1
 * @param width σ of all bells at first, above 0
 * @param init how the centres start; they should spread as the inputs do
 */
public record RadialBasis(int units, double width, Init init) implements Layer {
  /** Checks the ranges. */
  public RadialBasis {
    if (units < 1 || !(width > 0 && Double.isFinite(width))) {
      throw new HebbException(
          "radialBasis: needs at least one unit and a width above 0, not %d, %s"
              .formatted(units, width));
    }
  }

  /** With other first centres. */
  public RadialBasis init(Init centres) {
    return new RadialBasis(units, width, centres);
  }

  @Override
  public Block build(Shape in, Params p) {
    if (in.rank() != 1) {
      throw p.mismatch(
          this,
          "a vector per example",
          in,
          in.rank() == 0 ? "reshape(1)" : "flatten() or globalAveragePool()");
    }
    Tensor centres = p.param("centres", Shape.of(units, in.last()), init);
    Tensor logWidths = p.param("logWidths", Shape.of(units), Init.constant(Math.log(width)));
    return Block.of(
        in.withLast(units).as(p.dtype()),
        x -> {
          Tensor distances = x.unsqueeze(1).sub(centres).square().sum(-1);
          return distances.mul(logWidths.mul(-2).exp()).mul(-0.5).exp();
        });
  }

  @Override
  public String toString() {
    return "RadialBasis(" + units + ")";
  }
}
