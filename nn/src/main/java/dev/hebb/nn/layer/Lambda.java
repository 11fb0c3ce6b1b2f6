package dev.hebb.nn.layer;

import dev.hebb.nn.Block;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Params;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.util.function.UnaryOperator;

/**
 * Any function of a batch, without weights. Code is not data: a network with such a layer cannot be
 * saved, and says so; a record of one's own that implements {@link Layer} can.
 *
 * @param name what it is called in summaries
 * @param f the function, of [n, …]; it is called anew for every recording
 */
public record Lambda(String name, UnaryOperator<Tensor> f) implements Layer {
  @Override
  public Block build(Shape in, Params p) {
    return Block.infer(in, f);
  }

  @Override
  public String toString() {
    return name;
  }
}
