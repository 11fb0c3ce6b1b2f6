package dev.hebb.runtime.simd;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Finds where the cache lines of an array begin.
 *
 * <p>A vector that reaches over the end of a line costs two accesses, and where vectors are as long
 * as lines, each one does unless the first begins a line. Java places arrays at multiples of eight
 * bytes and does not tell where; but a loop of loads takes clearly less time from the right places
 * on. So this measures. What it finds changes no result, and where nothing stands out (short
 * vectors, a busy machine, code that is not compiled yet) it finds nothing.
 */
public final class CacheLines {
  /** Floats in a line: how much longer an array must be to have room for a shift. */
  public static final int FLOATS = 16;

  /** The answer if no place stands out. */
  public static final int UNKNOWN = -1;

  /** Floats read by one pass, which stay in the first-level cache. */
  private static final int PASS = 1024;

  private static final int PASSES = 8;

  /** The best of so many counts: whoever interrupts this thread does so in some only. */
  private static final int ROUNDS = 12;

  /** Floats that an array needs to be looked at. */
  public static final int LEAST = PASS + FLOATS;

  private CacheLines() {}

  /**
   * Returns a distance of at least so many floats for things that are read or written together: an
   * odd number of lines, so that they do not fall into the same few sets of a cache.
   */
  static int apart(int floats) {
    return (Math.ceilDiv(floats, FLOATS) | 1) * FLOATS;
  }

  /**
   * Returns the first element, 0 to 15, from which on vectors do not reach over the end of a line,
   * or {@link #UNKNOWN}; takes a tenth of a millisecond and only reads.
   */
  public static int first(float[] x) {
    if (x.length < LEAST || !Simd.available()) {
      return UNKNOWN;
    }
    long[] nanos = new long[FLOATS];
    Arrays.fill(nanos, Long.MAX_VALUE);
    for (int round = 0; round < ROUNDS; round++) {
      for (int o = 0; o < FLOATS; o++) {
        long start = System.nanoTime();
        for (int pass = 0; pass < PASSES; pass++) {
          Vectors.sink = Vectors.sum(x, o);
        }
        nanos[o] = Math.min(nanos[o], System.nanoTime() - start);
      }
    }
    return outstanding(nanos);
  }

  /** The fastest, if all but one other, half a line away, take at least a fifth longer. */
  static int outstanding(long[] nanos) {
    int best = 0;
    for (int o = 1; o < nanos.length; o++) {
      best = nanos[o] < nanos[best] ? o : best;
    }
    for (int o = 0; o < nanos.length; o++) {
      if (o % (FLOATS / 2) != best % (FLOATS / 2) && 5 * nanos[o] < 6 * nanos[best]) {
        return UNKNOWN;
      }
    }
    return best;
  }

  /** All that needs the vector module; not loaded without it. */
  private static final class Vectors {
    private static final VectorSpecies<Float> S = VectorMath.S;
    private static final int L = S.length();

    /** Takes the sums: the compiler leaves out what nobody takes. */
    @SuppressWarnings("UnusedVariable")
    static float sink;

    /** Four sums: one addition need not wait for the last. */
    static float sum(float[] x, int o) {
      var s0 = FloatVector.zero(S);
      var s1 = s0;
      var s2 = s0;
      var s3 = s0;
      for (int i = o; i < o + PASS; i += 4 * L) {
        s0 = s0.add(FloatVector.fromArray(S, x, i));
        s1 = s1.add(FloatVector.fromArray(S, x, i + L));
        s2 = s2.add(FloatVector.fromArray(S, x, i + 2 * L));
        s3 = s3.add(FloatVector.fromArray(S, x, i + 3 * L));
      }
      return s0.add(s1).add(s2.add(s3)).lane(0);
    }
  }
}
