package dev.hebb.onnx.op;

import dev.hebb.onnx.ElementType;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import dev.hebb.tensor.Window2d;
import java.util.Arrays;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.stream.IntStream;

/**
 * Windows reduced to one number. The largest and the sum of a box can be taken axis by axis, so any
 * number of axes costs no more than the sum of the window's sizes.
 */
final class Pooling {
  private Pooling() {}

  static void register(Registry.Entries r) {
    r.add("MaxPool", Pooling::max);
    r.add("AveragePool", Pooling::average);
    r.add("LpPool", Pooling::lp);
    r.add("GlobalMaxPool", c -> c.same(global(c.x(0), Tensor::max)));
    r.add("GlobalAveragePool", c -> c.same(global(c.x(0), Tensor::mean)));
    r.add(
        "GlobalLpPool",
        c -> {
          int p = c.attributes().size("p", 2);
          return c.same(root(global(power(c.x(0), p), Tensor::sum), p));
        });
  }

  private static Tensor global(Tensor x, Reductions.Kind kind) {
    int[] axes = IntStream.range(2, x.rank()).toArray();
    return kind.of(x, axes).keepDims(x, axes);
  }

  private static Windows window(Call c) {
    return Windows.of(
        c,
        c.x(0).shape().drop(2).dims(),
        c.attributes().sizes("kernel_shape"),
        c.attributes().flag("ceil_mode", false));
  }

  /** Padded along an axis as far as the last window reaches. */
  private static Tensor padded(Tensor x, Windows g, int i, double value) {
    int reach = (g.out()[i] - 1) * g.strides()[i] + g.extent(i);
    int after = Math.max(reach - x.dim(2 + i) - g.before()[i], 0);
    return x.pad(2 + i, g.before()[i], after, value);
  }

  private static Tensor tap(Tensor padded, Windows g, int i, int k) {
    return Slices.strided(padded, 2 + i, k * g.dilations()[i], g.strides()[i], g.out()[i]);
  }

  private static Tensor reduce(Tensor x, Windows g, double neutral, BinaryOperator<Tensor> f) {
    Tensor y = x;
    for (int i = g.kernel().length - 1; i >= 0; i--) {
      Tensor padded = padded(y, g, i, neutral);
      y = tap(padded, g, i, 0);
      for (int k = 1; k < g.kernel()[i]; k++) {
        y = f.apply(y, tap(padded, g, i, k));
      }
    }
    return y;
  }

  /** A window that the kernels for pictures take, or null. */
  private static boolean isPlain(Tensor x, Windows g) {
    boolean plain = g.kernel().length == 2 && x.dtype().isFloating();
    for (int i = 0; plain && i < 2; i++) {
      int floor = (x.dim(2 + i) + 2 * g.before()[i] - g.extent(i)) / g.strides()[i] + 1;
      plain =
          g.before()[i] == g.after()[i]
              && g.before()[i] <= g.kernel()[i] / 2
              && g.out()[i] == floor;
    }
    return plain;
  }

  private static Window2d picture(Windows g) {
    int[] k = g.kernel();
    int[] s = g.strides();
    int[] p = g.before();
    int[] d = g.dilations();
    return new Window2d(k[0], k[1], s[0], s[1], p[0], p[1], d[0], d[1], 1, false);
  }

  private static List<Value> max(Call c) {
    Tensor x = c.x(0);
    Windows g = window(c);
    ElementType type = c.type(0);
    double least = type.isFloating() ? Double.NEGATIVE_INFINITY : Numbers.least(type);
    if (!c.wants(1)) {
      return c.same(isPlain(x, g) ? x.maxPool2d(picture(g)) : reduce(x, g, least, Tensor::maximum));
    }
    Tensor y = x;
    Tensor at = numbered(x, c.attributes().flag("storage_order", false));
    for (int i = g.kernel().length - 1;
        i >= 0;
        i--) { // the last axis first, so that the first wins
      Tensor values = padded(y, g, i, least);
      Tensor places = padded(at, g, i, 0);
      y = tap(values, g, i, 0);
      at = tap(places, g, i, 0);
      for (int k = 1; k < g.kernel()[i]; k++) {
        Tensor v = tap(values, g, i, k);
        Tensor larger = v.gt(y);
        y = larger.where(v, y);
        at = larger.where(tap(places, g, i, k), at);
      }
    }
    return List.of(Value.of(y, type), Value.of(at, ElementType.INT64));
  }

  /** The number of each element, counted along the last axis first, or the first spatial one. */
  private static Tensor numbered(Tensor x, boolean columns) {
    Tensor number = Tensor.arange(x.size()).cast(DType.INT64);
    if (!columns) {
      return number.reshape(x.shape().dims());
    }
    int r = x.rank();
    int[] order = IntStream.range(0, r).map(i -> i < 2 ? i : r + 1 - i).toArray();
    int[] dims = IntStream.of(order).map(x::dim).toArray();
    return number.reshape(dims).permute(order);
  }

  private static List<Value> average(Call c) {
    Tensor x = c.x(0);
    Windows g = window(c);
    boolean all = c.attributes().flag("count_include_pad", false);
    if (!all && isPlain(x, g)) {
      return c.same(x.avgPool2d(picture(g)));
    }
    Tensor y = reduce(x, g, 0, Tensor::add);
    for (int i = 0; i < g.kernel().length; i++) {
      int[] dims = new int[x.rank()];
      Arrays.fill(dims, 1);
      dims[2 + i] = g.out()[i];
      y = y.div(counts(x.dim(2 + i), g, i, all).cast(x.dtype()).reshape(dims));
    }
    return c.same(y);
  }

  /** How many elements each window has along an axis, padding included or not. */
  private static Tensor counts(int n, Windows g, int i, boolean all) {
    int first = all ? 0 : g.before()[i];
    int end = g.before()[i] + n + (all ? g.after()[i] : 0);
    float[] count = new float[g.out()[i]];
    for (int o = 0; o < count.length; o++) {
      for (int k = 0; k < g.kernel()[i]; k++) {
        int at = o * g.strides()[i] + k * g.dilations()[i];
        count[o] += at >= first && at < end ? 1 : 0;
      }
    }
    return Tensor.of(count, Shape.of(count.length));
  }

  private static Tensor power(Tensor x, int p) {
    return switch (p) {
      case 1 -> x.abs();
      case 2 -> x.square();
      default -> x.abs().pow(p);
    };
  }

  private static Tensor root(Tensor x, int p) {
    return switch (p) {
      case 1 -> x;
      case 2 -> x.sqrt();
      default -> x.pow(1.0 / p);
    };
  }

  private static List<Value> lp(Call c) {
    int p = c.attributes().size("p", 2);
    return c.same(root(reduce(power(c.x(0), p), window(c), 0, Tensor::add), p));
  }
}
