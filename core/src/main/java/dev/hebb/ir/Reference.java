package dev.hebb.ir;

import dev.hebb.op.Leaf;
import dev.hebb.op.NdArray;
import dev.hebb.tensor.VariableLock;
import java.util.List;

/**
 * The oracle: runs a graph node by node with each operation's own obvious implementation, floats in
 * float64. Slow, and meant to be plainly right.
 */
public final class Reference implements Backend {
  @Override
  public Executable compile(Graph graph) {
    VariableLock lock = VariableLock.of(graph.variables());
    return inputs -> run(graph, inputs, lock);
  }

  private static Object[] run(Graph graph, Object[] inputs, VariableLock lock) {
    long stamp = lock.lock(true);
    try {
      NdArray[] values = evaluate(graph, inputs);
      for (Graph.Write w : graph.writes()) {
        Object from = values[w.node()].toArray();
        Object to = w.variable().writable();
        System.arraycopy(from, 0, to, 0, w.variable().shape().size());
      }
      return graph.outputs().stream().map(i -> values[i].toArray()).toArray();
    } finally {
      lock.unlock(stamp);
    }
  }

  /** The value of every node. */
  private static NdArray[] evaluate(Graph graph, Object[] inputs) {
    NdArray[] values = new NdArray[graph.nodes().size()];
    for (int i = 0; i < values.length; i++) {
      Graph.Node n = graph.nodes().get(i);
      values[i] =
          switch (n.op()) {
            case Leaf.Input in -> NdArray.of(in.shape(), inputs[graph.inputs().indexOf(i)]);
            case Leaf.Cell cell -> NdArray.of(cell.shape(), cell.variable().array());
            default -> {
              List<NdArray> in = n.in().stream().map(j -> values[j]).toList();
              yield n.op().reference(in, n.shape());
            }
          };
    }
    return values;
  }
}
