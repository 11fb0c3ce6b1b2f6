package dev.hebb.ir;

import dev.hebb.op.Leaf;
import dev.hebb.op.Op;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Variable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Operations in an order in which they can run. Equal graphs compute the same, so compiled programs
 * are found by their graph.
 *
 * @param nodes each refers to earlier ones
 * @param inputs the nodes that are bound when it runs, in binding order
 * @param outputs the nodes whose values are results
 * @param writes the variables that change, with the nodes of their new values
 */
public record Graph(
    List<Node> nodes, List<Integer> inputs, List<Integer> outputs, List<Write> writes) {
  /**
   * One operation.
   *
   * @param op what it computes
   * @param in the positions of its operands
   * @param shape its result
   */
  public record Node(Op op, List<Integer> in, Shape shape) {}

  /** A variable and the node of its new value, stored when everything else has run. */
  public record Write(Variable variable, int node) {}

  /** A graph that grows; equal operations on equal operands become one node. */
  public static final class Builder {
    private final List<Node> nodes = new ArrayList<>();
    private final java.util.Map<Node, Integer> known = new java.util.HashMap<>();

    /** The position of a node, added if there is none like it; inputs are always added. */
    public int add(Node node) {
      Integer at = node.op instanceof Leaf.Input ? null : known.get(node);
      if (at == null) {
        at = nodes.size();
        nodes.add(node);
        known.put(node, at);
      }
      return at;
    }

    /** The position of an operation on operands. */
    public int add(Op op, List<Integer> in, Shape shape) {
      return add(new Node(op, in, shape));
    }

    /** The position of an operation on operands, its shape inferred. */
    public int add(Op op, Integer... in) {
      List<Shape> shapes = Arrays.stream(in).map(i -> nodes.get(i).shape).toList();
      return add(op, List.of(in), op.infer(shapes));
    }

    /** A node. */
    public Node get(int i) {
      return nodes.get(i);
    }

    /** How many nodes. */
    public int size() {
      return nodes.size();
    }

    /** The graph. */
    public Graph build(List<Integer> inputs, List<Integer> outputs, List<Write> writes) {
      return new Graph(List.copyOf(nodes), inputs, outputs, writes);
    }
  }

  /** The variables that are read or change, each once. */
  public List<Variable> variables() {
    Stream<Variable> read =
        nodes.stream()
            .map(Node::op)
            .filter(Leaf.Cell.class::isInstance)
            .map(op -> ((Leaf.Cell) op).variable());
    return Stream.concat(read, writes.stream().map(Write::variable)).distinct().toList();
  }

  /** How often each node's value is used, counting results and writes. */
  public int[] uses() {
    int[] uses = new int[nodes.size()];
    nodes.forEach(n -> n.in.forEach(i -> uses[i]++));
    outputs.forEach(i -> uses[i]++);
    writes.forEach(w -> uses[w.node]++);
    return uses;
  }

  /** One node a line: {@code %7 = matmul %3 %6 : [64, 10]}. */
  @Override
  public String toString() {
    var text = new StringBuilder();
    for (int i = 0; i < nodes.size(); i++) {
      Node n = nodes.get(i);
      text.append("%%%d = %s%s : %s%n".formatted(i, n.op.name(), refs(n.in), n.shape));
    }
    for (Write w : writes) {
      text.append("%s ← %%%d%n".formatted(w.variable.name(), w.node));
    }
    return text.append("results").append(refs(outputs)).append('\n').toString();
  }

  private static String refs(List<Integer> nodes) {
    return nodes.stream().map(i -> " %" + i).collect(Collectors.joining());
  }
}
