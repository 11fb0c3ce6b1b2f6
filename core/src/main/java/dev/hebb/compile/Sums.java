package dev.hebb.compile;

import dev.hebb.ir.Graph;
import dev.hebb.op.Contraction;
import dev.hebb.op.Elementwise;
import dev.hebb.op.Index;
import dev.hebb.op.Leaf;
import dev.hebb.op.ScalarOp;
import dev.hebb.op.View;
import dev.hebb.tensor.Shape;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Sums of many terms that are one operation: what is placed side by side among zeros is a
 * concatenation, and Σ Aₜ·Bₜ is one product [A₁ A₂ …] · [B₁; B₂; …].
 *
 * <p>Gradients make such sums. A tensor that was cut into slices gets one padded term from each; a
 * weight that takes part in every step of a sequence gets one product from each.
 */
final class Sums {
  /** Fewer products than this are not worth two concatenations. */
  private static final int FEW_PRODUCTS = 4;

  /** Copies of so many elements take as long as it takes to start a kernel. */
  private static final int FREE_COPIES = 1 << 14;

  private final Graph graph;
  private final int[] uses;
  private final Graph.Builder out = new Graph.Builder();
  private final int[] at;

  /**
   * The last value that a node waits for because of {@link View.Late}. Products of different ones
   * stay apart: their factors are computed one after the other so that they need not live together.
   */
  private final int[] generation;

  private Sums(Graph graph) {
    this.graph = graph;
    this.uses = graph.uses();
    this.at = new int[uses.length];
    this.generation = new int[uses.length];
    for (int i = 0; i < at.length; i++) {
      Graph.Node n = graph.nodes().get(i);
      boolean late = n.op() instanceof View.Late;
      for (int k = 0; k < n.in().size(); k++) {
        int j = n.in().get(k);
        generation[i] = Math.max(generation[i], late && k > 0 ? j : generation[j]);
      }
    }
  }

  static Graph run(Graph g) {
    return new Sums(g).rewritten();
  }

  private Graph rewritten() {
    boolean[] inner = innerSums();
    for (int i = 0; i < at.length; i++) {
      Graph.Node n = graph.nodes().get(i);
      at[i] =
          isSum(n) && !inner[i]
              ? sum(i)
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

  private static boolean isSum(Graph.Node n) {
    return n.op() instanceof Elementwise e && e.f() == ScalarOp.ADD;
  }

  /** For each node, whether it is only a part of a larger sum. */
  private boolean[] innerSums() {
    boolean[] inner = new boolean[at.length];
    for (Graph.Node n : graph.nodes()) {
      if (isSum(n)) {
        for (int j : n.in()) {
          inner[j] = uses[j] == 1 && isSum(graph.nodes().get(j));
        }
      }
    }
    return inner;
  }

  /** The terms of a sum, in order; those it alone uses are taken apart. */
  private List<Integer> terms(int root) {
    var terms = new ArrayList<Integer>();
    var open = new ArrayDeque<>(graph.nodes().get(root).in());
    while (!open.isEmpty()) {
      int i = open.pop();
      Graph.Node n = graph.nodes().get(i);
      if (isSum(n) && uses[i] == 1) {
        open.push(n.in().getLast());
        open.push(n.in().getFirst());
      } else {
        terms.add(i);
      }
    }
    return terms;
  }

  private int sum(int root) {
    List<Integer> terms = terms(root);
    var joined = new LinkedHashMap<Integer, Integer>(); // the term that one stands for → the one
    placements(terms, joined);
    products(terms, joined);
    Graph.Node n = graph.nodes().get(root);
    if (joined.isEmpty()) {
      return out.add(n.op(), n.in().stream().map(j -> at[j]).toList(), n.shape());
    }
    int sum = -1;
    for (int t : terms) {
      int term = joined.getOrDefault(t, at[t]);
      if (term >= 0) {
        sum = sum < 0 ? term : out.add(n.op(), sum, term);
      }
    }
    return sum;
  }

  /** Notes that one node stands for some terms. */
  private static void join(List<Integer> terms, int node, Map<Integer, Integer> joined) {
    terms.forEach(t -> joined.put(t, -1));
    joined.put(terms.getFirst(), node);
  }

  // ---- placements

  /** A term that puts its operand at one place along one axis. */
  private record Placed(int term, int operand, int start, int length) {
    int end() {
      return start + length;
    }
  }

  private void placements(List<Integer> terms, Map<Integer, Integer> joined) {
    Map<Integer, List<Placed>> byAxis = new HashMap<>();
    for (int t : terms) {
      Graph.Node n = graph.nodes().get(t);
      if (n.op() instanceof Index.Place p && uses[t] == 1) {
        Shape x = graph.nodes().get(n.in().getFirst()).shape();
        int axis = axis(p, x);
        if (axis >= 0) {
          byAxis
              .computeIfAbsent(axis, a -> new ArrayList<>())
              .add(new Placed(t, at[n.in().getFirst()], p.starts().get(axis), x.dim(axis)));
        }
      }
    }
    byAxis.forEach((axis, all) -> {
      all.sort(Comparator.comparingInt(Placed::start));
      var beside = new ArrayList<Placed>();
      for (Placed p : all) {
        if (beside.isEmpty() || p.start >= beside.getLast().end()) {
          beside.add(p);
        }
      }
      if (beside.size() > 1) {
        Shape to = graph.nodes().get(beside.getFirst().term).shape();
        join(beside.stream().map(Placed::term).toList(), concat(axis, beside, to), joined);
      }
    });
  }

  /** The only axis along which a placement is not whole, or −1. */
  private static int axis(Index.Place p, Shape x) {
    int[] axes = IntStream.range(0, x.rank()).filter(a -> x.dim(a) != p.dims().get(a)).toArray();
    return axes.length == 1 && p.steps().get(axes[0]) == 1 ? axes[0] : -1;
  }

  /** The operands one after the other, with zeros in the gaps. */
  private int concat(int axis, List<Placed> parts, Shape to) {
    var in = new ArrayList<Integer>();
    int end = 0;
    for (Placed p : parts) {
      gap(axis, p.start - end, to, in);
      in.add(p.operand);
      end = p.end();
    }
    gap(axis, to.dim(axis) - end, to, in);
    return out.add(new Index.Concat(axis), List.copyOf(in), to);
  }

  private void gap(int axis, int length, Shape to, List<Integer> in) {
    if (length > 0) {
      Shape s = to.with(axis, length);
      in.add(out.add(new Leaf.Fill(s, 0), List.of(), s));
    }
  }

  // ---- products

  private void products(List<Integer> terms, Map<Integer, Integer> joined) {
    // In the order in which the left factors are computed, which may be that of another joint.
    List<Integer> some =
        terms.stream()
            .filter(t -> uses[t] == 1 && isCheap(t))
            .sorted(Comparator.comparing(t -> source(graph.nodes().get(t).in().getFirst())))
            .toList();
    long generations = some.stream().mapToInt(t -> generation[t]).distinct().count();
    if (some.size() >= FEW_PRODUCTS && generations == 1) {
      int left = joinedOperands(some, 0, 1);
      int right = joinedOperands(some, 1, 0);
      join(some, out.add(new Contraction(), left, right), joined);
    }
  }

  /** The node that a chain of views begins with. */
  private int source(int node) {
    Graph.Node n = graph.nodes().get(node);
    return n.op() instanceof View ? source(n.in().getFirst()) : node;
  }

  /** Whether copying a product's operands costs less than storing and adding its result. */
  private boolean isCheap(int term) {
    Graph.Node n = graph.nodes().get(term);
    if (!(n.op() instanceof Contraction) || n.shape().rank() != 2) {
      return false;
    }
    long copies = n.in().stream().mapToLong(i -> graph.nodes().get(i).shape().size()).sum();
    return copies <= n.shape().size() + FREE_COPIES;
  }

  private int joinedOperands(List<Integer> products, int operand, int axis) {
    Integer[] in =
        products.stream()
            .map(t -> at[graph.nodes().get(t).in().get(operand)])
            .toArray(Integer[]::new);
    return out.add(new Index.Concat(axis), in);
  }
}
