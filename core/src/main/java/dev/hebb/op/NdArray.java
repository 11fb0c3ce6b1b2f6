package dev.hebb.op;

import dev.hebb.tensor.Shape;

/**
 * The reference implementation's array: row-major, every floating type held in float64 and every
 * integer or truth value in int64, so that the oracle has neither rounding nor overflow of its own.
 */
public final class NdArray {
  private final Shape shape;
  private final double[] reals;
  private final long[] integers;

  /** A zeroed array. */
  public NdArray(Shape shape) {
    this.shape = shape;
    boolean real = shape.dtype().isFloating();
    this.reals = new double[real ? shape.size() : 0];
    this.integers = new long[real ? 0 : shape.size()];
  }

  /** The elements of a primitive array of the shape's element type. */
  public static NdArray of(Shape shape, Object array) {
    var out = new NdArray(shape);
    int n = shape.size();
    switch (array) {
      case float[] a -> {
        for (int i = 0; i < n; i++) {
          out.reals[i] = a[i];
        }
      }
      case double[] a -> System.arraycopy(a, 0, out.reals, 0, n);
      case int[] a -> {
        for (int i = 0; i < n; i++) {
          out.integers[i] = a[i];
        }
      }
      case long[] a -> System.arraycopy(a, 0, out.integers, 0, n);
      case byte[] a -> {
        for (int i = 0; i < n; i++) {
          out.integers[i] = a[i];
        }
      }
      default -> throw new IllegalArgumentException(array.getClass().getName());
    }
    return out;
  }

  /** The shape and element type. */
  public Shape shape() {
    return shape;
  }

  /** How many elements. */
  public int size() {
    return shape.size();
  }

  /** Whether the elements are floating-point numbers. */
  public boolean isReal() {
    return shape.dtype().isFloating();
  }

  /** An element as a double. */
  public double get(int i) {
    return isReal() ? reals[i] : integers[i];
  }

  /** An element as a long; floating ones are truncated toward zero. */
  public long getLong(int i) {
    return isReal() ? (long) reals[i] : integers[i];
  }

  /** Sets an element from a double, converting to the element type. */
  public void set(int i, double v) {
    switch (shape.dtype()) {
      case FLOAT32, FLOAT64 -> reals[i] = v;
      case INT32 -> integers[i] = (int) v;
      case INT64 -> integers[i] = (long) v;
      case BOOL -> integers[i] = v != 0 ? 1 : 0;
    }
  }

  /** Sets an element from a long; int32 wraps around as Java's does. */
  public void setLong(int i, long v) {
    switch (shape.dtype()) {
      case FLOAT32, FLOAT64 -> reals[i] = v;
      case INT32 -> integers[i] = (int) v;
      case INT64 -> integers[i] = v;
      case BOOL -> integers[i] = v != 0 ? 1 : 0;
    }
  }

  /** Copies one element of another array of the same kind. */
  public void copy(int i, NdArray from, int j) {
    if (isReal()) {
      reals[i] = from.get(j);
    } else {
      setLong(i, from.getLong(j));
    }
  }

  /** The elements as a primitive array of the shape's element type (float32 rounds here). */
  public Object toArray() {
    int n = size();
    Object array = shape.dtype().newArray(n);
    switch (array) {
      case float[] a -> {
        for (int i = 0; i < n; i++) {
          a[i] = (float) reals[i];
        }
      }
      case double[] a -> System.arraycopy(reals, 0, a, 0, n);
      case int[] a -> {
        for (int i = 0; i < n; i++) {
          a[i] = (int) integers[i];
        }
      }
      case long[] a -> System.arraycopy(integers, 0, a, 0, n);
      case byte[] a -> {
        for (int i = 0; i < n; i++) {
          a[i] = (byte) integers[i];
        }
      }
      default -> throw new IllegalStateException();
    }
    return array;
  }

  /** The multi-index of a linear one, written into {@code index}. */
  static void unravel(int linear, Shape shape, int[] index) {
    for (int d = shape.rank() - 1; d >= 0; d--) {
      int n = shape.dim(d);
      index[d] = linear % n;
      linear /= n;
    }
  }

  /** The linear index of a multi-index. */
  static int ravel(int[] index, Shape shape) {
    int linear = 0;
    for (int d = 0; d < index.length; d++) {
      linear = linear * shape.dim(d) + index[d];
    }
    return linear;
  }
}
