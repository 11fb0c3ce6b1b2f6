package dev.hebb.studio.playground;

import java.util.function.DoubleBinaryOperator;

/** What the network is told about a point (x₁, x₂). */
enum Feature {
  X1("x₁", "x1", (x, y) -> x),
  X2("x₂", "x2", (x, y) -> y),
  X1_SQUARED("x₁²", "x1 * x1", (x, y) -> x * x),
  X2_SQUARED("x₂²", "x2 * x2", (x, y) -> y * y),
  PRODUCT("x₁x₂", "x1 * x2", (x, y) -> x * y),
  SIN_X1("sin x₁", "Math.sin(x1)", (x, y) -> Math.sin(x)),
  SIN_X2("sin x₂", "Math.sin(x2)", (x, y) -> Math.sin(y));

  private final String label;
  private final String code;
  private final DoubleBinaryOperator f;

  Feature(String label, String code, DoubleBinaryOperator f) {
    this.label = label;
    this.code = code;
    this.f = f;
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
}
