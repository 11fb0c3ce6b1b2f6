package dev.hebb.studio.playground;

/**
 * One of the numbers of a point, as its owner knows it.
 *
 * @param name what it is called
 * @param low the least of them
 * @param high the largest of them, above {@code low}
 */
record Axis(String name, double low, double high) {
  /** An axis from −half to half, which {@link #within} a reach of half leaves as it is. */
  static Axis of(String name, double half) {
    return new Axis(name, -half, half);
  }

  double centre() {
    return low / 2 + high / 2; // the sum could overflow
  }

  /** By how much numbers are multiplied so that they lie within ±reach. */
  double factor(double reach) {
    return reach / (high / 2 - low / 2);
  }

  float within(double reach, double value) {
    return (float) ((value - centre()) * factor(reach));
  }
}
