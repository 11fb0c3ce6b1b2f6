package dev.hebb.ir;

import dev.hebb.op.Leaf;
import dev.hebb.tensor.Shape;
import java.util.List;

/** Checks that a graph is well formed; runs after every compiler pass where assertions are on. */
public final class Verifier {
  private Verifier() {}

  /**
   * Checks that operands come first, shapes are what the operations infer, and inputs, results and
   * variables agree with their nodes.
   *
   * @param pass the pass that made the graph, for the message
   * @return true, so that it can stand in an {@code assert}
   */
  public static boolean check(String pass, Graph g) {
    for (int i = 0; i < g.nodes().size(); i++) {
      Graph.Node n = g.nodes().get(i);
      for (int j : n.in()) {
        require(j >= 0 && j < i, pass, g, "%" + i + " uses %" + j + ", which is not before it");
      }
      List<Shape> in = n.in().stream().map(j -> g.nodes().get(j).shape()).toList();
      Shape shape = n.op().infer(in);
      require(shape.equals(n.shape()), pass, g, "%" + i + " has shape " + shape);
      require(
          !(n.op() instanceof Leaf.Input) || g.inputs().contains(i),
          pass,
          g,
          "%" + i + " is an input that nobody binds");
    }
    for (int i : g.inputs()) {
      require(g.nodes().get(i).op() instanceof Leaf.Input, pass, g, "%" + i + " is no input");
    }
    for (Graph.Write w : g.writes()) {
      require(
          g.nodes().get(w.node()).shape().equals(w.variable().shape()),
          pass,
          g,
          w.variable() + " cannot take %" + w.node());
    }
    return true;
  }

  private static void require(boolean holds, String pass, Graph g, String what) {
    if (!holds) {
      throw new IllegalStateException("after " + pass + ": " + what + "\n" + g);
    }
  }
}
