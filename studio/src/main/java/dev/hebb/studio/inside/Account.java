package dev.hebb.studio.inside;

/** The time that something may take beside a training: a small share of the time so far. */
final class Account {
  /** There are two of these, so that all in all it stays near one in a hundred. */
  private static final double SHARE = 0.005;

  /** The first time takes about so many times what later ones do: its programs are compiled. */
  private static final int FIRST = 8;

  private final long gap;
  private boolean isOpen;
  private long spent;
  private long lastEnd;

  /**
   * Of something that is to rest for so long before it is done again.
   *
   * @param gap in nanoseconds
   */
  Account(long gap) {
    this.gap = gap;
  }

  /**
   * Whether it may be done again.
   *
   * @param now nanoseconds since the training began
   */
  synchronized boolean allows(long now) {
    return !isOpen || spent <= SHARE * now && now - lastEnd >= gap;
  }

  /**
   * It was done from then to then. The first time counts as if it had been one of the later ones.
   */
  synchronized void spend(long from, long to) {
    spent += (to - from) / (isOpen ? 1 : FIRST);
    lastEnd = to;
    isOpen = true;
  }
}
