package dev.hebb.runtime.simd;

import static jdk.incubator.vector.VectorOperators.LT;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link Taps} in vector instructions, over channels. As in {@link VectorPool}, one flat loop steps
 * from row to row without a branch.
 */
final class VectorTaps implements Taps {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
  private static final int L = S.length();

  /** 0, 1, 2, … */
  private static final FloatVector LANES = FloatVector.zero(S).addIndex(1);

  /** Takes what has fewer channels than a vector. */
  private static final ScalarTaps SCALAR = new ScalarTaps();

  private VectorTaps() {}

  /** Made by a method so that naming this class does not yet load it. */
  static Taps create() {
    return new VectorTaps();
  }

  @Override
  public void dot(
      float[] a,
      int ao,
      int aStepY,
      int aStepX,
      float[] b,
      int bo,
      int bStepY,
      int bStepX,
      int ny,
      int nx,
      float[] y,
      int yo,
      int channels) {
    int c = 0;
    for (; c <= channels - 2 * L; c += 2 * L) {
      dotPair(a, ao + c, aStepY, aStepX, b, bo + c, bStepY, bStepX, ny, nx, y, yo + c);
    }
    for (; c <= channels - L; c += L) {
      dotVector(a, ao + c, aStepY, aStepX, b, bo + c, bStepY, bStepX, ny, nx, y, yo + c);
    }
    if (c < channels && channels >= L) {
      // The last vector overlaps the one before and stores the same values again.
      c = channels - L;
      dotVector(a, ao + c, aStepY, aStepX, b, bo + c, bStepY, bStepX, ny, nx, y, yo + c);
    } else if (c < channels) {
      SCALAR.dot(a, ao, aStepY, aStepX, b, bo, bStepY, bStepX, ny, nx, y, yo, channels);
    }
  }

  private static void dotPair(
      float[] a,
      int ao,
      int aStepY,
      int aStepX,
      float[] b,
      int bo,
      int bStepY,
      int bStepX,
      int ny,
      int nx,
      float[] y,
      int yo) {
    FloatVector sum = FloatVector.zero(S);
    FloatVector next = FloatVector.zero(S);
    for (int k = 0, j = 0, p = ao, q = bo, row = ao, line = bo; k < ny * nx; k++) {
      sum = FloatVector.fromArray(S, a, p).fma(FloatVector.fromArray(S, b, q), sum);
      next = FloatVector.fromArray(S, a, p + L).fma(FloatVector.fromArray(S, b, q + L), next);
      j = j + 1 == nx ? 0 : j + 1;
      row = j == 0 ? row + aStepY : row;
      line = j == 0 ? line + bStepY : line;
      p = j == 0 ? row : p + aStepX;
      q = j == 0 ? line : q + bStepX;
    }
    sum.intoArray(y, yo);
    next.intoArray(y, yo + L);
  }

  private static void dotVector(
      float[] a,
      int ao,
      int aStepY,
      int aStepX,
      float[] b,
      int bo,
      int bStepY,
      int bStepX,
      int ny,
      int nx,
      float[] y,
      int yo) {
    FloatVector sum = FloatVector.zero(S);
    for (int k = 0, j = 0, p = ao, q = bo, row = ao, line = bo; k < ny * nx; k++) {
      sum = FloatVector.fromArray(S, a, p).fma(FloatVector.fromArray(S, b, q), sum);
      j = j + 1 == nx ? 0 : j + 1;
      row = j == 0 ? row + aStepY : row;
      line = j == 0 ? line + bStepY : line;
      p = j == 0 ? row : p + aStepX;
      q = j == 0 ? line : q + bStepX;
    }
    sum.intoArray(y, yo);
  }

  @Override
  public void add(
      float[] d,
      int at,
      int dStepY,
      int dStepX,
      float[] a,
      int ao,
      int aStepY,
      int aStepX,
      int ny,
      int nx,
      float[] g,
      int go,
      int channels) {
    int c = 0;
    for (; c <= channels - L; c += L) {
      addVector(d, at + c, dStepY, dStepX, a, ao + c, aStepY, aStepX, ny, nx, g, go + c, 0);
    }
    if (c < channels && channels >= L) {
      // The last vector overlaps the one before; the lanes that are done are left alone.
      int done = c - (channels - L);
      c = channels - L;
      addVector(d, at + c, dStepY, dStepX, a, ao + c, aStepY, aStepX, ny, nx, g, go + c, done);
    } else if (c < channels) {
      SCALAR.add(d, at, dStepY, dStepX, a, ao, aStepY, aStepX, ny, nx, g, go, channels);
    }
  }

  private static void addVector(
      float[] d,
      int at,
      int dStepY,
      int dStepX,
      float[] a,
      int ao,
      int aStepY,
      int aStepX,
      int ny,
      int nx,
      float[] g,
      int go,
      int done) {
    FloatVector gradient = FloatVector.fromArray(S, g, go);
    VectorMask<Float> kept = LANES.compare(LT, done);
    for (int k = 0, j = 0, p = at, q = ao, row = at, line = ao; k < ny * nx; k++) {
      FloatVector old = FloatVector.fromArray(S, d, p);
      FloatVector sum = FloatVector.fromArray(S, a, q).fma(gradient, old);
      sum.blend(old, kept).intoArray(d, p);
      j = j + 1 == nx ? 0 : j + 1;
      row = j == 0 ? row + dStepY : row;
      line = j == 0 ? line + aStepY : line;
      p = j == 0 ? row : p + dStepX;
      q = j == 0 ? line : q + aStepX;
    }
  }
}
