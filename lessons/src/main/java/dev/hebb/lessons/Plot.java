package dev.hebb.lessons;

import java.util.Arrays;
import java.util.Locale;

/** A small drawing in characters. */
final class Plot {
  private final char[][] cells;
  private final double left;
  private final double right;
  private final double bottom;
  private final double top;

  /** An empty drawing of this many columns and lines, with axes where they are in sight. */
  Plot(int columns, int lines, double left, double right, double bottom, double top) {
    this.cells = new char[lines][columns];
    this.left = left;
    this.right = right;
    this.bottom = bottom;
    this.top = top;
    for (char[] line : cells) {
      Arrays.fill(line, ' ');
    }
    if (left <= 0 && right >= 0) {
      for (int line = 0; line < lines; line++) {
        cells[line][column(0)] = '│';
      }
    }
    if (bottom <= 0 && top >= 0) {
      Arrays.fill(cells[line(0)], '─');
      if (left <= 0 && right >= 0) {
        cells[line(0)][column(0)] = '┼';
      }
    }
  }

  private int column(double x) {
    return (int) Math.round((x - left) / (right - left) * (cells[0].length - 1));
  }

  private int line(double y) {
    return (int) Math.round((top - y) / (top - bottom) * (cells.length - 1));
  }

  /** Draws a mark, if it is in sight. */
  Plot mark(double x, double y, char mark) {
    if (x >= left && x <= right && y >= bottom && y <= top) {
      cells[line(y)][column(x)] = mark;
    }
    return this;
  }

  /** Draws points. */
  Plot marks(double[] xs, double[] ys, char mark) {
    for (int i = 0; i < xs.length; i++) {
      mark(xs[i], ys[i], mark);
    }
    return this;
  }

  /** The x of each column, for who computes a curve. */
  double[] columns() {
    double[] xs = new double[cells[0].length];
    Arrays.setAll(xs, c -> left + (right - left) * c / (xs.length - 1));
    return xs;
  }

  /** The y of each line, from the top. */
  double[] lines() {
    double[] ys = new double[cells.length];
    Arrays.setAll(ys, l -> top - (top - bottom) * l / (ys.length - 1));
    return ys;
  }

  @Override
  public String toString() {
    String high = String.format(Locale.ROOT, "%7.2f ", top);
    String low = String.format(Locale.ROOT, "%7.2f ", bottom);
    var text = new StringBuilder();
    for (int l = 0; l < cells.length; l++) {
      String label = l == 0 ? high : l == cells.length - 1 ? low : " ".repeat(8);
      text.append(label).append('▏').append(cells[l]).append('\n');
    }
    String from = String.format(Locale.ROOT, "%.2f", left);
    String to = String.format(Locale.ROOT, "%.2f", right);
    String between = " ".repeat(Math.max(1, cells[0].length - from.length() - to.length()));
    return text.append(" ".repeat(9)).append(from).append(between).append(to).toString();
  }
}
