package dev.hebb.studio.inside;

/** The time that something may take beside a training: a small share of the time so far. */
final class Account {
  /** There are two of these, so that all in all it stays near one in a hundred. */
  private static final double SHARE = 0.005;

  /** The first time takes about so many times what later ones do: its programs are compiled. */
  private static final int FIRST = 8;

  private boolean isOpen;
  private long spent;

  /** Whether it may be done again. */
  synchronized boolean allows(long sinceBegin) {
    return !isOpen || spent <= SHARE * sinceBegin;
  }

  /** It took so long. The first time counts as if it had been one of the later ones. */
  synchronized void spend(long nanos) {
    spent += isOpen ? nanos : nanos / FIRST;
    isOpen = true;
  }
}
