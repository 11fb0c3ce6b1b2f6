package dev.hebb.onnx.op;

import dev.hebb.onnx.ElementType;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Elements chosen by their values: how many there are, or which, depends on data. */
final class Selection {
  private Selection() {}

  static void register(Registry.Entries r) {
    r.add("NonZero", Selection::nonZero);
    r.add("Compress", Selection::compress);
    r.add("TopK", Selection::topK);
    r.add("Unique", Selection::unique);
    r.add("NonMaxSuppression", Selection::nonMaxSuppression);
  }

  private static List<Value> nonZero(Call c) {
    Tensor x = c.x(0);
    boolean[] hit = c.known(0).toBooleans();
    int[] at = IntStream.range(0, hit.length).filter(i -> hit[i]).toArray();
    int[] strides = x.shape().strides();
    long[] out = new long[x.rank() * at.length];
    for (int a = 0; a < x.rank(); a++) {
      for (int i = 0; i < at.length; i++) {
        out[a * at.length + i] = at[i] / strides[a] % x.dim(a);
      }
    }
    return List.of(Shaping.integers(Shape.of(DType.INT64, x.rank(), at.length), out));
  }

  private static List<Value> compress(Call c) {
    Tensor x = c.x(0);
    boolean flat = !c.attributes().has("axis");
    Tensor from = flat ? x.reshape(x.size()) : x;
    int axis = flat ? 0 : c.axis(c.attributes().integer("axis", 0), x.rank());
    boolean[] kept = c.known(1).toBooleans();
    int[] at =
        IntStream.range(0, Math.min(kept.length, from.dim(axis))).filter(i -> kept[i]).toArray();
    return c.moved(Slices.pick(from, axis, at.length, i -> at[i]));
  }

  // ---- the largest

  private static List<Value> topK(Call c) {
    Tensor x = c.x(0);
    int axis = c.axis(c.attributes().integer("axis", -1), x.rank());
    long wanted = c.version() < 10 ? c.attributes().integer("k", 0) : c.whole(1);
    if (wanted < 0 || wanted > x.dim(axis)) {
      throw c.error("there are no %d elements on axis %d of %s".formatted(wanted, axis, x.shape()));
    }
    int k = (int) wanted;
    boolean largest = c.attributes().flag("largest", true);
    Tensor rows = Numbers.ordered(x, c.type(0)).transpose(axis, -1);
    Tensor index = Call.isReadable(x) ? sorted(rows, largest, k) : ranked(rows, largest, k);
    Tensor at = index.transpose(axis, -1);
    return List.of(
        Value.of(Indexing.gatherElements(c, x, at, axis), c.type(0)),
        Value.of(at, ElementType.INT64));
  }

  private static Tensor sorted(Tensor rows, boolean largest, int k) {
    int n = rows.shape().last();
    boolean real = rows.dtype().isFloating();
    double[] d = real ? rows.toDoubles() : new double[0];
    long[] l = real ? new long[0] : rows.toLongs();
    Comparator<Integer> byValue =
        real ? Comparator.comparingDouble(i -> d[i]) : Comparator.comparingLong(i -> l[i]);
    Comparator<Integer> order = (largest ? byValue.reversed() : byValue).thenComparing(i -> i);
    int count = rows.size() / Math.max(n, 1);
    long[] out = new long[count * k];
    for (int r = 0; r < count; r++) {
      int first = r * n;
      List<Integer> best =
          IntStream.range(first, first + n).boxed().sorted(order).limit(k).toList();
      for (int i = 0; i < k; i++) {
        out[r * k + i] = (long) best.get(i) - first;
      }
    }
    return Tensor.of(out, rows.shape().as(DType.INT64).withLast(k));
  }

  /**
   * The same inside a recorded step: the rank of an element is how many come before it, and the
   * element of rank r is found by comparison.
   */
  private static Tensor ranked(Tensor rows, boolean largest, int k) {
    int n = rows.shape().last();
    Tensor mine = rows.unsqueeze(-1);
    Tensor other = rows.unsqueeze(-2);
    Tensor before = Tensor.arange(n).lt(Tensor.arange(n).reshape(n, 1)); // [mine, other]
    Tensor ahead = (largest ? other.gt(mine) : other.lt(mine)).or(other.eq(mine).and(before));
    Tensor rank = ahead.cast(DType.INT32).sum(-1);
    Tensor hit = rank.unsqueeze(-2).eq(Tensor.arange(k).reshape(k, 1)); // [rank, element]
    return hit.cast(DType.INT32).mul(Tensor.arange(n)).sum(-1).cast(DType.INT64);
  }

  // ---- the different ones

  private static List<Value> unique(Call c) {
    Tensor x = c.x(0);
    boolean flat = !c.attributes().has("axis");
    Tensor from = flat ? x.reshape(x.size()) : x;
    int axis = flat ? 0 : c.axis(c.attributes().integer("axis", 0), x.rank());
    c.known(0);
    int n = from.dim(axis);
    double[] v = from.transpose(0, axis).toDoubles();
    int width = v.length / Math.max(n, 1);
    Comparator<Integer> order =
        (a, b) -> Arrays.compare(v, a * width, (a + 1) * width, v, b * width, (b + 1) * width);
    var classes = new TreeMap<Integer, List<Integer>>(order);
    for (int i = 0; i < n; i++) {
      classes.computeIfAbsent(i, _ -> new ArrayList<>()).add(i);
    }
    List<List<Integer>> groups = new ArrayList<>(classes.values());
    if (!c.attributes().flag("sorted", true)) {
      groups.sort(Comparator.comparing(List::getFirst));
    }
    int m = groups.size();
    long[] first = new long[m];
    long[] inverse = new long[n];
    long[] counts = new long[m];
    for (int g = 0; g < m; g++) {
      first[g] = groups.get(g).getFirst();
      counts[g] = groups.get(g).size();
      for (int i : groups.get(g)) {
        inverse[i] = g;
      }
    }
    Tensor y = Slices.pick(from, axis, m, i -> (int) first[i]);
    return List.of(
        Value.of(y, c.type(0)),
        Shaping.integers(Shape.of(DType.INT64, m), first),
        Shaping.integers(Shape.of(DType.INT64, n), inverse),
        Shaping.integers(Shape.of(DType.INT64, m), counts));
  }

  // ---- boxes

  private static List<Value> nonMaxSuppression(Call c) {
    double[] boxes = c.doubles(0);
    double[] scores = c.doubles(1);
    int batches = c.x(0).dim(0);
    int n = c.x(0).dim(1);
    int classes = c.x(1).dim(1);
    long most = c.has(2) ? c.whole(2) : 0;
    double overlap = c.has(3) ? c.doubles(3)[0] : 0;
    double least = c.has(4) ? c.doubles(4)[0] : Double.NEGATIVE_INFINITY;
    boolean centre = c.attributes().flag("center_point_box", false);
    List<Long> out = new ArrayList<>();
    for (int b = 0; b < batches; b++) {
      double[][] corners = new double[n][];
      for (int i = 0; i < n; i++) {
        corners[i] = corners(boxes, (b * n + i) * 4, centre);
      }
      for (int k = 0; k < classes; k++) {
        int at = (b * classes + k) * n;
        List<Integer> order =
            IntStream.range(0, n)
                .boxed()
                .filter(i -> scores[at + i] > least)
                .sorted(Comparator.comparingDouble((Integer i) -> scores[at + i]).reversed())
                .toList();
        List<Integer> kept = new ArrayList<>();
        for (int i : order) {
          if (kept.size() < most
              && kept.stream().noneMatch(j -> shared(corners[i], corners[j]) > overlap)) {
            kept.add(i);
            out.addAll(List.of((long) b, (long) k, (long) i));
          }
        }
      }
    }
    long[] flat = out.stream().mapToLong(Long::longValue).toArray();
    return List.of(Shaping.integers(Shape.of(DType.INT64, flat.length / 3, 3), flat));
  }

  /** The lower and the upper corner. */
  private static double[] corners(double[] v, int at, boolean centre) {
    if (centre) { // x, y, width, height
      double w = v[at + 2] / 2;
      double h = v[at + 3] / 2;
      return new double[] {v[at + 1] - h, v[at] - w, v[at + 1] + h, v[at] + w};
    }
    return new double[] {
      Math.min(v[at], v[at + 2]),
      Math.min(v[at + 1], v[at + 3]),
      Math.max(v[at], v[at + 2]),
      Math.max(v[at + 1], v[at + 3])
    };
  }

  /** The area that two boxes share, as part of what they cover together. */
  private static double shared(double[] a, double[] b) {
    double h = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
    double w = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
    double both = Math.max(h, 0) * Math.max(w, 0);
    double all = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - both;
    return all > 0 ? both / all : 0;
  }
}
