package dev.hebb.runtime.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Transposes square blocks in registers.
 *
 * <p>Exchanging row bit by row bit with a lane bit takes log₂ L rounds. Two of them together are
 * one step on four rows, so that a block of 16 × 16 lies in its new place once in between, and no
 * step needs more than eight registers.
 */
final class VectorTranspose {
  private static final VectorSpecies<Float> S = VectorPanel.S;
  private static final int L = S.length();

  private static final VectorShuffle<Float> SWAP_1 = swap(1);
  private static final VectorShuffle<Float> SWAP_2 = swap(2);
  private static final VectorShuffle<Float> SWAP_4 = swap(4);
  private static final VectorShuffle<Float> SWAP_8 = swap(8);
  private static final VectorMask<Float> ODD_1 = odd(1);
  private static final VectorMask<Float> ODD_2 = odd(2);
  private static final VectorMask<Float> ODD_4 = odd(4);
  private static final VectorMask<Float> ODD_8 = odd(8);

  private VectorTranspose() {}

  private static VectorShuffle<Float> swap(int distance) {
    return VectorShuffle.fromOp(S, i -> (i ^ distance) % L);
  }

  private static VectorMask<Float> odd(int distance) {
    boolean[] odd = new boolean[L];
    for (int i = 0; i < L; i++) {
      odd[i] = (i & distance) != 0;
    }
    return VectorMask.fromArray(S, odd, 0);
  }

  /**
   * Transposes L rows of n elements, n a multiple of L: p[po + i·width + j] = b[bo + j·pitch + i].
   */
  static void rows(float[] b, int bo, int pitch, int n, float[] p, int po, int width) {
    for (int i = 0; i < n; i += L) {
      int to = po + i * width;
      for (int r = 0; r < L; r += 4) {
        low(b, bo + r * pitch + i, pitch, p, to + r * width, width);
      }
      finish(p, to, width, p, to, width);
    }
  }

  /**
   * The same, which leaves its first steps in the rows and writes no element of P twice; these rows
   * are lost.
   */
  static void turn(float[] b, int bo, int pitch, int n, float[] p, int po, int width) {
    for (int i = 0; i < n; i += L) {
      int at = bo + i;
      for (int r = 0; r < L; r += 4) {
        low(b, at + r * pitch, pitch, b, at + r * pitch, pitch);
      }
      finish(b, at, pitch, p, po + i * width, width);
    }
  }

  /** Exchanges the other bits of row and lane. */
  private static void finish(float[] from, int f, int pitch, float[] to, int t, int width) {
    for (int r = 0; r < 4; r++) {
      if (L == 16) {
        high(from, f + r * pitch, 4 * pitch, to, t + r * width, 4 * width);
      } else if (L == 8) {
        pair(from, f + r * pitch, 4 * pitch, to, t + r * width, 4 * width);
      } else if (from != to) {
        FloatVector.fromArray(S, from, f + r * pitch).intoArray(to, t + r * width);
      }
    }
  }

  /** Exchanges the two low bits of row and lane in four rows. */
  private static void low(float[] from, int f, int pitch, float[] to, int t, int width) {
    FloatVector x0 = FloatVector.fromArray(S, from, f);
    FloatVector x1 = FloatVector.fromArray(S, from, f + pitch);
    FloatVector x2 = FloatVector.fromArray(S, from, f + 2 * pitch);
    FloatVector x3 = FloatVector.fromArray(S, from, f + 3 * pitch);
    FloatVector y0 = x0.blend(x1.rearrange(SWAP_1), ODD_1);
    FloatVector y1 = x0.rearrange(SWAP_1).blend(x1, ODD_1);
    FloatVector y2 = x2.blend(x3.rearrange(SWAP_1), ODD_1);
    FloatVector y3 = x2.rearrange(SWAP_1).blend(x3, ODD_1);
    y0.blend(y2.rearrange(SWAP_2), ODD_2).intoArray(to, t);
    y1.blend(y3.rearrange(SWAP_2), ODD_2).intoArray(to, t + width);
    y0.rearrange(SWAP_2).blend(y2, ODD_2).intoArray(to, t + 2 * width);
    y1.rearrange(SWAP_2).blend(y3, ODD_2).intoArray(to, t + 3 * width);
  }

  /** Exchanges the two high bits of row and lane in every fourth row of sixteen. */
  private static void high(float[] from, int f, int pitch, float[] to, int t, int width) {
    FloatVector x0 = FloatVector.fromArray(S, from, f);
    FloatVector x1 = FloatVector.fromArray(S, from, f + pitch);
    FloatVector x2 = FloatVector.fromArray(S, from, f + 2 * pitch);
    FloatVector x3 = FloatVector.fromArray(S, from, f + 3 * pitch);
    FloatVector y0 = x0.blend(x1.rearrange(SWAP_4), ODD_4);
    FloatVector y1 = x0.rearrange(SWAP_4).blend(x1, ODD_4);
    FloatVector y2 = x2.blend(x3.rearrange(SWAP_4), ODD_4);
    FloatVector y3 = x2.rearrange(SWAP_4).blend(x3, ODD_4);
    y0.blend(y2.rearrange(SWAP_8), ODD_8).intoArray(to, t);
    y1.blend(y3.rearrange(SWAP_8), ODD_8).intoArray(to, t + width);
    y0.rearrange(SWAP_8).blend(y2, ODD_8).intoArray(to, t + 2 * width);
    y1.rearrange(SWAP_8).blend(y3, ODD_8).intoArray(to, t + 3 * width);
  }

  /** Exchanges the third bit of row and lane in every fourth row of eight. */
  private static void pair(float[] from, int f, int pitch, float[] to, int t, int width) {
    FloatVector x0 = FloatVector.fromArray(S, from, f);
    FloatVector x1 = FloatVector.fromArray(S, from, f + pitch);
    x0.blend(x1.rearrange(SWAP_4), ODD_4).intoArray(to, t);
    x0.rearrange(SWAP_4).blend(x1, ODD_4).intoArray(to, t + width);
  }
}
