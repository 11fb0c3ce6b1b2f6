package dev.hebb.onnx.op;

import dev.hebb.onnx.ElementType;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Elements combined along axes. */
final class Reductions {
  private Reductions() {}

  /** A reduction of at least one axis; the axes disappear. */
  @FunctionalInterface
  interface Kind {
    Tensor of(Tensor x, int... axes);
  }

  static void register(Registry.Entries r) {
    add(r, "ReduceSum", 13, Tensor::sum);
    add(r, "ReduceProd", 18, Tensor::prod);
    add(r, "ReduceMean", 18, (x, a) -> x.mean(a).cast(x.dtype()));
    add(r, "ReduceL1", 18, (x, a) -> x.abs().sum(a));
    add(r, "ReduceL2", 18, (x, a) -> floats(x).square().sum(a).sqrt().cast(x.dtype()));
    add(r, "ReduceSumSquare", 18, (x, a) -> x.square().sum(a));
    add(r, "ReduceLogSum", 18, (x, a) -> floats(x).sum(a).log().cast(x.dtype()));
    add(r, "ReduceLogSumExp", 18, (x, a) -> logSumExp(floats(x), a).cast(x.dtype()));
    extreme(r, "ReduceMax", Tensor::max, true);
    extreme(r, "ReduceMin", Tensor::min, false);
    arg(r, "ArgMax", true);
    arg(r, "ArgMin", false);
    r.add("CumSum", c -> cumulative(c, Tensor::add, 0));
    r.add("CumProd", c -> cumulative(c, Tensor::mul, 1));
  }

  private static Tensor floats(Tensor x) {
    return x.dtype().isFloating() ? x : x.cast(DType.FLOAT64);
  }

  private static Tensor logSumExp(Tensor x, int... axes) {
    boolean empty = IntStream.of(axes).anyMatch(a -> x.dim(a) == 0);
    return empty ? x.sum(axes).log() : x.logSumExp(axes);
  }

  /** The axes to reduce, or null for none at all. */
  private static int @Nullable [] axes(Call c, int inputSince) {
    int rank = c.x(0).rank();
    long[] given =
        c.version() < inputSince ? c.attributes().integers("axes") : c.has(1) ? c.longs(1) : null;
    if (given == null || given.length == 0) {
      return c.attributes().flag("noop_with_empty_axes", false) && c.version() >= inputSince
          ? null
          : IntStream.range(0, rank).toArray();
    }
    return c.axes(given, rank);
  }

  private static Tensor kept(Call c, Tensor y, int[] axes) {
    if (!c.attributes().flag("keepdims", true)) {
      return y;
    }
    int[] dims = c.x(0).shape().dims();
    for (int a : axes) {
      dims[a] = 1;
    }
    return y.reshape(dims);
  }

  private static void add(Registry.Entries r, String name, int inputSince, Kind kind) {
    r.add(
        name,
        c -> {
          int[] axes = axes(c, inputSince);
          Tensor x = c.x(0);
          if (axes == null || axes.length == 0) { // each element is reduced on its own
            return c.same(kind.of(x.unsqueeze(0), 0).reshape(x.shape().dims()));
          }
          return c.same(kept(c, kind.of(x, axes), axes));
        });
  }

  private static void extreme(Registry.Entries r, String name, Kind kind, boolean max) {
    r.add(
        name,
        c -> {
          int[] axes = axes(c, 18);
          ElementType type = c.type(0);
          Tensor x = Numbers.ordered(c.x(0), type);
          if (axes == null || axes.length == 0) {
            return c.same(c.x(0));
          }
          if (IntStream.of(axes).anyMatch(a -> x.dim(a) == 0)) {
            int[] dims =
                IntStream.range(0, x.rank())
                    .filter(i -> IntStream.of(axes).noneMatch(a -> a == i))
                    .map(x::dim)
                    .toArray();
            return c.same(kept(c, Tensor.full(Shape.of(x.dtype(), dims), none(type, max)), axes));
          }
          Tensor y = kind.of(x, axes);
          return c.same(Numbers.unordered(kept(c, y, axes).cast(x.dtype()), type));
        });
  }

  /** The extreme of no elements. */
  private static double none(ElementType type, boolean max) {
    if (type.isFloating()) {
      return max ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    }
    if (type == ElementType.BOOL) {
      return max ? 0 : 1;
    }
    return max ? Numbers.least(type) : Numbers.most(type);
  }

  private static void arg(Registry.Entries r, String name, boolean max) {
    r.add(
        name,
        c -> {
          Tensor x = Numbers.ordered(c.x(0), c.type(0));
          int axis = c.axis(c.attributes().integer("axis", 0), x.rank());
          boolean last = c.attributes().flag("select_last_index", false);
          Tensor from = last ? x.flip(axis) : x;
          Tensor at = (max ? from.argMax(axis) : from.argMin(axis)).cast(DType.INT64);
          Tensor y = last ? at.neg().add(x.dim(axis) - 1) : at;
          return List.of(Value.of(kept(c, y, new int[] {axis}), ElementType.INT64));
        });
  }

  /** Partial results: after the step of length k each element stands for 2k of them. */
  private static List<Value> cumulative(Call c, BinaryOperator<Tensor> f, double neutral) {
    Tensor x = c.x(0);
    int axis = c.axis(c.whole(1), x.rank());
    int n = x.dim(axis);
    boolean reverse = c.attributes().flag("reverse", false);
    Tensor y = reverse ? x.flip(axis) : x;
    if (c.attributes().flag("exclusive", false)) {
      y = later(y, axis, Math.min(1, n), neutral);
    }
    for (int k = 1; k < n; k *= 2) {
      y = f.apply(y, later(y, axis, k, neutral));
    }
    return c.same(reverse ? y.flip(axis) : y);
  }

  private static Tensor later(Tensor x, int axis, int k, double neutral) {
    return x.narrow(axis, 0, x.dim(axis) - k).pad(axis, k, 0, neutral);
  }
}
