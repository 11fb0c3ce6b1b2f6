package dev.hebb.bench;

import dev.hebb.bench.Growth.Axis;
import dev.hebb.bench.Growth.Point;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Draws the points of {@link Growth} as an SVG: a panel for each axis, both scales logarithmic. */
public final class GrowthPlot {
  private static final int WIDTH = 360;
  private static final int HEIGHT = 260;
  private static final int LEFT = 52;
  private static final int RIGHT = 14;
  private static final int TOP = 30;
  private static final int BOTTOM = 34;
  private static final String TIME = "#1f6feb";
  private static final String MEMORY = "#bc4c00";

  private GrowthPlot() {}

  /** The whole picture. */
  public static String svg(List<Point> points) {
    var text = new StringBuilder();
    text.append(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"11\">\n"
            .formatted(2 * WIDTH, 2 * HEIGHT + 20));
    text.append("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
    for (Axis axis : Axis.values()) {
      int i = axis.ordinal();
      text.append("<g transform=\"translate(%d %d)\">\n".formatted(i % 2 * WIDTH, i / 2 * HEIGHT));
      panel(axis, Growth.along(axis, points), text);
      text.append("</g>\n");
    }
    text.append(
        "<text x=\"%d\" y=\"%d\" fill=\"%s\">● fastest step, ms</text>\n"
            .formatted(LEFT, 2 * HEIGHT + 10, TIME));
    text.append(
        "<text x=\"%d\" y=\"%d\" fill=\"%s\">● weights, moments and planned memory, MiB</text>\n"
            .formatted(LEFT + 140, 2 * HEIGHT + 10, MEMORY));
    return text.append("</svg>\n").toString();
  }

  private static void panel(Axis axis, List<Point> points, StringBuilder text) {
    ToDoubleFunction<Point> time = Point::min;
    ToDoubleFunction<Point> memory = p -> p.variables() + p.planned();
    double low = Math.min(extreme(points, time, -1), extreme(points, memory, -1));
    double high = Math.max(extreme(points, time, 1), extreme(points, memory, 1));
    int first = (int) Math.floor(Math.log10(low));
    int last = (int) Math.ceil(Math.log10(high));
    text.append(
        "<text x=\"%d\" y=\"18\" font-weight=\"bold\">%s</text>\n"
            .formatted(LEFT, axis.name().toLowerCase(Locale.ROOT)));
    for (int e = first; e <= last; e++) {
      double y = y(Math.pow(10, e), first, last);
      text.append(line(LEFT, y, WIDTH - RIGHT, y, "#d0d7de"));
      String label =
          e < 0
              ? String.format(Locale.ROOT, "%." + -e + "f", Math.pow(10, e))
              : "1" + "0".repeat(e);
      text.append(label(LEFT - 6, y + 4, "end", label));
    }
    for (int k = 0; k < points.size(); k++) {
      text.append(
          label(x(k, points.size()), HEIGHT - BOTTOM + 16, "middle", "" + points.get(k).value()));
    }
    curve(points, time, first, last, TIME, text);
    curve(points, memory, first, last, MEMORY, text);
  }

  private static double extreme(List<Point> points, ToDoubleFunction<Point> f, int sign) {
    return points.stream()
        .mapToDouble(f)
        .reduce((a, b) -> sign > 0 ? Math.max(a, b) : Math.min(a, b))
        .orElse(1);
  }

  /** The values of an axis double or quadruple, so equal steps are a logarithmic scale. */
  private static double x(int k, int n) {
    double room = WIDTH - LEFT - RIGHT - 30;
    return LEFT + 15 + (n == 1 ? room / 2 : room * k / (n - 1));
  }

  private static double y(double value, int first, int last) {
    double share = (Math.log10(value) - first) / Math.max(1, last - first);
    return HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP);
  }

  private static void curve(
      List<Point> points,
      ToDoubleFunction<Point> f,
      int first,
      int last,
      String colour,
      StringBuilder text) {
    var places = new StringBuilder();
    for (int k = 0; k < points.size(); k++) {
      double x = x(k, points.size());
      double y = y(f.applyAsDouble(points.get(k)), first, last);
      places.append(String.format(Locale.ROOT, "%.1f,%.1f ", x, y));
      text.append(
          String.format(
              Locale.ROOT,
              "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>%n",
              x,
              y,
              colour));
    }
    text.append(
        "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\"/>\n"
            .formatted(places.toString().strip(), colour));
  }

  private static String line(double x, double y, double toX, double toY, String colour) {
    return String.format(
        Locale.ROOT,
        "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"/>%n",
        x,
        y,
        toX,
        toY,
        colour);
  }

  private static String label(double x, double y, String anchor, String what) {
    return String.format(
        Locale.ROOT,
        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n",
        x,
        y,
        anchor,
        what);
  }
}
