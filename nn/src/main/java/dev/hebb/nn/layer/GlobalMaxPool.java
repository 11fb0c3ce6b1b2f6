package dev.hebb.nn.layer;

import dev.hebb.nn.Block;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Params;
import dev.hebb.tensor.Shape;
import java.util.stream.IntStream;

/** The largest element of each channel: [n, channels, …] → [n, channels]. */
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
    int[] axes = IntStream.rangeClosed(2, in.rank()).toArray();
    return Block.of(Shape.of(p.dtype(), in.dim(0)), x -> x.max(axes));
  }

  @Override
  public String toString() {
    return "GlobalMaxPool";
  }
}
