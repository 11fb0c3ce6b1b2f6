package dev.hebb.onnx.export;

import dev.hebb.op.Elementwise;
import dev.hebb.op.Leaf;
import dev.hebb.op.Op;
import dev.hebb.op.RandomUniform;
import dev.hebb.op.ScalarOp;
import dev.hebb.op.View;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A computation recorded at several batch sizes side by side: the same operations each time, with
 * dimensions that follow from the batch. Operations that are equal at every size are one node.
 *
 * @param sizes the batch sizes
 * @param nodes operands first
 * @param inputs the nodes that are bound when it runs, {@link #UNREAD} where there is none
 * @param output the node of the result
 */
record BatchGraph(List<Integer> sizes, List<Node> nodes, List<Integer> inputs, int output) {
  /** In place of an input's node, where nothing reads it. */
  static final int UNREAD = -1;

  /**
   * One recording.
   *
   * @param inputs the tensors that stand for the inputs
   * @param output the result
   * @param parts what each part of the network computes, by path, in the order of computation
   */
  record Recording(List<Tensor> inputs, Tensor output, Map<String, Tensor> parts) {}

  /**
   * One operation.
   *
   * @param ops what it computes at each batch size
   * @param in the positions of its operands
   * @param shapes its result at each batch size
   */
  record Node(List<Op> ops, List<Integer> in, List<Shape> shapes, Origin origin) {
    /** What it computes at the first batch size. */
    Op op() {
      return ops.getFirst();
    }

    DType dtype() {
      return shapes.getFirst().dtype();
    }

    int rank() {
      return shapes.getFirst().rank();
    }

    /** Whether it does the same at every batch size. */
    boolean isSame() {
      return ops.stream().allMatch(op()::equals)
          && shapes.stream().allMatch(shapes.getFirst()::equals);
    }
  }

  /**
   * Where a node comes from; no part of what it is, so that equal operations become one.
   *
   * @param tensor it at the first batch size
   * @param place the path of the part that it belongs to, empty outside the network
   */
  record Origin(Tensor tensor, String place) {
    /** Where it belongs, for messages. */
    String where() {
      return place.isEmpty() ? "what surrounds the network" : "the network's part \"" + place + "\"";
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Origin;
    }

    @Override
    public int hashCode() {
      return 0;
    }
  }

  /**
   * Joins recordings.
   *
   * @throws HebbException if they differ in more than dimensions
   */
  static BatchGraph of(List<Integer> sizes, List<Recording> recordings) {
    List<List<Tensor>> histories = recordings.stream().map(r -> history(r.output())).toList();
    List<Map<Tensor, Integer>> places = histories.stream().map(BatchGraph::positions).toList();
    List<Tensor> first = histories.getFirst();
    TreeMap<Long, String> owners = new TreeMap<>();
    recordings.getFirst().parts().forEach((path, t) -> owners.putIfAbsent(t.id(), path));

    var nodes = new ArrayList<Node>();
    var known = new HashMap<Node, Integer>();
    int[] at = new int[first.size()];
    for (int i = 0; i < at.length; i++) {
      Tensor t = first.get(i);
      List<Integer> operands = operands(t, places.getFirst());
      var ops = new ArrayList<Op>();
      var shapes = new ArrayList<Shape>();
      for (int k = 0; k < histories.size(); k++) {
        List<Tensor> history = histories.get(k);
        Tensor other = i < history.size() && history.size() == at.length ? history.get(i) : null;
        if (other == null
            || other.op().getClass() != t.op().getClass()
            || !operands(other, places.get(k)).equals(operands)) {
          throw new HebbException(
              "ONNX export: the network does not compute the same for batches of %s; export for one batch size with batch(n)"
                  .formatted(sizes));
        }
        ops.add(other.op());
        shapes.add(other.shape());
      }
      List<Integer> in = operands.stream().map(o -> at[o]).toList();
      if (isAlias(t)) {
        at[i] = in.getFirst();
        continue;
      }
      var owner = owners.ceilingEntry(t.id());
      var origin = new Origin(t, owner == null ? "" : owner.getValue());
      var node = new Node(List.copyOf(ops), in, List.copyOf(shapes), origin);
      // Inputs and known values are told apart by what is bound to them, not by their shape.
      Integer same = t.op() instanceof Leaf.Input || isKnown(t) ? null : known.get(node);
      at[i] = same == null ? nodes.size() : same;
      if (same == null) {
        known.put(node, nodes.size());
        nodes.add(node);
      }
    }
    List<Integer> inputs =
        recordings.getFirst().inputs().stream()
            .map(first::indexOf)
            .map(i -> i < 0 ? UNREAD : at[i])
            .toList();
    int output = at[first.indexOf(recordings.getFirst().output())];
    return new BatchGraph(sizes, List.copyOf(nodes), inputs, output);
  }

  private static boolean isKnown(Tensor t) {
    return t.valueOrNull() != null;
  }

  /** Whether it is its first operand under another name. */
  private static boolean isAlias(Tensor t) {
    return !isKnown(t)
        && (t.op() instanceof View.Late
            || t.op() instanceof Elementwise(ScalarOp f, DType type)
                && f == ScalarOp.CAST
                && type == t.inputs().getFirst().dtype());
  }

  private static List<Tensor> history(Tensor output) {
    Set<Tensor> seen = new HashSet<>();
    List<Tensor> open = new ArrayList<>(List.of(output));
    while (!open.isEmpty()) {
      Tensor t = open.removeLast();
      if (seen.add(t) && !isKnown(t)) {
        open.addAll(t.inputs());
      }
    }
    return seen.stream().sorted(Comparator.comparingLong(Tensor::id)).toList();
  }

  private static Map<Tensor, Integer> positions(List<Tensor> history) {
    var at = new IdentityHashMap<Tensor, Integer>();
    for (int i = 0; i < history.size(); i++) {
      at.put(history.get(i), i);
    }
    return at;
  }

  private static List<Integer> operands(Tensor t, Map<Tensor, Integer> at) {
    return isKnown(t) ? List.of() : t.inputs().stream().map(at::get).toList();
  }

  Node get(int i) {
    return nodes.get(i);
  }

  /** A number of a node's operation as the batch decides it. */
  Extent extent(List<Integer> values) {
    return Extent.through(sizes, values);
  }

  /** The dimensions of a node's result. */
  List<Extent> dims(int i) {
    List<Shape> shapes = get(i).shapes();
    return IntStream.range(0, get(i).rank())
        .mapToObj(axis -> extent(shapes.stream().map(s -> s.dim(axis)).toList()))
        .toList();
  }

  /** How often each node is read; the output counts as read. */
  int[] uses() {
    int[] uses = new int[nodes.size()];
    nodes.forEach(n -> n.in().forEach(i -> uses[i]++));
    uses[output]++;
    return uses;
  }

  /** Which nodes are the same numbers whatever the input and the weights are. */
  boolean[] constants() {
    boolean[] constant = new boolean[nodes.size()];
    for (int i = 0; i < constant.length; i++) {
      Node n = nodes.get(i);
      boolean isOpen =
          n.op() instanceof Leaf.Cell
              || n.op() instanceof RandomUniform
              || n.op() instanceof Leaf.Input && !isKnown(n.origin().tensor());
      constant[i] = !isOpen && n.isSame() && n.in().stream().allMatch(o -> constant[o]);
    }
    return constant;
  }
}
