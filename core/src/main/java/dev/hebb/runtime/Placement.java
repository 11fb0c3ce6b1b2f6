package dev.hebb.runtime;

import dev.hebb.runtime.simd.CacheLines;

/**
 * Keeps what lies in an array at the beginning of a cache line. Belongs to one thread at a time.
 *
 * <p>The line is looked for when the array has been used for a while, and again at growing
 * intervals: the garbage collector may have moved the array.
 */
final class Placement {
  private static final int FIRST_LOOK = 16;
  private static final int MOST_USES_BETWEEN = 1 << 14;

  private float[] seen = new float[0];
  private int uses;
  private int nextLook = FIRST_LOOK;
  private int skip;

  /** Counts a use and returns how many elements to skip, less than {@link CacheLines#FLOATS}. */
  int skip(float[] x) {
    if (x != seen) {
      skip = 0;
    }
    int first = look(x);
    skip = first == CacheLines.UNKNOWN ? skip : first;
    return skip;
  }

  /**
   * Counts a use, looks now and then, and returns the first element that begins a line, or {@link
   * CacheLines#UNKNOWN} where it did not look or found none.
   */
  int look(float[] x) {
    if (x != seen) {
      seen = x;
      uses = 0;
      nextLook = FIRST_LOOK;
    }
    if (++uses < nextLook) {
      return CacheLines.UNKNOWN;
    }
    uses = 0;
    nextLook = Math.min(4 * nextLook, MOST_USES_BETWEEN);
    return CacheLines.first(x);
  }
}
