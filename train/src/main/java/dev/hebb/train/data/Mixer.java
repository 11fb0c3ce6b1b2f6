package dev.hebb.train.data;

import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;

/** Mixes the examples of a batch as a {@link Mix} says; a pure function of the seed. */
final class Mixer {
  private Mixer() {}

  /**
   * The mixed batch.
   *
   * @param classes how many classes integer targets have; 0 if targets are numbers
   */
  static Batch mix(Batch batch, Mix how, int classes, Seed seed) {
    var draws = new Draws(seed);
    double share = beta(how.alpha(), draws);
    int n = batch.size();
    int[] partner = draws.permutation(n);
    float[] from = batch.x().toFloats();
    float[] x = from.clone();
    int size = n == 0 ? 0 : x.length / n;
    switch (how) {
      case Mix.Mixup _ -> blend(from, x, size, partner, (float) share);
      case Mix.CutMix _ -> share = paste(from, x, batch.x().shape(), partner, share, draws);
    }
    float[] targets = classes == 0 ? batch.y().toFloats() : oneHot(batch.y().toInts(), classes);
    float[] y = targets.clone();
    int width = classes == 0 ? batch.y().size() / Math.max(n, 1) : classes;
    blend(targets, y, width, partner, (float) share);
    return new Batch(
        Tensor.adopt(x, batch.x().shape()), Tensor.adopt(y, Shape.of(n, width)), batch.index());
  }

  private static void blend(float[] from, float[] to, int size, int[] partner, float share) {
    for (int i = 0; i < partner.length; i++) {
      for (int k = 0; k < size; k++) {
        to[i * size + k] = share * from[i * size + k] + (1 - share) * from[partner[i] * size + k];
      }
    }
  }

  /** Returns the share of the picture that is left. */
  private static double paste(
      float[] from, float[] to, Shape shape, int[] partner, double share, Draws draws) {
    int channels = shape.dim(1);
    int height = shape.dim(2);
    int width = shape.dim(3);
    double side = Math.sqrt(1 - share);
    int cy = draws.below(height);
    int cx = draws.below(width);
    int halfH = (int) (height * side) / 2;
    int halfW = (int) (width * side) / 2;
    int top = Math.max(cy - halfH, 0);
    int bottom = Math.min(cy + halfH, height);
    int left = Math.max(cx - halfW, 0);
    int right = Math.min(cx + halfW, width);
    for (int i = 0; i < partner.length; i++) {
      for (int c = 0; c < channels; c++) {
        for (int row = top; row < bottom; row++) {
          int own = ((i * channels + c) * height + row) * width;
          int other = ((partner[i] * channels + c) * height + row) * width;
          System.arraycopy(from, other + left, to, own + left, right - left);
        }
      }
    }
    return 1 - (double) (bottom - top) * (right - left) / (height * width);
  }

  private static float[] oneHot(int[] labels, int classes) {
    float[] y = new float[labels.length * classes];
    for (int i = 0; i < labels.length; i++) {
      y[i * classes + labels[i]] = 1;
    }
    return y;
  }

  /** Beta(a, a) as a share of two gamma variables. */
  private static double beta(double a, Draws draws) {
    double x = gamma(a, draws);
    double y = gamma(a, draws);
    return x + y > 0 ? x / (x + y) : draws.below(2); // both underflow if a is tiny
  }

  /** Marsaglia and Tsang, “A simple method for generating gamma variables”, 2000. */
  private static double gamma(double a, Draws draws) {
    if (a < 1) {
      return gamma(a + 1, draws) * Math.pow(1 - draws.uniform(), 1 / a);
    }
    double d = a - 1.0 / 3;
    double c = 1 / Math.sqrt(9 * d);
    while (true) {
      double z = normal(draws);
      double v = Math.pow(1 + c * z, 3);
      double u = 1 - draws.uniform();
      if (v > 0 && Math.log(u) < z * z / 2 + d - d * v + d * Math.log(v)) {
        return d * v;
      }
    }
  }

  private static double normal(Draws draws) {
    double radius = Math.sqrt(-2 * Math.log(1 - draws.uniform()));
    return radius * Math.cos(2 * Math.PI * draws.uniform());
  }
}
