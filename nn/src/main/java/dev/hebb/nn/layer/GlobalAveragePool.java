package dev.hebb.nn.layer;

import dev.hebb.nn.Block;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Params;
import dev.hebb.tensor.Shape;
import java.util.stream.IntStream;

/**
 * The mean of each channel: [n, channels, height, width], or with other axes behind the channels, →
 * [n, channels] (Lin et al., “Network in network”, 2014).
 */
public record GlobalAveragePool() implements Layer {
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
    return Block.of(Shape.of(p.dtype(), in.dim(0)), x -> x.mean(axes));
  }

  @Override
  public String toString() {
    return "GlobalAveragePool";
  }
}
