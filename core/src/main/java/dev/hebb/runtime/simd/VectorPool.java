package dev.hebb.runtime.simd;

import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LE;
import static jdk.incubator.vector.VectorOperators.LT;
import static jdk.incubator.vector.VectorOperators.NE;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * Pooling in vector instructions, over channels.
 *
 * <p>The elements of a window are visited by one flat loop that steps from row to row without a
 * branch: with two nested loops the compiler keeps the vectors in memory.
 */
final class VectorPool implements PoolPixel {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
  private static final int L = S.length();

  /** 0, 1, 2, … */
  private static final FloatVector LANES = FloatVector.zero(S).addIndex(1);

  private static final FloatVector ONE = FloatVector.broadcast(S, 1);
  private static final FloatVector TWO = FloatVector.broadcast(S, 2);
  private static final FloatVector THREE = FloatVector.broadcast(S, 3);

  /** Takes what has fewer channels than a vector. */
  private static final ScalarPool SCALAR = new ScalarPool();

  private VectorPool() {}

  /** Made by a method so that naming this class does not yet load it. */
  static PoolPixel create() {
    return new VectorPool();
  }

  /** Where x is larger than the largest so far, or is the first NaN. */
  private static VectorMask<Float> larger(FloatVector x, FloatVector most) {
    return most.compare(EQ, most).andNot(x.compare(LE, most));
  }

  @Override
  public void max(
      float[] x, int xo, int ny, int nx, int stepY, int stepX, float[] y, int yo, int channels) {
    int c = 0;
    for (; c <= channels - 2 * L; c += 2 * L) {
      maxPair(x, xo + c, ny, nx, stepY, stepX, y, yo + c);
    }
    for (; c <= channels - L; c += L) {
      maxVector(x, xo + c, ny, nx, stepY, stepX, y, yo + c);
    }
    if (c < channels && channels >= L) {
      // The last vector overlaps the one before and stores the same values again.
      c = channels - L;
      maxVector(x, xo + c, ny, nx, stepY, stepX, y, yo + c);
    } else if (c < channels) {
      SCALAR.max(x, xo, ny, nx, stepY, stepX, y, yo, channels);
    }
  }

  private static void maxVector(
      float[] x, int xo, int ny, int nx, int stepY, int stepX, float[] y, int yo) {
    FloatVector most = FloatVector.fromArray(S, x, xo);
    for (int k = 0, j = 0, at = xo, row = xo; k < ny * nx; k++) {
      FloatVector value = FloatVector.fromArray(S, x, at);
      most = most.blend(value, larger(value, most));
      j = j + 1 == nx ? 0 : j + 1;
      row = j == 0 ? row + stepY : row;
      at = j == 0 ? row : at + stepX;
    }
    most.intoArray(y, yo);
  }

  /**
   * Two vectors at a time, with simple comparisons. Where the sum is NaN, some element may be,
   * which takes the place of the largest: that is left to plain code.
   */
  private static void maxPair(
      float[] x, int xo, int ny, int nx, int stepY, int stepX, float[] y, int yo) {
    FloatVector most = FloatVector.fromArray(S, x, xo);
    FloatVector next = FloatVector.fromArray(S, x, xo + L);
    FloatVector sum = FloatVector.zero(S);
    for (int k = 0, j = 0, at = xo, row = xo; k < ny * nx; k++) {
      FloatVector value = FloatVector.fromArray(S, x, at);
      FloatVector other = FloatVector.fromArray(S, x, at + L);
      most = most.blend(value, value.compare(GT, most));
      next = next.blend(other, other.compare(GT, next));
      sum = sum.add(value).add(other);
      j = j + 1 == nx ? 0 : j + 1;
      row = j == 0 ? row + stepY : row;
      at = j == 0 ? row : at + stepX;
    }
    most.intoArray(y, yo);
    next.intoArray(y, yo + L);
    if (sum.compare(NE, sum).anyTrue()) {
      SCALAR.max(x, xo, ny, nx, stepY, stepX, y, yo, 2 * L);
    }
  }

  @Override
  public void take(
      float[] x,
      int xo,
      float[] v,
      int vo,
      int ny,
      int nx,
      int stepY,
      int stepX,
      float[] y,
      int yo,
      int channels) {
    int c = 0;
    for (; c <= channels - L; c += L) {
      takeVector(x, xo + c, v, vo + c, ny, nx, stepY, stepX, y, yo + c);
    }
    if (c < channels && channels >= L) {
      c = channels - L;
      takeVector(x, xo + c, v, vo + c, ny, nx, stepY, stepX, y, yo + c);
    } else if (c < channels) {
      SCALAR.take(x, xo, v, vo, ny, nx, stepY, stepX, y, yo, channels);
    }
  }

  private static void takeVector(
      float[] x,
      int xo,
      float[] v,
      int vo,
      int ny,
      int nx,
      int stepY,
      int stepX,
      float[] y,
      int yo) {
    FloatVector most = FloatVector.fromArray(S, x, xo);
    FloatVector taken = FloatVector.fromArray(S, v, vo);
    for (int k = 0, j = 0, at = 0, row = 0; k < ny * nx; k++) {
      FloatVector value = FloatVector.fromArray(S, x, xo + at);
      VectorMask<Float> larger = larger(value, most);
      most = most.blend(value, larger);
      taken = taken.blend(FloatVector.fromArray(S, v, vo + at), larger);
      j = j + 1 == nx ? 0 : j + 1;
      row = j == 0 ? row + stepY : row;
      at = j == 0 ? row : at + stepX;
    }
    taken.intoArray(y, yo);
  }

  @Override
  public void scatter(
      float[] x,
      int xo,
      float[] d,
      int to,
      int ny,
      int nx,
      int stepY,
      int stepX,
      float[] g,
      int go,
      int channels) {
    int c = 0;
    for (; c <= channels - L; c += L) {
      scatterLanes(x, xo + c, d, to + c, ny, nx, stepY, stepX, g, go + c, 0);
    }
    if (c < channels && channels >= L) {
      // The last vector overlaps the one before; the lanes that are done are left alone.
      int done = c - (channels - L);
      c = channels - L;
      scatterLanes(x, xo + c, d, to + c, ny, nx, stepY, stepX, g, go + c, done);
    } else if (c < channels) {
      SCALAR.scatter(x, xo, d, to, ny, nx, stepY, stepX, g, go, channels);
    }
  }

  private static void scatterLanes(
      float[] x,
      int xo,
      float[] d,
      int to,
      int ny,
      int nx,
      int stepY,
      int stepX,
      float[] g,
      int go,
      int done) {
    switch (nx) {
      case 2 -> scatterTwo(x, xo, d, to, ny, stepY, stepX, g, go, done);
      case 3 -> scatterThree(x, xo, d, to, ny, stepY, stepX, g, go, done);
      default -> scatterVector(x, xo, d, to, ny, nx, stepY, stepX, g, go, done);
    }
  }

  private static void scatterVector(
      float[] x,
      int xo,
      float[] d,
      int to,
      int ny,
      int nx,
      int stepY,
      int stepX,
      float[] g,
      int go,
      int done) {
    FloatVector most = FloatVector.fromArray(S, x, xo);
    // The number of the element that is largest, exact as a float.
    FloatVector best = FloatVector.zero(S);
    for (int k = 0, j = 0, at = xo, row = xo; k < ny * nx; k++) {
      FloatVector value = FloatVector.fromArray(S, x, at);
      VectorMask<Float> larger = larger(value, most);
      most = most.blend(value, larger);
      best = best.blend(FloatVector.broadcast(S, (float) k), larger);
      j = j + 1 == nx ? 0 : j + 1;
      row = j == 0 ? row + stepY : row;
      at = j == 0 ? row : at + stepX;
    }
    FloatVector gradient = FloatVector.fromArray(S, g, go);
    best = best.blend(-1, LANES.compare(LT, done));
    for (int k = 0, j = 0, at = to, row = to; k < ny * nx; k++) {
      VectorMask<Float> here = best.compare(EQ, FloatVector.broadcast(S, (float) k));
      FloatVector old = FloatVector.fromArray(S, d, at);
      old.blend(old.add(gradient), here).intoArray(d, at);
      j = j + 1 == nx ? 0 : j + 1;
      row = j == 0 ? row + stepY : row;
      at = j == 0 ? row : at + stepX;
    }
  }

  /**
   * Windows three wide, a row of them at a time and with simple comparisons. Where the sum is NaN,
   * some element may be, which takes the place of the largest: that is left to plain code.
   */
  private static void scatterThree(
      float[] x,
      int xo,
      float[] d,
      int to,
      int ny,
      int stepY,
      int stepX,
      float[] g,
      int go,
      int done) {
    FloatVector most = FloatVector.fromArray(S, x, xo);
    FloatVector best = FloatVector.zero(S);
    FloatVector sum = FloatVector.zero(S);
    FloatVector number = FloatVector.zero(S);
    for (int i = 0, at = xo; i < ny; i++, at += stepY) {
      FloatVector first = FloatVector.fromArray(S, x, at);
      FloatVector second = FloatVector.fromArray(S, x, at + stepX);
      FloatVector third = FloatVector.fromArray(S, x, at + 2 * stepX);
      sum = sum.add(first).add(second.add(third));
      VectorMask<Float> isSecond = second.compare(GT, first);
      FloatVector row = first.blend(second, isSecond);
      FloatVector place = number.blend(number.add(ONE), isSecond);
      VectorMask<Float> isThird = third.compare(GT, row);
      row = row.blend(third, isThird);
      place = place.blend(number.add(TWO), isThird);
      VectorMask<Float> isLarger = row.compare(GT, most);
      most = most.blend(row, isLarger);
      best = best.blend(place, isLarger);
      number = number.add(THREE);
    }
    if (sum.compare(NE, sum).anyTrue()) {
      int n = L - done;
      SCALAR.scatter(x, xo + done, d, to + done, ny, 3, stepY, stepX, g, go + done, n);
      return;
    }
    best = best.blend(-1, LANES.compare(LT, done));
    FloatVector gradient = FloatVector.fromArray(S, g, go);
    number = FloatVector.zero(S);
    for (int i = 0, at = to; i < ny; i++, at += stepY) {
      FloatVector first = FloatVector.fromArray(S, d, at);
      FloatVector second = FloatVector.fromArray(S, d, at + stepX);
      FloatVector third = FloatVector.fromArray(S, d, at + 2 * stepX);
      first.add(gradient, best.compare(EQ, number)).intoArray(d, at);
      second.add(gradient, best.compare(EQ, number.add(ONE))).intoArray(d, at + stepX);
      third.add(gradient, best.compare(EQ, number.add(TWO))).intoArray(d, at + 2 * stepX);
      number = number.add(THREE);
    }
  }

  /** The same for windows two wide. */
  private static void scatterTwo(
      float[] x,
      int xo,
      float[] d,
      int to,
      int ny,
      int stepY,
      int stepX,
      float[] g,
      int go,
      int done) {
    FloatVector most = FloatVector.fromArray(S, x, xo);
    FloatVector best = FloatVector.zero(S);
    FloatVector sum = FloatVector.zero(S);
    FloatVector number = FloatVector.zero(S);
    for (int i = 0, at = xo; i < ny; i++, at += stepY) {
      FloatVector first = FloatVector.fromArray(S, x, at);
      FloatVector second = FloatVector.fromArray(S, x, at + stepX);
      sum = sum.add(first).add(second);
      VectorMask<Float> isSecond = second.compare(GT, first);
      FloatVector row = first.blend(second, isSecond);
      FloatVector place = number.blend(number.add(ONE), isSecond);
      VectorMask<Float> isLarger = row.compare(GT, most);
      most = most.blend(row, isLarger);
      best = best.blend(place, isLarger);
      number = number.add(TWO);
    }
    if (sum.compare(NE, sum).anyTrue()) {
      int n = L - done;
      SCALAR.scatter(x, xo + done, d, to + done, ny, 2, stepY, stepX, g, go + done, n);
      return;
    }
    best = best.blend(-1, LANES.compare(LT, done));
    FloatVector gradient = FloatVector.fromArray(S, g, go);
    number = FloatVector.zero(S);
    for (int i = 0, at = to; i < ny; i++, at += stepY) {
      FloatVector first = FloatVector.fromArray(S, d, at);
      FloatVector second = FloatVector.fromArray(S, d, at + stepX);
      first.add(gradient, best.compare(EQ, number)).intoArray(d, at);
      second.add(gradient, best.compare(EQ, number.add(ONE))).intoArray(d, at + stepX);
      number = number.add(TWO);
    }
  }

  @Override
  public void sum(
      float[] x, int xo, int ny, int nx, int stepY, int stepX, float[] y, int yo, int channels) {
    int c = 0;
    for (; c <= channels - L; c += L) {
      sumVector(x, xo + c, ny, nx, stepY, stepX, y, yo + c);
    }
    if (c < channels && channels >= L) {
      c = channels - L;
      sumVector(x, xo + c, ny, nx, stepY, stepX, y, yo + c);
    } else if (c < channels) {
      SCALAR.sum(x, xo, ny, nx, stepY, stepX, y, yo, channels);
    }
  }

  private static void sumVector(
      float[] x, int xo, int ny, int nx, int stepY, int stepX, float[] y, int yo) {
    FloatVector sum = FloatVector.zero(S);
    for (int k = 0, j = 0, at = xo, row = xo; k < ny * nx; k++) {
      sum = sum.add(FloatVector.fromArray(S, x, at));
      j = j + 1 == nx ? 0 : j + 1;
      row = j == 0 ? row + stepY : row;
      at = j == 0 ? row : at + stepX;
    }
    sum.intoArray(y, yo);
  }

  @Override
  public void spread(
      float[] d, int to, int ny, int nx, int stepY, int stepX, float[] g, int go, int channels) {
    int c = 0;
    for (; c <= channels - L; c += L) {
      spreadVector(d, to + c, ny, nx, stepY, stepX, g, go + c, 0);
    }
    if (c < channels && channels >= L) {
      int done = c - (channels - L);
      c = channels - L;
      spreadVector(d, to + c, ny, nx, stepY, stepX, g, go + c, done);
    } else if (c < channels) {
      SCALAR.spread(d, to, ny, nx, stepY, stepX, g, go, channels);
    }
  }

  private static void spreadVector(
      float[] d, int to, int ny, int nx, int stepY, int stepX, float[] g, int go, int done) {
    FloatVector gradient = FloatVector.fromArray(S, g, go);
    VectorMask<Float> kept = LANES.compare(LT, done);
    for (int k = 0, j = 0, at = to, row = to; k < ny * nx; k++) {
      FloatVector old = FloatVector.fromArray(S, d, at);
      old.add(gradient).blend(old, kept).intoArray(d, at);
      j = j + 1 == nx ? 0 : j + 1;
      row = j == 0 ? row + stepY : row;
      at = j == 0 ? row : at + stepX;
    }
  }
}
