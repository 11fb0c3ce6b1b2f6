package dev.hebb.runtime.simd;

import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.LE;

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

  @Override
  public void scatter(
      float[] x, int xo, float[] d, int to, int ny, int nx, int stepY, int stepX,
      float[] g, int go, int channels) {
    for (int c = 0; c < channels; c += L) {
      VectorMask<Float> used = S.indexInRange(c, channels);
      FloatVector most = FloatVector.fromArray(S, x, xo + c, used);
      // The number of the tap that holds the largest, exact as a float.
      FloatVector best = FloatVector.zero(S);
      for (int i = 0; i < ny; i++) {
        int at = xo + c + i * stepY;
        for (int j = 0; j < nx; j++, at += stepX) {
          FloatVector value = FloatVector.fromArray(S, x, at, used);
          VectorMask<Float> larger = larger(value, most);
          most = most.blend(value, larger);
          best = best.blend((float) (i * nx + j), larger); // a long would be boxed
        }
      }
      FloatVector gradient = FloatVector.fromArray(S, g, go + c, used);
      for (int i = 0; i < ny; i++) {
        int at = to + c + i * stepY;
        for (int j = 0; j < nx; j++, at += stepX) {
          VectorMask<Float> here = best.compare(EQ, (float) (i * nx + j));
          FloatVector.fromArray(S, d, at, used).add(gradient, here).intoArray(d, at, used);
        }
      }
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
