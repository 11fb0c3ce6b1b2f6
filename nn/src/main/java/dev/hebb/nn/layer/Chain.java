package dev.hebb.nn.layer;

import dev.hebb.nn.Block;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Params;
import dev.hebb.tensor.Shape;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Layers one after the other.
 *
 * @param layers in the order of computation; none makes the identity
 */
public record Chain(List<Layer> layers) implements Layer {
  /** Keeps a copy. */
  public Chain {
    layers = List.copyOf(layers);
  }

  @Override
  public Block build(Shape in, Params p) {
    return p.sequence(layers, in);
  }

  @Override
  public String toString() {
    return layers.isEmpty()
        ? "Identity"
        : layers.stream().map(Layer::toString).collect(Collectors.joining(", ", "Chain(", ")"));
  }
}
