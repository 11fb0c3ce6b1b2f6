package dev.hebb.studio.serve;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Collects the numbers of nested lists while they are read, and finds their shape. */
final class Nested {
  private static final int UNKNOWN = -1;

  private float[] values;
  private int size;
  private final List<Integer> dims = new ArrayList<>();
  private boolean isBottomKnown;

  /**
   * Nothing yet.
   *
   * @param expected how many numbers there will probably be
   */
  Nested(int expected) {
    values = new float[Math.max(1, expected)];
  }

  /** Whether a number, or else a list, may stand in a list of this depth (1 for the outermost). */
  boolean fits(boolean isNumber, int depth) {
    while (!isBottomKnown && dims.size() < depth) {
      dims.add(UNKNOWN);
    }
    isBottomKnown |= isNumber;
    return isNumber ? depth == dims.size() : !isBottomKnown || depth < dims.size();
  }

  void add(float value) {
    values = size < values.length ? values : Arrays.copyOf(values, 2 * size);
    values[size++] = value;
  }

  /** Whether a list of this depth may have so many entries. */
  boolean ends(int depth, int count) {
    while (!isBottomKnown && dims.size() < depth) {
      dims.add(UNKNOWN);
    }
    isBottomKnown = true;
    if (depth > dims.size()) {
      return false;
    }
    int before = dims.set(depth - 1, dims.get(depth - 1) == UNKNOWN ? count : dims.get(depth - 1));
    return before == UNKNOWN || before == count;
  }

  /** The numbers, row-major. */
  float[] values() {
    return size == values.length ? values : Arrays.copyOf(values, size);
  }

  /** The shape. */
  List<Integer> dims() {
    return dims;
  }
}
