package dev.hebb.train.data;

import dev.hebb.tensor.Seed;

/**
 * A short stream of random numbers that is a pure function of its seed: SplitMix64 (Steele, Lea and
 * Flood, "Fast splittable pseudorandom number generators", 2014). Written out here because the bits
 * must never change: a checkpoint of last year must resume in the same order of examples.
 */
final class Draws {
  private long state;

  Draws(Seed seed) {
    this.state = seed.value();
  }

  private long next() {
    state += 0x9E3779B97F4A7C15L;
    long z = state;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** Uniform in 0 … bound−1, by the high half of a product (Lemire, 2019); bias below 2⁻³². */
  int below(int bound) {
    return (int) Math.unsignedMultiplyHigh(next(), bound);
  }

  /** Uniform in [0, 1). */
  double uniform() {
    return (next() >>> 11) * 0x1p-53;
  }

  /** Uniform in [−limit, limit). */
  double within(double limit) {
    return (2 * uniform() - 1) * limit;
  }

  /** Puts the numbers in a random order, every order equally likely (Fisher and Yates). */
  void shuffle(int[] numbers) {
    for (int i = numbers.length - 1; i > 0; i--) {
      int j = below(i + 1);
      int swap = numbers[i];
      numbers[i] = numbers[j];
      numbers[j] = swap;
    }
  }

  /** A random order of 0 … n−1. */
  int[] permutation(int n) {
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      order[i] = i;
    }
    shuffle(order);
    return order;
  }
}
