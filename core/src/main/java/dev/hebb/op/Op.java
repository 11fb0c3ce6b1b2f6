package dev.hebb.op;

import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One operation on tensors. The kinds are closed, so that the compiler can switch over them; what
 * varies inside a kind is data (a {@link ScalarOp}, axes, a window), so that it never has to.
 *
 * <p>Operations are values: two that are equal compute the same, which is how compiled programs are
 * cached by structure.
 */
public sealed interface Op
    permits Leaf, Elementwise, Reduce, View, Contraction, Window, Index, RandomUniform {
  /** The name in messages and print-outs, with its parameters. */
  String name();

  /**
   * The shape and element type of the result.
   *
   * @throws dev.hebb.tensor.ShapeError if the operands do not fit
   */
  Shape infer(List<Shape> in);

  /** The result by the most obvious loops, in float64 or int64: the oracle. */
  NdArray reference(List<NdArray> in, Shape out);

  /**
   * The vector-Jacobian product as tensor expressions: for each operand the gradient of a scalar
   * whose gradient with respect to {@code out} is {@code g}; null where it is zero everywhere.
   */
  List<@Nullable Tensor> gradient(List<Tensor> in, Tensor out, Tensor g);
}
