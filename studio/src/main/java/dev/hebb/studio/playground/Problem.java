package dev.hebb.studio.playground;

import dev.hebb.tensor.Seed;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What there is to learn. Points are drawn in turn from each class, and for XOR from each quadrant,
 * so that any part of them is balanced.
 */
enum Problem {
  /** A disc inside a ring. */
  CIRCLE(2) {
    @Override
    double[] draw(int i, SplittableRandom random) {
      boolean inside = i % 2 == 0;
      double r = inside ? random.nextDouble(0, 1.2) : random.nextDouble(1.7, 2.5);
      double angle = random.nextDouble(0, 2 * Math.PI);
      return new double[] {r * Math.cos(angle), r * Math.sin(angle), inside ? 1 : 0};
    }
  },
  /** Class 1 where exactly one coordinate is positive. */
  XOR(2) {
    @Override
    double[] draw(int i, SplittableRandom random) {
      int sign1 = i % 2 == 0 ? 1 : -1;
      int sign2 = i / 2 % 2 == 0 ? 1 : -1;
      double a = random.nextDouble(0.25, 2.5);
      double b = random.nextDouble(0.25, 2.5);
      return new double[] {sign1 * a, sign2 * b, sign1 == sign2 ? 0 : 1};
    }
  },
  /** Two normal clouds. */
  GAUSSIANS(2) {
    @Override
    double[] draw(int i, SplittableRandom random) {
      double centre = i % 2 == 0 ? 1.2 : -1.2;
      double a = centre + 0.4 * random.nextGaussian();
      double b = centre + 0.4 * random.nextGaussian();
      return new double[] {a, b, i % 2 == 0 ? 1 : 0};
    }
  },
  /** Two arms wound around each other (Lang and Witbrock, 1988). */
  SPIRAL(2) {
    @Override
    double[] draw(int i, SplittableRandom random) {
      double along = random.nextDouble(0.04, 1);
      double angle = 3.5 * Math.PI * along + (i % 2 == 0 ? 0 : Math.PI);
      double r = 2.5 * along;
      return new double[] {r * Math.sin(angle), r * Math.cos(angle), i % 2 == 0 ? 1 : 0};
    }
  },
  /** A number: the height of a slope. */
  PLANE(0) {
    @Override
    double[] draw(int i, SplittableRandom random) {
      double a = random.nextDouble(-2.5, 2.5);
      double b = random.nextDouble(-2.5, 2.5);
      return new double[] {a, b, (a + b) / 5};
    }
  },
  /** A number: two hills and two hollows. */
  HILLS(0) {
    @Override
    double[] draw(int i, SplittableRandom random) {
      double a = random.nextDouble(-2.5, 2.5);
      double b = random.nextDouble(-2.5, 2.5);
      return new double[] {a, b, Math.sin(1.5 * a) * Math.sin(1.5 * b)};
    }
  },
  /** The user's own points, which are read and not drawn. */
  OWN(0) {
    @Override
    double[] draw(int i, SplittableRandom random) {
      throw new IllegalStateException("own points are not drawn");
    }
  };

  private static final List<Axis> AXES =
      List.of(Axis.of("x₁", Points.SPREAD), Axis.of("x₂", Points.SPREAD), Axis.of("y", 1));

  private final int classes;

  Problem(int classes) {
    this.classes = classes;
  }

  /** The i-th point without noise: where it lies, and its class or number. */
  abstract double[] draw(int i, SplittableRandom random);

  /**
   * Draws points, always the same ones for the same seed.
   *
   * @param noise the standard deviation by which points are moved
   */
  Points draw(int count, double noise, double testShare, Seed seed) {
    var random = new SplittableRandom(seed.split("points").value());
    float[] x1 = new float[count];
    float[] x2 = new float[count];
    float[] y = new float[count];
    for (int i = 0; i < count; i++) {
      double[] point = draw(i, random);
      x1[i] = (float) point[0];
      x2[i] = (float) point[1];
      y[i] = (float) point[2];
    }
    List<String> names = classes == 0 ? List.of() : List.of("0", "1");
    return new Points(x1, x2, y, names, Points.learnt(count, testShare), AXES).moved(noise, seed);
  }
}
