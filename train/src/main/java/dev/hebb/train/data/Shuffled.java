package dev.hebb.train.data;

import dev.hebb.tensor.Seed;

/**
 * A data set to be read in a fresh random order each epoch. The order is a pure function of the
 * seed and the number of the epoch.
 *
 * @param data the examples
 * @param seed the origin of every order
 */
public record Shuffled(Dataset data, Seed seed) {
  /**
   * Reads the examples in batches of {@code size}.
   *
   * @throws DataException if {@code size} is less than 1
   */
  public Loader batch(int size) {
    return new Loader(data, size, seed, true);
  }
}
