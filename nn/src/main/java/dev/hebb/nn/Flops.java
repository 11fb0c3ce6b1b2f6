package dev.hebb.nn;

import dev.hebb.op.Contraction;
import dev.hebb.op.Window;
import dev.hebb.tensor.Tensor;

/**
 * How much arithmetic a computation takes: the floating-point operations of its matrix products and
 * convolutions, where nearly all of them are. A multiplication and an addition count apart, so the
 * “multiply-adds” (MACs) that papers state are half of it.
 *
 * <p>They are read off the graph, without running it, and so hold for anyone's own layers, and for
 * gradients too: {@code Flops.of(loss, loss.grad(w).getFirst())}. Padding counts as if it were part
 * of the picture, as papers have it.
 */
public final class Flops {
  private Flops() {}

  /**
   * The floating-point operations that computing these tensors takes; what several of them need is
   * counted once.
   */
  public static long of(Tensor... results) {
    return GraphFacts.history(results).stream().mapToLong(Flops::own).sum();
  }

  private static long own(Tensor t) {
    return switch (t.op()) {
      case Contraction _ -> 2L * t.size() * t.inputs().getFirst().shape().last();
      case Window(Window.Kind kind, Window.Geometry g) ->
          switch (kind) {
            // A convolution and its two gradients pair the same positions and channels.
            case CONV, CONV_INPUT_GRAD, CONV_WEIGHT_GRAD ->
                2L
                    * g.n()
                    * g.outH()
                    * g.outW()
                    * g.cout()
                    * g.kh()
                    * g.kw()
                    * (g.cin() / g.groups());
            case POOL_TAKE, POOL_SCATTER, POOL_SUM, POOL_SUM_SCATTER -> 0;
          };
      default -> 0;
    };
  }
}
