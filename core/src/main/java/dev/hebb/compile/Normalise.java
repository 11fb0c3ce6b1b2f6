package dev.hebb.compile;

import dev.hebb.ir.Graph;
import dev.hebb.op.Contraction;
import dev.hebb.op.Elementwise;
import dev.hebb.op.Index;
import dev.hebb.op.Op;
import dev.hebb.op.RandomUniform;
import dev.hebb.op.Reduce;
import dev.hebb.op.ScalarOp;
import dev.hebb.op.View;
import dev.hebb.op.Window;
import dev.hebb.tensor.DType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Brings a graph into the form that kernels can run: copies (casts to the same type) where a kernel
 * cannot read a view in place, reductions over one run of neighbouring axes at a time, positions of
 * maxima along the last axis, and a buffer of its own for each result and each variable's new
 * value.
 */
final class Normalise {
  private final Graph.Builder out = new Graph.Builder();
  private final List<Graph.Node> nodes = new NodeList();

  /** The builder's nodes seen as a list. */
  private final class NodeList extends java.util.AbstractList<Graph.Node> {
    @Override
    public Graph.Node get(int i) {
      return out.get(i);
    }

    @Override
    public int size() {
      return out.size();
    }
  }

  private Normalise() {}

  static Graph run(Graph g) {
    var pass = new Normalise();
    int[] at = new int[g.nodes().size()];
    for (int i = 0; i < at.length; i++) {
      Graph.Node n = g.nodes().get(i);
      at[i] = pass.add(n.op(), n.in().stream().map(j -> at[j]).toList());
    }
    var owned = new HashSet<Integer>();
    List<Integer> outputs = new ArrayList<>();
    for (int i : g.outputs()) {
      int node = at[i];
      while (!pass.computed(node) || !owned.add(node)) {
        node = pass.copy(node);
      }
      outputs.add(node);
    }
    List<Graph.Write> writes = new ArrayList<>();
    for (Graph.Write w : g.writes()) {
      int node = at[w.node()];
      while (!(pass.out.get(node).op() instanceof Elementwise) || !owned.add(node)) {
        node = pass.copy(node);
      }
      writes.add(new Graph.Write(w.variable(), node));
    }
    List<Integer> inputs = g.inputs().stream().map(i -> at[i]).toList();
    return Prune.run(pass.out.build(inputs, List.copyOf(outputs), List.copyOf(writes)));
  }

  private boolean computed(int i) {
    Op op = out.get(i).op();
    return !(op instanceof View) && !(op instanceof dev.hebb.op.Leaf);
  }

  private int copy(int i) {
    Graph.Node n = out.get(i);
    return out.add(new Elementwise(ScalarOp.CAST, n.shape().dtype()), List.of(i), n.shape());
  }

  private int inOrder(int i) {
    Access a = Access.of(nodes, i);
    return a != null
            && a.isContiguous()
            && out.get(a.base()).op() instanceof Op base
            && !(base instanceof dev.hebb.op.Leaf.Fill)
        ? i
        : copy(i);
  }

  private int matrix(int i) {
    Matrix m = Matrix.of(nodes, i);
    return m == null || out.get(m.base()).op() instanceof dev.hebb.op.Leaf.Fill ? copy(i) : i;
  }

  private int add(Op op, List<Integer> in) {
    return switch (op) {
      case View.Late l -> out.add(l, in.toArray(Integer[]::new));
      case View v -> {
        int x = in.getFirst();
        int y = out.add(v, x);
        yield Access.of(nodes, y) != null ? y : out.add(v, copy(x));
      }
      case Reduce r -> r.kind().isArg() ? position(r, in.getFirst()) : reduce(r, in.getFirst());
      case Contraction c -> {
        boolean single = out.get(in.getFirst()).shape().dtype() == DType.FLOAT32;
        yield out.add(
            c, in.stream().map(i -> single ? matrix(i) : inOrder(i)).toArray(Integer[]::new));
      }
      case Window w -> out.add(w, in.stream().map(this::inOrder).toArray(Integer[]::new));
      case Index x -> out.add(x, in.stream().map(this::inOrder).toArray(Integer[]::new));
      case RandomUniform u -> out.add(u, inOrder(in.getFirst()));
      default -> out.add(op, in.toArray(Integer[]::new));
    };
  }

  /** Reduces the last run of neighbouring axes first, then the rest. */
  private int reduce(Reduce r, int x) {
    List<Integer> axes = r.axes();
    int from = axes.size() - 1;
    while (from > 0 && axes.get(from - 1) == axes.get(from) - 1) {
      from--;
    }
    if (from == 0) {
      return out.add(r, x);
    }
    int inner = out.add(new Reduce(r.kind(), List.copyOf(axes.subList(from, axes.size()))), x);
    return reduce(new Reduce(r.kind(), List.copyOf(axes.subList(0, from))), inner);
  }

  private int position(Reduce r, int x) {
    int rank = out.get(x).shape().rank();
    int axis = r.axes().getFirst();
    int last = x;
    if (axis != rank - 1) {
      List<Integer> order =
          IntStream.concat(IntStream.range(0, rank).filter(a -> a != axis), IntStream.of(axis))
              .boxed()
              .toList();
      last = out.add(new View.Permute(order), x);
    }
    return out.add(new Reduce(r.kind(), List.of(rank - 1)), inOrder(last));
  }
}
