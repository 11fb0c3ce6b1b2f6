package dev.hebb.tensor;

import dev.hebb.op.Reduce;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Elements combined along axes. No axes means all of them; negative ones count from the end. The
 * axes disappear; {@link #keepDims} says how to keep them.
 */
public sealed interface ReduceMethods permits Tensor {
  private Tensor self() {
    return (Tensor) this;
  }

  private List<Integer> axes(int[] axes) {
    Shape s = self().shape();
    IntStream all =
        axes.length == 0 ? IntStream.range(0, s.rank()) : IntStream.of(axes).map(s::axis);
    List<Integer> list = all.sorted().distinct().boxed().toList();
    if (axes.length > 0 && list.size() != axes.length) {
      throw new ShapeError("an axis is named twice in " + java.util.Arrays.toString(axes));
    }
    return list;
  }

  private Tensor reduce(Reduce.Kind kind, int[] axes) {
    Tensor x = self();
    if (x.dtype() == DType.BOOL && !kind.isArg()) {
      x = x.cast(DType.INT32);
    }
    List<Integer> list = axes(axes);
    return list.isEmpty() ? x : Tensor.apply(new Reduce(kind, list), x);
  }

  /** This reduced tensor with the axes that {@code from} lost put back with length 1. */
  default Tensor keepDims(Tensor from, int... axes) {
    int[] dims = from.shape().dims();
    ReduceMethods before = from;
    for (int a : before.axes(axes)) {
      dims[a] = 1;
    }
    return self().reshape(dims);
  }

  /** Σ x; truth values are counted. */
  default Tensor sum(int... axes) {
    return reduce(Reduce.Kind.SUM, axes);
  }

  /** Π x. */
  default Tensor prod(int... axes) {
    return reduce(Reduce.Kind.PROD, axes);
  }

  /** The largest element. */
  default Tensor max(int... axes) {
    return reduce(Reduce.Kind.MAX, axes);
  }

  /** The smallest element. */
  default Tensor min(int... axes) {
    return reduce(Reduce.Kind.MIN, axes);
  }

  /** Where the largest element lies along the axis (int32; the first if there are several). */
  default Tensor argMax(int axis) {
    return reduce(Reduce.Kind.ARGMAX, new int[] {axis});
  }

  /** Where the smallest element lies along the axis. */
  default Tensor argMin(int axis) {
    return reduce(Reduce.Kind.ARGMIN, new int[] {axis});
  }

  /** The arithmetic mean; of integers in float32. */
  default Tensor mean(int... axes) {
    Tensor x = self().dtype().isFloating() ? self() : self().cast(DType.FLOAT32);
    Tensor sum = x.sum(axes);
    double count = (double) x.size() / Math.max(sum.size(), 1);
    return sum.mul(x.size() == 0 ? Double.NaN : 1 / count);
  }

  /** The mean squared distance from the mean (divided by n, not n − 1). */
  default Tensor var(int... axes) {
    Tensor mean = self().mean(axes).keepDims(self(), axes);
    return self().sub(mean).square().mean(axes);
  }

  /** The square root of {@link #var}. */
  default Tensor std(int... axes) {
    return var(axes).sqrt();
  }

  /** √(Σ x²). */
  default Tensor norm(int... axes) {
    return self().square().sum(axes).sqrt();
  }

  /** Whether any element is true. */
  default Tensor any(int... axes) {
    return self().cast(DType.BOOL).cast(DType.INT32).sum(axes).gt(0);
  }

  /** Whether all elements are true. */
  default Tensor all(int... axes) {
    return self().cast(DType.BOOL).cast(DType.INT32).prod(axes).gt(0);
  }

  /** ln Σ eˣ, without overflow. */
  default Tensor logSumExp(int... axes) {
    Tensor x = self();
    Tensor max = x.detach().max(axes);
    Tensor m = max.abs().eq(Double.POSITIVE_INFINITY).where(0, max); // ∞ − ∞ would be NaN
    return x.sub(m.keepDims(x, axes)).exp().sum(axes).log().add(m);
  }

  /** eˣ / Σ eˣ along the axis: positive, sums to 1. */
  default Tensor softmax(int axis) {
    Tensor x = self();
    Tensor e = x.sub(x.detach().max(axis).keepDims(x, axis)).exp();
    return e.div(e.sum(axis).keepDims(x, axis));
  }

  /** ln softmax(x) along the axis, finite where softmax underflows. */
  default Tensor logSoftmax(int axis) {
    Tensor x = self();
    Tensor z = x.sub(x.detach().max(axis).keepDims(x, axis));
    return z.sub(z.exp().sum(axis).log().keepDims(x, axis));
  }
}
