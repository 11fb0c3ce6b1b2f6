package dev.hebb.nn.layer;

import dev.hebb.nn.Block;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Params;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;

/**
 * Layer normalisation over the last axis: y = scale · (x − μ) / √(σ² + ε) + shift, with μ and σ² of
 * each vector by itself, in training and evaluation alike (Ba et al., 2016). x is [n, …, features];
 * scale and shift are [features].
 *
 * @param epsilon what is added to the variance, positive
 */
public record LayerNorm(double epsilon) implements Layer {
  /** Checks the range. */
  public LayerNorm {
    if (!(epsilon > 0)) {
      throw new HebbException("layerNorm: epsilon must be positive, not " + epsilon);
    }
  }

  /** With another number added to the variance. */
  public LayerNorm epsilon(double added) {
    return new LayerNorm(added);
  }

  @Override
  public Block build(Shape in, Params p) {
    if (in.rank() == 0) {
      throw p.mismatch(this, "at least a vector per example", in, "reshape(1)");
    }
    Tensor scale = p.ones("scale", in.last());
    Tensor shift = p.zeros("shift", in.last());
    return Block.of(
        in.as(p.dtype()),
        x -> {
          Tensor centred = x.sub(x.mean(-1).keepDims(x, -1));
          Tensor variance = centred.square().mean(-1).keepDims(x, -1);
          return centred.div(variance.add(epsilon).sqrt()).mul(scale).add(shift);
        });
  }

  @Override
  public String toString() {
    return "LayerNorm";
  }
}
