package dev.hebb.runtime.simd;

import static dev.hebb.runtime.simd.Philox.*;
import static jdk.incubator.vector.VectorOperators.*;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** {@link Philox} on vectors: a 32-bit word stands in each 64-bit lane, so that a product fits. */
final class PhiloxVector {
  private PhiloxVector() {}

  private static final VectorSpecies<Long> S = LongVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> HALF =
      VectorSpecies.of(int.class, VectorShape.forBitSize(S.vectorBitSize() / 2));
  private static final LongVector IOTA = LongVector.zero(S).addIndex(1);
  private static final long LOW = 0xFFFFFFFFL;

  /** Whether a group is a whole number of vectors. */
  static boolean fits() {
    return S.length() >= 2 && S.length() <= BLOCKS;
  }

  /** See {@link Philox.Groups#fill}. */
  static void fill(long key, long counter, int first, int groups, float[] d, int o) {
    for (int b = 0; b < groups * BLOCKS; b += S.length()) {
      int p = o + b / BLOCKS * GROUP + b % BLOCKS;
      blocks(key, counter, (first * BLOCKS + b) & LOW, d, p);
    }
  }

  /** As many neighbouring blocks as there are lanes. */
  private static void blocks(long key, long counter, long block, float[] d, int o) {
    LongVector c0 = IOTA.add(block);
    LongVector c1 = LongVector.zero(S);
    LongVector c2 = LongVector.broadcast(S, counter & LOW);
    LongVector c3 = LongVector.broadcast(S, counter >>> 32);
    int k0 = (int) key;
    int k1 = (int) (key >>> 32);
    for (int round = 0; round < ROUNDS; round++) {
      LongVector p0 = c0.mul(MULTIPLIER_0);
      LongVector p1 = c2.mul(MULTIPLIER_1);
      c0 = p1.lanewise(LSHR, 32).lanewise(XOR, c1).lanewise(XOR, k0 & LOW);
      c1 = p1.and(LOW);
      c2 = p0.lanewise(LSHR, 32).lanewise(XOR, c3).lanewise(XOR, k1 & LOW);
      c3 = p0.and(LOW);
      k0 += WEYL_0;
      k1 += WEYL_1;
    }
    store(c0, d, o);
    store(c1, d, o + BLOCKS);
    store(c2, d, o + 2 * BLOCKS);
    store(c3, d, o + 3 * BLOCKS);
  }

  private static void store(LongVector words, float[] d, int o) {
    IntVector mantissa = (IntVector) words.lanewise(LSHR, 8).convertShape(L2I, HALF, 0);
    ((FloatVector) mantissa.convert(I2F, 0)).mul(0x1p-24f).intoArray(d, o);
  }
}
