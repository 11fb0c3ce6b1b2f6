package dev.hebb.train;

/** Examples per second over about the last second, reading the data included. */
final class Speed {
  private static final double WINDOW_NANOS = 1e9;

  private long last;
  private double nanosPerExample;

  /**
   * Takes a step into account that has just ended. The first one only starts the clock: it is slow,
   * because it is compiled.
   */
  void add(int examples) {
    long now = System.nanoTime();
    if (last != 0) {
      double nanos = now - last;
      double each = nanos / Math.max(1, examples);
      double weight = 1 - Math.exp(-nanos / WINDOW_NANOS);
      nanosPerExample =
          nanosPerExample == 0 ? each : nanosPerExample + weight * (each - nanosPerExample);
    }
    last = now;
  }

  /** What happened since the last step, such as validation, does not count. */
  void restart() {
    last = last == 0 ? 0 : System.nanoTime();
  }

  /** NaN before the second step. */
  double perSecond() {
    return nanosPerExample == 0 ? Double.NaN : 1e9 / nanosPerExample;
  }
}
