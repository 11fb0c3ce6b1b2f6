package dev.hebb.runtime.simd;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Philox4x32-10: random numbers as a pure function of a key and a counter, so that a step of a
 * program gets the same numbers however it is cut into tiles and threads.
 *
 * <p>A stream is named by a 64-bit key and a 64-bit counter (seed and step, say); its numbers are
 * indexed from 0 to 2³¹ − 1. Philox makes four words of a 128-bit counter: the stream's counter
 * stands in the two upper words, the number of the block in the lowest. Sixteen blocks make a group
 * of sixty-four numbers: first the sixteen first words, then the second, third and fourth, which
 * suits vectors of any width. So number i is word ⌊i/16⌋ mod 4 of block 16⌊i/64⌋ + i mod 16.
 *
 * @see <a href="https://doi.org/10.1145/2063384.2063405">Salmon, Moraes, Dror and Shaw, Parallel
 *     random numbers: as easy as 1, 2, 3, SC 2011</a>
 */
public final class Philox {
  private Philox() {}

  static final int ROUNDS = 10;
  static final long MULTIPLIER_0 = 0xD2511F53L;
  static final long MULTIPLIER_1 = 0xCD9E8D57L;

  /** The golden ratio and √3 − 1 in units of 2⁻³²: what the key grows by from round to round. */
  static final int WEYL_0 = 0x9E3779B9;

  static final int WEYL_1 = 0xBB67AE85;

  static final int BLOCKS = 16;
  static final int GROUP = 4 * BLOCKS;

  /** Fills whole groups with uniform numbers. */
  @FunctionalInterface
  interface Groups {
    /** Writes {@code groups} · 64 numbers from group {@code first} on to {@code d[o ..]}. */
    void fill(long key, long counter, int first, int groups, float[] d, int o);
  }

  private static final @Nullable LoopTier<Groups> TIER =
      Simd.available() && PhiloxVector.fits()
          ? new LoopTier<>(Philox::plain, () -> PhiloxVector::fill, Philox::exercise)
          : null;

  /**
   * Uniform numbers in [0, 1): multiples of 2⁻²⁴.
   *
   * @param key the stream's key
   * @param counter the stream's counter
   * @param first the index in the stream of the first number
   * @param d where the numbers go
   * @param o the index in {@code d} of the first number
   * @param n how many
   */
  public static void uniform(long key, long counter, int first, float[] d, int o, int n) {
    int i = 0;
    for (; i < n && (first + i) % GROUP != 0; i++) {
      d[o + i] = toUniform(word(key, counter, first + i));
    }
    int groups = (n - i) / GROUP;
    if (groups > 0) {
      Groups form = TIER == null ? Philox::plain : TIER.pick(groups * GROUP);
      form.fill(key, counter, (first + i) / GROUP, groups, d, o + i);
      i += groups * GROUP;
    }
    for (; i < n; i++) {
      d[o + i] = toUniform(word(key, counter, first + i));
    }
  }

  /** The raw 32-bit words of a stream, with the same meaning of the arguments. */
  public static void words(long key, long counter, int first, int[] d, int o, int n) {
    for (int i = 0; i < n; i++) {
      d[o + i] = word(key, counter, first + i);
    }
  }

  /** One raw 32-bit word of a stream. */
  public static int word(long key, long counter, int index) {
    int block = index / GROUP * BLOCKS + index % BLOCKS;
    return word(key, block, 0, (int) counter, (int) (counter >>> 32), index / BLOCKS % 4);
  }

  /** One of the four words that ten rounds make of a key and a 128-bit counter. */
  static int word(long key, int c0, int c1, int c2, int c3, int which) {
    int k0 = (int) key;
    int k1 = (int) (key >>> 32);
    for (int round = 0; round < ROUNDS; round++) {
      long p0 = MULTIPLIER_0 * (c0 & 0xFFFFFFFFL);
      long p1 = MULTIPLIER_1 * (c2 & 0xFFFFFFFFL);
      c0 = (int) (p1 >>> 32) ^ c1 ^ k0;
      c1 = (int) p1;
      c2 = (int) (p0 >>> 32) ^ c3 ^ k1;
      c3 = (int) p0;
      k0 += WEYL_0;
      k1 += WEYL_1;
    }
    return switch (which) {
      case 0 -> c0;
      case 1 -> c1;
      case 2 -> c2;
      default -> c3;
    };
  }

  /** The plain form of {@link Groups}; it makes all four words of a block at once. */
  static void plain(long key, long counter, int first, int groups, float[] d, int o) {
    for (int b = 0; b < groups * BLOCKS; b++) {
      int c0 = first * BLOCKS + b;
      int c1 = 0;
      int c2 = (int) counter;
      int c3 = (int) (counter >>> 32);
      int k0 = (int) key;
      int k1 = (int) (key >>> 32);
      for (int round = 0; round < ROUNDS; round++) {
        long p0 = MULTIPLIER_0 * (c0 & 0xFFFFFFFFL);
        long p1 = MULTIPLIER_1 * (c2 & 0xFFFFFFFFL);
        c0 = (int) (p1 >>> 32) ^ c1 ^ k0;
        c1 = (int) p1;
        c2 = (int) (p0 >>> 32) ^ c3 ^ k1;
        c3 = (int) p0;
        k0 += WEYL_0;
        k1 += WEYL_1;
      }
      int p = o + b / BLOCKS * GROUP + b % BLOCKS;
      d[p] = toUniform(c0);
      d[p + BLOCKS] = toUniform(c1);
      d[p + 2 * BLOCKS] = toUniform(c2);
      d[p + 3 * BLOCKS] = toUniform(c3);
    }
  }

  private static float toUniform(int word) {
    return (word >>> 8) * 0x1p-24f;
  }

  private static List<Consumer<Groups>> exercise() {
    float[] d = new float[8 * GROUP];
    return List.of(g -> g.fill(0x123456789L, 42, 7, 8, d, 0));
  }
}
