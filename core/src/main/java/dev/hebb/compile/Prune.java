package dev.hebb.compile;

import dev.hebb.ir.Graph;
import java.util.List;

/**
 * Drops what no result and no variable needs; inputs stay, because callers count on their order.
 */
final class Prune {
  private Prune() {}

  static Graph run(Graph g) {
    boolean[] live = new boolean[g.nodes().size()];
    g.inputs().forEach(i -> live[i] = true);
    g.outputs().forEach(i -> live[i] = true);
    g.writes().forEach(w -> live[w.node()] = true);
    for (int i = live.length - 1; i >= 0; i--) {
      if (live[i]) {
        g.nodes().get(i).in().forEach(j -> live[j] = true);
      }
    }
    int[] at = new int[live.length];
    var out = new Graph.Builder();
    for (int i = 0; i < live.length; i++) {
      if (live[i]) {
        Graph.Node n = g.nodes().get(i);
        List<Integer> in = n.in().stream().map(j -> at[j]).toList();
        at[i] = out.add(n.op(), in, n.shape());
      }
    }
    return out.build(
        g.inputs().stream().map(i -> at[i]).toList(),
        g.outputs().stream().map(i -> at[i]).toList(),
        g.writes().stream().map(w -> new Graph.Write(w.variable(), at[w.node()])).toList());
  }
}
