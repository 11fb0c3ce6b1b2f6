package dev.hebb.runtime.simd;

import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.LE;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/** Pooling in vector instructions, over channels. */
final class VectorPool implements PoolPixel {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
  private static final int L = S.length();

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
    for (int c = 0; c < channels; c += L) {
      VectorMask<Float> used = S.indexInRange(c, channels);
      FloatVector most = FloatVector.fromArray(S, x, xo + c, used);
      for (int i = 0; i < ny; i++) {
        int at = xo + c + i * stepY;
        for (int j = 0; j < nx; j++, at += stepX) {
          FloatVector value = FloatVector.fromArray(S, x, at, used);
          most = most.blend(value, larger(value, most));
        }
      }
      most.intoArray(y, yo + c, used);
    }
  }

  @Override
  public void take(
      float[] x, int xo, float[] v, int vo, int ny, int nx, int stepY, int stepX,
      float[] y, int yo, int channels) {
    for (int c = 0; c < channels; c += L) {
      VectorMask<Float> used = S.indexInRange(c, channels);
      FloatVector most = FloatVector.fromArray(S, x, xo + c, used);
      FloatVector taken = FloatVector.fromArray(S, v, vo + c, used);
      for (int i = 0; i < ny; i++) {
        int at = c + i * stepY;
        for (int j = 0; j < nx; j++, at += stepX) {
          FloatVector value = FloatVector.fromArray(S, x, xo + at, used);
          VectorMask<Float> larger = larger(value, most);
          most = most.blend(value, larger);
          taken = taken.blend(FloatVector.fromArray(S, v, vo + at, used), larger);
        }
      }
      taken.intoArray(y, yo + c, used);
    }
  }

  /**
   * Keeps the largest and the number of its tap in memory, channel by channel: as variables that live
   * across loops, C2 puts them into objects when it has inlined enough of them.
   */
  @Override
  public void scatter(
      float[] x, int xo, float[] d, int to, int ny, int nx, int stepY, int stepX,
      float[] g, int go, int channels, float[] work) {
    System.arraycopy(x, xo, work, 0, channels);
    Arrays.fill(work, channels, 2 * channels, 0);
    for (int i = 0; i < ny; i++) {
      for (int j = 0; j < nx; j++) {
        if (i + j > 0) {
          compete(x, xo + i * stepY + j * stepX, work, i * nx + j, channels);
        }
      }
    }
    for (int i = 0; i < ny; i++) {
      for (int j = 0; j < nx; j++) {
        award(d, to + i * stepY + j * stepX, g, go, work, i * nx + j, channels);
      }
    }
  }

  /** Notes the tap where it is larger than what was noted; its number is exact as a float. */
  private static void compete(float[] x, int xo, float[] work, float tap, int channels) {
    for (int c = 0; c < channels; c += L) {
      VectorMask<Float> used = S.indexInRange(c, channels);
      FloatVector most = FloatVector.fromArray(S, work, c, used);
      FloatVector value = FloatVector.fromArray(S, x, xo + c, used);
      VectorMask<Float> wins = larger(value, most).and(used);
      value.intoArray(work, c, wins);
      FloatVector.broadcast(S, tap).intoArray(work, channels + c, wins);
    }
  }

  /** Adds the gradient where this tap was the largest. */
  private static void award(
      float[] d, int to, float[] g, int go, float[] work, float tap, int channels) {
    for (int c = 0; c < channels; c += L) {
      VectorMask<Float> used = S.indexInRange(c, channels);
      VectorMask<Float> here =
          FloatVector.fromArray(S, work, channels + c, used).compare(EQ, tap).and(used);
      FloatVector sum = FloatVector.fromArray(S, d, to + c, used);
      sum.add(FloatVector.fromArray(S, g, go + c, used)).intoArray(d, to + c, here);
    }
  }

  @Override
  public void sum(
      float[] x, int xo, int ny, int nx, int stepY, int stepX, float[] y, int yo, int channels) {
    for (int c = 0; c < channels; c += L) {
      VectorMask<Float> used = S.indexInRange(c, channels);
      FloatVector sum = FloatVector.zero(S);
      for (int i = 0; i < ny; i++) {
        int at = xo + c + i * stepY;
        for (int j = 0; j < nx; j++, at += stepX) {
          sum = sum.add(FloatVector.fromArray(S, x, at, used));
        }
      }
      sum.intoArray(y, yo + c, used);
    }
  }

  @Override
  public void spread(
      float[] d, int to, int ny, int nx, int stepY, int stepX, float[] g, int go, int channels) {
    for (int c = 0; c < channels; c += L) {
      VectorMask<Float> used = S.indexInRange(c, channels);
      FloatVector gradient = FloatVector.fromArray(S, g, go + c, used);
      for (int i = 0; i < ny; i++) {
        int at = to + c + i * stepY;
        for (int j = 0; j < nx; j++, at += stepX) {
          FloatVector.fromArray(S, d, at, used).add(gradient).intoArray(d, at, used);
        }
      }
    }
  }
}
