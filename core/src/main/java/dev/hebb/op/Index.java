package dev.hebb.op;

import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.ShapeError;
import dev.hebb.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Elements moved to places that depend on data or that leave gaps. */
public sealed interface Index extends Op {
  /**
   * Slices of {@code x} along an axis, chosen by integers: x[…, d, …], i[j…] → [… , j…, …], NumPy's
   * {@code take}. An index outside 0 … d−1 is an error when the program runs.
   */
  record Gather(int axis) implements Index {
    @Override
    public String name() {
      return "gather[" + axis + "]";
    }

    @Override
    public Shape infer(List<Shape> in) {
      Shape x = in.get(0);
      int[] dims =
          IntStream.concat(
                  Arrays.stream(x.dims()).limit(axis),
                  IntStream.concat(
                      Arrays.stream(in.get(1).dims()), Arrays.stream(x.dims()).skip(axis + 1)))
              .toArray();
      return Shape.of(x.dtype(), dims);
    }

    @Override
    public NdArray reference(List<NdArray> in, Shape out) {
      NdArray x = in.get(0);
      NdArray at = in.get(1);
      var y = new NdArray(out);
      int size = x.shape().dim(axis);
      int inner = x.shape().drop(axis + 1).size();
      for (int o = 0; o < y.size(); o++) {
        int outer = o / inner / at.size();
        int index = check(at.getLong(o / inner % at.size()), size);
        y.copy(o, x, (outer * size + index) * inner + o % inner);
      }
      return y;
    }

    @Override
    public List<@Nullable Tensor> gradient(List<Tensor> in, Tensor out, Tensor g) {
      var scatter = new ScatterAdd(axis, in.get(0).dim(axis));
      return Arrays.asList(Tensor.apply(scatter, g, in.get(1)), null);
    }
  }

  /**
   * The adjoint of {@link Gather}: g[…, j…, …] and i[j…] → zeros with {@code size} along the axis,
   * to which each slice of g is added at its index.
   */
  record ScatterAdd(int axis, int size) implements Index {
    @Override
    public String name() {
      return "scatterAdd[" + axis + "]";
    }

    @Override
    public Shape infer(List<Shape> in) {
      Shape g = in.get(0);
      int[] dims =
          IntStream.concat(
                  Arrays.stream(g.dims()).limit(axis),
                  IntStream.concat(
                      IntStream.of(size), Arrays.stream(g.dims()).skip(axis + in.get(1).rank())))
              .toArray();
      return Shape.of(g.dtype(), dims);
    }

    @Override
    public NdArray reference(List<NdArray> in, Shape out) {
      NdArray g = in.get(0);
      NdArray at = in.get(1);
      var y = new NdArray(out);
      int inner = out.drop(axis + 1).size();
      for (int i = 0; i < g.size(); i++) {
        int outer = i / inner / at.size();
        int o = (outer * size + check(at.getLong(i / inner % at.size()), size)) * inner + i % inner;
        if (y.isReal()) {
          y.set(o, y.get(o) + g.get(i));
        } else {
          y.setLong(o, y.getLong(o) + g.getLong(i));
        }
      }
      return y;
    }

    @Override
    public List<@Nullable Tensor> gradient(List<Tensor> in, Tensor out, Tensor g) {
      return Arrays.asList(Tensor.apply(new Gather(axis), g, in.get(1)), null);
    }
  }

  /**
   * The adjoint of {@link View.Slice}: zeros of the given dimensions, with the operand put at the
   * slice's places. Zero padding is the case of step 1.
   */
  record Place(List<Integer> starts, List<Integer> steps, List<Integer> dims) implements Index {
    @Override
    public String name() {
      return "place" + starts + (steps.stream().allMatch(s -> s == 1) ? "" : ":" + steps) + dims;
    }

    @Override
    public Shape infer(List<Shape> in) {
      Shape x = in.getFirst();
      Shape out = Shape.of(x.dtype(), View.ints(dims));
      for (int i = 0; i < out.rank(); i++) {
        int first = starts.get(i);
        int last = first + (x.dim(i) - 1) * steps.get(i);
        if (x.dim(i) > 0 && (Math.min(first, last) < 0 || Math.max(first, last) >= out.dim(i))) {
          throw new ShapeError(name() + ": axis " + i + " of " + x + " does not fit into " + out);
        }
      }
      return out;
    }

    @Override
    public NdArray reference(List<NdArray> in, Shape out) {
      NdArray x = in.getFirst();
      var y = new NdArray(out);
      int[] index = new int[out.rank()];
      for (int i = 0; i < x.size(); i++) {
        NdArray.unravel(i, x.shape(), index);
        for (int d = 0; d < index.length; d++) {
          index[d] = starts.get(d) + index[d] * steps.get(d);
        }
        y.copy(NdArray.ravel(index, out), x, i);
      }
      return y;
    }

    @Override
    public List<@Nullable Tensor> gradient(List<Tensor> in, Tensor out, Tensor g) {
      List<Integer> sizes = View.list(in.getFirst().shape().dims());
      return Arrays.asList(Tensor.apply(new View.Slice(starts, steps, sizes), g));
    }
  }

  /** Operands one after the other along an axis. */
  record Concat(int axis) implements Index {
    @Override
    public String name() {
      return "concat[" + axis + "]";
    }

    @Override
    public Shape infer(List<Shape> in) {
      int total = 0;
      Shape first = in.getFirst();
      for (Shape s : in) {
        if (s.rank() != first.rank()
            || s.dtype() != first.dtype()
            || !s.with(axis, 0).sameDims(first.with(axis, 0))) {
          throw new ShapeError(
              "concat along axis %d: %s and %s differ on another axis or in type"
                  .formatted(axis, first, s));
        }
        total += s.dim(axis);
      }
      return first.with(axis, total);
    }

    @Override
    public NdArray reference(List<NdArray> in, Shape out) {
      var y = new NdArray(out);
      int[] index = new int[out.rank()];
      int offset = 0;
      for (NdArray x : in) {
        for (int i = 0; i < x.size(); i++) {
          NdArray.unravel(i, x.shape(), index);
          index[axis] += offset;
          y.copy(NdArray.ravel(index, out), x, i);
        }
        offset += x.shape().dim(axis);
      }
      return y;
    }

    @Override
    public List<@Nullable Tensor> gradient(List<Tensor> in, Tensor out, Tensor g) {
      Tensor[] grads = new Tensor[in.size()];
      int offset = 0;
      for (int i = 0; i < grads.length; i++) {
        int n = in.get(i).dim(axis);
        grads[i] = g.narrow(axis, offset, n);
        offset += n;
      }
      return Arrays.asList(grads);
    }
  }

  /** Checks an index that came from data. */
  static int check(long index, int size) {
    if (index < 0 || index >= size) {
      throw new HebbException(
          "index %d is outside 0 … %d; are the labels or tokens numbered from 0?"
              .formatted(index, size - 1));
    }
    return (int) index;
  }
}
