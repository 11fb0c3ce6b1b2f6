package dev.hebb.runtime;

import java.util.Arrays;

/**
 * The buffers a kernel reads and writes: for each operand a primitive array and the index of its
 * first element.
 *
 * <p>An instance is filled once and reused between calls, so that a replay allocates nothing. It is
 * not changed while a kernel runs.
 */
public final class Operands {
  private static final Object[] UNSET = new Object[0];

  private final Object[] arrays;
  private final int[] offsets;
  private int changes;

  /** Where a fused kernel of a single task stands, which then need not be bound for each call. */
  final Tile tile = new Tile();

  /** Makes room for {@code n} operands. */
  public Operands(int n) {
    arrays = new Object[n];
    offsets = new int[n];
    Arrays.fill(arrays, UNSET);
  }

  /** Sets operand {@code i} to the elements of {@code array} from {@code offset} on. */
  public void set(int i, Object array, int offset) {
    if (arrays[i] != array || offsets[i] != offset) {
      arrays[i] = array;
      offsets[i] = offset;
      changes++;
    }
  }

  /** Tells another number after each change. */
  int changes() {
    return changes;
  }

  /** Returns the number of operands. */
  public int count() {
    return arrays.length;
  }

  /** Returns the index of the first element of operand {@code i} in its array. */
  public int offset(int i) {
    return offsets[i];
  }

  /** Returns the array of operand {@code i}, of whatever type. */
  public Object array(int i) {
    return arrays[i];
  }

  /** Returns the array of operand {@code i}, which holds float32 values. */
  public float[] floats(int i) {
    return (float[]) arrays[i];
  }

  /** Returns the array of operand {@code i}, which holds float64 values. */
  public double[] doubles(int i) {
    return (double[]) arrays[i];
  }

  /** Returns the array of operand {@code i}, which holds int32 values. */
  public int[] ints(int i) {
    return (int[]) arrays[i];
  }

  /** Returns the array of operand {@code i}, which holds int64 values. */
  public long[] longs(int i) {
    return (long[]) arrays[i];
  }

  /** Returns the array of operand {@code i}, which holds truth values, one byte each. */
  public byte[] bytes(int i) {
    return (byte[]) arrays[i];
  }
}
