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
 * Moves the addition of a bias, and a ReLU behind it, into the kernel of the product or convolution
 * whose result they take, if nobody else reads that: the results are still in a near cache.
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
          && g.nodes.size() <= 2
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
    int sum = g.nodes.getFirst();
    int last = g.nodes.getLast();
    boolean hasRelu = last != sum;
    boolean fits =
        isOp(sum, ScalarOp.ADD)
            && !written.contains(last)
            && (!hasRelu || isOp(last, ScalarOp.RELU) && users[sum] == 1);
    if (!fits) {
      return;
    }
    List<Integer> in = nodes.get(sum).in();
    for (int k = 0; k < 2; k++) {
      int y = in.get(k);
      int bias = in.get(1 - k);
      Fusion.Group home = of[access(y).base()];
      if (home != null && isResult(y, home, sum) && isBias(bias, y, home)) {
        Epilogue e = hasRelu ? Epilogue.BIAS_RELU : Epilogue.BIAS;
        home.tail = new Fusion.Tail(last, bias, e);
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

  /** Whether there is one number for each column, known before the kernel runs. */
  private boolean isBias(int bias, int y, Fusion.Group home) {
    Access a = access(bias);
    int columns = nodes.get(access(y).base()).shape().last();
    Fusion.Group producer = of[a.base()];
    boolean single = nodes.get(access(y).base()).shape().size() == columns;
    boolean isRow =
        !a.strides().isEmpty()
            && a.strides().getLast() == 1
            && (single ? a.isWhole(columns) : a.period() == columns);
    return isRow && (producer == null || !needs(producer, home));
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
