package dev.hebb.compile;

import dev.hebb.ir.Graph;
import dev.hebb.op.Contraction;
import dev.hebb.op.Window;
import dev.hebb.runtime.simd.Expected;
import dev.hebb.tensor.DType;

/**
 * Has the kernels warmed up that a recorded step will need most, while it is still being compiled:
 * the first run of a large step takes seconds in plain code.
 */
final class Forecast {
  private Forecast() {}

  static void of(Graph graph) {
    long products = 0;
    long convolutions = 0;
    long squares = 0;
    for (Graph.Node n : graph.nodes()) {
      if (n.shape().dtype() != DType.FLOAT32) {
        continue;
      }
      if (n.op() instanceof Contraction) {
        int terms = graph.nodes().get(n.in().getFirst()).shape().last();
        products += (long) n.shape().size() * terms;
      } else if (n.op() instanceof Window(Window.Kind kind, Window.Geometry g)) {
        switch (kind) {
          case CONV, CONV_INPUT_GRAD -> {
            convolutions += work(g);
            squares += g.kh() == 3 && g.kw() == 3 ? work(g) : 0;
          }
          case CONV_WEIGHT_GRAD -> products += work(g);
          case POOL_TAKE, POOL_SCATTER, POOL_SUM, POOL_SUM_SCATTER -> {}
        }
      }
    }
    new Expected(products, convolutions, squares).warmUp();
  }

  private static long work(Window.Geometry g) {
    return (long) g.n() * g.outH() * g.outW() * g.kh() * g.kw() * (g.cin() / g.groups()) * g.cout();
  }
}
