package dev.hebb.studio.playground;

import dev.hebb.tensor.Seed;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Points of the plane with what is to be learnt about them. The first ones are learnt from.
 *
 * @param x1 where they lie, within ±{@link #REACH}
 * @param x2 where they lie, within ±{@link #REACH}
 * @param y the number of the class, or a number within ±1
 * @param classes the names of the classes; empty where y is a number
 * @param learnt how many are learnt from; the others test
 * @param axes what x1, x2 and y are called and which range is drawn within {@link #SPREAD}, or 1
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares it
record Points(
    float[] x1, float[] x2, float[] y, List<String> classes, int learnt, List<Axis> axes) {
  /** How far the surfaces reach from the origin along each axis. */
  static final double REACH = 3;

  /** How far points lie from the origin along each axis, before noise moves them. */
  static final double SPREAD = 2.5;

  int size() {
    return y.length;
  }

  /** How many of some points are learnt from; at least one is, and at least one tests. */
  static int learnt(int count, double testShare) {
    return Math.clamp(Math.round(count * (1 - testShare)), 1, count - 1);
  }

  /** The same points, each moved at random, always the same way for the same seed. */
  Points moved(double noise, Seed seed) {
    var random = new SplittableRandom(seed.split("noise").value());
    float[] to1 = new float[size()];
    float[] to2 = new float[size()];
    for (int i = 0; i < to1.length; i++) {
      to1[i] = within(x1[i] + noise * random.nextGaussian());
      to2[i] = within(x2[i] + noise * random.nextGaussian());
    }
    return new Points(to1, to2, y, classes, learnt, axes);
  }

  private static float within(double x) {
    return (float) Math.clamp(x, -REACH, REACH);
  }

  /** What the network is told, one row of features for each point. */
  float[] features(List<Feature> features) {
    return features(features, x1, x2);
  }

  static float[] features(List<Feature> features, float[] x1, float[] x2) {
    int k = features.size();
    float[] rows = new float[x1.length * k];
    for (int i = 0; i < x1.length; i++) {
      for (int j = 0; j < k; j++) {
        rows[i * k + j] = features.get(j).of(x1[i], x2[i]);
      }
    }
    return rows;
  }
}
