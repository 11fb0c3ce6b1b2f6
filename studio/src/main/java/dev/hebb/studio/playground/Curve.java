package dev.hebb.studio.playground;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The losses since the start; the longer it lasts, the wider apart are the points kept. */
final class Curve {
  private static final int MOST = 600;

  /** The losses after some steps. */
  record Point(long step, @Nullable Double train, @Nullable Double test) {}

  private final List<Point> points = new ArrayList<>();
  private long apart = 1;

  void add(Frame frame) {
    long step = frame.step();
    if (!points.isEmpty() && step < points.getLast().step + apart) {
      return;
    }
    points.add(new Point(step, frame.train().loss(), frame.test().loss()));
    if (points.size() > MOST) {
      // Every other point goes; those to come are as far apart as the rest.
      List<Point> kept = new ArrayList<>();
      for (int i = 0; i < points.size(); i += 2) {
        kept.add(points.get(i));
      }
      points.clear();
      points.addAll(kept);
      apart = Math.max(2 * apart, step / MOST);
    }
  }

  List<Point> points() {
    return List.copyOf(points);
  }
}
