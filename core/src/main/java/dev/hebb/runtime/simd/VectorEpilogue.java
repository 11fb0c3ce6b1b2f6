package dev.hebb.runtime.simd;

import static jdk.incubator.vector.VectorOperators.LE;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/** {@link Epilogue} in vector instructions, over columns. */
final class VectorEpilogue {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
  private static final int L = S.length();

  private VectorEpilogue() {}

  static void add(
      float[] y,
      int yo,
      int rows,
      int pitch,
      int cols,
      float[] b,
      int bo,
      int bPitch,
      float floor) {
    FloatVector least = FloatVector.broadcast(S, floor);
    int whole = S.loopBound(cols);
    VectorMask<Float> rest = S.indexInRange(0, cols - whole);
    for (int r = 0; r < rows; r++) {
      int row = yo + r * pitch;
      int other = bo + r * bPitch;
      for (int j = 0; j < whole; j += L) {
        FloatVector v = FloatVector.fromArray(S, y, row + j);
        above(v.add(FloatVector.fromArray(S, b, other + j)), least).intoArray(y, row + j);
      }
      if (whole < cols) {
        FloatVector v = FloatVector.fromArray(S, y, row + whole, rest);
        FloatVector added = FloatVector.fromArray(S, b, other + whole, rest);
        above(v.add(added), least).intoArray(y, row + whole, rest);
      }
    }
  }

  private static FloatVector above(FloatVector v, FloatVector least) {
    return v.blend(least, v.compare(LE, least));
  }
}
