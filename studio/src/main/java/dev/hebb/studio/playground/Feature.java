package dev.hebb.studio.playground;

import dev.hebb.tensor.Tensor;
import java.util.function.BinaryOperator;
import java.util.function.DoubleBinaryOperator;

/** What the network is told about a point (x₁, x₂). */
enum Feature {
  X1("x₁", "x1", (x, y) -> x, (x, y) -> x),
  X2("x₂", "x2", (x, y) -> y, (x, y) -> y),
  X1_SQUARED("x₁²", "x1 * x1", (x, y) -> x * x, (x, y) -> x.square()),
  X2_SQUARED("x₂²", "x2 * x2", (x, y) -> y * y, (x, y) -> y.square()),
  PRODUCT("x₁x₂", "x1 * x2", (x, y) -> x * y, Tensor::mul),
  SIN_X1("sin x₁", "Math.sin(x1)", (x, y) -> Math.sin(x), (x, y) -> x.sin()),
  SIN_X2("sin x₂", "Math.sin(x2)", (x, y) -> Math.sin(y), (x, y) -> y.sin());

  private final String label;
  private final String code;
  private final DoubleBinaryOperator f;
  private final BinaryOperator<Tensor> expression;

  Feature(String label, String code, DoubleBinaryOperator f, BinaryOperator<Tensor> expression) {
    this.label = label;
    this.code = code;
    this.f = f;
    this.expression = expression;
  }

  /** As it is written in formulas. */
  String label() {
    return label;
  }

  /** As it is written in Java, of {@code x1} and {@code x2}. */
  String code() {
    return code;
  }

  float of(double x1, double x2) {
    return (float) f.applyAsDouble(x1, x2);
  }

  /** The same of many points at once. */
  Tensor of(Tensor x1, Tensor x2) {
    return expression.apply(x1, x2);
  }
}
