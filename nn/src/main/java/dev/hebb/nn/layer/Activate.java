package dev.hebb.nn.layer;

import dev.hebb.nn.Block;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Params;
import dev.hebb.op.Activation;
import dev.hebb.tensor.Shape;
import java.util.Locale;

/**
 * An activation function as a layer, element by element on any shape.
 *
 * @param activation the function
 */
public record Activate(Activation activation) implements Layer {
  @Override
  public Block build(Shape in, Params p) {
    return Block.of(in.as(p.dtype()), activation::of);
  }

  @Override
  public String toString() {
    String title = activation.title();
    return title.substring(0, 1).toUpperCase(Locale.ROOT) + title.substring(1);
  }
}
