package dev.hebb.nn.layer;

import dev.hebb.nn.Block;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Params;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Shape;

/**
 * A layer with a name of its own, which replaces its number and kind in the names of parameters.
 *
 * @param name letters, digits, {@code _} and {@code -}; the first is a letter
 * @param layer the layer
 */
public record Named(String name, Layer layer) implements Layer {
  /** Checks the name. */
  public Named {
    if (!name.matches("[A-Za-z][A-Za-z0-9_-]*")) {
      throw new HebbException(
          "a layer's name starts with a letter and has letters, digits, _ and - only: \""
              + name
              + "\"");
    }
  }

  @Override
  public Block build(Shape in, Params p) {
    return layer.build(in, p);
  }

  @Override
  public String toString() {
    return layer + " \"" + name + "\"";
  }
}
