package dev.hebb.compile;

import dev.hebb.ir.Graph;
import dev.hebb.op.Leaf;
import dev.hebb.tensor.Variable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The order in which groups run, and which variables can be updated in place.
 *
 * <p>A new value may overwrite its variable at once if everything that reads the old one runs
 * before, or reads the same element in the same walk. Groups that update variables run as early as
 * they can, because they end the life of a gradient, and so do single numbers, for which updates
 * wait: a rate, a bias correction. The rest keeps the order in which it was written.
 */
final class Schedule {
  private final Graph graph;
  private final List<Fusion.Group> groups;
  private final Map<Integer, Fusion.Group> of = new HashMap<>();
  private final Map<Fusion.Group, Set<Fusion.Group>> before = new IdentityHashMap<>();
  private final Map<Variable, List<Read>> reads = new IdentityHashMap<>();

  /** A node of a group that reads a variable. */
  private record Read(Fusion.Group group, int node, Access access) {}

  /** The groups in order. */
  final List<Fusion.Group> order = new ArrayList<>();

  /** For each node that can be computed straight into its variable, that variable. */
  final Map<Integer, Variable> inPlace = new HashMap<>();

  /** The nodes whose values are needed outside their group. */
  final Set<Integer> stored = new HashSet<>();

  Schedule(Graph graph, List<Fusion.Group> groups) {
    this.graph = graph;
    this.groups = groups;
    for (Fusion.Group g : groups) {
      for (int v : g.nodes) {
        if (of.put(v, g) != null) {
          throw new IllegalStateException("%" + v + " is in two groups\n" + graph);
        }
      }
    }
    for (Fusion.Group g : groups) {
      Set<Fusion.Group> needs = new HashSet<>();
      for (int v : g.nodes) {
        for (int i : graph.nodes().get(v).in()) {
          Access access = base(i);
          int producer = access.base();
          if (graph.nodes().get(producer).op() instanceof Leaf.Cell c) {
            reads.computeIfAbsent(c.variable(), k -> new ArrayList<>()).add(new Read(g, v, access));
          }
          Fusion.Group p = of.get(producer);
          if (p != null && p != g) {
            needs.add(p);
            stored.add(producer);
          }
          for (int w : Access.awaited(graph.nodes(), i)) {
            Fusion.Group q = of.get(w);
            if (q != null && q != g) {
              needs.add(q);
            }
          }
        }
      }
      before.put(g, needs);
    }
    stored.addAll(graph.outputs());
    graph.writes().forEach(w -> stored.add(w.node()));
    graph.writes().forEach(this::tryInPlace);
    sort();
  }

  private Access base(int i) {
    return Objects.requireNonNull(Access.of(graph.nodes(), i));
  }

  private void tryInPlace(Graph.Write w) {
    Fusion.Group writer = of.get(w.node());
    if (writer == null || writer.terminals.contains(w.node())) {
      return;
    }
    int size = w.variable().shape().size();
    Set<Fusion.Group> readers = new HashSet<>();
    for (Read r : reads.getOrDefault(w.variable(), List.of())) {
      if (r.group != writer) {
        readers.add(r.group);
      } else if (!(r.access.isWhole(size)
          && graph.nodes().get(r.node).shape().size() == size
          && writer.size == size)) {
        return; // the same walk reads it in another order
      }
    }
    if (readers.stream().anyMatch(r -> reaches(r, writer))) {
      return;
    }
    Objects.requireNonNull(before.get(writer)).addAll(readers);
    inPlace.put(w.node(), w.variable());
  }

  /** Whether {@code g} has to wait for {@code source}. */
  private boolean reaches(Fusion.Group g, Fusion.Group source) {
    Set<Fusion.Group> seen = new HashSet<>();
    var open = new ArrayList<Fusion.Group>(List.of(g));
    while (!open.isEmpty()) {
      Fusion.Group h = open.removeLast();
      if (h == source) {
        return true;
      }
      if (seen.add(h)) {
        open.addAll(Objects.requireNonNull(before.get(h)));
      }
    }
    return false;
  }

  private void sort() {
    var waiting = new IdentityHashMap<Fusion.Group, Integer>();
    var after = new IdentityHashMap<Fusion.Group, List<Fusion.Group>>();
    Set<Integer> written = new HashSet<>();
    graph.writes().forEach(w -> written.add(w.node()));
    Comparator<Fusion.Group> updatesFirst =
        Comparator.comparing(g -> g.nodes.stream().noneMatch(written::contains));
    Comparator<Fusion.Group> thenScalars = Comparator.comparing(g -> !(g.fused && g.size == 1));
    Comparator<Fusion.Group> thenAsWritten = Comparator.comparing(g -> g.nodes.getFirst());
    var ready =
        new PriorityQueue<>(updatesFirst.thenComparing(thenScalars).thenComparing(thenAsWritten));
    for (Fusion.Group g : groups) {
      Set<Fusion.Group> needs = Objects.requireNonNull(before.get(g));
      waiting.put(g, needs.size());
      needs.forEach(p -> after.computeIfAbsent(p, k -> new ArrayList<>()).add(g));
      if (needs.isEmpty()) {
        ready.add(g);
      }
    }
    while (!ready.isEmpty()) {
      Fusion.Group g = ready.poll();
      order.add(g);
      for (Fusion.Group next : after.getOrDefault(g, List.of())) {
        int left = Objects.requireNonNull(waiting.merge(next, -1, Integer::sum));
        if (left == 0) {
          ready.add(next);
        }
      }
    }
    if (order.size() != groups.size()) {
      throw new IllegalStateException("the fused groups wait for each other\n" + graph);
    }
  }

  /** The group that computes a node, or null for leaves. */
  Fusion.@Nullable Group groupOf(int node) {
    return of.get(node);
  }
}
