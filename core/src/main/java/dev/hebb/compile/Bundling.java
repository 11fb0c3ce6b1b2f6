package dev.hebb.compile;

import dev.hebb.ir.Graph;
import dev.hebb.runtime.FusedKernel;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Joins small groups of equal size that update variables and that nothing waits for: counters,
 * biases. What such a kernel costs is mostly that it is one.
 */
final class Bundling {
  private final List<Graph.Node> nodes;
  private final Fusion.@Nullable Group[] of;
  private final Set<Fusion.Group> awaited = new HashSet<>();
  private final Set<Integer> written = new HashSet<>();

  Bundling(Graph graph, Fusion.@Nullable Group[] of) {
    this.nodes = graph.nodes();
    this.of = of;
    graph.writes().forEach(w -> written.add(w.node()));
    for (int v = 0; v < of.length; v++) {
      if (of[v] != null) {
        for (int i : nodes.get(v).in()) {
          List<Integer> sources = Access.awaited(nodes, i);
          sources.add(Objects.requireNonNull(Access.of(nodes, i)).base());
          for (int source : sources) {
            Fusion.Group producer = of[source];
            if (producer != null && producer != of[v]) {
              awaited.add(producer);
            }
          }
        }
      }
    }
  }

  void run(List<Fusion.Group> groups) {
    Map<Integer, Fusion.Group> bySize = new HashMap<>();
    for (Fusion.Group g : groups) {
      if (isSmallUpdate(g)) {
        Fusion.Group open = bySize.get(g.size);
        if (open == null || open.nodes.size() + g.nodes.size() > Fusion.MOST_NODES) {
          bySize.put(g.size, g);
        } else {
          open.nodes.addAll(g.nodes);
          g.nodes.forEach(v -> of[v] = open);
          g.gone = true;
        }
      }
    }
  }

  private boolean isSmallUpdate(Fusion.Group g) {
    return g.fused
        && !g.gone
        && g.size <= FusedKernel.WIDEST_TILE
        && g.row == 0
        && g.terminals.isEmpty()
        && !awaited.contains(g)
        && g.nodes.stream().anyMatch(written::contains);
  }
}
