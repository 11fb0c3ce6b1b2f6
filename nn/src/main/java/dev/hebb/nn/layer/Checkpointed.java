package dev.hebb.nn.layer;

import dev.hebb.nn.Block;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Params;
import dev.hebb.tensor.Checkpoint;
import dev.hebb.tensor.Shape;

/**
 * A layer whose inner values are not kept for the gradient but computed again: memory for time. It
 * computes the same, and its parameters have the names that they have without it, so that files of
 * weights fit either way.
 *
 * @param layer what is computed twice in training
 * @see Checkpoint
 */
public record Checkpointed(Layer layer) implements Layer {
  @Override
  public Block build(Shape in, Params p) {
    Block block = layer.build(in, p);
    return Block.of(block.out(), x -> Checkpoint.of(() -> block.apply(x)));
  }

  @Override
  public String toString() {
    return "Checkpointed(" + layer + ")";
  }
}
