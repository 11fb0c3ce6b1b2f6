package dev.hebb.nn.layer;

import dev.hebb.nn.Block;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Params;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;

/**
 * The same layer, with the same weights, for each step of a sequence: [n, steps, …] → [n, steps,
 * …].
 *
 * @param layer what is applied to each step as if it were an example
 */
public record TimeDistributed(Layer layer) implements Layer {
  @Override
  public Block build(Shape in, Params p) {
    if (in.rank() < 2 || in.dim(0) == 0) {
      throw p.mismatch(
          this, "a sequence of at least one step per example", in, "reshape(steps, …)");
    }
    int steps = in.dim(0);
    Block block = p.build("step", layer, in.drop(1));
    Shape out = block.out();
    return Block.of(
        out.prepend(steps),
        x -> {
          Tensor y = block.apply(x.reshape(in.drop(1).prepend(x.dim(0) * steps).dims()));
          return y.reshape(out.prepend(steps).prepend(x.dim(0)).dims());
        });
  }

  @Override
  public String toString() {
    return "TimeDistributed(" + layer + ")";
  }
}
