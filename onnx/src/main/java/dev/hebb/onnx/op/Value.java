package dev.hebb.onnx.op;

import dev.hebb.onnx.ElementType;
import dev.hebb.tensor.Tensor;

/**
 * A value in a graph.
 *
 * @param tensor holds the numbers, in the element type of Hebb that {@code type} asks for
 * @param type the element type that ONNX sees
 * @param origin what it follows from
 */
public record Value(Tensor tensor, ElementType type, Origin origin) {
  /** Numbers that lie in the range of their type already: moved, not computed. */
  public static Value of(Tensor tensor, ElementType type) {
    return new Value(tensor.cast(type.dtype()), type, Origin.CONSTANT);
  }

  /** The result of arithmetic, brought into the range of its type. */
  public static Value computed(Tensor tensor, ElementType type) {
    return of(Numbers.fit(tensor.cast(type.dtype()), type), type);
  }

  /** The same with another origin. */
  public Value from(Origin other) {
    return new Value(tensor, type, other);
  }
}
