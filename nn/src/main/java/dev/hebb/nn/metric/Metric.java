package dev.hebb.nn.metric;

import dev.hebb.tensor.Tensor;

/**
 * How good a network is, in a number that people read, gathered batch by batch outside the compiled
 * step. {@link Metrics} has the usual ones.
 */
public interface Metric {
  /** A short name for logs: {@code accuracy}. */
  String name();

  /** Whether more is better; errors say no. */
  default boolean higherIsBetter() {
    return true;
  }

  /** A new count, before the first batch. */
  Accumulator start();

  /** What was seen so far. Used by one thread at a time. Its {@code toString} is for people. */
  interface Accumulator {
    /**
     * Counts a batch.
     *
     * @param predictions what the network gave
     * @param targets what it should have given
     * @throws dev.hebb.tensor.ShapeError if the two do not belong together
     */
    void add(Tensor predictions, Tensor targets);

    /** The metric over all batches so far; NaN before the first. */
    double value();
  }
}
