package dev.hebb.nn.layer;

import dev.hebb.nn.Block;
import dev.hebb.nn.Init;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Params;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;

/**
 * x where positive, α·x elsewhere, with one α for all that is learnt (He et al., 2015). Any shape.
 *
 * @param start where α starts
 */
public record PRelu(double start) implements Layer {
  @Override
  public Block build(Shape in, Params p) {
    Tensor alpha = p.param("alpha", Shape.of(1), Init.constant(start));
    return Block.of(in.as(p.dtype()), x -> x.gt(0).where(x, x.mul(alpha)));
  }

  @Override
  public String toString() {
    return "PRelu";
  }
}
