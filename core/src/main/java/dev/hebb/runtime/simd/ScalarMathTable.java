package dev.hebb.runtime.simd;

import dev.hebb.op.ScalarOp;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;

/**
 * Which function a scalar loop applies for each primitive.
 *
 * <p>The definition of an operation is {@link ScalarOp#apply}; it is what an operation unknown here
 * falls back to, at the price of a call per element. What stands here is the same function in a
 * form that the compiler inlines.
 */
final class ScalarMathTable {
  private ScalarMathTable() {}

  /** A function of one float. */
  @FunctionalInterface
  interface Unary {
    float apply(float x);
  }

  /** A function of two floats. */
  @FunctionalInterface
  interface Binary {
    float apply(float x, float y);
  }

  static Unary unary(ScalarOp op) {
    return switch (op) {
      case NEG -> x -> -x;
      case ABS -> Math::abs;
      case SIGN -> x -> x > 0 ? 1 : x < 0 ? -1 : x;
      case SQRT -> x -> (float) Math.sqrt(x);
      case RECIPROCAL -> x -> 1 / x;
      case FLOOR -> ScalarMath::floor;
      case CEIL -> ScalarMath::ceil;
      case ROUND -> ScalarMath::round;
      case EXP -> ScalarMath::exp;
      case EXPM1 -> ScalarMath::expm1;
      case LOG -> ScalarMath::log;
      case LOG1P -> ScalarMath::log1p;
      case SIN -> ScalarMath::sin;
      case COS -> ScalarMath::cos;
      case TAN -> ScalarMath::tan;
      case ASIN -> ScalarMath::asin;
      case ACOS -> ScalarMath::acos;
      case ATAN -> ScalarMath::atan;
      case SINH -> ScalarMath::sinh;
      case COSH -> ScalarMath::cosh;
      case TANH -> ScalarMath::tanh;
      case SIGMOID -> ScalarMath::sigmoid;
      case SOFTPLUS -> ScalarMath::softplus;
      case RELU -> x -> x <= 0 ? 0 : x;
      case ERF -> ScalarMath::erf;
      case IS_NAN -> x -> Float.isNaN(x) ? 1 : 0;
      case NOT -> x -> x == 0 ? 1 : 0;
      default -> x -> (float) op.apply(x, 0, 0);
    };
  }

  static Binary binary(ScalarOp op) {
    return switch (op) {
      case ADD -> Float::sum;
      case SUB -> (x, y) -> x - y;
      case MUL -> (x, y) -> x * y;
      case DIV -> (x, y) -> x / y;
      case POW -> ScalarMath::pow;
      case MAX -> Math::max;
      case MIN -> Math::min;
      case EQ -> (x, y) -> x == y ? 1 : 0;
      case NE -> (x, y) -> x != y ? 1 : 0;
      case LT -> (x, y) -> x < y ? 1 : 0;
      case LE -> (x, y) -> x <= y ? 1 : 0;
      case GT -> (x, y) -> x > y ? 1 : 0;
      case GE -> (x, y) -> x >= y ? 1 : 0;
      case AND -> (x, y) -> x != 0 & y != 0 ? 1 : 0;
      case OR -> (x, y) -> x != 0 | y != 0 ? 1 : 0;
      case XOR -> (x, y) -> x != 0 ^ y != 0 ? 1 : 0;
      default -> (x, y) -> (float) op.apply(x, y, 0);
    };
  }

  static DoubleUnaryOperator doubleUnary(ScalarOp op) {
    return switch (op) {
      case NEG -> x -> -x;
      case ABS -> Math::abs;
      case SQRT -> Math::sqrt;
      case EXP -> Math::exp;
      case LOG -> Math::log;
      case SIN -> Math::sin;
      case COS -> Math::cos;
      case TANH -> Math::tanh;
      default -> x -> op.apply(x, 0, 0);
    };
  }

  static DoubleBinaryOperator doubleBinary(ScalarOp op) {
    return switch (op) {
      case ADD -> Double::sum;
      case SUB -> (x, y) -> x - y;
      case MUL -> (x, y) -> x * y;
      case DIV -> (x, y) -> x / y;
      case MAX -> Math::max;
      case MIN -> Math::min;
      case EQ -> (x, y) -> x == y ? 1 : 0;
      case LT -> (x, y) -> x < y ? 1 : 0;
      case LE -> (x, y) -> x <= y ? 1 : 0;
      case GT -> (x, y) -> x > y ? 1 : 0;
      case GE -> (x, y) -> x >= y ? 1 : 0;
      default -> (x, y) -> op.apply(x, y, 0);
    };
  }

  static LongUnaryOperator longUnary(ScalarOp op) {
    return x -> op.applyLong(x, 0, 0);
  }

  static LongBinaryOperator longBinary(ScalarOp op) {
    return switch (op) {
      case ADD -> Long::sum;
      case SUB -> (x, y) -> x - y;
      case MUL -> (x, y) -> x * y;
      case MAX -> Math::max;
      case MIN -> Math::min;
      case EQ -> (x, y) -> x == y ? 1 : 0;
      case NE -> (x, y) -> x != y ? 1 : 0;
      case LT -> (x, y) -> x < y ? 1 : 0;
      case LE -> (x, y) -> x <= y ? 1 : 0;
      case GT -> (x, y) -> x > y ? 1 : 0;
      case GE -> (x, y) -> x >= y ? 1 : 0;
      default -> (x, y) -> op.applyLong(x, y, 0);
    };
  }
}
