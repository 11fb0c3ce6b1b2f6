package dev.hebb.runtime.simd;

import dev.hebb.op.ScalarOp;
import jdk.incubator.vector.FloatVector;
import org.jspecify.annotations.Nullable;

/**
 * Which function a vector loop applies for each primitive.
 *
 * <p>Even addition stands here: the compiler cannot turn the plain loop into vector instructions by
 * itself as long as the arrays might overlap at different offsets, and is six times slower then.
 */
final class VectorMathTable {
  private VectorMathTable() {}

  /** A function of one vector. */
  @FunctionalInterface
  interface Unary {
    FloatVector apply(FloatVector x);
  }

  /** A function of two vectors. */
  @FunctionalInterface
  interface Binary {
    FloatVector apply(FloatVector x, FloatVector y);
  }

  /** The vector form of a primitive of one operand, or null where there is none. */
  static @Nullable Unary unary(ScalarOp op) {
    return switch (op) {
      case NEG -> VectorMath::neg;
      case ABS -> VectorMath::abs;
      case SQRT -> VectorMath::sqrt;
      case RECIPROCAL -> VectorMath::reciprocal;
      case SIGN -> VectorMath::sign;
      case FLOOR -> VectorMath::floor;
      case CEIL -> VectorMath::ceil;
      case ROUND -> VectorMath::round;
      case EXP -> VectorMath::exp;
      case EXPM1 -> VectorMath::expm1;
      case LOG -> VectorMath::log;
      case LOG1P -> VectorMath::log1p;
      case SIN -> VectorMath::sin;
      case COS -> VectorMath::cos;
      case TAN -> VectorMath::tan;
      case ASIN -> VectorMath::asin;
      case ACOS -> VectorMath::acos;
      case ATAN -> VectorMath::atan;
      case SINH -> VectorMath::sinh;
      case COSH -> VectorMath::cosh;
      case TANH -> VectorMath::tanh;
      case SIGMOID -> VectorMath::sigmoid;
      case SOFTPLUS -> VectorMath::softplus;
      case RELU -> VectorMath::relu;
      case ERF -> VectorMath::erf;
      case IS_NAN -> VectorMath::isNan;
      case NOT -> VectorMath::not;
      default -> null;
    };
  }

  /** The vector form of a primitive of two operands, or null where there is none. */
  static @Nullable Binary binary(ScalarOp op) {
    return switch (op) {
      case ADD -> VectorMath::add;
      case SUB -> VectorMath::sub;
      case MUL -> VectorMath::mul;
      case DIV -> VectorMath::div;
      case MAX -> VectorMath::max;
      case MIN -> VectorMath::min;
      case EQ -> VectorMath::eq;
      case NE -> VectorMath::ne;
      case LT -> VectorMath::lt;
      case LE -> VectorMath::le;
      case GT -> VectorMath::gt;
      case GE -> VectorMath::ge;
      case AND -> VectorMath::and;
      case OR -> VectorMath::or;
      case XOR -> VectorMath::xor;
      default -> null;
    };
  }
}
