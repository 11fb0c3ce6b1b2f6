package dev.hebb.runtime.simd;

/** A {@link Chain} that can be run on any arrays. */
@FunctionalInterface
public interface ChainLoop {
  /**
   * Computes elements {@code from} ≤ i &lt; {@code to} of all values.
   *
   * @param at arrays
   * @param off where element 0 lies in each
   * @param place for each value of the chain the index of its array. A value that is computed may
   *     lie where one lies that is not used any more, at exactly the same offset.
   */
  void run(Object[] at, int[] off, int[] place, int from, int to);
}
