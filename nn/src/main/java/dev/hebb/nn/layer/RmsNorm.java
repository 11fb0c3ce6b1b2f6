package dev.hebb.nn.layer;

import dev.hebb.nn.Block;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Params;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;

/**
 * Root-mean-square normalisation over the last axis: y = scale · x / √(mean x² + ε), layer
 * normalisation without the means (Zhang and Sennrich, <a
 * href="https://arxiv.org/abs/1910.07467">2019</a>). x is [n, …, features]; scale is [features].
 *
 * @param epsilon what is added to the mean square, positive
 */
public record RmsNorm(double epsilon) implements Layer {
  /** Checks the range. */
  public RmsNorm {
    if (!(epsilon > 0)) {
      throw new HebbException("rmsNorm: epsilon must be positive, not " + epsilon);
    }
  }

  /** With another number added to the mean square. */
  public RmsNorm epsilon(double added) {
    return new RmsNorm(added);
  }

  @Override
  public Block build(Shape in, Params p) {
    if (in.rank() == 0) {
      throw p.mismatch(this, "at least a vector per example", in, "reshape(1)");
    }
    Tensor scale = p.ones("scale", in.last());
    return Block.of(
        in.as(p.dtype()),
        x -> {
          Tensor square = x.square().mean(-1).keepDims(x, -1);
          return x.div(square.add(epsilon).sqrt()).mul(scale);
        });
  }

  @Override
  public String toString() {
    return "RmsNorm";
  }
}
