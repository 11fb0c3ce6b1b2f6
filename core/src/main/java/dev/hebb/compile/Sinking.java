package dev.hebb.compile;

import dev.hebb.ir.Graph;
import dev.hebb.op.Elementwise;
import dev.hebb.op.Leaf;
import dev.hebb.op.View;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Moves elementwise nodes from the group that happens to hold their operands into the one that
 * alone uses them, where that means fewer bytes to store and load again: the factor y(1 − y) of a
 * sigmoid's gradient is computed in the backward pass from y, which is stored anyway, and not kept
 * since the forward pass.
 */
final class Sinking {
  private final Graph graph;
  private final List<Graph.Node> nodes;
  private final Fusion.@Nullable Group[] of;
  private final List<List<Integer>> users = new ArrayList<>();
  private final Set<Integer> kept = new HashSet<>();

  Sinking(Graph graph, Fusion.@Nullable Group[] of) {
    this.graph = graph;
    this.nodes = graph.nodes();
    this.of = of;
  }

  void run() {
    nodes.forEach(n -> users.add(new ArrayList<>()));
    for (int v = 0; v < nodes.size(); v++) {
      kept.addAll(Access.awaited(nodes, v));
      if (of[v] != null) {
        for (int i : nodes.get(v).in()) {
          users.get(base(i)).add(v);
        }
      }
    }
    kept.addAll(graph.outputs());
    graph.writes().forEach(w -> kept.add(w.node()));
    for (int v = nodes.size() - 1; v >= 0; v--) {
      Fusion.Group home = of[v];
      Fusion.Group target = home == null ? null : onlyUser(v, home, Set.of());
      if (target != null) {
        sink(v, Objects.requireNonNull(home), target);
      }
    }
  }

  private int base(int i) {
    return Objects.requireNonNull(Access.of(nodes, i)).base();
  }

  /** The fused group, other than its home, that alone uses v element by element; or null. */
  private Fusion.@Nullable Group onlyUser(int v, Fusion.Group home, Set<Integer> moving) {
    if (!(nodes.get(v).op() instanceof Elementwise) || kept.contains(v)) {
      return null;
    }
    Fusion.Group target = null;
    for (int u : users.get(v)) {
      Fusion.Group g = moving.contains(u) ? null : of[u];
      if (moving.contains(u)) {
        continue;
      }
      if (g == home
          || g == null
          || !g.fused
          || target != null && g != target
          || g.size != nodes.get(v).shape().size()
          || !(nodes.get(u).op() instanceof Elementwise)
          || !aligned(u, v)) {
        return null;
      }
      target = g;
    }
    return target;
  }

  private boolean aligned(int user, int v) {
    int n = nodes.get(v).shape().size();
    return nodes.get(user).in().stream()
        .filter(i -> base(i) == v)
        .allMatch(i -> Objects.requireNonNull(Access.of(nodes, i)).isWhole(n));
  }

  /** Moves v and what only it needs, if that saves memory traffic. */
  private void sink(int v, Fusion.Group home, Fusion.Group target) {
    var moving = new HashSet<Integer>(Set.of(v));
    var open = new ArrayList<Integer>(List.of(v));
    var newlyStored = new HashSet<Integer>();
    while (!open.isEmpty()) {
      int m = open.removeLast();
      for (int i : nodes.get(m).in()) {
        int u = base(i);
        if (nodes.get(u).op() instanceof Leaf || of[u] != home || moving.contains(u)) {
          continue;
        }
        boolean whole =
            !(nodes.get(i).op() instanceof View)
                || Objects.requireNonNull(Access.of(nodes, i)).isWhole(nodes.get(u).shape().size());
        boolean follows =
            whole
                && nodes.get(u).op() instanceof Elementwise
                && !kept.contains(u)
                && nodes.get(u).shape().size() == target.size
                && moving.containsAll(users.get(u));
        if (follows) {
          moving.add(u);
          open.add(u);
        } else if (!stored(u, home, moving)) {
          newlyStored.add(u);
        }
      }
    }
    newlyStored.removeAll(moving);
    long extra = newlyStored.stream().mapToLong(u -> nodes.get(u).shape().bytes()).sum();
    if (extra < nodes.get(v).shape().bytes()) {
      home.nodes.removeAll(moving);
      target.nodes.addAll(moving);
      for (int m : moving) {
        of[m] = target;
        for (int i : nodes.get(m).in()) { // the target now waits for these too
          Fusion.Group p = of[base(i)];
          if (p != null && p != target) {
            target.ancestors.set(p.id);
            target.ancestors.or(p.ancestors);
          }
        }
      }
    }
  }

  /** Whether u's value goes to memory anyway. */
  private boolean stored(int u, Fusion.Group home, Set<Integer> moving) {
    return kept.contains(u)
        || users.get(u).stream().anyMatch(w -> of[w] != home && !moving.contains(w));
  }
}
