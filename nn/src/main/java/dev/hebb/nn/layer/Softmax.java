package dev.hebb.nn.layer;

import dev.hebb.nn.Block;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Params;
import dev.hebb.tensor.Shape;

/**
 * eˣ / Σ eˣ over the last axis: numbers become probabilities. A network that is trained with {@code
 * Losses.crossEntropy()} does without, because that loss takes logits.
 *
 * @param log whether the logarithm of the probabilities is given
 */
public record Softmax(boolean log) implements Layer {
  @Override
  public Block build(Shape in, Params p) {
    if (in.rank() == 0) {
      throw p.mismatch(this, "at least a vector per example", in, "reshape(1)");
    }
    return Block.of(in.as(p.dtype()), log ? x -> x.logSoftmax(-1) : x -> x.softmax(-1));
  }

  @Override
  public String toString() {
    return log ? "LogSoftmax" : "Softmax";
  }
}
