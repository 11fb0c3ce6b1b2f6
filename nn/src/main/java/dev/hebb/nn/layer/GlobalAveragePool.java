package dev.hebb.nn.layer;

import dev.hebb.nn.Block;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Params;
import dev.hebb.tensor.Shape;

/**
 * The mean of each channel: [n, channels, height, width] → [n, channels] (Lin et al., “Network in
 * network”, 2014).
 */
public record GlobalAveragePool() implements Layer {
  @Override
  public Block build(Shape in, Params p) {
    if (in.rank() != 3) {
      throw p.mismatch(
          this,
          "a picture per example (channels, height, width)",
          in,
          "reshape(channels, height, width)");
    }
    return Block.of(Shape.of(p.dtype(), in.dim(0)), x -> x.mean(2, 3));
  }

  @Override
  public String toString() {
    return "GlobalAveragePool";
  }
}
