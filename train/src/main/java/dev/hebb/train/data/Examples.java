package dev.hebb.train.data;

/**
 * Where the inputs of a data set lie: in a file, in a data base, in a formula. Each is read when a
 * batch needs it, so that a data set may be larger than memory.
 *
 * <p>The same index always gives the same numbers. Several threads read at once.
 */
@FunctionalInterface
public interface Examples {
  /**
   * Reads one example.
   *
   * @param index which one, from 0
   * @param into takes its numbers, row-major
   * @param at where they begin in {@code into}
   */
  void read(int index, float[] into, int at);
}
