package dev.hebb.nn.layer;

import dev.hebb.nn.Block;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Params;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.ShapeError;
import dev.hebb.tensor.Window2d;

/**
 * The largest element of each channel: [n, channels, …] → [n, channels]. Of equal ones the gradient
 * goes to the first.
 */
public record GlobalMaxPool() implements Layer {
  @Override
  public Block build(Shape in, Params p) {
    if (in.rank() < 2) {
      throw p.mismatch(
          this,
          "channels and at least one axis more per example",
          in,
          "reshape(channels, height, width)");
    }
    int size = in.drop(1).size();
    if (size == 0) {
      throw new ShapeError("there is nothing to pool in " + in);
    }
    Window2d all = Window2d.of(1, size);
    return Block.of(
        Shape.of(p.dtype(), in.dim(0)),
        x -> x.reshape(x.dim(0), x.dim(1), 1, size).maxPool2d(all).reshape(x.dim(0), x.dim(1)));
  }

  @Override
  public String toString() {
    return "GlobalMaxPool";
  }
}
