package dev.hebb.compile;

import dev.hebb.ir.Graph;
import dev.hebb.op.View;
import dev.hebb.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the elements of a value lie in the buffer of the node it is a view of: element (i₀, i₁, …) is
 * at offset + Σ iₖ·strideₖ.
 *
 * @param base the node that owns the buffer
 * @param offset where the first element lies
 * @param dims the dimensions, merged where neighbours are contiguous; none is 1
 * @param strides the distance between neighbours along each
 */
record Access(int base, int offset, List<Integer> dims, List<Integer> strides) {
  /** The access to a node's value through its chain of views, or null if only a copy can do it. */
  static @Nullable Access of(List<Graph.Node> nodes, int node) {
    Graph.Node n = nodes.get(node);
    if (!(n.op() instanceof View view)) {
      return contiguous(node, n.shape());
    }
    Access x = full(nodes, n.in().getFirst());
    if (x == null) {
      return null;
    }
    return apply(x, view, n.shape()) instanceof Access a ? a.merged() : null;
  }

  /** As {@link #of}, but with one entry for every dimension of the node's shape. */
  static @Nullable Access full(List<Graph.Node> nodes, int node) {
    Graph.Node n = nodes.get(node);
    if (!(n.op() instanceof View view)) {
      return new Access(node, 0, View.list(n.shape().dims()), View.list(n.shape().strides()));
    }
    Access x = full(nodes, n.in().getFirst());
    return x == null ? null : apply(x, view, n.shape());
  }

  /** The nodes that must be computed before a chain of views is read, besides its base. */
  static List<Integer> awaited(List<Graph.Node> nodes, int node) {
    var awaited = new ArrayList<Integer>();
    for (Graph.Node n = nodes.get(node); n.op() instanceof View; n = nodes.get(n.in().getFirst())) {
      awaited.addAll(n.in().subList(1, n.in().size()));
    }
    return awaited;
  }

  /** A whole buffer in order. */
  static Access contiguous(int node, Shape s) {
    return new Access(node, 0, View.list(s.dims()), View.list(s.strides())).merged();
  }

  private static @Nullable Access apply(Access x, View view, Shape to) {
    return switch (view) {
      case View.Permute p ->
          new Access(
              x.base,
              x.offset,
              p.order().stream().map(x.dims::get).toList(),
              p.order().stream().map(x.strides::get).toList());
      case View.Expand e -> {
        var strides = new ArrayList<Integer>();
        for (int i = 0; i < e.dims().size(); i++) {
          strides.add(x.dims.get(i).equals(e.dims().get(i)) ? x.strides.get(i) : 0);
        }
        yield new Access(x.base, x.offset, e.dims(), strides);
      }
      case View.Slice s -> {
        int offset = x.offset;
        var strides = new ArrayList<Integer>();
        for (int i = 0; i < s.sizes().size(); i++) {
          offset += s.starts().get(i) * x.strides.get(i);
          strides.add(x.strides.get(i) * s.steps().get(i));
        }
        yield new Access(x.base, offset, s.sizes(), strides);
      }
      case View.Reshape r -> x.reshape(to);
      case View.Late _ -> x;
    };
  }

  /** Splits and merges dimensions; null where the elements do not lie evenly. */
  private @Nullable Access reshape(Shape to) {
    if (to.size() == 0) {
      return new Access(base, offset, View.list(to.dims()), View.list(to.strides()));
    }
    Access m = merged();
    int[] strides = new int[to.rank()];
    int d = m.dims.size() - 1;
    int left = d >= 0 ? m.dims.get(d) : 1; // how much of the merged dimension is still to be split
    int stride = d >= 0 ? m.strides.get(d) : 0;
    for (int i = to.rank() - 1; i >= 0; i--) {
      int n = to.dim(i);
      if (n == 1) {
        continue;
      }
      if (left == 1) {
        d--;
        left = m.dims.get(d);
        stride = m.strides.get(d);
      }
      if (left % n != 0) {
        return null;
      }
      strides[i] = stride;
      stride *= n;
      left /= n;
    }
    return new Access(base, offset, View.list(to.dims()), View.list(strides));
  }

  Access merged() {
    var d = new ArrayList<Integer>();
    var s = new ArrayList<Integer>();
    for (int i = 0; i < dims.size(); i++) {
      int n = dims.get(i);
      int stride = strides.get(i);
      if (n == 1) {
        continue;
      }
      int last = d.size() - 1;
      if (last >= 0 && s.get(last) == stride * n) {
        d.set(last, d.get(last) * n);
        s.set(last, stride);
      } else {
        d.add(n);
        s.add(stride);
      }
    }
    return new Access(base, offset, List.copyOf(d), List.copyOf(s));
  }

  /** How many elements. */
  int size() {
    return dims.stream().reduce(1, (a, b) -> a * b);
  }

  /** Whether the elements lie one after the other. */
  boolean isContiguous() {
    return dims.isEmpty() || dims.size() == 1 && strides.getFirst() == 1 || size() == 0;
  }

  /** Whether this is the base's whole buffer in order, if the base has {@code n} elements. */
  boolean isWhole(int n) {
    return offset == 0 && isContiguous() && size() == n;
  }

  /** If each of K elements is repeated R times in a row, R; else 0. */
  int repeats() {
    return offset == 0 && dims.size() == 2 && strides.getFirst() == 1 && strides.getLast() == 0
        ? dims.getLast()
        : 0;
  }

  /** If the same elements come again and again, how many they are; else 0. */
  int period() {
    return dims.size() == 2 && strides.getFirst() == 0 && strides.getLast() != 0
        ? dims.getLast()
        : 0;
  }

  /** Whether all elements are the same one. */
  boolean isScalar() {
    return strides.stream().allMatch(s -> s == 0);
  }

  int[] dimArray() {
    return View.ints(dims);
  }

  int[] strideArray() {
    return View.ints(strides);
  }

  @Override
  public String toString() {
    return "%"
        + base
        + (isContiguous() && offset == 0
            ? ""
            : "{"
                + offset
                + " "
                + Arrays.toString(dimArray())
                + Arrays.toString(strideArray())
                + "}");
  }
}
