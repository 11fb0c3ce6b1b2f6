package dev.hebb.nn.layer;

import dev.hebb.tensor.HebbException;

/** Checks what layers that draw random numbers share. */
final class Rates {
  private Rates() {}

  /** Throws unless a probability of dropping lies in [0, 1). */
  static void check(String layer, double rate) {
    if (!(rate >= 0 && rate < 1)) {
      throw new HebbException(
          layer + ": the probability of dropping must lie in [0, 1), not " + rate);
    }
  }
}
