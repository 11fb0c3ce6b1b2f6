package dev.hebb.onnx.op;

import dev.hebb.onnx.ElementType;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** The same elements under other dimensions, and what dimensions they have. */
final class Shaping {
  private Shaping() {}

  static void register(Registry.Entries r) {
    r.add("Reshape", Shaping::reshape);
    r.add("Flatten", Shaping::flatten);
    r.add("Squeeze", Shaping::squeeze);
    r.add("Unsqueeze", Shaping::unsqueeze);
    r.add("Transpose", Shaping::transpose);
    r.add("Expand", c -> c.moved(expand(c, c.x(0), c.sizes(1))));
    r.add("Tile", Shaping::tile);
    r.add("Concat", Shaping::concat);
    r.add("Shape", Shaping::shape);
    r.add("Size", c -> List.of(integers(Shape.of(DType.INT64), c.x(0).size()).from(Origin.SHAPE)));
    r.add("DepthToSpace", Shaping::depthToSpace);
    r.add("SpaceToDepth", Shaping::spaceToDepth);
  }

  static Value integers(Shape shape, long... values) {
    return Value.of(Tensor.of(values, shape), ElementType.INT64);
  }

  private static List<Value> reshape(Call c) {
    Tensor x = c.x(0);
    int[] dims = c.sizes(1);
    boolean zero = c.attributes().flag("allowzero", false);
    for (int i = 0; i < dims.length; i++) {
      if (dims[i] == 0 && !zero) {
        if (i >= x.rank()) {
          throw c.error("dimension %d is to be kept, but %s has none".formatted(i, x.shape()));
        }
        dims[i] = x.dim(i);
      }
      if (dims[i] < -1) {
        throw c.error("a dimension cannot be " + dims[i]);
      }
    }
    return c.moved(x.reshape(dims));
  }

  private static List<Value> flatten(Call c) {
    Tensor x = c.x(0);
    long axis = c.attributes().integer("axis", 1);
    int a = (int) (axis < 0 ? axis + x.rank() : axis);
    if (a < 0 || a > x.rank()) {
      throw c.error("axis " + axis + " does not exist in " + x.shape());
    }
    int rows = IntStream.range(0, a).map(x::dim).reduce(1, Math::multiplyExact);
    int columns = IntStream.range(a, x.rank()).map(x::dim).reduce(1, Math::multiplyExact);
    return c.moved(x.reshape(rows, columns));
  }

  /** Axes from an attribute, or, since opset 13, from an input. */
  private static long[] axes(Call c) {
    if (c.version() < 13) {
      long[] a = c.attributes().integers("axes");
      return a == null ? new long[0] : a;
    }
    return c.has(1) ? c.longs(1) : new long[0];
  }

  private static List<Value> squeeze(Call c) {
    Tensor x = c.x(0);
    long[] given = axes(c);
    int[] axes =
        given.length == 0
            ? IntStream.range(0, x.rank()).filter(i -> x.dim(i) == 1).toArray()
            : c.axes(given, x.rank());
    for (int a : axes) {
      if (x.dim(a) != 1) {
        throw c.error("axis %d of %s has not length 1".formatted(a, x.shape()));
      }
    }
    int[] dims =
        IntStream.range(0, x.rank())
            .filter(i -> IntStream.of(axes).noneMatch(a -> a == i))
            .map(x::dim)
            .toArray();
    return c.moved(x.reshape(dims));
  }

  private static List<Value> unsqueeze(Call c) {
    Tensor x = c.x(0);
    int rank = x.rank() + axes(c).length;
    var axes = new TreeSet<Integer>();
    for (int a : c.axes(axes(c), rank)) {
      axes.add(a);
    }
    int[] dims = new int[rank];
    for (int i = 0, from = 0; i < rank; i++) {
      dims[i] = axes.contains(i) ? 1 : x.dim(from++);
    }
    return c.moved(x.reshape(dims));
  }

  private static List<Value> transpose(Call c) {
    Tensor x = c.x(0);
    int[] reversed = IntStream.range(0, x.rank()).map(i -> x.rank() - 1 - i).toArray();
    return c.moved(x.permute(c.attributes().sizes("perm", reversed)));
  }

  private static Tensor expand(Call c, Tensor x, int[] dims) {
    return x.broadcastTo(x.shape().broadcast(Shape.of(dims), c.node()).dims());
  }

  private static List<Value> tile(Call c) {
    Tensor x = c.x(0);
    int[] times = c.sizes(1);
    if (times.length != x.rank()) {
      throw c.error("%d repeats for %s".formatted(times.length, x.shape()));
    }
    Tensor y = x;
    for (int i = 0; i < times.length; i++) {
      int[] dims = y.shape().dims();
      int[] wide = new int[dims.length + 1];
      System.arraycopy(dims, 0, wide, 0, i);
      System.arraycopy(dims, i, wide, i + 1, dims.length - i);
      wide[i] = times[i];
      dims[i] = Math.multiplyExact(dims[i], times[i]);
      Shape.of(dims); // says so if the result is too large
      y = times[i] == 1 ? y : y.unsqueeze(i).expand(wide).reshape(dims);
    }
    return c.moved(y);
  }

  private static List<Value> concat(Call c) {
    Tensor first = c.x(0);
    int axis = c.axis(c.attributes().integer("axis", 1), first.rank());
    Tensor[] rest =
        c.all().stream().skip(1).map(v -> v.tensor().cast(first.dtype())).toArray(Tensor[]::new);
    return c.moved(first.concat(axis, rest));
  }

  private static List<Value> shape(Call c) {
    Tensor x = c.x(0);
    int rank = x.rank();
    int start = bound(c.attributes().integer("start", 0), rank);
    int end = bound(c.attributes().integer("end", rank), rank);
    int[] dims = Arrays.copyOfRange(x.shape().dims(), start, Math.max(start, end));
    long[] longs = Arrays.stream(dims).asLongStream().toArray();
    return List.of(integers(Shape.of(DType.INT64, longs.length), longs).from(Origin.SHAPE));
  }

  private static int bound(long v, int rank) {
    return (int) Math.clamp(v < 0 ? v + rank : v, 0L, (long) rank);
  }

  private static List<Value> depthToSpace(Call c) {
    Tensor x = c.x(0);
    int b = c.attributes().size("blocksize", 1);
    int n = x.dim(0);
    int h = x.dim(2);
    int w = x.dim(3);
    int k = x.dim(1) / (b * b);
    Tensor y =
        c.attributes().text("mode", "DCR").equals("DCR")
            ? x.reshape(n, b, b, k, h, w).permute(0, 3, 4, 1, 5, 2)
            : x.reshape(n, k, b, b, h, w).permute(0, 1, 4, 2, 5, 3);
    return c.moved(y.reshape(n, k, h * b, w * b));
  }

  private static List<Value> spaceToDepth(Call c) {
    Tensor x = c.x(0);
    int b = c.attributes().size("blocksize", 1);
    int n = x.dim(0);
    int k = x.dim(1);
    int h = x.dim(2) / b;
    int w = x.dim(3) / b;
    return c.moved(
        x.reshape(n, k, h, b, w, b).permute(0, 3, 5, 1, 2, 4).reshape(n, k * b * b, h, w));
  }
}
