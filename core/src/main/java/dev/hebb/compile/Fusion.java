package dev.hebb.compile;

import dev.hebb.ir.Graph;
import dev.hebb.op.Elementwise;
import dev.hebb.op.Leaf;
import dev.hebb.op.Op;
import dev.hebb.op.RandomUniform;
import dev.hebb.op.Reduce;
import dev.hebb.op.View;
import dev.hebb.runtime.simd.Epilogue;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Decides which nodes are computed together in one pass over memory.
 *
 * <p>A group walks over a line of n elements. Its elementwise nodes have n elements in the same
 * order. If the line is made of rows of up to {@link #LONGEST_ROW} elements, reductions of rows,
 * arithmetic on one number per row and its repetition along the row belong to the group too: so
 * softmax with cross entropy and both gradients is one pass. Other reductions end a group: they are
 * complete only when it is. Matrix products, windows and index operations are groups of their own.
 */
final class Fusion {
  /** Rows that fit into a few kilobytes stay in the first-level cache while they are reduced. */
  static final int LONGEST_ROW = 2048;

  static final int MOST_NODES = 96;

  /** How often a reduction's result repeats in the walk: [outer, reduced, inner]. */
  record Pattern(int outer, int reduced, int inner) {
    static Pattern of(Reduce r, List<Integer> dims) {
      int first = r.axes().getFirst();
      int last = r.axes().getLast();
      return new Pattern(
          product(dims.subList(0, first)),
          product(dims.subList(first, last + 1)),
          product(dims.subList(last + 1, dims.size())));
    }

    private static int product(List<Integer> dims) {
      return dims.stream().reduce(1, (a, b) -> a * b);
    }

    boolean isTotal() {
      return outer == 1 && inner == 1;
    }
  }

  /**
   * Elementwise nodes that the kernel of another node computes on its way.
   *
   * @param result the last of them
   * @param added what they add, in the order of the epilogue's operands
   */
  record Tail(int result, List<Integer> added, Epilogue epilogue) {
    String label() {
      return added.stream().map(v -> " + %" + v).collect(Collectors.joining())
          + (epilogue.relu() ? ", relu" : "");
    }
  }

  /** Nodes computed in one pass. */
  static final class Group {
    final int id;
    final List<Integer> nodes = new ArrayList<>();
    final Set<Integer> terminals = new HashSet<>();
    final BitSet ancestors = new BitSet();
    final boolean fused;
    int size; // how many elements the walk has
    int row; // their division into rows, 0 if none
    @Nullable Pattern pattern; // of the reductions that end it, unless they are total
    @Nullable Tail tail; // what the kernel of its one other node computes besides
    boolean gone;

    Group(int id, boolean fused, int size) {
      this.id = id;
      this.fused = fused;
      this.size = size;
    }
  }

  private final List<Graph.Node> nodes;
  private final List<Group> groups = new ArrayList<>();
  private final @Nullable Group[] of;

  private Fusion(Graph graph) {
    this.nodes = graph.nodes();
    this.of = new @Nullable Group[nodes.size()];
  }

  /** The groups; every node that is neither a leaf nor a view is in exactly one. */
  static List<Group> run(Graph graph) {
    var fusion = new Fusion(graph);
    for (int v = 0; v < graph.nodes().size(); v++) {
      fusion.place(v);
    }
    new Sinking(graph, fusion.of).run();
    new Tails(graph, fusion.of).run(fusion.groups);
    new Bundling(graph, fusion.of).run(fusion.groups);
    fusion.groups.removeIf(g -> g.gone || g.nodes.isEmpty());
    fusion.groups.forEach(g -> g.nodes.sort(null));
    return fusion.groups;
  }

  static boolean isFusible(Op op) {
    return op instanceof Elementwise
        || op instanceof RandomUniform
        || op instanceof Reduce r && !r.kind().isArg();
  }

  private int size(int v) {
    return nodes.get(v).shape().size();
  }

  private Group newGroup(boolean fused, int size) {
    var g = new Group(groups.size(), fused, size);
    groups.add(g);
    return g;
  }

  private void place(int v) {
    Graph.Node n = nodes.get(v);
    if (n.op() instanceof Leaf || n.op() instanceof View) {
      return;
    }
    Set<Group> producers = producers(n);
    Group home = null;
    if (isFusible(n.op())) {
      for (Group p : producers) {
        if (p.fused && (home == null ? joins(v, p) : merges(v, home, p))) {
          home = home == null ? p : absorb(home, p);
        }
      }
    }
    if (home == null) {
      int size = n.op() instanceof Reduce ? size(n.in().getFirst()) : size(v);
      home = newGroup(isFusible(n.op()), size);
    }
    producers.addAll(awaited(n));
    add(v, n, home, producers);
  }

  /** The groups that compute what a node reads. */
  private Set<Group> producers(Graph.Node n) {
    Set<Group> groups = new LinkedHashSet<>();
    for (int i : n.in()) {
      Group p = of[Objects.requireNonNull(Access.of(nodes, i)).base()];
      if (p != null) {
        groups.add(p);
      }
    }
    return groups;
  }

  /** The groups that a node waits for besides. */
  private Set<Group> awaited(Graph.Node n) {
    Set<Group> groups = new LinkedHashSet<>();
    for (int i : n.in()) {
      for (int w : Access.awaited(nodes, i)) {
        Group p = of[w];
        if (p != null) {
          groups.add(p);
        }
      }
    }
    return groups;
  }

  private void add(int v, Graph.Node n, Group home, Set<Group> producers) {
    home.nodes.add(v);
    of[v] = home;
    if (n.op() instanceof Reduce r && home.fused) {
      int x = n.in().getFirst();
      Pattern p = Pattern.of(r, View.list(nodes.get(x).shape().dims()));
      if (rowReduction(home, x, p)) {
        home.row = p.reduced();
      } else {
        home.terminals.add(v);
        if (!p.isTotal()) {
          home.pattern = p;
        }
      }
    }
    for (Group p : producers) {
      if (p != home && !p.gone) {
        home.ancestors.set(p.id);
        home.ancestors.or(p.ancestors);
      }
    }
    for (Group g : groups) {
      if (g.ancestors.get(home.id)) {
        g.ancestors.or(home.ancestors);
      }
    }
  }

  /** Whether a reduction happens inside the walk, row by row. */
  private static boolean rowReduction(Group g, int sizeOfOperand, Pattern p, int row) {
    return sizeOfOperand == g.size
        && p.inner() == 1
        && p.reduced() > 1
        && p.reduced() <= LONGEST_ROW
        && (row == 0 || row == p.reduced())
        && (g.pattern == null || g.pattern.outer() == 1 && g.pattern.inner() == p.reduced());
  }

  private boolean rowReduction(Group g, int x, Pattern p) {
    return rowReduction(g, size(x), p, g.row);
  }

  /** Whether v can be computed in g's walk, given that g holds at least one of its operands. */
  private boolean joins(int v, Group g) {
    return g.nodes.size() < MOST_NODES && fits(v, g, g.row) && !detours(v, Set.of(g));
  }

  private boolean fits(int v, Group g, int row) {
    Graph.Node n = nodes.get(v);
    if (n.op() instanceof Reduce r) {
      return fitsReduce(n, r, g, row);
    }
    boolean full = size(v) == g.size;
    if (!full && (row == 0 || size(v) != g.size / row)) {
      return false;
    }
    for (int i : n.in()) {
      Access a = Objects.requireNonNull(Access.of(nodes, i));
      if (of[a.base()] != g) {
        continue;
      }
      if (g.terminals.contains(a.base())) {
        return false;
      }
      boolean operandFull = size(a.base()) == g.size;
      boolean aligned = a.isWhole(size(a.base())) && operandFull == full;
      boolean repeated = full && !operandFull && repeats(a, g.size, row);
      if (!aligned && !repeated) {
        return false;
      }
    }
    return true;
  }

  /** Whether an access repeats each of size / row numbers along its row. */
  static boolean repeats(Access a, int size, int row) {
    return row > 0 && (size == row ? a.isScalar() && a.offset() == 0 : a.repeats() == row);
  }

  private boolean fitsReduce(Graph.Node n, Reduce r, Group g, int row) {
    int x = n.in().getFirst();
    Access a = Objects.requireNonNull(Access.of(nodes, x));
    if (of[a.base()] != g || g.terminals.contains(a.base()) || !a.isWhole(size(a.base()))) {
      return false;
    }
    Pattern p = Pattern.of(r, View.list(nodes.get(x).shape().dims()));
    boolean full = size(x) == g.size;
    if (p.isTotal() && (!full || p.reduced() > LONGEST_ROW || row != 0)) {
      return true;
    }
    if (!full) {
      return false; // only totals of one number per row
    }
    if (rowReduction(g, size(x), p, row)) {
      return true;
    }
    return (g.pattern == null || g.pattern.equals(p))
        && (row == 0 || p.outer() == 1 && p.inner() == row);
  }

  /** Whether v also fits if g and p become one group. */
  private boolean merges(int v, Group g, Group p) {
    boolean samePattern = g.pattern == null || p.pattern == null || g.pattern.equals(p.pattern);
    int row = Math.max(g.row, p.row);
    Pattern pattern = g.pattern != null ? g.pattern : p.pattern;
    return g != p
        && g.size == p.size
        && g.nodes.size() + p.nodes.size() < MOST_NODES
        && (g.row == 0 || p.row == 0 || g.row == p.row)
        && samePattern
        && (row == 0 || pattern == null || pattern.outer() == 1 && pattern.inner() == row)
        && !g.ancestors.get(p.id)
        && !p.ancestors.get(g.id)
        && fits(v, g, row)
        && fits(v, p, row)
        && !detours(v, Set.of(g, p));
  }

  /** Whether v needs something that is computed elsewhere from what these groups compute. */
  private boolean detours(int v, Set<Group> home) {
    Set<Group> needs = producers(nodes.get(v));
    needs.addAll(awaited(nodes.get(v)));
    needs.removeAll(home);
    return needs.stream().anyMatch(p -> home.stream().anyMatch(h -> p.ancestors.get(h.id)));
  }

  private Group absorb(Group g, Group p) {
    g.nodes.addAll(p.nodes);
    g.terminals.addAll(p.terminals);
    g.row = Math.max(g.row, p.row);
    g.pattern = g.pattern != null ? g.pattern : p.pattern;
    g.ancestors.or(p.ancestors);
    for (int v : p.nodes) {
      of[v] = g;
    }
    p.gone = true;
    for (Group h : groups) {
      if (h.ancestors.get(p.id) || h.ancestors.get(g.id)) {
        h.ancestors.set(g.id);
        h.ancestors.or(g.ancestors);
      }
    }
    return g;
  }
}
