package dev.hebb.tensor;

import dev.hebb.op.Activation;
import dev.hebb.op.Elementwise;
import dev.hebb.op.Leaf;
import dev.hebb.op.ScalarOp;

/**
 * Functions applied element by element. Operands broadcast; a Java number takes the tensor's
 * element type. The result has the promoted type, except comparisons, which are bool.
 */
public sealed interface ElementwiseMethods permits Tensor {
  private Tensor self() {
    return (Tensor) this;
  }

  private Tensor unary(ScalarOp f) {
    Tensor x = self();
    if (!f.onIntegers() && !x.dtype().isFloating()) {
      x = x.cast(DType.FLOAT32);
    }
    return Tensor.apply(
        new Elementwise(f, f.result() == ScalarOp.Result.BOOL ? DType.BOOL : x.dtype()), x);
  }

  private Tensor binary(ScalarOp f, Tensor y) {
    Tensor x = self();
    DType type = DType.promote(x.dtype(), y.dtype());
    boolean logical = f == ScalarOp.AND || f == ScalarOp.OR || f == ScalarOp.XOR;
    if (type == DType.BOOL && !logical && f.result() != ScalarOp.Result.BOOL) {
      type = DType.INT32;
    }
    if (logical) {
      type = DType.BOOL;
    }
    int[] dims = x.shape().broadcast(y.shape(), f.name().toLowerCase(java.util.Locale.ROOT)).dims();
    return Tensor.apply(
        new Elementwise(f, f.result() == ScalarOp.Result.BOOL ? DType.BOOL : type),
        x.cast(type).broadcastTo(dims),
        y.cast(type).broadcastTo(dims));
  }

  /** A number with this tensor's type (float32 for a fraction beside integers). */
  private Tensor number(double v) {
    DType type = self().dtype();
    if (!type.isFloating()) {
      type =
          v != Math.rint(v) || Double.isInfinite(v)
              ? DType.FLOAT32
              : DType.promote(type, DType.INT32);
    }
    return Leaf.fill(type, v);
  }

  /** x + y. */
  default Tensor add(Tensor y) {
    return binary(ScalarOp.ADD, y);
  }

  /** x + y. */
  default Tensor add(double y) {
    return add(number(y));
  }

  /** x − y. */
  default Tensor sub(Tensor y) {
    return binary(ScalarOp.SUB, y);
  }

  /** x − y. */
  default Tensor sub(double y) {
    return sub(number(y));
  }

  /** x · y, element by element; for the matrix product see {@link Tensor#matmul}. */
  default Tensor mul(Tensor y) {
    return binary(ScalarOp.MUL, y);
  }

  /** x · y. */
  default Tensor mul(double y) {
    return mul(number(y));
  }

  /** x / y; integers truncate toward zero. */
  default Tensor div(Tensor y) {
    return binary(ScalarOp.DIV, y);
  }

  /** x / y. */
  default Tensor div(double y) {
    return div(number(y));
  }

  /** The remainder of x / y with the sign of y. */
  default Tensor mod(Tensor y) {
    return binary(ScalarOp.MOD, y);
  }

  /** xʸ. */
  default Tensor pow(Tensor y) {
    return binary(ScalarOp.POW, y);
  }

  /** xʸ. */
  default Tensor pow(double y) {
    return pow(number(y));
  }

  /** x². */
  default Tensor square() {
    return mul(self());
  }

  /** The larger of x and y; NaN if either is. */
  default Tensor maximum(Tensor y) {
    return binary(ScalarOp.MAX, y);
  }

  /** The larger of x and y. */
  default Tensor maximum(double y) {
    return maximum(number(y));
  }

  /** The smaller of x and y; NaN if either is. */
  default Tensor minimum(Tensor y) {
    return binary(ScalarOp.MIN, y);
  }

  /** The smaller of x and y. */
  default Tensor minimum(double y) {
    return minimum(number(y));
  }

  /** x limited to [low, high]. */
  default Tensor clamp(double low, double high) {
    if (low > high) {
      throw new HebbException("clamp: the lower limit " + low + " is above the upper " + high);
    }
    return maximum(low).minimum(high);
  }

  /** Whether x = y. */
  default Tensor eq(Tensor y) {
    return binary(ScalarOp.EQ, y);
  }

  /** Whether x = y. */
  default Tensor eq(double y) {
    return eq(number(y));
  }

  /** Whether x ≠ y. */
  default Tensor ne(Tensor y) {
    return binary(ScalarOp.NE, y);
  }

  /** Whether x ≠ y. */
  default Tensor ne(double y) {
    return ne(number(y));
  }

  /** Whether x &lt; y. */
  default Tensor lt(Tensor y) {
    return binary(ScalarOp.LT, y);
  }

  /** Whether x &lt; y. */
  default Tensor lt(double y) {
    return lt(number(y));
  }

  /** Whether x ≤ y. */
  default Tensor le(Tensor y) {
    return binary(ScalarOp.LE, y);
  }

  /** Whether x ≤ y. */
  default Tensor le(double y) {
    return le(number(y));
  }

  /** Whether x &gt; y. */
  default Tensor gt(Tensor y) {
    return binary(ScalarOp.GT, y);
  }

  /** Whether x &gt; y. */
  default Tensor gt(double y) {
    return gt(number(y));
  }

  /** Whether x ≥ y. */
  default Tensor ge(Tensor y) {
    return binary(ScalarOp.GE, y);
  }

  /** Whether x ≥ y. */
  default Tensor ge(double y) {
    return ge(number(y));
  }

  /** Whether both are true (not zero). */
  default Tensor and(Tensor y) {
    return binary(ScalarOp.AND, y);
  }

  /** Whether one at least is true. */
  default Tensor or(Tensor y) {
    return binary(ScalarOp.OR, y);
  }

  /** Whether exactly one is true. */
  default Tensor xor(Tensor y) {
    return binary(ScalarOp.XOR, y);
  }

  /** Whether x is false (zero). */
  default Tensor not() {
    ElementwiseMethods x = self().cast(DType.BOOL);
    return x.unary(ScalarOp.NOT);
  }

  /** {@code yes} where this condition is true, {@code no} elsewhere; all three broadcast. */
  default Tensor where(Tensor yes, Tensor no) {
    DType type = DType.promote(yes.dtype(), no.dtype());
    Shape s = yes.shape().broadcast(no.shape(), "where");
    int[] dims = self().shape().broadcast(s, "where").dims();
    return Tensor.apply(
        new Elementwise(ScalarOp.WHERE, type),
        self().cast(DType.BOOL).broadcastTo(dims),
        yes.cast(type).broadcastTo(dims),
        no.cast(type).broadcastTo(dims));
  }

  /** {@code yes} where true, a number elsewhere. */
  default Tensor where(Tensor yes, double no) {
    ElementwiseMethods like = yes;
    return where(yes, like.number(no));
  }

  /** A number where true, {@code no} elsewhere. */
  default Tensor where(double yes, Tensor no) {
    ElementwiseMethods like = no;
    return where(like.number(yes), no);
  }

  /** −x. */
  default Tensor neg() {
    return unary(ScalarOp.NEG);
  }

  /** |x|. */
  default Tensor abs() {
    return unary(ScalarOp.ABS);
  }

  /** −1, 0 or 1. */
  default Tensor sign() {
    return unary(ScalarOp.SIGN);
  }

  /** √x. */
  default Tensor sqrt() {
    return unary(ScalarOp.SQRT);
  }

  /** 1 / x. */
  default Tensor reciprocal() {
    return unary(ScalarOp.RECIPROCAL);
  }

  /** The largest integer ≤ x. */
  default Tensor floor() {
    return unary(ScalarOp.FLOOR);
  }

  /** The smallest integer ≥ x. */
  default Tensor ceil() {
    return unary(ScalarOp.CEIL);
  }

  /** The nearest integer; halves go to the even one. */
  default Tensor round() {
    return unary(ScalarOp.ROUND);
  }

  /** The nearest number that IEEE half precision (float16) has, beyond its range ±∞. */
  default Tensor toFloat16() {
    return unary(ScalarOp.TO_FLOAT16);
  }

  /** The nearest number that bfloat16 has: float32 with 8 binary digits. */
  default Tensor toBfloat16() {
    return unary(ScalarOp.TO_BFLOAT16);
  }

  /** eˣ. */
  default Tensor exp() {
    return unary(ScalarOp.EXP);
  }

  /** eˣ − 1, exact near 0. */
  default Tensor expm1() {
    return unary(ScalarOp.EXPM1);
  }

  /** ln x. */
  default Tensor log() {
    return unary(ScalarOp.LOG);
  }

  /** ln(1 + x), exact near 0. */
  default Tensor log1p() {
    return unary(ScalarOp.LOG1P);
  }

  /** sin x. */
  default Tensor sin() {
    return unary(ScalarOp.SIN);
  }

  /** cos x. */
  default Tensor cos() {
    return unary(ScalarOp.COS);
  }

  /** tan x. */
  default Tensor tan() {
    return unary(ScalarOp.TAN);
  }

  /** arcsin x. */
  default Tensor asin() {
    return unary(ScalarOp.ASIN);
  }

  /** arccos x. */
  default Tensor acos() {
    return unary(ScalarOp.ACOS);
  }

  /** arctan x. */
  default Tensor atan() {
    return unary(ScalarOp.ATAN);
  }

  /** sinh x. */
  default Tensor sinh() {
    return unary(ScalarOp.SINH);
  }

  /** cosh x. */
  default Tensor cosh() {
    return unary(ScalarOp.COSH);
  }

  /** tanh x. */
  default Tensor tanh() {
    return unary(ScalarOp.TANH);
  }

  /** σ(x) = 1 / (1 + e⁻ˣ). */
  default Tensor sigmoid() {
    return unary(ScalarOp.SIGMOID);
  }

  /** max(x, 0). */
  default Tensor relu() {
    return unary(ScalarOp.RELU);
  }

  /** ln(1 + eˣ). */
  default Tensor softplus() {
    return unary(ScalarOp.SOFTPLUS);
  }

  /** The error function. */
  default Tensor erf() {
    return unary(ScalarOp.ERF);
  }

  /** Whether x is not a number. */
  default Tensor isNaN() {
    return unary(ScalarOp.IS_NAN);
  }

  /** The activation applied to x; {@link Activation} lists them. */
  default Tensor apply(Activation f) {
    return f.of(self());
  }
}
