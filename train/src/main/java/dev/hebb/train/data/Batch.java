package dev.hebb.train.data;

import dev.hebb.tensor.Tensor;

/**
 * Some examples, read together.
 *
 * @param x the inputs, {@code [n, …shape of one example]}: float32, or int32 tokens of a text
 * @param y the targets: int32 {@code [n]} class indices, float32 {@code [n, k]} values, or int32
 *     {@code [n, steps]} tokens
 * @param index the batch's place in its epoch, from 0
 */
public record Batch(Tensor x, Tensor y, int index) {
  /** How many examples; the last batch of an epoch may hold fewer than the others. */
  public int size() {
    return x.dim(0);
  }
}
