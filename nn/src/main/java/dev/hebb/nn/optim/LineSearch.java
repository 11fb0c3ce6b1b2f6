package dev.hebb.nn.optim;

import java.util.function.DoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * A step along a line with strong Wolfe conditions: f(a) ≤ f(0) + c₁a·f′(0) and |f′(a)| ≤
 * c₂|f′(0)|, by bracketing and zooming with cubics (Nocedal and Wright, “Numerical optimization”,
 * 2006, algorithms 3.5 and 3.6).
 */
final class LineSearch {
  private static final double ENOUGH = 1e-4; // c₁
  private static final double FLAT = 0.9; // c₂
  private static final int TRIALS = 25;
  private static final double MARGIN = 0.1; // of a bracket, that a trial keeps from its ends

  /**
   * A trial.
   *
   * @param a how far along the line
   * @param f the value there
   * @param slope the derivative along the line
   * @param x the point
   * @param gradient the gradient there
   */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares it
  record Point(double a, double f, double slope, double[] x, double[] gradient) {
    /** NaN and ∞ are worse than any number. */
    boolean isWorseThan(double limit) {
      return !(f <= limit) || !Double.isFinite(slope);
    }
  }

  private final DoubleFunction<Point> line;
  private final Point start;
  private int trials;

  private LineSearch(DoubleFunction<Point> line, Point start) {
    this.line = line;
    this.start = start;
  }

  /**
   * A point with the conditions; one that is only lower if trials run out; null if none is lower.
   *
   * @param start the point at 0, whose slope is negative
   * @param first the first trial
   */
  static @Nullable Point search(DoubleFunction<Point> line, Point start, double first) {
    return new LineSearch(line, start).bracket(first);
  }

  private @Nullable Point bracket(double first) {
    Point previous = start;
    double a = first;
    while (trials < TRIALS) {
      Point p = at(a);
      if (isHigh(p) || previous != start && !(p.f < previous.f)) {
        return zoom(previous, p);
      }
      if (isFlat(p)) {
        return p;
      }
      if (p.slope >= 0) {
        return zoom(p, previous);
      }
      previous = p;
      a *= 2;
    }
    return previous;
  }

  /** Between a low end that is the best so far and another end. */
  private @Nullable Point zoom(Point low, Point high) {
    while (trials < TRIALS && Math.abs(high.a - low.a) > 1e-14 * Math.max(low.a, high.a)) {
      Point p = at(between(low, high));
      if (isHigh(p) || !(p.f < low.f)) {
        high = p;
        continue;
      }
      if (isFlat(p)) {
        return p;
      }
      if (p.slope * (high.a - low.a) >= 0) {
        high = low;
      }
      low = p;
    }
    return low == start ? null : low;
  }

  private Point at(double a) {
    trials++;
    return line.apply(a);
  }

  private boolean isHigh(Point p) {
    return p.isWorseThan(start.f + ENOUGH * p.a * start.slope);
  }

  private boolean isFlat(Point p) {
    return Math.abs(p.slope) <= -FLAT * start.slope;
  }

  /** Where the cubic through both ends is least, not too near to either; else the middle. */
  private static double between(Point p, Point q) {
    double left = Math.min(p.a, q.a);
    double width = Math.abs(q.a - p.a);
    double d1 = p.slope + q.slope - 3 * (p.f - q.f) / (p.a - q.a);
    double d2 = Math.signum(q.a - p.a) * Math.sqrt(d1 * d1 - p.slope * q.slope);
    double a = q.a - (q.a - p.a) * (q.slope + d2 - d1) / (q.slope - p.slope + 2 * d2);
    return Double.isFinite(a)
        ? Math.clamp(a, left + MARGIN * width, left + (1 - MARGIN) * width)
        : left + width / 2;
  }
}
