package dev.hebb.tensor;

import java.util.ArrayList;
import java.util.Arrays;

/** NumPy's basic slicing, read from text and resolved against a shape. */
record Slicing(int[] starts, int[] steps, int[] sizes, int[] shape) {
  static Slicing parse(String text, Shape shape) {
    var items = new ArrayList<>(Arrays.asList(text.strip().split("\\s*,\\s*", -1)));
    int dots = items.indexOf("...");
    if (dots >= 0) {
      items.remove(dots);
      while (items.size() < shape.rank()) {
        items.add(dots, ":");
      }
    }
    if (items.size() > shape.rank()) {
      throw new ShapeError(
          "slice \"%s\" names %d axes, but %s has %d"
              .formatted(text, items.size(), shape, shape.rank()));
    }
    while (items.size() < shape.rank()) {
      items.add(":");
    }
    int rank = shape.rank();
    int[] starts = new int[rank];
    int[] steps = new int[rank];
    int[] sizes = new int[rank];
    var kept = new ArrayList<Integer>();
    for (int a = 0; a < rank; a++) {
      String[] parts = items.get(a).split("\\s*:\\s*", -1);
      int n = shape.dim(a);
      try {
        if (parts.length == 1) {
          int i = Integer.parseInt(parts[0]);
          if (i < -n || i >= n) {
            throw new ShapeError(
                "slice \"%s\": index %d is outside axis %d of %s".formatted(text, i, a, shape));
          }
          starts[a] = i < 0 ? i + n : i;
          steps[a] = 1;
          sizes[a] = 1;
          continue;
        }
        int step = parts.length > 2 && !parts[2].isEmpty() ? Integer.parseInt(parts[2]) : 1;
        if (step == 0 || parts.length > 3) {
          throw new NumberFormatException("step 0");
        }
        int low = step > 0 ? 0 : -1;
        int high = step > 0 ? n : n - 1;
        int from = parts[0].isEmpty() ? (step > 0 ? low : high) : bound(parts[0], n, low, high);
        int to = parts[1].isEmpty() ? (step > 0 ? high : low) : bound(parts[1], n, low, high);
        steps[a] = step;
        sizes[a] = Math.max(0, Math.ceilDiv(to - from, step));
        starts[a] = sizes[a] == 0 ? 0 : from;
      } catch (NumberFormatException e) {
        throw new ShapeError(
            "slice \"%s\": \"%s\" is not an index or start:stop:step"
                .formatted(text, items.get(a)));
      }
      kept.add(sizes[a]);
    }
    return new Slicing(starts, steps, sizes, kept.stream().mapToInt(Integer::intValue).toArray());
  }

  private static int bound(String text, int n, int low, int high) {
    int i = Integer.parseInt(text);
    return Math.clamp(i < 0 ? i + n : i, low, high);
  }
}
