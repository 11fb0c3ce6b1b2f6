package dev.hebb.nn.layer;

import dev.hebb.nn.Block;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Params;
import dev.hebb.op.Activation;
import dev.hebb.tensor.Shape;

/**
 * A layer with an activation behind it, which {@code conv2d(32, 3).relu()} makes. It takes the
 * layer's place and parameter names.
 *
 * @param layer what comes first
 * @param activation what its output goes through
 */
public record Activated(Layer layer, Activation activation) implements Layer {
  @Override
  public Block build(Shape in, Params p) {
    Block block = layer.build(in, p);
    return Block.of(block.out(), x -> activation.of(block.apply(x)));
  }

  @Override
  public String toString() {
    return layer + "." + activation.title() + "()";
  }
}
