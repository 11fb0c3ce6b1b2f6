package dev.hebb.compile;

import dev.hebb.ir.Graph;
import dev.hebb.op.Leaf;
import dev.hebb.tensor.Variable;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * What has the same value in every run of a program until somebody else changes a variable:
 * constants, variables that the program does not write, and what is computed from them alone.
 */
final class Frozen {
  /** The groups that need to run only once; none of them computes a result of the program. */
  final Set<Fusion.Group> groups = Collections.newSetFromMap(new IdentityHashMap<>());

  /** For each node, whether its value is known before the program's body runs. */
  final boolean[] nodes;

  Frozen(Graph graph, Schedule schedule) {
    List<Graph.Node> all = graph.nodes();
    nodes = new boolean[all.size()];
    Set<Variable> written = new HashSet<>();
    graph.writes().forEach(w -> written.add(w.variable()));
    for (int i = 0; i < nodes.length; i++) {
      nodes[i] =
          switch (all.get(i).op()) {
            case Leaf.Cell c -> !written.contains(c.variable());
            case Leaf.Iota _, Leaf.Fill _ -> true;
            default -> false;
          };
    }
    Set<Integer> results = new HashSet<>(graph.outputs());
    results.addAll(schedule.inPlace.keySet());
    for (Fusion.Group g : schedule.order) {
      if (g.nodes.stream().noneMatch(results::contains) && reads(graph, g)) {
        groups.add(g);
        g.nodes.forEach(v -> nodes[v] = true);
      }
    }
  }

  /** Whether a group reads nothing but what is frozen. */
  private boolean reads(Graph graph, Fusion.Group g) {
    for (int v : g.nodes) {
      for (int i : graph.nodes().get(v).in()) {
        int base = Objects.requireNonNull(Access.of(graph.nodes(), i)).base();
        if (!nodes[base] && !g.nodes.contains(base)) {
          return false;
        }
        for (int w : Access.awaited(graph.nodes(), i)) {
          if (!nodes[w] && !g.nodes.contains(w)) {
            return false;
          }
        }
      }
    }
    return true;
  }
}
