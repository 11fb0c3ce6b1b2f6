package dev.hebb.studio.runs;

/**
 * Chooses from a sequence of unknown length so that what is chosen stays few: all up to a limit,
 * then every second up to the limit again, then every fourth, and so on.
 */
public final class Thinning {
  private final int limit;
  private long seen;
  private long stride = 1;
  private int chosen;

  /**
   * A new sequence.
   *
   * @param limit how many are chosen before fewer are
   */
  public Thinning(int limit) {
    this.limit = limit;
  }

  /** Whether the next of the sequence is chosen. */
  public boolean next() {
    boolean take = seen++ % stride == 0;
    if (take && ++chosen == limit) {
      chosen = 0;
      stride *= 2;
    }
    return take;
  }

  /** How many of the sequence one chosen stands for now. */
  public long stride() {
    return stride;
  }
}
