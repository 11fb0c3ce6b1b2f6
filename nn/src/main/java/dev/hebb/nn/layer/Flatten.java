package dev.hebb.nn.layer;

import dev.hebb.nn.Block;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Params;
import dev.hebb.tensor.Shape;

/** All axes of an example as one: [n, a, b, …] → [n, a·b·…], row-major. */
public record Flatten() implements Layer {
  @Override
  public Block build(Shape in, Params p) {
    return Block.of(Shape.of(in.dtype(), in.size()), x -> x.reshape(x.dim(0), in.size()));
  }

  @Override
  public String toString() {
    return "Flatten";
  }
}
