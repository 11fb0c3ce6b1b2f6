package dev.hebb.ir;

import dev.hebb.op.Leaf;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import dev.hebb.tensor.Variable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A graph taken from tensors, and what to bind to its inputs.
 *
 * @param graph the computation
 * @param inputs the tensor behind each graph input
 * @param places for each graph input its number among the placeholders, or −1 for a known value
 * @param results the shapes of the results
 */
@SuppressWarnings("ArrayRecordComponent") // read-only, in the hot path of a replayed step
public record Capture(Graph graph, List<Tensor> inputs, int[] places, List<Shape> results) {
  /** Nothing. */
  public static final Capture EMPTY =
      new Capture(
          new Graph(List.of(), List.of(), List.of(), List.of()), List.of(), new int[0], List.of());

  /** The tensors that these need, operands first, without looking behind known values. */
  private static List<Tensor> reachable(Collection<Tensor> roots) {
    var seen = new HashSet<Tensor>();
    var open = new ArrayList<>(roots);
    while (!open.isEmpty()) {
      Tensor t = open.removeLast();
      if (seen.add(t) && t.valueOrNull() == null) {
        open.addAll(t.inputs());
      }
    }
    var all = new ArrayList<>(seen);
    all.sort(Comparator.comparingLong(Tensor::id));
    return all;
  }

  /**
   * Captures the computation of some tensors and of the variables' new values.
   *
   * @param placeholders the tensors that stand for inputs
   */
  public static Capture of(
      List<Tensor> roots, Map<Variable, Tensor> writes, List<Tensor> placeholders) {
    var all = new ArrayList<>(roots);
    all.addAll(writes.values());
    var at = new IdentityHashMap<Tensor, Integer>();
    var builder = new Graph.Builder();
    var inputs = new ArrayList<Tensor>();
    var inputNodes = new ArrayList<Integer>();
    var byValue = new IdentityHashMap<Object, Integer>();
    for (Tensor t : reachable(all)) {
      Object value = t.valueOrNull();
      if (value != null || t.op() instanceof Leaf.Input) {
        if (value == null && !placeholders.contains(t)) {
          throw new HebbException(
              "a tensor of shape "
                  + t.shape()
                  + " belongs to a step that is being recorded and has no value yet; return it from"
                  + " the step, or read it outside");
        }
        Integer known = byValue.get(value == null ? t : value);
        if (known == null) {
          known = builder.add(new Leaf.Input(t.shape()), List.of(), t.shape());
          byValue.put(value == null ? t : value, known);
          inputs.add(t);
          inputNodes.add(known);
        }
        at.put(t, known);
      } else {
        at.put(t, builder.add(t.op(), t.inputs().stream().map(at::get).toList(), t.shape()));
      }
    }
    int[] places = inputs.stream().mapToInt(placeholders::indexOf).toArray();
    Graph graph =
        builder.build(
            List.copyOf(inputNodes),
            roots.stream().map(at::get).toList(),
            writes.entrySet().stream()
                .map(e -> new Graph.Write(e.getKey(), Objects.requireNonNull(at.get(e.getValue()))))
                .toList());
    return new Capture(graph, inputs, places, roots.stream().map(Tensor::shape).toList());
  }
}
