package dev.hebb.train.data;

import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import java.util.Arrays;

/** Draws the random map of an {@link Augment} for an example and samples the image through it. */
final class Warp implements Dataset.Transform {
  private final Augment augment;
  private final int channels;
  private final int height;
  private final int width;
  private final float[] black;
  private final Seed seed;

  private Warp(Augment augment, Shape shape, float[] black, Seed seed) {
    this.augment = augment;
    this.channels = shape.dim(0);
    this.height = shape.dim(1);
    this.width = shape.dim(2);
    this.black = black;
    this.seed = seed;
  }

  /** The changes of one epoch, whose seed this is, for images {@code [channels, height, width]}. */
  static Warp of(Augment augment, Dataset data, Seed seed) {
    float[] black = new float[data.shape().dim(0)];
    if (data.preprocessing() instanceof ImagePrep prep) {
      for (int c = 0; c < black.length; c++) {
        black[c] = prep.encode(0f, c);
      }
    }
    return new Warp(augment, data.shape(), black, seed);
  }

  @Override
  public void apply(float[] x, int offset, int example) {
    var draws = new Draws(seed.split(example));
    var map = draw(augment, draws);
    if (!map.equals(Affine.IDENTITY)) {
      move(x, offset, map);
    }
    cut(augment, draws, x, offset);
  }

  private void cut(Augment how, Draws draws, float[] x, int offset) {
    switch (how) {
      case Augment.Chain(var steps) -> steps.forEach(step -> cut(step, draws, x, offset));
      case Augment.Cutout(int size) -> {
        int top = draws.below(height) - size / 2;
        int left = draws.below(width) - size / 2;
        int from = Math.max(left, 0);
        int to = Math.min(left + size, width);
        for (int c = 0; c < channels; c++) {
          for (int row = Math.max(top, 0); row < Math.min(top + size, height); row++) {
            int line = offset + (c * height + row) * width;
            Arrays.fill(x, line + from, line + to, black[c]);
          }
        }
      }
      default -> {}
    }
  }

  private void move(float[] x, int offset, Affine map) {
    int plane = height * width;
    float[] from = Arrays.copyOfRange(x, offset, offset + channels * plane);
    double cx = (width - 1) / 2.0;
    double cy = (height - 1) / 2.0;
    for (int i = 0; i < plane; i++) {
      int row = i / width;
      double u = i % width - cx;
      double v = row - cy;
      double sx = map.a() * u + map.b() * v + map.c() + cx;
      double sy = map.d() * u + map.e() * v + map.f() + cy;
      sample(from, sx, sy, x, offset + i);
    }
  }

  /** Bilinear, all channels of one pixel; the neighbours outside the image are black. */
  private void sample(float[] from, double sx, double sy, float[] to, int at) {
    int plane = height * width;
    int x0 = (int) Math.floor(sx);
    int y0 = (int) Math.floor(sy);
    float fx = (float) (sx - x0);
    float fy = (float) (sy - y0);
    for (int c = 0; c < channels; c++) {
      float top = mix(pixel(from, c, y0, x0), pixel(from, c, y0, x0 + 1), fx);
      float bottom = mix(pixel(from, c, y0 + 1, x0), pixel(from, c, y0 + 1, x0 + 1), fx);
      to[at + c * plane] = mix(top, bottom, fy);
    }
  }

  private float pixel(float[] from, int c, int y, int x) {
    return x < 0 || x >= width || y < 0 || y >= height
        ? black[c]
        : from[(c * height + y) * width + x];
  }

  private static float mix(float a, float b, float t) {
    return a * (1 - t) + b * t;
  }

  /** The map from a pixel of the new image to where its value comes from in the old one. */
  private static Affine draw(Augment augment, Draws draws) {
    return switch (augment) {
      case Augment.Shift(double pixels) -> Affine.shift(draws.within(pixels), draws.within(pixels));
      case Augment.Rotate(double degrees) -> Affine.rotate(draws.within(degrees));
      case Augment.FlipHorizontal(double probability) ->
          draws.uniform() < probability ? Affine.FLIP : Affine.IDENTITY;
      case Augment.RandomCrop(int padding) ->
          Affine.shift(
              draws.below(2 * padding + 1) - padding, draws.below(2 * padding + 1) - padding);
      case Augment.Cutout _ -> Affine.IDENTITY;
      case Augment.Chain(var steps) -> {
        var map = Affine.IDENTITY;
        for (Augment step : steps) {
          map = map.after(draw(step, draws));
        }
        yield map;
      }
    };
  }

  /** {@code (x, y) → (a·x + b·y + c, d·x + e·y + f)}, about the image's centre. */
  private record Affine(double a, double b, double c, double d, double e, double f) {
    static final Affine IDENTITY = new Affine(1, 0, 0, 0, 1, 0);
    static final Affine FLIP = new Affine(-1, 0, 0, 0, 1, 0);

    static Affine shift(double dx, double dy) {
      return new Affine(1, 0, dx, 0, 1, dy);
    }

    static Affine rotate(double degrees) {
      double cos = Math.cos(Math.toRadians(degrees));
      double sin = Math.sin(Math.toRadians(degrees));
      return new Affine(cos, -sin, 0, sin, cos, 0);
    }

    /** First {@code inner}, then this. */
    Affine after(Affine inner) {
      return new Affine(
          a * inner.a + b * inner.d,
          a * inner.b + b * inner.e,
          a * inner.c + b * inner.f + c,
          d * inner.a + e * inner.d,
          d * inner.b + e * inner.e,
          d * inner.c + e * inner.f + f);
    }
  }
}
