package dev.hebb.runtime;

import dev.hebb.runtime.simd.CacheLines;

/**
 * Memory that belongs to one thread: a few arrays of each kind, grown on demand and kept, so that a
 * kernel in steady state allocates nothing.
 *
 * <p>A slot is a small number that the kernel chooses for each of its arrays. What a slot holds is
 * undefined when a task starts, unless it {@link #holds} something; an array may be longer than was
 * asked for.
 */
public final class Scratch {
  private static final int SLOTS = 8;

  /** Where a fused kernel stands in its walk. */
  final Tile tile = new Tile();

  private final Placement placement = new Placement();
  private final float[][] floats = new float[SLOTS][0];
  private final double[][] doubles = new double[SLOTS][0];
  private final int[][] ints = new int[SLOTS][0];
  private final long[][] longs = new long[SLOTS][0];

  /** The phase that is running, a number that no other phase has; 0 if nobody has told. */
  private long phase;

  /** The last phase in this thread that was run by it alone: −1, −2, … */
  private long alone;

  private long holder;
  private int held;

  /** Makes empty scratch memory; arrays appear when they are first asked for. */
  public Scratch() {}

  /**
   * Begins a task of a phase of a gang, which counts the phases of kernels from 1. After a task of
   * another kernel nothing is held any more: it may have used the same slots.
   */
  void begin(long number) {
    if (number != phase) {
      phase = number;
      holder = 0;
    }
  }

  /** Begins a phase without a gang. */
  void beginAlone() {
    phase = --alone;
  }

  /**
   * Returns whether the last task that this thread has run in the same phase of the same kernel has
   * left behind what the given number stands for. If not, the caller has to make it now, and the
   * next task will find it.
   *
   * @param what what several tasks would have to make, as the kernel numbers it
   */
  public boolean holds(int what) {
    boolean holds = phase != 0 && holder == phase && held == what;
    holder = phase;
    held = what;
    return holds;
  }

  /** Returns the float array in a slot (0 to 7), at least {@code n} long. */
  public float[] floats(int slot, int n) {
    float[] held = floats[slot];
    return held.length >= n ? held : (floats[slot] = new float[grown(held.length, n)]);
  }

  /**
   * Returns how many elements of the float array in slot 0 to skip so that what follows begins a
   * cache line: less than {@link CacheLines#FLOATS}, for which the array must have room. The next
   * call may tell another number.
   */
  public int skip() {
    return placement.skip(floats[0]);
  }

  /** Returns the double array in a slot (0 to 7), at least {@code n} long. */
  public double[] doubles(int slot, int n) {
    double[] held = doubles[slot];
    return held.length >= n ? held : (doubles[slot] = new double[grown(held.length, n)]);
  }

  /** Returns the int array in a slot (0 to 7), at least {@code n} long. */
  public int[] ints(int slot, int n) {
    int[] held = ints[slot];
    return held.length >= n ? held : (ints[slot] = new int[grown(held.length, n)]);
  }

  /** Returns the long array in a slot (0 to 7), at least {@code n} long. */
  public long[] longs(int slot, int n) {
    long[] held = longs[slot];
    return held.length >= n ? held : (longs[slot] = new long[grown(held.length, n)]);
  }

  /** Grows by at least a quarter, so that slowly rising demands do not allocate each time. */
  private static int grown(int held, int wanted) {
    return (int) Math.min(Integer.MAX_VALUE - 8L, Math.max(wanted, 64L + held + (held >> 2)));
  }
}
