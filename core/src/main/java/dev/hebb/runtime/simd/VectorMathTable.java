package dev.hebb.runtime.simd;

import static jdk.incubator.vector.VectorOperators.*;

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
      case NEG -> FloatVector::neg;
      case ABS -> FloatVector::abs;
      case SQRT -> FloatVector::sqrt;
      case RECIPROCAL -> x -> FloatVector.broadcast(VectorMath.S, 1).div(x);
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
      case IS_NAN -> x -> VectorMath.truth(x.compare(NE, x));
      case NOT -> x -> VectorMath.truth(x.compare(EQ, 0));
      default -> null;
    };
  }

  /** The vector form of a primitive of two operands, or null where there is none. */
  static @Nullable Binary binary(ScalarOp op) {
    return switch (op) {
      case ADD -> FloatVector::add;
      case SUB -> FloatVector::sub;
      case MUL -> FloatVector::mul;
      case DIV -> FloatVector::div;
      case MAX -> FloatVector::max;
      case MIN -> FloatVector::min;
      case EQ -> (x, y) -> VectorMath.truth(x.compare(EQ, y));
      case NE -> (x, y) -> VectorMath.truth(x.compare(NE, y));
      case LT -> (x, y) -> VectorMath.truth(x.compare(LT, y));
      case LE -> (x, y) -> VectorMath.truth(x.compare(LE, y));
      case GT -> (x, y) -> VectorMath.truth(x.compare(GT, y));
      case GE -> (x, y) -> VectorMath.truth(x.compare(GE, y));
      case AND -> (x, y) -> VectorMath.truth(VectorMath.isTrue(x).and(VectorMath.isTrue(y)));
      case OR -> (x, y) -> VectorMath.truth(VectorMath.isTrue(x).or(VectorMath.isTrue(y)));
      case XOR -> (x, y) -> VectorMath.truth(VectorMath.isTrue(x).xor(VectorMath.isTrue(y)));
      default -> null;
    };
  }
}
