package dev.hebb.onnx.op;

import dev.hebb.onnx.ElementType;
import dev.hebb.op.Index;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.stream.IntStream;

/**
 * Elements read from and written to places that other values name. A place is a number in the
 * flattened tensor, computed from the indices along its axes.
 */
final class Indexing {
  private Indexing() {}

  static void register(Registry.Entries r) {
    r.add("Gather", Indexing::gather);
    r.add("GatherElements", c -> c.moved(gatherElements(c, c.x(0), c.x(1), axis(c))));
    r.add("GatherND", Indexing::gatherNd);
    r.add("ScatterElements", Indexing::scatterElements);
    r.add("Scatter", Indexing::scatterElements);
    r.add("ScatterND", Indexing::scatterNd);
    r.add("TensorScatter", Indexing::tensorScatter);
    r.add("OneHot", Indexing::oneHot);
  }

  private static int axis(Call c) {
    return c.axis(c.attributes().integer("axis", 0), c.x(0).rank());
  }

  /** Indices counted from the front. */
  static Tensor fromFront(Tensor index, int size) {
    if (Call.isReadable(index)) { // the common case costs nothing when the program runs
      boolean negative = Arrays.stream(index.toLongs()).anyMatch(i -> i < 0);
      return negative ? index.lt(0).where(index.add(size), index) : index;
    }
    return index.lt(0).where(index.add(size), index);
  }

  private static List<Value> gather(Call c) {
    Tensor x = c.x(0);
    int axis = axis(c);
    Tensor index = c.x(1);
    boolean origin = c.value(1).origin() != Origin.DATA;
    Tensor at =
        origin ? fromFront(index, x.dim(axis)) : index.lt(0).where(index.add(x.dim(axis)), index);
    return c.moved(x.gather(axis, at));
  }

  /** How far apart neighbours along an axis lie, added up for indices along all axes but one. */
  private static Tensor others(int[] dims, int[] strides, int except) {
    Tensor places = Tensor.full(Shape.of(DType.INT64), 0);
    int rank = dims.length;
    for (int a = 0; a < rank; a++) {
      if (a != except) {
        int[] shape = new int[rank];
        Arrays.fill(shape, 1);
        shape[a] = dims[a];
        Tensor along = Tensor.arange(dims[a]).cast(DType.INT64).mul(Numbers.constant(strides[a]));
        places = places.add(along.reshape(shape));
      }
    }
    return places;
  }

  /** Where the elements lie that indices name along one axis and their own place on the others. */
  private static Tensor places(Tensor x, Tensor index, int axis) {
    int[] strides = x.shape().strides();
    Tensor along =
        fromFront(index.cast(DType.INT64), x.dim(axis)).mul(Numbers.constant(strides[axis]));
    return along.add(others(index.shape().dims(), strides, axis)).reshape(index.size());
  }

  static Tensor gatherElements(Call c, Tensor x, Tensor index, int axis) {
    if (index.rank() != x.rank()) {
      throw c.error("indices " + index.shape() + " have not the rank of " + x.shape());
    }
    return x.reshape(x.size()).gather(0, places(x, index, axis)).reshape(index.shape().dims());
  }

  /** x[i[t, b], b, …] for x [time, batch, …] and i [time, batch]. */
  static Tensor alongFirst(Tensor x, Tensor index) {
    int steps = x.dim(0);
    int batch = x.dim(1);
    Tensor place = index.mul(Numbers.constant(batch)).add(Tensor.arange(batch).cast(DType.INT64));
    int[] flat =
        IntStream.concat(IntStream.of(steps * batch), Arrays.stream(x.shape().drop(2).dims()))
            .toArray();
    return x.reshape(flat).gather(0, place.reshape(steps * batch)).reshape(x.shape().dims());
  }

  private static List<Value> gatherNd(Call c) {
    Tensor x = c.x(0);
    Tensor index = c.x(1).cast(DType.INT64);
    int batch = c.attributes().size("batch_dims", 0);
    int depth = index.shape().last();
    if (batch < 0 || batch + depth > x.rank() || batch >= index.rank()) {
      throw c.error(
          "indices %s with %d batch axes do not fit %s".formatted(index.shape(), batch, x.shape()));
    }
    int batches = Shape.of(Arrays.copyOf(x.shape().dims(), batch)).size();
    int[] inner = x.shape().drop(batch + depth).dims();
    int rows = index.size() / Math.max(1, depth) / Math.max(1, batches);
    Tensor place = rows(x, index.reshape(batches, rows, depth), batch, depth);
    int[] flat = prepend(x.size() / Math.max(1, Shape.of(inner).size()), inner);
    int[] out =
        IntStream.concat(
                Arrays.stream(index.shape().dims()).limit(index.rank() - 1), Arrays.stream(inner))
            .toArray();
    return c.moved(x.reshape(flat).gather(0, place.reshape(batches * rows)).reshape(out));
  }

  private static int[] prepend(int n, int[] dims) {
    return IntStream.concat(IntStream.of(n), Arrays.stream(dims)).toArray();
  }

  /** The row that tuples of indices name, where a row is what lies behind the last of them. */
  private static Tensor rows(Tensor x, Tensor index, int batch, int depth) {
    int block = 1;
    Tensor place = Tensor.full(Shape.of(DType.INT64, index.dim(0), index.dim(1)), 0);
    for (int k = depth - 1; k >= 0; k--) {
      int n = x.dim(batch + k);
      Tensor i = index.narrow(2, k, 1).squeeze(2);
      place = place.add(fromFront(i, n).mul(Numbers.constant(block)));
      block = Math.multiplyExact(block, n);
    }
    Tensor b = Tensor.arange(index.dim(0)).cast(DType.INT64).mul(Numbers.constant(block));
    return place.add(b.reshape(index.dim(0), 1));
  }

  // ---- writing

  private static BinaryOperator<Tensor> reduction(Call c) {
    String name = c.attributes().text("reduction", "none");
    return switch (name) {
      case "none" -> (old, update) -> update;
      case "add" -> Tensor::add;
      case "mul" -> Tensor::mul;
      case "min" -> Tensor::minimum;
      case "max" -> Tensor::maximum;
      default -> throw c.unsupported("the reduction " + name);
    };
  }

  private static List<Value> scatterElements(Call c) {
    Tensor x = c.x(0);
    Tensor index = c.x(1);
    Tensor updates = c.x(2);
    if (index.rank() != x.rank() || !updates.shape().sameDims(index.shape())) {
      throw c.error(
          "indices %s and updates %s do not fit %s"
              .formatted(index.shape(), updates.shape(), x.shape()));
    }
    Tensor place = places(x, index, axis(c));
    Tensor y = write(c, x.reshape(x.size()), place, updates.reshape(updates.size()));
    return c.same(y.reshape(x.shape().dims()));
  }

  private static List<Value> scatterNd(Call c) {
    Tensor x = c.x(0);
    Tensor index = c.x(1).cast(DType.INT64);
    int depth = index.shape().last();
    if (depth > x.rank()) {
      throw c.error("indices " + index.shape() + " do not fit " + x.shape());
    }
    int n = index.size() / Math.max(1, depth);
    Tensor place = rows(x, index.reshape(1, n, depth), 0, depth).reshape(n);
    int[] inner = x.shape().drop(depth).dims();
    Tensor flat = x.reshape(prepend(x.size() / Math.max(1, Shape.of(inner).size()), inner));
    Tensor y = write(c, flat, place, c.x(2).reshape(prepend(n, inner)));
    return c.same(y.reshape(x.shape().dims()));
  }

  /** x with rows replaced by, or combined with, those of updates at places. */
  private static Tensor write(Call c, Tensor x, Tensor places, Tensor updates) {
    String name = c.attributes().text("reduction", "none");
    Tensor u = updates.cast(x.dtype());
    if (name.equals("add") && x.dtype() != DType.BOOL) {
      return x.add(Tensor.apply(new Index.ScatterAdd(0, x.dim(0)), u, places));
    }
    // What meets an element several times comes one after the other: in each round no place
    // occurs twice. Where the places follow from data, ONNX says that none does unless reduced.
    boolean readable = Call.isReadable(places);
    if (!readable && !name.equals("none")) {
      throw new DataDependent("where " + c.node() + " writes");
    }
    Tensor y = x;
    for (int[] round : readable ? rounds(places.toLongs()) : List.of(new int[0])) {
      boolean all = !readable || round.length == places.size();
      Tensor at = all ? places : Slices.pick(places, 0, round.length, i -> round[i]);
      Tensor some = all ? u : Slices.pick(u, 0, round.length, i -> round[i]);
      y = replace(y, at, reduction(c).apply(y.gather(0, at), some));
    }
    return y;
  }

  /** The positions of places, cut into lists in which no place occurs twice. */
  private static List<int[]> rounds(long[] places) {
    Map<Long, Integer> met = new HashMap<>();
    List<List<Integer>> rounds = new ArrayList<>();
    for (int i = 0; i < places.length; i++) {
      int k = met.merge(places[i], 1, Integer::sum) - 1;
      if (k == rounds.size()) {
        rounds.add(new ArrayList<>());
      }
      rounds.get(k).add(i);
    }
    return rounds.stream().map(r -> r.stream().mapToInt(Integer::intValue).toArray()).toList();
  }

  /** x with other rows at places that differ. */
  private static Tensor replace(Tensor x, Tensor places, Tensor rows) {
    var scatter = new Index.ScatterAdd(0, x.dim(0));
    Tensor ones = Tensor.full(Shape.of(DType.INT32, places.size()), 1);
    int[] mask = new int[x.rank()];
    Arrays.fill(mask, 1);
    mask[0] = x.dim(0);
    Tensor hit = Tensor.apply(scatter, ones, places).gt(0).reshape(mask);
    boolean truth = x.dtype() == DType.BOOL;
    Tensor moved = Tensor.apply(scatter, truth ? rows.cast(DType.INT32) : rows, places);
    return hit.where(moved.cast(x.dtype()), x);
  }

  private static List<Value> tensorScatter(Call c) {
    Tensor x = c.x(0);
    Tensor update = c.x(1);
    int axis = c.axis(c.attributes().integer("axis", -2), x.rank());
    int n = x.dim(axis);
    int steps = update.dim(axis);
    int batches = x.dim(0);
    Tensor first =
        c.has(2) ? c.x(2).cast(DType.INT64) : Tensor.full(Shape.of(DType.INT64, batches), 0);
    Tensor t = first.reshape(batches, 1).add(Tensor.arange(steps).cast(DType.INT64));
    if (c.attributes().text("mode", "linear").equals("circular")) {
      t = t.mod(Numbers.constant(n));
    }
    int[] dims = new int[x.rank()];
    Arrays.fill(dims, 1);
    dims[0] = batches;
    dims[axis] = steps;
    Tensor index = t.reshape(dims).expand(update.shape().dims());
    Tensor place = places(x, index, axis);
    Tensor y = replace(x.reshape(x.size()), place, update.reshape(update.size()));
    return c.moved(y.reshape(x.shape().dims()));
  }

  private static List<Value> oneHot(Call c) {
    Tensor index = c.x(0);
    int depth = Call.ints(c.node() + ": depth", new long[] {c.whole(1)})[0];
    Tensor values = c.x(2);
    ElementType type = c.type(2);
    long given = c.attributes().integer("axis", -1);
    int axis = c.axis(given, index.rank() + 1);
    Tensor whole = index.cast(DType.INT64);
    Tensor at = whole.lt(0).where(whole.add(depth), whole);
    int[] dims = new int[index.rank() + 1];
    Arrays.fill(dims, 1);
    dims[axis] = depth;
    Tensor hit = at.unsqueeze(axis).eq(Tensor.arange(depth).cast(DType.INT64).reshape(dims));
    Tensor off = values.narrow(0, 0, 1).reshape();
    Tensor on = values.narrow(0, 1, 1).reshape();
    return List.of(Value.of(hit.where(on, off), type));
  }
}
