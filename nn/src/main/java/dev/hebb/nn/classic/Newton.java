package dev.hebb.nn.classic;

import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Tensor;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * Newton's method for a convex function: w ← w − H⁻¹·g, with shorter steps where the whole one
 * would not go down. On a logistic likelihood it is “iteratively reweighted least squares”.
 */
final class Newton {
  private static final int MAX_STEPS = 100;
  private static final double TOLERANCE = 1e-12;

  private Newton() {}

  /**
   * Where the function is smallest.
   *
   * @param start a vector
   * @param f the function, a scalar
   * @param hessian its second derivatives [n, n]
   * @param escapes whether there is no minimum, seen from where the method has come to
   * @param none what to tell the user if there is none
   */
  static Tensor minimise(
      Tensor start,
      UnaryOperator<Tensor> f,
      UnaryOperator<Tensor> hessian,
      Predicate<Tensor> escapes,
      String none) {
    Tensor w = start;
    Tensor value = f.apply(w).eval();
    for (int i = 0; i < MAX_STEPS; i++) {
      if (escapes.test(w)) {
        throw new HebbException(none);
      }
      Tensor gradient = value.grad(w).getFirst();
      Tensor step = new Cholesky(hessian.apply(w), none).solve(gradient);
      double slope = gradient.mul(step).sum().item(); // twice what the step promises
      if (slope <= TOLERANCE * TOLERANCE * Math.max(1, value.item())) {
        return w;
      }
      double length = 1;
      Tensor next = moved(w, step, length);
      Tensor reached = f.apply(next).eval();
      while (!(reached.item() <= value.item() - 1e-4 * length * slope) && length > 1e-10) {
        length /= 2;
        next = moved(w, step, length);
        reached = f.apply(next).eval();
      }
      if (length <= 1e-10) { // nothing below this point but rounding
        return w;
      }
      w = next;
      value = reached;
    }
    throw new HebbException(none);
  }

  /** A fresh leaf, so that no history grows. */
  private static Tensor moved(Tensor w, Tensor step, double length) {
    return w.sub(step.mul(length)).detach().eval();
  }
}
