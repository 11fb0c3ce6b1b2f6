package dev.hebb.compile;

import dev.hebb.ir.Graph;
import dev.hebb.op.Elementwise;
import dev.hebb.op.Leaf;
import dev.hebb.op.ScalarOp;
import dev.hebb.op.View;
import dev.hebb.op.Window;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Variable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Moves what scales and shifts each channel of a convolution's result into its weights and a bias,
 * where all of that is frozen: batch normalisation with running statistics costs nothing then.
 *
 * <p>a · (x ∗ w) + b = x ∗ (a · w) + b, which is rounded a little differently.
 *
 * @see Frozen
 */
final class Folding {
  private final Graph graph;
  private final Graph.Builder out = new Graph.Builder();
  private final int[] at;
  private final boolean[] frozen;
  private final List<List<Integer>> users = new ArrayList<>();

  private Folding(Graph graph) {
    this.graph = graph;
    at = new int[graph.nodes().size()];
    frozen = new boolean[at.length];
  }

  static Graph run(Graph g) {
    return new Folding(g).rewritten();
  }

  private Graph rewritten() {
    findFrozen();
    findUsers();
    int[] foldedInto = new int[at.length]; // for the end of a chain, its convolution + 1
    for (int i = 0; i < at.length; i++) {
      if (isFoldable(i)) {
        List<Integer> chain = chain(i);
        if (chain.stream().anyMatch(this::isScaling)) {
          foldedInto[chain.getLast()] = i + 1;
        }
      }
    }
    for (int i = 0; i < at.length; i++) {
      Graph.Node n = graph.nodes().get(i);
      at[i] =
          foldedInto[i] > 0
              ? fold(foldedInto[i] - 1)
              : out.add(n.op(), n.in().stream().map(j -> at[j]).toList(), n.shape());
    }
    return Prune.run(
        out.build(
            graph.inputs().stream().map(i -> at[i]).toList(),
            graph.outputs().stream().map(i -> at[i]).toList(),
            graph.writes().stream()
                .map(w -> new Graph.Write(w.variable(), at[w.node()]))
                .toList()));
  }

  private void findFrozen() {
    Set<Variable> written = new HashSet<>();
    graph.writes().forEach(w -> written.add(w.variable()));
    for (int i = 0; i < at.length; i++) {
      Graph.Node n = graph.nodes().get(i);
      frozen[i] =
          switch (n.op()) {
            case Leaf.Cell c -> !written.contains(c.variable());
            case Leaf.Fill _ -> true;
            case View _, Elementwise _ -> n.in().stream().allMatch(j -> frozen[j]);
            default -> false;
          };
    }
  }

  private void findUsers() {
    for (int i = 0; i < at.length; i++) {
      users.add(new ArrayList<>());
      for (int j : graph.nodes().get(i).in()) {
        users.get(j).add(i);
      }
    }
    graph.outputs().forEach(i -> users.get(i).add(-1));
    graph.writes().forEach(w -> users.get(w.node()).add(-1));
  }

  private boolean isFoldable(int i) {
    Graph.Node n = graph.nodes().get(i);
    return n.op() instanceof Window w
        && w.kind() == Window.Kind.CONV
        && n.shape().dtype() == DType.FLOAT32
        && frozen[n.in().get(1)];
  }

  /** The nodes behind a convolution that can be folded into it, in order. */
  private List<Integer> chain(int conv) {
    var chain = new ArrayList<Integer>();
    int last = conv;
    while (users.get(last).size() == 1 && users.get(last).getFirst() >= 0) {
      int next = users.get(last).getFirst();
      if (other(next, last) < 0) {
        break;
      }
      chain.add(next);
      last = next;
    }
    return chain;
  }

  /** The frozen operand, one number for each channel, that a node combines with another; or −1. */
  private int other(int node, int with) {
    Graph.Node n = graph.nodes().get(node);
    if (!(n.op() instanceof Elementwise e) || n.in().size() != 2) {
      return -1;
    }
    boolean isLeft = n.in().getFirst() == with;
    int other = isLeft ? n.in().getLast() : n.in().getFirst();
    boolean fits =
        switch (e.f()) {
          case ADD, MUL -> true;
          case SUB, DIV -> isLeft;
          default -> false;
        };
    return fits && frozen[other] && isPerChannel(other) ? other : -1;
  }

  private boolean isPerChannel(int i) {
    Graph.Node n = graph.nodes().get(i);
    if (n.op() instanceof Leaf.Fill) {
      return true;
    }
    if (!(n.op() instanceof View.Expand)) {
      return false;
    }
    Shape from = graph.nodes().get(n.in().getFirst()).shape();
    return from.rank() == n.shape().rank() && from.size() == from.last();
  }

  private boolean isScaling(int node) {
    return graph.nodes().get(node).op() instanceof Elementwise e
        && (e.f() == ScalarOp.MUL || e.f() == ScalarOp.DIV);
  }

  private int fold(int conv) {
    Graph.Node n = graph.nodes().get(conv);
    int last = conv;
    int scale = -1;
    int shift = -1;
    for (int next : chain(conv)) {
      ScalarOp f = ((Elementwise) graph.nodes().get(next).op()).f();
      int v = channels(other(next, last), n.shape().last());
      if (f == ScalarOp.ADD || f == ScalarOp.SUB) {
        shift = shift >= 0 ? apply(f, shift, v) : f == ScalarOp.ADD ? v : apply(ScalarOp.NEG, v);
      } else {
        int before = scale >= 0 ? scale : one(v);
        scale = apply(f, before, v);
        shift = shift >= 0 ? apply(f, shift, v) : -1;
      }
      last = next;
    }
    int w = at[n.in().get(1)];
    int scaled = apply(ScalarOp.MUL, w, spread(scale, out.get(w).shape()));
    int y = out.add(n.op(), at[n.in().get(0)], scaled);
    return shift < 0 ? y : apply(ScalarOp.ADD, y, spread(shift, n.shape()));
  }

  private int apply(ScalarOp f, Integer... in) {
    return out.add(new Elementwise(f, DType.FLOAT32), in);
  }

  private int one(int like) {
    Shape s = out.get(like).shape();
    return out.add(new Leaf.Fill(s, 1), List.of(), s);
  }

  /** A per-channel operand as a vector. */
  private int channels(int i, int count) {
    Graph.Node n = graph.nodes().get(i);
    if (n.op() instanceof Leaf.Fill f) {
      Shape s = Shape.of(DType.FLOAT32, count);
      return out.add(new Leaf.Fill(s, f.value()), List.of(), s);
    }
    int from = at[n.in().getFirst()];
    int vector = out.add(new View.Reshape(List.of(out.get(from).shape().size())), from);
    return out.get(vector).shape().size() == count
        ? vector
        : out.add(new View.Expand(List.of(count)), vector);
  }

  /** A vector repeated over all axes but the last. */
  private int spread(int vector, Shape to) {
    var ones = new ArrayList<Integer>();
    for (int axis = 1; axis < to.rank(); axis++) {
      ones.add(1);
    }
    ones.add(to.last());
    int column = out.add(new View.Reshape(ones), vector);
    return out.add(new View.Expand(View.list(to.dims())), column);
  }
}
