package dev.hebb.tensor;

import dev.hebb.op.Index;
import dev.hebb.op.View;
import java.util.Arrays;
import java.util.Collections;
import java.util.stream.IntStream;

/** The same elements in another arrangement, parts of them, and several put together. */
public sealed interface ShapeMethods permits Tensor {
  private Tensor self() {
    return (Tensor) this;
  }

  /**
   * The elements in the same order under other dimensions.
   *
   * @param dims one may be −1: it is whatever is left
   */
  default Tensor reshape(int... dims) {
    int[] out = dims.clone();
    int open = -1;
    long known = 1;
    for (int i = 0; i < out.length; i++) {
      if (out[i] == -1 && open < 0) {
        open = i;
      } else {
        known *= out[i];
      }
    }
    if (open >= 0) {
      if (known <= 0 || self().size() % known != 0) {
        throw new ShapeError(
            "reshape: %s has %d elements, which %s cannot share out"
                .formatted(self().shape(), self().size(), Arrays.toString(dims)));
      }
      out[open] = (int) (self().size() / known);
    }
    return Arrays.equals(out, self().shape().dims())
        ? self()
        : Tensor.apply(new View.Reshape(View.list(out)), self());
  }

  /** All axes from {@code from} on as one: {@code flatten(1)} keeps the batch. */
  default Tensor flatten(int from) {
    int axis = self().rank() == from ? from : self().shape().axis(from);
    int[] dims = Arrays.copyOf(self().shape().dims(), axis + 1);
    dims[axis] = self().shape().drop(axis).size();
    return reshape(dims);
  }

  /** Axes in another order: axis i of the result is axis {@code order[i]} of this. */
  default Tensor permute(int... order) {
    int[] axes = IntStream.of(order).map(self().shape()::axis).toArray();
    if (axes.length != self().rank() || IntStream.of(axes).distinct().count() != axes.length) {
      throw new ShapeError(
          "permute: %s is not an order of the %d axes of %s"
              .formatted(Arrays.toString(order), self().rank(), self().shape()));
    }
    return isSorted(axes) ? self() : Tensor.apply(new View.Permute(View.list(axes)), self());
  }

  private static boolean isSorted(int[] axes) {
    for (int i = 0; i < axes.length; i++) {
      if (axes[i] != i) {
        return false;
      }
    }
    return true;
  }

  /** The last two axes swapped. */
  default Tensor transpose() {
    return transpose(-2, -1);
  }

  /** Two axes swapped. */
  default Tensor transpose(int a, int b) {
    var order = new java.util.ArrayList<>(IntStream.range(0, self().rank()).boxed().toList());
    Collections.swap(order, self().shape().axis(a), self().shape().axis(b));
    return permute(View.ints(order));
  }

  /** Axes of length 1 repeated; the rank stays. */
  default Tensor expand(int... dims) {
    return Arrays.equals(dims, self().shape().dims())
        ? self()
        : Tensor.apply(new View.Expand(View.list(dims)), self());
  }

  /** Broadcast to these dimensions: axes are added in front, then repeated. */
  default Tensor broadcastTo(int... dims) {
    int[] own = self().shape().dims();
    if (Arrays.equals(own, dims)) {
      return self();
    }
    if (own.length > dims.length) {
      throw new ShapeError(
          "broadcastTo: " + self().shape() + " has more axes than " + Arrays.toString(dims));
    }
    int[] padded = new int[dims.length];
    Arrays.fill(padded, 1);
    System.arraycopy(own, 0, padded, dims.length - own.length, own.length);
    return reshape(padded).expand(dims);
  }

  /** Without the axis, which must have length 1. */
  default Tensor squeeze(int axis) {
    int a = self().shape().axis(axis);
    if (self().dim(a) != 1) {
      throw new ShapeError(
          "squeeze: axis %d of %s has length %d, not 1"
              .formatted(axis, self().shape(), self().dim(a)));
    }
    return reshape(
        IntStream.range(0, self().rank()).filter(i -> i != a).map(self()::dim).toArray());
  }

  /** With an axis of length 1 before {@code axis} (−1: behind the last). */
  default Tensor unsqueeze(int axis) {
    int[] own = self().shape().dims();
    int a = axis < 0 ? own.length + 1 + axis : axis;
    if (a < 0 || a > own.length) {
      throw new ShapeError("unsqueeze: no place " + axis + " in " + self().shape());
    }
    int[] dims = new int[own.length + 1];
    System.arraycopy(own, 0, dims, 0, a);
    dims[a] = 1;
    System.arraycopy(own, a, dims, a + 1, own.length - a);
    return reshape(dims);
  }

  /** {@code length} elements along an axis, from {@code start} on. */
  default Tensor narrow(int axis, int start, int length) {
    int a = self().shape().axis(axis);
    if (start < 0 || length < 0 || start + length > self().dim(a)) {
      throw new ShapeError(
          "narrow: %d … %d is outside axis %d of %s"
              .formatted(start, start + length, axis, self().shape()));
    }
    int rank = self().rank();
    int[] starts = new int[rank];
    int[] steps = new int[rank];
    Arrays.fill(steps, 1);
    int[] sizes = self().shape().dims();
    starts[a] = start;
    sizes[a] = length;
    return sliced(starts, steps, sizes);
  }

  private Tensor sliced(int[] starts, int[] steps, int[] sizes) {
    boolean all =
        Arrays.equals(sizes, self().shape().dims()) && IntStream.of(steps).allMatch(s -> s == 1);
    return all
        ? self()
        : Tensor.apply(
            new View.Slice(View.list(starts), View.list(steps), View.list(sizes)), self());
  }

  /**
   * A part, written as in NumPy: {@code x.slice("1:3, ::-1")}, {@code x.slice("0")}, {@code
   * x.slice("..., -1")}. A bare number takes that index and drops the axis.
   *
   * @throws ShapeError if the text is not a slice of this shape
   */
  default Tensor slice(String text) {
    Slicing s = Slicing.parse(text, self().shape());
    return sliced(s.starts(), s.steps(), s.sizes()).reshape(s.shape());
  }

  /** The elements along the axes in reverse order. */
  default Tensor flip(int... axes) {
    int[] starts = new int[self().rank()];
    int[] steps = new int[self().rank()];
    Arrays.fill(steps, 1);
    for (int axis : axes) {
      int a = self().shape().axis(axis);
      starts[a] = Math.max(self().dim(a) - 1, 0);
      steps[a] = -1;
    }
    return sliced(starts, steps, self().shape().dims());
  }

  /** With {@code before} and {@code after} copies of {@code value} around an axis. */
  default Tensor pad(int axis, int before, int after, double value) {
    if (before < 0 || after < 0) {
      throw new ShapeError("pad: amounts must not be negative: " + before + ", " + after);
    }
    if (before == 0 && after == 0) {
      return self();
    }
    int a = self().shape().axis(axis);
    int[] starts = new int[self().rank()];
    int[] steps = new int[self().rank()];
    Arrays.fill(steps, 1);
    int[] dims = self().shape().dims();
    starts[a] = before;
    dims[a] += before + after;
    var place = new Index.Place(View.list(starts), View.list(steps), View.list(dims));
    Tensor padded = Tensor.apply(place, self());
    if (value == 0) {
      return padded;
    }
    Tensor inside = Tensor.apply(place, Tensor.full(self().shape().as(DType.BOOL), 1));
    return inside.where(padded, value);
  }

  /** This and others one after the other along an axis. */
  default Tensor concat(int axis, Tensor... others) {
    Tensor[] all = new Tensor[others.length + 1];
    all[0] = self();
    System.arraycopy(others, 0, all, 1, others.length);
    return all.length == 1
        ? self()
        : Tensor.apply(new Index.Concat(self().shape().axis(axis)), all);
  }

  /** This and others of the same shape, stacked along a new axis. */
  default Tensor stack(int axis, Tensor... others) {
    Tensor[] rest = Arrays.stream(others).map(t -> t.unsqueeze(axis)).toArray(Tensor[]::new);
    int a = axis < 0 ? self().rank() + 1 + axis : axis;
    return unsqueeze(axis).concat(a, rest);
  }

  /** Slices along an axis, chosen by integers: NumPy's {@code take}. */
  default Tensor gather(int axis, Tensor indices) {
    if (indices.dtype() != DType.INT32 && indices.dtype() != DType.INT64) {
      throw new ShapeError(
          "gather: indices must be int32 or int64, not "
              + indices.dtype().label()
              + "; use cast(INT32)");
    }
    return Tensor.apply(new Index.Gather(self().shape().axis(axis)), self(), indices);
  }

  /** For each integer k a float32 row of {@code classes} zeros with a one at k. */
  default Tensor oneHot(int classes) {
    Tensor classIndex = Tensor.arange(classes).cast(self().dtype());
    return self().unsqueeze(-1).eq(classIndex).cast(DType.FLOAT32);
  }
}
