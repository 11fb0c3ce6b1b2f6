package dev.hebb.nn.layer;

import dev.hebb.nn.Block;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Params;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;

/**
 * A sequence of the same vector: [n, features] → [n, steps, features], as a decoder needs it.
 *
 * @param steps how often, ≥ 1
 */
public record Repeat(int steps) implements Layer {
  /** Checks the number. */
  public Repeat {
    if (steps < 1) {
      throw new HebbException("repeatVector: needs at least one step, not " + steps);
    }
  }

  @Override
  public Block build(Shape in, Params p) {
    if (in.rank() != 1) {
      throw p.mismatch(this, "a vector per example", in, "flatten()");
    }
    return Block.infer(in, x -> ((Tensor) x.unsqueeze(1)).broadcastTo(x.dim(0), steps, x.dim(1)));
  }

  @Override
  public String toString() {
    return "Repeat(" + steps + ")";
  }
}
