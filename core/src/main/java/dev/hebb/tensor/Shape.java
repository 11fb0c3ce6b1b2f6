package dev.hebb.tensor;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * The dimensions of a tensor, outermost first, and the type of its elements (float32 unless {@link
 * #as} says otherwise). A scalar has rank 0; a dimension may be 0, which makes the tensor empty.
 */
public final class Shape {
  private final int[] dims;
  private final DType dtype;

  private Shape(int[] dims, DType dtype) {
    this.dims = dims;
    this.dtype = dtype;
  }

  /**
   * The float32 shape with these dimensions.
   *
   * @throws ShapeError if a dimension is negative or the tensor would have 2³¹ elements or more
   */
  public static Shape of(int... dims) {
    return of(DType.FLOAT32, dims);
  }

  /** The shape with these dimensions and element type. */
  public static Shape of(DType dtype, int... dims) {
    long size = 1;
    for (int d : dims) {
      if (d < 0) {
        throw new ShapeError(
            "shape " + Arrays.toString(dims) + ": a dimension cannot be negative (" + d + ")");
      }
      size = Math.multiplyExact(size, d);
      if (size > Integer.MAX_VALUE - 8) {
        throw new ShapeError(
            "shape "
                + Arrays.toString(dims)
                + ": a tensor holds at most 2^31 - 9 elements;"
                + " split the batch");
      }
    }
    return new Shape(dims.clone(), dtype);
  }

  /** The same dimensions with another element type. */
  public Shape as(DType type) {
    return type == dtype ? this : new Shape(dims, type);
  }

  /** The element type. */
  public DType dtype() {
    return dtype;
  }

  /** How many dimensions; 0 for a scalar. */
  public int rank() {
    return dims.length;
  }

  /**
   * One dimension.
   *
   * @param i its index; negative ones count from the end, so −1 is the last
   * @throws ShapeError if there is no such dimension
   */
  public int dim(int i) {
    return dims[axis(i)];
  }

  /** The last dimension. */
  public int last() {
    return dim(-1);
  }

  /** A copy of the dimensions. */
  public int[] dims() {
    return dims.clone();
  }

  /** How many elements. */
  public int size() {
    int n = 1;
    for (int d : dims) {
      n *= d;
    }
    return n;
  }

  /** How many bytes the elements take. */
  public long bytes() {
    return (long) size() * dtype.bytes();
  }

  /**
   * The index of an axis counted from the front.
   *
   * @throws ShapeError if the axis is outside −rank … rank−1
   */
  public int axis(int i) {
    int axis = i < 0 ? i + dims.length : i;
    if (axis < 0 || axis >= dims.length) {
      throw new ShapeError(
          "axis " + i + " does not exist in shape " + this + " (rank " + dims.length + ")");
    }
    return axis;
  }

  /** This shape with its last dimension replaced. */
  public Shape withLast(int d) {
    return with(-1, d);
  }

  /** This shape with one dimension replaced. */
  public Shape with(int axis, int d) {
    int[] copy = dims.clone();
    copy[axis(axis)] = d;
    return of(dtype, copy);
  }

  /** This shape with another dimension in front: the batch of {@code n} such examples. */
  public Shape prepend(int n) {
    int[] copy = new int[dims.length + 1];
    copy[0] = n;
    System.arraycopy(dims, 0, copy, 1, dims.length);
    return of(dtype, copy);
  }

  /** The dimensions from {@code from} (inclusive) on: {@code drop(1)} takes the batch off. */
  public Shape drop(int from) {
    return new Shape(Arrays.copyOfRange(dims, Math.min(from, dims.length), dims.length), dtype);
  }

  /** Whether the dimensions are equal, whatever the element types. */
  public boolean sameDims(Shape other) {
    return Arrays.equals(dims, other.dims);
  }

  /** How many elements of the flattened tensor lie between neighbours along each axis. */
  public int[] strides() {
    int[] strides = new int[dims.length];
    int s = 1;
    for (int i = dims.length - 1; i >= 0; i--) {
      strides[i] = s;
      s *= dims[i];
    }
    return strides;
  }

  /**
   * The shape that both broadcast to, by NumPy's rule: aligned at the last axis, equal or 1. The
   * element type is this shape's.
   *
   * @throws ShapeError naming the operation and the axis that differs
   */
  public Shape broadcast(Shape other, String operation) {
    int rank = Math.max(rank(), other.rank());
    int[] out = new int[rank];
    for (int i = 1; i <= rank; i++) {
      int a = i <= rank() ? dims[rank() - i] : 1;
      int b = i <= other.rank() ? other.dims[other.rank() - i] : 1;
      if (a != b && a != 1 && b != 1) {
        throw new ShapeError(
            "%s: shapes %s and %s do not broadcast: axis %d from the end has %d against %d (they must be equal, or one of them 1)"
                .formatted(operation, this, other, i, a, b));
      }
      out[rank - i] = a == 1 ? b : a;
    }
    return of(dtype, out);
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Shape s && dtype == s.dtype && Arrays.equals(dims, s.dims);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(dims) + dtype.ordinal();
  }

  /** {@code [32, 26, 26]}, with the element type in front where it is not float32. */
  @Override
  public String toString() {
    String text =
        Arrays.stream(dims).mapToObj(Integer::toString).collect(Collectors.joining(", ", "[", "]"));
    return dtype == DType.FLOAT32 ? text : dtype.label() + text;
  }
}
