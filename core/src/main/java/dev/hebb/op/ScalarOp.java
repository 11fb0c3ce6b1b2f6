package dev.hebb.op;

import dev.hebb.tensor.DType;
import dev.hebb.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The scalar primitives: functions of one to three numbers that are applied element by element.
 *
 * <p>Each constant is the whole definition: the function in float64 (the oracle, and the scalar
 * fall-back), in integers where it exists, the gradient as a tensor expression, the ONNX operator,
 * and the interval on which the conformance suite samples it. A faster kernel may be registered in
 * {@code runtime.simd}; nothing else needs to know of a new constant.
 */
public enum ScalarOp {
  // arithmetic
  NEG(v -> -v, v -> -v, (x, y, g) -> g.neg(), "Neg", -3, 3),
  ABS(Math::abs, Math::abs, (x, y, g) -> g.mul(x.sign()), "Abs", 0.1, 3),
  SIGN(ScalarOp::sign, Long::signum, null, "Sign", -3, 3),
  SQRT(Math::sqrt, null, (x, y, g) -> g.mul(0.5).div(y), "Sqrt", 0.1, 4),
  RECIPROCAL(v -> 1 / v, null, (x, y, g) -> g.mul(y).mul(y).neg(), "Reciprocal", 0.3, 3),
  FLOOR(Math::floor, null, null, "Floor", -3, 3),
  CEIL(Math::ceil, null, null, "Ceil", -3, 3),
  /** To the nearest integer, halves to the even one. */
  ROUND(Math::rint, null, null, "Round", -3, 3),
  /** To the nearest number of 11 binary digits that IEEE half precision has, else ±∞. */
  TO_FLOAT16(v -> shortened(v, 10, -14, 0x1.ffcp15), null, null, null, -3, 3),
  /** To the nearest number of 8 binary digits in the range of float32: bfloat16. */
  TO_BFLOAT16(v -> shortened(v, 7, -126, 0x1.fep127), null, null, null, -3, 3),
  // exponentials and logarithms
  EXP(Math::exp, null, (x, y, g) -> g.mul(y), "Exp", -3, 3),
  EXPM1(Math::expm1, null, (x, y, g) -> g.mul(y.add(1)), null, -3, 3),
  LOG(Math::log, null, (x, y, g) -> g.div(x), "Log", 0.1, 4),
  LOG1P(Math::log1p, null, (x, y, g) -> g.div(x.add(1)), null, -0.8, 4),
  // trigonometric and hyperbolic
  SIN(Math::sin, null, (x, y, g) -> g.mul(x.cos()), "Sin", -4, 4),
  COS(Math::cos, null, (x, y, g) -> g.mul(x.sin()).neg(), "Cos", -4, 4),
  TAN(Math::tan, null, (x, y, g) -> g.mul(y.square().add(1)), "Tan", -1.2, 1.2),
  ASIN(Math::asin, null, (x, y, g) -> g.div(x.square().neg().add(1).sqrt()), "Asin", -0.8, 0.8),
  ACOS(
      Math::acos,
      null,
      (x, y, g) -> g.div(x.square().neg().add(1).sqrt()).neg(),
      "Acos",
      -0.8,
      0.8),
  ATAN(Math::atan, null, (x, y, g) -> g.div(x.square().add(1)), "Atan", -3, 3),
  SINH(Math::sinh, null, (x, y, g) -> g.mul(x.cosh()), "Sinh", -3, 3),
  COSH(Math::cosh, null, (x, y, g) -> g.mul(x.sinh()), "Cosh", -3, 3),
  TANH(Math::tanh, null, (x, y, g) -> g.mul(y.square().neg().add(1)), "Tanh", -3, 3),
  /** 1 / (1 + e⁻ˣ). */
  SIGMOID(ScalarOp::sigmoid, null, (x, y, g) -> g.mul(y.mul(y.neg().add(1))), "Sigmoid", -4, 4),
  /** ln(1 + eˣ), linear where eˣ would overflow. */
  SOFTPLUS(ScalarOp::softplus, null, (x, y, g) -> g.mul(x.sigmoid()), "Softplus", -4, 4),
  /** max(x, 0); the derivative at 0 is taken as 0. */
  RELU(
      v -> v > 0 || Double.isNaN(v) ? v : 0,
      v -> Math.max(v, 0),
      (x, y, g) -> y.gt(0).where(g, 0),
      "Relu",
      0.1,
      3),
  /** The error function 2/√π ∫₀ˣ e^(−t²) dt. */
  ERF(
      Erf::erf,
      null,
      (x, y, g) -> g.mul(x.square().neg().exp().mul(2 / Math.sqrt(Math.PI))),
      "Erf",
      -3,
      3),
  IS_NAN(Result.BOOL, v -> Double.isNaN(v) ? 1 : 0, "IsNaN"),
  NOT(Result.BOOL, v -> v == 0 ? 1 : 0, "Not"),
  /** Conversion to another element type: floats to integers truncate, anything non-zero is true. */
  CAST(Result.CAST, v -> v, "Cast"),

  ADD((a, b) -> a + b, Long::sum, (x, y, z, g) -> Arrays.asList(g, g), "Add"),
  SUB((a, b) -> a - b, (a, b) -> a - b, (x, y, z, g) -> Arrays.asList(g, g.neg()), "Sub"),
  MUL((a, b) -> a * b, (a, b) -> a * b, (x, y, z, g) -> Arrays.asList(g.mul(y), g.mul(x)), "Mul"),
  /** Quotient; integers truncate toward zero and a zero divisor gives 0. */
  DIV(
      (a, b) -> a / b,
      (a, b) -> b == 0 ? 0 : a / b,
      (x, y, z, g) -> Arrays.asList(g.div(y), g.mul(z).div(y).neg()),
      "Div"),
  /** xʸ; in the gradient for the exponent, 0 ln 0 counts as 0. */
  POW(
      Math::pow,
      ScalarOp::pow,
      (x, y, z, g) ->
          Arrays.asList(
              g.mul(y).mul(x.pow(y.sub(1))),
              g.mul(z).mul(x.eq(0).where(0, x.gt(0).where(x, 1).log()))),
      "Pow"),
  /** The remainder with the sign of the divisor, as NumPy's and Python's {@code %}. */
  MOD(
      ScalarOp::mod,
      (a, b) -> b == 0 ? 0 : Math.floorMod(a, b),
      (x, y, z, g) -> Arrays.asList(g, g.mul(x.sub(z).div(y).round()).neg()),
      "Mod"),
  /** The larger; NaN if either is; at a tie the first argument gets the gradient. */
  MAX(
      Math::max,
      Math::max,
      (x, y, z, g) -> Arrays.asList(x.ge(y).where(g, 0), x.ge(y).where(0, g)),
      "Max"),
  /** The smaller; NaN if either is; at a tie the first argument gets the gradient. */
  MIN(
      Math::min,
      Math::min,
      (x, y, z, g) -> Arrays.asList(x.le(y).where(g, 0), x.le(y).where(0, g)),
      "Min"),
  EQ(Result.BOOL, (a, b) -> a == b ? 1 : 0, (a, b) -> a == b ? 1 : 0, "Equal"),
  NE(Result.BOOL, (a, b) -> a != b ? 1 : 0, (a, b) -> a != b ? 1 : 0, null),
  LT(Result.BOOL, (a, b) -> a < b ? 1 : 0, (a, b) -> a < b ? 1 : 0, "Less"),
  LE(Result.BOOL, (a, b) -> a <= b ? 1 : 0, (a, b) -> a <= b ? 1 : 0, "LessOrEqual"),
  GT(Result.BOOL, (a, b) -> a > b ? 1 : 0, (a, b) -> a > b ? 1 : 0, "Greater"),
  GE(Result.BOOL, (a, b) -> a >= b ? 1 : 0, (a, b) -> a >= b ? 1 : 0, "GreaterOrEqual"),
  AND(Result.BOOL, (a, b) -> a != 0 && b != 0 ? 1 : 0, (a, b) -> a != 0 && b != 0 ? 1 : 0, "And"),
  OR(Result.BOOL, (a, b) -> a != 0 || b != 0 ? 1 : 0, (a, b) -> a != 0 || b != 0 ? 1 : 0, "Or"),
  XOR(
      Result.BOOL,
      (a, b) -> (a != 0) != (b != 0) ? 1 : 0,
      (a, b) -> (a != 0) != (b != 0) ? 1 : 0,
      "Xor"),

  /** Condition, value where true, value where false. */
  WHERE();

  /** What the element type of the result is. */
  public enum Result {
    /** That of the operands. */
    SAME,
    /** Truth values. */
    BOOL,
    /** Stated by the node. */
    CAST
  }

  /** Gradient of a function of one number: x, f(x), gradient of the result. */
  private interface Vjp1 {
    Tensor apply(Tensor x, Tensor y, Tensor g);
  }

  /** Gradients of a function of two numbers: x, y, f(x, y), gradient of the result. */
  private interface Vjp2 {
    List<Tensor> apply(Tensor x, Tensor y, Tensor z, Tensor g);
  }

  private final int arity;
  private final Result result;
  private final @Nullable DoubleUnaryOperator unary;
  private final @Nullable DoubleBinaryOperator binary;
  private final @Nullable LongUnaryOperator longUnary;
  private final @Nullable LongBinaryOperator longBinary;
  private final @Nullable Vjp1 vjp1;
  private final @Nullable Vjp2 vjp2;
  private final @Nullable String onnx;
  private final double low;
  private final double high;

  ScalarOp(
      DoubleUnaryOperator f,
      @Nullable LongUnaryOperator integer,
      @Nullable Vjp1 vjp,
      @Nullable String onnx,
      double low,
      double high) {
    this(1, Result.SAME, f, null, integer, null, vjp, null, onnx, low, high);
  }

  ScalarOp(Result result, DoubleUnaryOperator f, String onnx) {
    this(1, result, f, null, v -> (long) f.applyAsDouble(v), null, null, null, onnx, -3, 3);
  }

  ScalarOp(DoubleBinaryOperator f, LongBinaryOperator integer, Vjp2 vjp, String onnx) {
    this(2, Result.SAME, null, f, null, integer, null, vjp, onnx, 0.3, 3);
  }

  ScalarOp(
      Result result, DoubleBinaryOperator f, LongBinaryOperator integer, @Nullable String onnx) {
    this(2, result, null, f, null, integer, null, null, onnx, -3, 3);
  }

  ScalarOp() {
    this(3, Result.SAME, null, null, null, null, null, null, "Where", -3, 3);
  }

  ScalarOp(
      int arity,
      Result result,
      @Nullable DoubleUnaryOperator unary,
      @Nullable DoubleBinaryOperator binary,
      @Nullable LongUnaryOperator longUnary,
      @Nullable LongBinaryOperator longBinary,
      @Nullable Vjp1 vjp1,
      @Nullable Vjp2 vjp2,
      @Nullable String onnx,
      double low,
      double high) {
    this.arity = arity;
    this.result = result;
    this.unary = unary;
    this.binary = binary;
    this.longUnary = longUnary;
    this.longBinary = longBinary;
    this.vjp1 = vjp1;
    this.vjp2 = vjp2;
    this.onnx = onnx;
    this.low = low;
    this.high = high;
  }

  /** How many operands: 1, 2 or 3. */
  public int arity() {
    return arity;
  }

  /** What the element type of the result is. */
  public Result result() {
    return result;
  }

  /** The value in float64. */
  public double apply(double a, double b, double c) {
    if (unary != null) {
      return unary.applyAsDouble(a);
    }
    return binary != null ? binary.applyAsDouble(a, b) : a != 0 ? b : c;
  }

  /** The value in integers. */
  public long applyLong(long a, long b, long c) {
    if (longUnary != null) {
      return longUnary.applyAsLong(a);
    }
    return longBinary != null ? longBinary.applyAsLong(a, b) : a != 0 ? b : c;
  }

  /** Whether the operation is defined on integers; if not, they are converted to float32 first. */
  public boolean onIntegers() {
    return longUnary != null || longBinary != null || this == WHERE;
  }

  /** Whether there is a gradient at all; piecewise constant functions have none. */
  public boolean differentiable() {
    return vjp1 != null || vjp2 != null || this == WHERE || this == CAST;
  }

  /** The ONNX operator that means the same, or null where it is expressed by others. */
  public @Nullable String onnx() {
    return onnx;
  }

  /** The lower end of the interval of test samples; kinks are left out. */
  public double low() {
    return low;
  }

  /** The upper end of the interval of test samples. */
  public double high() {
    return high;
  }

  /** The gradient for each operand, null for those that have none. */
  List<@Nullable Tensor> gradient(List<Tensor> in, Tensor out, Tensor g) {
    if (vjp1 != null) {
      return Arrays.asList(vjp1.apply(in.getFirst(), out, g));
    }
    if (vjp2 != null) {
      return Arrays.asList(vjp2.apply(in.get(0), in.get(1), out, g).toArray(Tensor[]::new));
    }
    return switch (this) {
      case WHERE -> Arrays.asList(null, in.get(0).where(g, 0), in.get(0).where(0, g));
      case CAST -> {
        DType from = in.getFirst().dtype();
        yield Arrays.asList(from.isFloating() ? g.cast(from) : null);
      }
      default -> Arrays.asList(new Tensor[arity]);
    };
  }

  private static double sign(double v) {
    return v > 0 ? 1 : v < 0 ? -1 : v;
  }

  /** The nearest number with few binary digits behind the first; halves go to the even one. */
  private static double shortened(double v, int digits, int leastExponent, double largest) {
    double unit = Math.scalb(1.0, Math.max(Math.getExponent(v), leastExponent) - digits);
    double r = Math.rint(v / unit) * unit;
    return Math.abs(r) > largest ? Math.copySign(Double.POSITIVE_INFINITY, r) : r;
  }

  private static double sigmoid(double v) {
    double e = Math.exp(-Math.abs(v)); // never overflows
    return v >= 0 ? 1 / (1 + e) : e / (1 + e);
  }

  private static double softplus(double v) {
    return Math.max(v, 0) + Math.log1p(Math.exp(-Math.abs(v)));
  }

  private static double mod(double a, double b) {
    double r = a % b;
    return r != 0 && (r < 0) != (b < 0) ? r + b : r;
  }

  private static long pow(long base, long exponent) {
    if (exponent < 0) {
      return base == 1 ? 1 : base == -1 ? ((exponent & 1) == 0 ? 1 : -1) : 0;
    }
    long r = 1;
    for (long e = exponent, b = base; e > 0; e >>= 1, b *= b) {
      if ((e & 1) != 0) {
        r *= b;
      }
    }
    return r;
  }
}
