package dev.hebb.nn;

import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.util.function.UnaryOperator;

/**
 * A layer that has been built: a function of a batch, whose parameters are bound.
 *
 * <p>It is called anew for every recording and must be a pure expression of tensors, except that in
 * training it may set state variables.
 */
public final class Block {
  private final Shape out;
  private final UnaryOperator<Tensor> f;

  private Block(Shape out, UnaryOperator<Tensor> f) {
    this.out = out;
    this.f = f;
  }

  /**
   * A block.
   *
   * @param out the shape of its result for one example, without the batch axis
   * @param f what it computes for a batch, whose first axis counts the examples
   */
  public static Block of(Shape out, UnaryOperator<Tensor> f) {
    return new Block(out, f);
  }

  /**
   * A block whose output shape is found by applying it to a batch of examples of shape {@code in},
   * which computes nothing.
   */
  public static Block infer(Shape in, UnaryOperator<Tensor> f) {
    return of(f.apply(Tensor.full(in.prepend(1), 0)).shape().drop(1), f);
  }

  /** The shape of the result for one example. */
  public Shape out() {
    return out;
  }

  /** What it computes for a batch. */
  public Tensor apply(Tensor x) {
    return f.apply(x);
  }
}
