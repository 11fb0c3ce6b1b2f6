package dev.hebb.train;

/** Examples per second over about the last second, so that a slow first step is soon forgotten. */
final class Speed {
  private static final double WINDOW_NANOS = 1e9;

  private double nanosPerExample;

  /** Takes a step into account. */
  void add(int examples, long nanos) {
    double now = (double) nanos / Math.max(1, examples);
    double weight = 1 - Math.exp(-nanos / WINDOW_NANOS);
    nanosPerExample =
        nanosPerExample == 0 ? now : nanosPerExample + weight * (now - nanosPerExample);
  }

  double perSecond() {
    return nanosPerExample == 0 ? 0 : 1e9 / nanosPerExample;
  }
}
