package dev.hebb.nn.layer;

import dev.hebb.nn.Block;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Params;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.ShapeError;

/**
 * The same numbers of an example in the same order under other dimensions.
 *
 * @param to the new shape of one example
 */
public record Reshape(Shape to) implements Layer {
  @Override
  public Block build(Shape in, Params p) {
    if (in.size() != to.size()) {
      throw new ShapeError("%s has %d elements, %s has %d".formatted(in, in.size(), to, to.size()));
    }
    return Block.of(to.as(in.dtype()), x -> x.reshape(to.prepend(x.dim(0)).dims()));
  }

  @Override
  public String toString() {
    return "Reshape(" + to + ")";
  }
}
