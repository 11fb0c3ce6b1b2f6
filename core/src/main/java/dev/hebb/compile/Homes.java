package dev.hebb.compile;

import dev.hebb.ir.Graph;
import dev.hebb.op.Index;
import dev.hebb.op.Leaf;
import dev.hebb.tensor.DType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Values that are computed straight into the concatenation they are a part of: then nothing is
 * copied, and the parts need no memory of their own. Any kernel can do it where the parts lie one
 * after the other; fused ones, products and convolutions also where their rows alternate.
 */
final class Homes {
  /** A place in the value of a concatenation. */
  record Home(int concat, int offset) {}

  /** Rows of so many elements, each a pitch behind the one before, in a concatenation. */
  record Rows(int concat, int offset, int width, int pitch) {}

  private final Map<Integer, Home> homes = new HashMap<>();
  private final Map<Integer, Rows> rows = new HashMap<>();
  private final Set<Integer> interleaved = new HashSet<>();
  private final Map<Integer, Set<Fusion.Group>> readers = new HashMap<>();
  private final Graph graph;
  private final Schedule schedule;
  private final Frozen frozen;

  Homes(Graph graph, Schedule schedule, Frozen frozen) {
    this.graph = graph;
    this.schedule = schedule;
    this.frozen = frozen;
    for (Fusion.Group g : schedule.order) {
      int v = g.nodes.getFirst();
      if (graph.nodes().get(v).op() instanceof Index.Concat && !isFixed(v)) {
        if (isAppending(g)) {
          settle(g);
        } else {
          interleave(g);
        }
      }
    }
  }

  /** Finds places for the parts of a concatenation, or its own among parts that lie in order. */
  private void settle(Fusion.Group g) {
    int v = g.nodes.getFirst();
    List<Integer> in = graph.nodes().get(v).in();
    List<Integer> parts = in.stream().map(this::wholePart).toList();
    Home known = parts.contains(-1) ? null : common(parts);
    if (known != null && known.concat != parts.getFirst() && isNear(known.concat, g)) {
      homes.put(v, known);
      return;
    }
    Map<Integer, Home> found = new HashMap<>();
    int at = 0;
    int settled = 0;
    for (int k = 0; k < in.size(); ) {
      int part = parts.get(k);
      int size = size(in.get(k));
      int owner = part < 0 ? -1 : place(part).concat;
      int count = owner == part ? 1 : covering(owner, parts.subList(k, parts.size()));
      if (owner >= 0 && count > 0 && !isFixed(owner) && isNear(owner, g)) {
        size = size(owner);
        settled += found.putIfAbsent(owner, new Home(v, at)) == null ? size : 0;
      }
      at += size;
      k += Math.max(count, 1);
    }
    if (settled >= at / 2) { // one copy of all is faster than many of single parts
      homes.putAll(found);
    }
  }

  /** How many of these parts, in order, are all of another concatenation; or 0. */
  private int covering(int concat, List<Integer> parts) {
    int end = 0;
    for (int k = 0; k < parts.size(); k++) {
      if (parts.get(k) < 0 || !place(parts.get(k)).equals(new Home(concat, end))) {
        return 0;
      }
      end += size(parts.get(k));
      if (end == size(concat)) {
        return k + 1;
      }
    }
    return 0;
  }

  /** Where parts already lie one after the other in another concatenation, or null. */
  private @Nullable Home common(List<Integer> parts) {
    Home first = place(parts.getFirst());
    int end = first.offset;
    for (int part : parts) {
      if (!place(part).equals(new Home(first.concat, end))) {
        return null;
      }
      end += size(part);
    }
    return first;
  }

  private int size(int node) {
    return graph.nodes().get(node).shape().size();
  }

  /** Lets kernels write the rows of all parts between each other, if nobody else reads them. */
  private void interleave(Fusion.Group g) {
    int v = g.nodes.getFirst();
    Graph.Node n = graph.nodes().get(v);
    int axis = ((Index.Concat) n.op()).axis();
    int pitch = n.shape().drop(axis).size();
    Map<Integer, Rows> found = new HashMap<>();
    int at = 0;
    for (int i : n.in()) {
      int part = wholePart(i);
      int width = graph.nodes().get(i).shape().drop(axis).size();
      if (part < 0 || isFixed(part) || !isNear(part, g) || !isOnlyFor(part, width, g)) {
        return;
      }
      found.put(part, new Rows(v, at, width, pitch));
      at += width;
    }
    if (found.size() == n.in().size()) {
      rows.putAll(found);
      interleaved.add(v);
    }
  }

  /** Whether a value's kernel can write rows apart, and only one other group reads them. */
  private boolean isOnlyFor(int part, int width, Fusion.Group reader) {
    Fusion.Group producer = Objects.requireNonNull(schedule.groupOf(part));
    boolean canWriteRows =
        producer.fused
            ? producer.size == size(part) && !producer.terminals.contains(part)
            : OpaqueLowering.writesRows(graph, producer, width);
    return canWriteRows
        && graph.nodes().get(part).shape().dtype() == DType.FLOAT32
        && graph.writes().stream().noneMatch(w -> w.node() == part)
        && readers(part).stream().allMatch(r -> r == reader || r == producer);
  }

  private Set<Fusion.Group> readers(int node) {
    if (readers.isEmpty()) {
      for (Fusion.Group g : schedule.order) {
        for (int v : g.nodes) {
          for (int i : graph.nodes().get(v).in()) {
            int base = Objects.requireNonNull(Access.of(graph.nodes(), i)).base();
            readers.computeIfAbsent(base, k -> new HashSet<>()).add(g);
          }
        }
      }
    }
    return readers.getOrDefault(node, Set.of());
  }

  /** The value that owns the memory of a value, perhaps itself, and where in it that lies. */
  Home place(int node) {
    Home h = homes.get(node);
    if (h == null) {
      return new Home(node, 0);
    }
    Home outer = place(h.concat);
    return new Home(outer.concat, outer.offset + h.offset);
  }

  /** Where the rows of a value lie between those of others, or null if they lie together. */
  @Nullable Rows rows(int node) {
    return rows.get(node);
  }

  /** A part of a concatenation that has to be copied: the operand, its size and its place. */
  record Copy(int operand, int size, int offset) {}

  /** What is left to do for a concatenation, or null if it is to be done as a whole. */
  @Nullable List<Copy> copies(Fusion.Group g) {
    int v = g.nodes.getFirst();
    if (interleaved.contains(v)) {
      return List.of();
    }
    if (!isAppending(g)) {
      return null;
    }
    var copies = new ArrayList<Copy>();
    int at = 0;
    for (int i : graph.nodes().get(v).in()) {
      int size = size(i);
      if (!isThere(i, v, at)) {
        copies.add(new Copy(i, size, at));
      }
      at += size;
    }
    return copies.size() == graph.nodes().get(v).in().size() ? null : copies;
  }

  /** Whether an operand of a concatenation is computed in its place. */
  private boolean isThere(int operand, int concat, int offset) {
    int part = wholePart(operand);
    Home whole = place(concat);
    return part >= 0 && place(part).equals(new Home(whole.concat, whole.offset + offset));
  }

  /** Whether a group is a concatenation whose parts lie one after the other. */
  private boolean isAppending(Fusion.Group g) {
    Graph.Node n = graph.nodes().get(g.nodes.getFirst());
    if (!(n.op() instanceof Index.Concat c)) {
      return false;
    }
    int outer = 1;
    for (int axis = 0; axis < c.axis(); axis++) {
      outer *= n.shape().dim(axis);
    }
    return outer == 1 && n.shape().size() > 0;
  }

  /** The value that an operand is all of, in its order; or −1. */
  private int wholePart(int operand) {
    Access a = Objects.requireNonNull(Access.of(graph.nodes(), operand));
    return size(operand) > 0 && size(operand) == size(a.base()) && a.isContiguous() ? a.base() : -1;
  }

  /** Whether a value's memory is not ours to choose. */
  private boolean isFixed(int node) {
    return graph.nodes().get(node).op() instanceof Leaf
        || graph.outputs().contains(node)
        || schedule.inPlace.containsKey(node);
  }

  /** Whether a value is computed in the same part of the program as the group. */
  private boolean isNear(int node, Fusion.Group g) {
    Fusion.Group producer = schedule.groupOf(node);
    return producer != null && frozen.groups.contains(producer) == frozen.groups.contains(g);
  }
}
