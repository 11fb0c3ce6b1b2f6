package dev.hebb.runtime.simd;

import static dev.hebb.runtime.simd.Philox.*;
import static jdk.incubator.vector.VectorOperators.*;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link Philox} on vectors, two 32-bit words in each 64-bit lane: there is no product of words
 * that gives 64 bits, so the lower and the upper words are multiplied apart.
 */
final class PhiloxVector {
  private PhiloxVector() {}

  private static final VectorSpecies<Integer> S = IntVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Long> W = LongVector.SPECIES_PREFERRED;
  private static final IntVector IOTA = IntVector.zero(S).addIndex(1);
  private static final long LOW = 0xFFFFFFFFL;

  /** Whether a group is a whole number of vectors. */
  static boolean fits() {
    return S.length() <= BLOCKS;
  }

  /** See {@link Philox.Groups#fill}. */
  static void fill(long key, long counter, int first, int groups, float[] d, int o) {
    for (int b = 0; b < groups * BLOCKS; b += S.length()) {
      int p = o + b / BLOCKS * GROUP + b % BLOCKS;
      blocks(key, counter, first * BLOCKS + b, d, p);
    }
  }

  /**
   * As many neighbouring blocks as there are lanes. No part of it is a method of its own that takes
   * or returns vectors: what the compiler has compiled by itself before, or meets when this one has
   * grown large, it may not inline, and a call has its vectors boxed in each round.
   */
  private static void blocks(long key, long counter, int block, float[] d, int o) {
    LongVector c0 = IOTA.add(block).reinterpretAsLongs();
    LongVector c1 = LongVector.zero(W);
    LongVector c2 = LongVector.broadcast(W, twice((int) counter));
    LongVector c3 = LongVector.broadcast(W, twice((int) (counter >>> 32)));
    int k0 = (int) key;
    int k1 = (int) (key >>> 32);
    for (int round = 0; round < ROUNDS; round++) {
      LongVector even0 = c0.and(LOW).mul(MULTIPLIER_0);
      LongVector odd0 = c0.lanewise(LSHR, 32).mul(MULTIPLIER_0);
      LongVector even1 = c2.and(LOW).mul(MULTIPLIER_1);
      LongVector odd1 = c2.lanewise(LSHR, 32).mul(MULTIPLIER_1);
      LongVector high1 = even1.lanewise(LSHR, 32).or(odd1.and(~LOW));
      LongVector high0 = even0.lanewise(LSHR, 32).or(odd0.and(~LOW));
      c0 = high1.lanewise(XOR, c1).lanewise(XOR, twice(k0));
      c1 = even1.and(LOW).or(odd1.lanewise(LSHL, 32));
      c2 = high0.lanewise(XOR, c3).lanewise(XOR, twice(k1));
      c3 = even0.and(LOW).or(odd0.lanewise(LSHL, 32));
      k0 += WEYL_0;
      k1 += WEYL_1;
    }
    IntVector m0 = c0.reinterpretAsInts().lanewise(LSHR, 8);
    ((FloatVector) m0.convert(I2F, 0)).mul(0x1p-24f).intoArray(d, o);
    IntVector m1 = c1.reinterpretAsInts().lanewise(LSHR, 8);
    ((FloatVector) m1.convert(I2F, 0)).mul(0x1p-24f).intoArray(d, o + BLOCKS);
    IntVector m2 = c2.reinterpretAsInts().lanewise(LSHR, 8);
    ((FloatVector) m2.convert(I2F, 0)).mul(0x1p-24f).intoArray(d, o + 2 * BLOCKS);
    IntVector m3 = c3.reinterpretAsInts().lanewise(LSHR, 8);
    ((FloatVector) m3.convert(I2F, 0)).mul(0x1p-24f).intoArray(d, o + 3 * BLOCKS);
  }

  private static long twice(int word) {
    return (long) word << 32 | word & LOW;
  }
}
