package dev.hebb.compile;

import dev.hebb.ir.Graph;
import dev.hebb.op.Elementwise;
import dev.hebb.op.ScalarOp;
import dev.hebb.runtime.simd.Epilogue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Moves the addition of a bias or of a residual, and a ReLU behind it, into the kernel of the
 * product or convolution whose result they take, if nobody else reads that: the results are still
 * in a near cache.
 */
final class Tails {
  private final Graph graph;
  private final List<Graph.Node> nodes;
  private final Fusion.@Nullable Group[] of;
  private final int[] users;
  private final Set<Integer> written = new HashSet<>();

  Tails(Graph graph, Fusion.@Nullable Group[] of) {
    this.graph = graph;
    this.nodes = graph.nodes();
    this.of = of;
    this.users = new int[nodes.size()];
  }

  void run(List<Fusion.Group> groups) {
    for (int v = 0; v < users.length; v++) {
      if (of[v] != null) {
        nodes.get(v).in().forEach(i -> users[access(i).base()]++);
      }
    }
    graph.outputs().forEach(v -> users[v]++);
    graph.writes().forEach(w -> written.add(w.node()));
    for (Fusion.Group g : groups) {
      if (g.fused
          && !g.gone
          && !g.nodes.isEmpty()
          && g.nodes.size() <= 3
          && g.terminals.isEmpty()) {
        g.nodes.sort(null);
        tryTail(g);
      }
    }
  }

  private Access access(int i) {
    return Objects.requireNonNull(Access.of(nodes, i));
  }

  private void tryTail(Fusion.Group g) {
    List<Integer> sums = g.nodes.stream().filter(v -> isOp(v, ScalarOp.ADD)).toList();
    int last = g.nodes.getLast();
    boolean relu = isOp(last, ScalarOp.RELU);
    if (sums.isEmpty()
        || sums.size() > 2
        || sums.size() + (relu ? 1 : 0) != g.nodes.size()
        || written.contains(last)) {
      return;
    }
    for (int v : g.nodes) {
      if (v != last && users[v] != 1) {
        return;
      }
    }
    int first = sums.getFirst();
    for (int y : nodes.get(first).in()) {
      Fusion.Group home = of[access(y).base()];
      if (home != null && isResult(y, home, first)) {
        Tail tail = tail(y, sums, home);
        if (tail != null) {
          var e = new Epilogue(tail.bias, tail.residual, relu);
          home.tail = new Fusion.Tail(last, tail.added, e);
          home.nodes.addAll(g.nodes);
          for (int v : g.nodes) {
            of[v] = home;
          }
          g.nodes.clear();
          g.gone = true;
          return;
        }
      }
    }
  }

  private record Tail(boolean bias, boolean residual, List<Integer> added) {}

  /** What the sums add to y, if it is a bias, a residual, or these two in this order. */
  private @Nullable Tail tail(int y, List<Integer> sums, Fusion.Group home) {
    var added = new ArrayList<Integer>();
    boolean bias = false;
    boolean residual = false;
    int size = nodes.get(access(y).base()).shape().size();
    int value = access(y).base();
    for (int sum : sums) {
      List<Integer> in = nodes.get(sum).in();
      int k = access(in.getFirst()).base() == value ? 0 : 1;
      int other = in.get(1 - k);
      boolean inOrder = access(in.get(k)).base() == value && access(in.get(k)).isWhole(size);
      if (!inOrder || residual || comesAfter(other, home)) {
        return null;
      } else if (!bias && isBias(other, y)) {
        bias = true;
      } else if (isResidual(other, y)) {
        residual = true;
      } else {
        return null;
      }
      added.add(other);
      value = sum;
    }
    return new Tail(bias, residual, added);
  }

  private boolean isOp(int v, ScalarOp op) {
    return nodes.get(v).op() instanceof Elementwise e && e.f() == op;
  }

  /** Whether y is, in order, what a kernel with an epilogue computes for the sum alone. */
  private boolean isResult(int y, Fusion.Group home, int sum) {
    Access a = access(y);
    Graph.Node n = nodes.get(a.base());
    return home.tail == null
        && !home.fused
        && users[a.base()] == 1
        && a.isWhole(n.shape().size())
        && nodes.get(sum).shape().size() == n.shape().size()
        && OpaqueLowering.takesEpilogue(n);
  }

  /** Whether there is one number for each column. */
  private boolean isBias(int bias, int y) {
    Access a = access(bias);
    int columns = nodes.get(access(y).base()).shape().last();
    boolean single = nodes.get(access(y).base()).shape().size() == columns;
    return !a.strides().isEmpty()
        && a.strides().getLast() == 1
        && (single ? a.isWhole(columns) : a.period() == columns);
  }

  /** Whether there is one number for each result, in the same order. */
  private boolean isResidual(int r, int y) {
    Access a = access(r);
    return a.isContiguous() && a.size() == nodes.get(access(y).base()).shape().size();
  }

  /** Whether a value is only known after the kernel has run. */
  private boolean comesAfter(int v, Fusion.Group home) {
    Fusion.Group producer = of[access(v).base()];
    return producer != null && needs(producer, home);
  }

  /** Whether a group has to wait for another one. */
  private boolean needs(Fusion.Group g, Fusion.Group other) {
    Set<Fusion.Group> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    var open = new ArrayList<Fusion.Group>(List.of(g));
    while (!open.isEmpty()) {
      Fusion.Group h = open.removeLast();
      if (h == other) {
        return true;
      }
      if (seen.add(h)) {
        for (int v : h.nodes) {
          for (int i : nodes.get(v).in()) {
            Fusion.Group p = of[access(i).base()];
            if (p != null) {
              open.add(p);
            }
            for (int w : Access.awaited(nodes, i)) {
              if (of[w] instanceof Fusion.Group q) {
                open.add(q);
              }
            }
          }
        }
      }
    }
    return false;
  }
}
