package dev.hebb.onnx.export;

import dev.hebb.tensor.HebbException;
import java.util.List;

/** A whole number that may depend on the batch size n: slope · n + constant. */
record Extent(long slope, long constant) {
  /** A number that does not depend on the batch. */
  static Extent fixed(long value) {
    return new Extent(0, value);
  }

  /**
   * The line through values at some batch sizes.
   *
   * @throws HebbException if they do not lie on a line
   */
  static Extent through(List<Integer> sizes, List<Integer> values) {
    int first = values.getFirst();
    if (values.stream().allMatch(v -> v == first)) {
      return fixed(first);
    }
    long run = (long) sizes.get(1) - sizes.getFirst();
    long rise = (long) values.get(1) - first;
    Extent line = new Extent(rise / run, first - rise / run * sizes.getFirst());
    for (int i = 0; i < sizes.size(); i++) {
      if (line.at(sizes.get(i)) != values.get(i)) {
        throw new HebbException(
            "ONNX export: for batches of %s a dimension is %s, which is no multiple of the batch plus a constant; export for one batch size with batch(n)"
                .formatted(sizes, values));
      }
    }
    return line;
  }

  /** The value for a batch size. */
  long at(long n) {
    return slope * n + constant;
  }

  /** Whether it is the same for every batch size. */
  boolean isFixed() {
    return slope == 0;
  }

  /** This and another, added. */
  Extent plus(Extent other) {
    return new Extent(slope + other.slope, constant + other.constant);
  }

  /** This, some times. */
  Extent times(long factor) {
    return new Extent(slope * factor, constant * factor);
  }

  /** As a named dimension of a model: {@code batch}, {@code 16*batch}, {@code batch-2}. */
  @Override
  public String toString() {
    if (isFixed()) {
      return Long.toString(constant);
    }
    String many = slope == 1 ? "batch" : slope + "*batch";
    return constant == 0 ? many : many + (constant > 0 ? "+" : "") + constant;
  }
}
