package dev.hebb.nn.zoo;

import dev.hebb.tensor.HebbException;

/** The ranges that several networks' options have. */
final class Check {
  private Check() {}

  /** Refuses fewer than one of something. */
  static void positive(String network, String option, int value) {
    if (value < 1) {
      throw new HebbException(
          "%s: %s must be at least 1, not %d".formatted(network, option, value));
    }
  }

  /** Refuses a factor of widths that is not a positive number. */
  static void width(String network, double width) {
    if (!(width > 0 && width < Double.POSITIVE_INFINITY)) {
      throw new HebbException("%s: the width must be above 0, not %s".formatted(network, width));
    }
  }
}
