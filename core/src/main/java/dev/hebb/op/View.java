package dev.hebb.op;

import dev.hebb.tensor.Shape;
import dev.hebb.tensor.ShapeError;
import dev.hebb.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The same elements seen in another arrangement; no arithmetic, and mostly no copy. */
public sealed interface View extends Op {
  /** Where element {@code index} of the result lies in the operand, as a multi-index. */
  int[] source(int[] index, Shape in, Shape out);

  /** The same elements in the same order under other dimensions. */
  record Reshape(List<Integer> dims) implements View {
    @Override
    public String name() {
      return "reshape" + dims;
    }

    @Override
    public Shape infer(List<Shape> in) {
      Shape s = Shape.of(in.getFirst().dtype(), ints(dims));
      if (s.size() != in.getFirst().size()) {
        throw new ShapeError(
            "reshape: %s has %d elements, %s would have %d"
                .formatted(in.getFirst(), in.getFirst().size(), s, s.size()));
      }
      return s;
    }

    @Override
    public int[] source(int[] index, Shape in, Shape out) {
      int[] at = new int[in.rank()];
      NdArray.unravel(NdArray.ravel(index, out), in, at);
      return at;
    }

    @Override
    public List<@Nullable Tensor> gradient(List<Tensor> in, Tensor out, Tensor g) {
      return Arrays.asList(g.reshape(in.getFirst().shape().dims()));
    }
  }

  /**
   * Axes in another order: axis {@code i} of the result is axis {@code order[i]} of the operand.
   */
  record Permute(List<Integer> order) implements View {
    @Override
    public String name() {
      return "permute" + order;
    }

    @Override
    public Shape infer(List<Shape> in) {
      Shape x = in.getFirst();
      return Shape.of(x.dtype(), order.stream().mapToInt(x::dim).toArray());
    }

    @Override
    public int[] source(int[] index, Shape in, Shape out) {
      int[] at = new int[index.length];
      for (int i = 0; i < index.length; i++) {
        at[order.get(i)] = index[i];
      }
      return at;
    }

    /** The order that undoes this one. */
    public List<Integer> inverse() {
      return IntStream.range(0, order.size()).map(order::indexOf).boxed().toList();
    }

    @Override
    public List<@Nullable Tensor> gradient(List<Tensor> in, Tensor out, Tensor g) {
      return Arrays.asList(g.permute(ints(inverse())));
    }
  }

  /** Axes of length 1 repeated; the rank stays. */
  record Expand(List<Integer> dims) implements View {
    @Override
    public String name() {
      return "expand" + dims;
    }

    @Override
    public Shape infer(List<Shape> in) {
      Shape x = in.getFirst();
      Shape s = Shape.of(x.dtype(), ints(dims));
      boolean fits = x.rank() == s.rank();
      for (int i = 0; fits && i < s.rank(); i++) {
        fits = x.dim(i) == s.dim(i) || x.dim(i) == 1;
      }
      if (!fits) {
        throw new ShapeError(
            "expand: %s cannot be expanded to %s; only axes of length 1 can be repeated"
                .formatted(x, s));
      }
      return s;
    }

    @Override
    public int[] source(int[] index, Shape in, Shape out) {
      return IntStream.range(0, index.length).map(i -> in.dim(i) == 1 ? 0 : index[i]).toArray();
    }

    @Override
    public List<@Nullable Tensor> gradient(List<Tensor> in, Tensor out, Tensor g) {
      Shape x = in.getFirst().shape();
      int[] axes =
          IntStream.range(0, x.rank()).filter(i -> x.dim(i) != out.shape().dim(i)).toArray();
      return Arrays.asList(axes.length == 0 ? g : g.sum(axes).reshape(x.dims()));
    }
  }

  /**
   * Every {@code steps[i]}-th element from {@code starts[i]} on, {@code sizes[i]} of them, per
   * axis.
   */
  record Slice(List<Integer> starts, List<Integer> steps, List<Integer> sizes) implements View {
    @Override
    public String name() {
      return "slice" + starts + (steps.stream().allMatch(s -> s == 1) ? "" : ":" + steps) + sizes;
    }

    @Override
    public Shape infer(List<Shape> in) {
      return Shape.of(in.getFirst().dtype(), ints(sizes));
    }

    @Override
    public int[] source(int[] index, Shape in, Shape out) {
      return IntStream.range(0, index.length)
          .map(i -> starts.get(i) + index[i] * steps.get(i))
          .toArray();
    }

    @Override
    public List<@Nullable Tensor> gradient(List<Tensor> in, Tensor out, Tensor g) {
      var place = new Index.Place(starts, steps, list(in.getFirst().shape().dims()));
      return Arrays.asList(Tensor.apply(place, g));
    }
  }

  /**
   * The same elements, read only when other values are known; those are the further operands. What
   * is computed from it is not merged with what is computed from the operand itself, so that a
   * value that was let go can be computed again when it is needed.
   */
  record Late() implements View {
    @Override
    public String name() {
      return "late";
    }

    @Override
    public Shape infer(List<Shape> in) {
      return in.getFirst();
    }

    @Override
    public int[] source(int[] index, Shape in, Shape out) {
      return index;
    }

    @Override
    public List<@Nullable Tensor> gradient(List<Tensor> in, Tensor out, Tensor g) {
      var parts = new ArrayList<@Nullable Tensor>(Collections.nCopies(in.size(), null));
      parts.set(0, g);
      return parts;
    }
  }

  @Override
  default NdArray reference(List<NdArray> in, Shape out) {
    NdArray x = in.getFirst();
    var y = new NdArray(out);
    int[] index = new int[out.rank()];
    for (int i = 0; i < y.size(); i++) {
      NdArray.unravel(i, out, index);
      y.copy(i, x, NdArray.ravel(source(index, x.shape(), out), x.shape()));
    }
    return y;
  }

  /** The list of some integers. */
  static List<Integer> list(int... values) {
    var list = new ArrayList<Integer>(values.length);
    for (int v : values) {
      list.add(v);
    }
    return List.copyOf(list);
  }

  /** The array of some integers. */
  static int[] ints(List<Integer> values) {
    return values.stream().mapToInt(Integer::intValue).toArray();
  }
}
