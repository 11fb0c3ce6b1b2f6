package dev.hebb.runtime.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link ConvRuns} in whole vectors. A copy's last vector reaches beyond its run, and the next run
 * overwrites what it leaves there.
 */
final class VectorConvRuns implements ConvRuns {
  private static final VectorSpecies<Float> S = VectorPanel.S;
  private static final int L = S.length();

  /** Up to so many elements, a loop over a run would be too short to pay. */
  private static final int SHORT = 2 * L;

  private static final ScalarConvRuns SCALAR = new ScalarConvRuns();

  private VectorConvRuns() {}

  /** Made by a method so that naming this class does not yet load it. */
  static ConvRuns create() {
    return new VectorConvRuns();
  }

  @Override
  public void copy(
      float[] from,
      int fo,
      int windowStep,
      int rowStep,
      int windows,
      int rows,
      int n,
      float[] to,
      int at,
      int pitch) {
    int reach = (rows - 1) * rowStep + Math.ceilDiv(n, L) * L;
    int safe = windows;
    while (safe > 0 && fo + (safe - 1) * windowStep + reach > from.length) {
      safe--; // whole vectors would reach beyond the end of the image
    }
    if (n <= SHORT) {
      for (int r = 0; r < rows; r++) {
        for (int j = 0; j < n; j += L) {
          across(from, fo + r * rowStep + j, windowStep, safe, to, at + r * n + j, pitch);
        }
      }
    } else {
      for (int i = 0; i < safe; i++) {
        for (int r = 0; r < rows; r++) {
          along(from, fo + i * windowStep + r * rowStep, n, to, at + i * pitch + r * n);
        }
      }
    }
    if (safe < windows) {
      int source = fo + safe * windowStep;
      int sink = at + safe * pitch;
      SCALAR.copy(from, source, windowStep, rowStep, windows - safe, rows, n, to, sink, pitch);
    }
  }

  /** Copies one vector of each window. */
  private static void across(
      float[] from, int fo, int windowStep, int windows, float[] to, int at, int pitch) {
    for (int i = 0; i < windows; i++) {
      FloatVector.fromArray(S, from, fo + i * windowStep).intoArray(to, at + i * pitch);
    }
  }

  /** Copies all vectors of one run. */
  private static void along(float[] from, int fo, int n, float[] to, int at) {
    for (int j = 0; j < n; j += L) {
      FloatVector.fromArray(S, from, fo + j).intoArray(to, at + j);
    }
  }

  @Override
  public void add(
      float[] from, int fo, int fromStep, int rows, int n, float[] to, int at, int toStep) {
    int whole = S.loopBound(n);
    boolean isInside =
        fo + (rows - 1) * fromStep + whole + L <= from.length
            && at + (rows - 1) * toStep + whole + L <= to.length;
    if (!isInside) {
      SCALAR.add(from, fo, fromStep, rows, n, to, at, toStep);
      return;
    }
    VectorMask<Float> rest = S.indexInRange(0, n - whole);
    for (int r = 0; r < rows; r++, fo += fromStep, at += toStep) {
      for (int j = 0; j < whole; j += L) {
        FloatVector sum = FloatVector.fromArray(S, to, at + j);
        sum.add(FloatVector.fromArray(S, from, fo + j)).intoArray(to, at + j);
      }
      if (whole < n) {
        FloatVector sum = FloatVector.fromArray(S, to, at + whole, rest);
        sum.add(FloatVector.fromArray(S, from, fo + whole, rest)).intoArray(to, at + whole, rest);
      }
    }
  }
}
