package dev.hebb.studio.inside;

/** The time that something may take beside a training: a small share of the time so far. */
final class Account {
  /** There are two of these, so that all in all it stays near one in a hundred. */
  private static final double SHARE = 0.005;

  private boolean isOpen;
  private long spent;

  /** Whether it may be done again. */
  synchronized boolean allows(long sinceBegin) {
    return !isOpen || spent <= SHARE * sinceBegin;
  }

  /** It took so long. The first time does not count: its programs were compiled. */
  synchronized void spend(long nanos) {
    if (isOpen) {
      spent += nanos;
    }
    isOpen = true;
  }
}
