package dev.hebb.studio.runs;

import java.util.Arrays;

/** Points of a curve, in the order of their steps. */
final class Series {
  private double[] xs = new double[16];
  private double[] ys = new double[16];
  private int size;

  void add(double x, double y) {
    if (size == xs.length) {
      xs = Arrays.copyOf(xs, 2 * size);
      ys = Arrays.copyOf(ys, 2 * size);
    }
    xs[size] = x;
    ys[size] = y;
    size++;
  }

  /**
   * Some points, as two rows of numbers.
   *
   * @param x the steps
   * @param y the values
   */
  record Points(double[] x, double[] y) {}

  /**
   * At most so many points. Of more, equal numbers of neighbours are put together, and of each such
   * group the smallest and the largest stay, so that no peak is lost.
   *
   * @param max at least 2
   */
  Points points(int max) {
    if (size <= max) {
      return new Points(Arrays.copyOf(xs, size), Arrays.copyOf(ys, size));
    }
    int groups = max / 2;
    double[] x = new double[2 * groups];
    double[] y = new double[2 * groups];
    for (int g = 0; g < groups; g++) {
      int from = (int) ((long) size * g / groups);
      int to = (int) ((long) size * (g + 1) / groups);
      int low = from;
      int high = from;
      for (int i = from; i < to; i++) {
        low = ys[i] < ys[low] ? i : low;
        high = ys[i] > ys[high] ? i : high;
      }
      int first = Math.min(low, high);
      int second = first == Math.max(low, high) ? to - 1 : Math.max(low, high);
      x[2 * g] = xs[first];
      y[2 * g] = ys[first];
      x[2 * g + 1] = xs[second];
      y[2 * g + 1] = ys[second];
    }
    return new Points(x, y);
  }
}
