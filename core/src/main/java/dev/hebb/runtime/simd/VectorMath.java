package dev.hebb.runtime.simd;

import static dev.hebb.runtime.simd.ScalarMathCoefficients.*;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.VectorOperators.*;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * Elementary functions in float32 on whole vectors, without branches.
 *
 * <p>Each function does the same operations in the same order as its twin in {@link ScalarMath},
 * where the formulas are explained and the errors stated, and returns the same bits.
 *
 * <p>Before the optimising compiler has seen it, this code is thousands of times slower than its
 * twin: see {@link LoopTier}. That compiler stops inlining our own methods, and with it keeping
 * vectors in registers, when a loop has grown to some forty vector operations; the methods of the
 * Vector API it inlines always. Hence no helper for constants, and helpers are called early.
 *
 * <p>A function named as its {@link dev.hebb.op.ScalarOp} becomes part of generated loops, into
 * which {@link VectorCode} copies it: it has one {@code return}, and what loops is called.
 */
final class VectorMath {
  private VectorMath() {}

  /** The widest vector of floats that the machine supports. */
  static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;

  static FloatVector exp(FloatVector x) {
    VectorMask<Float> negative = x.compare(LT, 0);
    FloatVector shift = broadcast(S, SHIFT - 64).blend(SHIFT + 64, negative);
    FloatVector t = x.fma(broadcast(S, LOG2_E), shift);
    FloatVector n = t.sub(shift);
    FloatVector r = n.fma(broadcast(S, -LN2_LO), n.fma(broadcast(S, -LN2_HI), x));
    FloatVector y = scale(expm1Reduced(r).add(1), t);
    y = y.fma(broadcast(S, 0x1p64f).blend(0x1p-64f, negative), r.mul(0));
    return y.blend(0, x.compare(LT, -104)).blend(Float.POSITIVE_INFINITY, x.compare(GT, 89));
  }

  static FloatVector expm1(FloatVector x) {
    FloatVector shift = broadcast(S, SHIFT + (EXPONENT_BIAS - 1));
    FloatVector t = x.fma(broadcast(S, LOG2_E), shift);
    FloatVector n = t.sub(shift);
    FloatVector r = n.fma(broadcast(S, -LN2_LO), n.fma(broadcast(S, -LN2_HI), x));
    FloatVector s = lowBitsAsExponent(t);
    FloatVector y = expm1Reduced(r).fma(s, s.sub(0.5f)).mul(2);
    return y.blend(x, x.abs().compare(LT, 0x1p-26f))
        .blend(-1, x.compare(LT, -18))
        .blend(Float.POSITIVE_INFINITY, x.compare(GT, 89));
  }

  static FloatVector log(FloatVector x) {
    VectorMask<Float> subnormal = x.compare(LT, Float.MIN_NORMAL);
    IntVector bits = x.blend(x.mul(0x1p23f), subnormal).reinterpretAsInts();
    IntVector k = bits.sub(SQRT_HALF_BITS).lanewise(ASHR, MANTISSA_BITS);
    FloatVector f = bits.sub(k.lanewise(LSHL, MANTISSA_BITS)).reinterpretAsFloats().sub(1);
    FloatVector n = toFloats(k).sub(broadcast(S, 0).blend(23, subnormal));
    FloatVector y = n.fma(broadcast(S, LN2_HI), n.fma(broadcast(S, LN2_LO), log1pReduced(f)));
    return y.blend(Float.NEGATIVE_INFINITY, x.compare(EQ, 0))
        .blend(x, x.compare(LT, Float.POSITIVE_INFINITY).not())
        .blend(Float.NaN, x.compare(LT, 0));
  }

  static FloatVector log1p(FloatVector x) {
    FloatVector u = x.add(1);
    FloatVector v = u.sub(1);
    FloatVector lost = broadcast(S, 1).sub(u.sub(v)).add(x.sub(v));
    IntVector bits = u.reinterpretAsInts();
    IntVector k = bits.sub(SQRT_HALF_BITS).lanewise(ASHR, MANTISSA_BITS);
    FloatVector inverse =
        k.neg().add(EXPONENT_BIAS).max(0).lanewise(LSHL, MANTISSA_BITS).reinterpretAsFloats();
    FloatVector m = bits.sub(k.lanewise(LSHL, MANTISSA_BITS)).reinterpretAsFloats();
    FloatVector f = lost.fma(inverse, m.sub(1));
    FloatVector n = toFloats(k);
    FloatVector y = n.fma(broadcast(S, LN2_HI), n.fma(broadcast(S, LN2_LO), log1pReduced(f)));
    return withSign(y, x)
        .blend(Float.NEGATIVE_INFINITY, x.compare(EQ, -1))
        .blend(x, x.compare(LT, Float.POSITIVE_INFINITY).not())
        .blend(Float.NaN, x.compare(LT, -1));
  }

  static FloatVector tanh(FloatVector x) {
    FloatVector a = x.abs();
    FloatVector m = expm1Moderate(a.blend(10, a.compare(GT, 10)).mul(-2));
    FloatVector h = m.mul(0.5f);
    return withSign(h.fma(m.div(m.add(2)), h.neg()), x);
  }

  static FloatVector sigmoid(FloatVector x) {
    FloatVector e = expOfNegative(x.abs());
    FloatVector u = broadcast(S, 1).blend(e, x.compare(LT, 0));
    return u.neg().fma(e.div(e.add(1)), u);
  }

  static FloatVector softplus(FloatVector x) {
    FloatVector e = expOfNegative(x.abs());
    VectorMask<Float> halve = e.compare(GT, SQRT_2_MINUS_1);
    FloatVector f = e.blend(e.fma(0.5f, -0.5f), halve);
    FloatVector y = log1pReduced(f).add(broadcast(S, 0).blend(LN2_HI, halve));
    return broadcast(S, 0).blend(x, x.compare(GT, 0)).add(y);
  }

  static FloatVector sin(FloatVector x) {
    FloatVector t = x.fma(TWO_OVER_PI, SHIFT);
    FloatVector r = quarterTurns(x, t.sub(SHIFT));
    FloatVector y = trigonometric(r, t.reinterpretAsInts());
    y = y.blend(x, x.compare(EQ, 0));
    VectorMask<Float> far = x.abs().compare(GT, TRIG_LIMIT);
    return far.anyTrue() ? y.blend(oneByOne(ScalarMath::sin, x), far) : y;
  }

  static FloatVector cos(FloatVector x) {
    FloatVector t = x.fma(TWO_OVER_PI, SHIFT);
    FloatVector r = quarterTurns(x, t.sub(SHIFT));
    FloatVector y = trigonometric(r, t.reinterpretAsInts().add(1));
    VectorMask<Float> far = x.abs().compare(GT, TRIG_LIMIT);
    return far.anyTrue() ? y.blend(oneByOne(ScalarMath::cos, x), far) : y;
  }

  static FloatVector tan(FloatVector x) {
    FloatVector t = x.fma(TWO_OVER_PI, SHIFT);
    FloatVector n = t.sub(SHIFT);
    FloatVector near = n.fma(broadcast(S, -PI_2_HI), x);
    FloatVector step = n.mul(-PI_2_MID);
    FloatVector r = near.add(step);
    FloatVector low = n.fma(broadcast(S, -PI_2_LO), n.fma(broadcast(S, -PI_2_MID), step.neg()));
    FloatVector lost = near.sub(r).add(step).add(low);
    VectorMask<Float> odd = t.reinterpretAsInts().and(1).compare(NE, 0).cast(S);
    FloatVector y = tanReduced(r, lost);
    y = y.blend(-1, odd).div(broadcast(S, 1).blend(y, odd));
    y = y.blend(x, x.compare(EQ, 0));
    VectorMask<Float> far = x.abs().compare(GT, TRIG_LIMIT);
    return far.anyTrue() ? y.blend(oneByOne(ScalarMath::tan, x), far) : y;
  }

  static FloatVector asin(FloatVector x) {
    FloatVector a = x.abs();
    VectorMask<Float> far = a.compare(GT, ASIN_FOLD);
    FloatVector y = asinFolded(a, far);
    return withSign(y.blend(y.fma(-2, PI_2_HI).add(PI_2_MID), far), x);
  }

  static FloatVector acos(FloatVector x) {
    FloatVector a = x.abs();
    VectorMask<Float> far = a.compare(GT, ASIN_FOLD);
    FloatVector y = withSign(asinFolded(a, far), x);
    FloatVector near = broadcast(S, PI_2_HI).sub(y.sub(PI_2_MID));
    FloatVector base = broadcast(S, 0).blend(2 * PI_2_HI, x.compare(LT, 0));
    return near.blend(y.fma(broadcast(S, 2), base), far);
  }

  static FloatVector atan(FloatVector x) {
    FloatVector a = x.abs();
    VectorMask<Float> far = a.compare(GT, 1);
    FloatVector u = a.blend(-1, far).div(broadcast(S, 1).blend(a, far));
    FloatVector z = u.mul(u);
    FloatVector p = broadcast(S, ATAN_8).fma(z, broadcast(S, ATAN_7));
    p = p.fma(z, broadcast(S, ATAN_6));
    p = p.fma(z, broadcast(S, ATAN_5));
    p = p.fma(z, broadcast(S, ATAN_4));
    p = p.fma(z, broadcast(S, ATAN_3));
    p = p.fma(z, broadcast(S, ATAN_2));
    p = p.fma(z, broadcast(S, ATAN_1));
    p = p.fma(z, broadcast(S, ATAN_0));
    FloatVector y = u.mul(z).fma(p, u);
    return withSign(y.blend(y.add(PI_2_MID).add(PI_2_HI), far), x);
  }

  static FloatVector sinh(FloatVector x) {
    FloatVector a = x.abs();
    IntVector sign = x.reinterpretAsInts().and(SIGN_BIT);
    FloatVector shift = broadcast(S, SHIFT + EXPONENT_BIAS);
    FloatVector t = a.fma(broadcast(S, LOG2_E), shift);
    FloatVector n = t.sub(shift);
    FloatVector r = n.fma(broadcast(S, -LN2_LO), n.fma(broadcast(S, -LN2_HI), a));
    FloatVector p = expm1Reduced(r);
    FloatVector s = lowBitsAsExponent(t);
    FloatVector m = p.fma(s, s.sub(1));
    FloatVector q = m.div(m.add(1));
    FloatVector y = m.add(q).mul(0.5f).blend(m.mul(-0.5f).fma(q, m), a.compare(LT, 1));
    y = y.blend(halfExp(p.add(1), s.reinterpretAsInts()), a.compare(GT, 20));
    y = y.blend(Float.POSITIVE_INFINITY, a.compare(GT, 90));
    return y.reinterpretAsInts().or(sign).reinterpretAsFloats();
  }

  static FloatVector cosh(FloatVector x) {
    FloatVector a = x.abs();
    FloatVector shift = broadcast(S, SHIFT + EXPONENT_BIAS);
    FloatVector t = a.fma(broadcast(S, LOG2_E), shift);
    FloatVector n = t.sub(shift);
    FloatVector r = n.fma(broadcast(S, -LN2_LO), n.fma(broadcast(S, -LN2_HI), a));
    IntVector power = lowBitsAsExponent(t).reinterpretAsInts();
    FloatVector h = halfExp(expm1Reduced(r).add(1), power);
    FloatVector y = h.add(broadcast(S, 0.25f).div(h).add(r.mul(0)));
    return y.blend(Float.POSITIVE_INFINITY, a.compare(GT, 90));
  }

  static FloatVector erf(FloatVector x) {
    FloatVector a = x.abs();
    FloatVector c = a.blend(4, a.compare(GT, 4));
    FloatVector q = broadcast(S, ERFC_6).fma(c, broadcast(S, ERFC_5));
    q = q.fma(c, broadcast(S, ERFC_4));
    q = q.fma(c, broadcast(S, ERFC_3));
    q = q.fma(c, broadcast(S, ERFC_2));
    q = q.fma(c, broadcast(S, ERFC_1));
    q = q.fma(c, broadcast(S, ERFC_0));
    FloatVector far = withSign(expm1Moderate(q).neg(), x);
    FloatVector z = x.mul(x);
    FloatVector p = broadcast(S, ERF_6).fma(z, broadcast(S, ERF_5));
    p = p.fma(z, broadcast(S, ERF_4));
    p = p.fma(z, broadcast(S, ERF_3));
    p = p.fma(z, broadcast(S, ERF_2));
    p = p.fma(z, broadcast(S, ERF_1));
    p = p.fma(z, broadcast(S, ERF_0));
    FloatVector near = x.fma(p, x);
    return far.blend(near, a.compare(LT, 1));
  }

  static FloatVector round(FloatVector x) {
    FloatVector a = x.abs();
    FloatVector y = withSign(a.add(0x1p23f).sub(0x1p23f), x);
    return x.blend(y, a.compare(LT, 0x1p23f));
  }

  static FloatVector floor(FloatVector x) {
    FloatVector y = round(x);
    return y.blend(y.sub(1), y.compare(GT, x));
  }

  static FloatVector ceil(FloatVector x) {
    FloatVector y = round(x);
    return y.blend(y.neg().sub(1).neg(), y.compare(LT, x));
  }

  static FloatVector sign(FloatVector x) {
    return x.blend(1, x.compare(GT, 0)).blend(-1, x.compare(LT, 0));
  }

  static FloatVector relu(FloatVector x) {
    return x.blend(0, x.compare(LE, 0));
  }

  static FloatVector neg(FloatVector x) {
    return x.neg();
  }

  static FloatVector abs(FloatVector x) {
    return x.abs();
  }

  static FloatVector sqrt(FloatVector x) {
    return x.sqrt();
  }

  static FloatVector reciprocal(FloatVector x) {
    return broadcast(S, 1).div(x);
  }

  static FloatVector isNan(FloatVector x) {
    return truth(x.compare(NE, x));
  }

  static FloatVector not(FloatVector x) {
    return truth(x.compare(EQ, 0));
  }

  static FloatVector add(FloatVector x, FloatVector y) {
    return x.add(y);
  }

  static FloatVector sub(FloatVector x, FloatVector y) {
    return x.sub(y);
  }

  static FloatVector mul(FloatVector x, FloatVector y) {
    return x.mul(y);
  }

  static FloatVector div(FloatVector x, FloatVector y) {
    return x.div(y);
  }

  static FloatVector max(FloatVector x, FloatVector y) {
    return x.max(y);
  }

  static FloatVector min(FloatVector x, FloatVector y) {
    return x.min(y);
  }

  static FloatVector eq(FloatVector x, FloatVector y) {
    return truth(x.compare(EQ, y));
  }

  static FloatVector ne(FloatVector x, FloatVector y) {
    return truth(x.compare(NE, y));
  }

  static FloatVector lt(FloatVector x, FloatVector y) {
    return truth(x.compare(LT, y));
  }

  static FloatVector le(FloatVector x, FloatVector y) {
    return truth(x.compare(LE, y));
  }

  static FloatVector gt(FloatVector x, FloatVector y) {
    return truth(x.compare(GT, y));
  }

  static FloatVector ge(FloatVector x, FloatVector y) {
    return truth(x.compare(GE, y));
  }

  static FloatVector and(FloatVector x, FloatVector y) {
    return truth(isTrue(x).and(isTrue(y)));
  }

  static FloatVector or(FloatVector x, FloatVector y) {
    return truth(isTrue(x).or(isTrue(y)));
  }

  static FloatVector xor(FloatVector x, FloatVector y) {
    return truth(isTrue(x).xor(isTrue(y)));
  }

  /** The second where the first is true, else the third. */
  static FloatVector where(FloatVector condition, FloatVector x, FloatVector y) {
    return y.blend(x, isTrue(condition));
  }

  /** 1 where the mask is set, otherwise 0. */
  static FloatVector truth(VectorMask<Float> mask) {
    return broadcast(S, 0).blend(1, mask);
  }

  /** Where x is not zero; NaN is not zero. */
  static VectorMask<Float> isTrue(FloatVector x) {
    return x.compare(NE, 0);
  }

  static FloatVector withSign(FloatVector magnitude, FloatVector sign) {
    return magnitude
        .reinterpretAsInts()
        .or(sign.reinterpretAsInts().and(SIGN_BIT))
        .reinterpretAsFloats();
  }

  private static FloatVector expm1Reduced(FloatVector r) {
    FloatVector p = broadcast(S, EXP_5).fma(r, broadcast(S, EXP_4));
    p = p.fma(r, broadcast(S, EXP_3));
    p = p.fma(r, broadcast(S, EXP_2));
    p = p.fma(r, broadcast(S, EXP_1));
    p = p.fma(r, broadcast(S, EXP_0));
    return p.fma(r.mul(r), r);
  }

  private static FloatVector expm1Moderate(FloatVector x) {
    FloatVector shift = broadcast(S, SHIFT + EXPONENT_BIAS);
    FloatVector t = x.fma(broadcast(S, LOG2_E), shift);
    FloatVector n = t.sub(shift);
    FloatVector r = n.fma(broadcast(S, -LN2_LO), n.fma(broadcast(S, -LN2_HI), x));
    FloatVector s = lowBitsAsExponent(t);
    return expm1Reduced(r).fma(s, s.sub(1));
  }

  private static FloatVector expOfNegative(FloatVector a) {
    FloatVector c = a.blend(104, a.compare(GT, 104));
    FloatVector shift = broadcast(S, SHIFT + 64);
    FloatVector t = c.fma(broadcast(S, -LOG2_E), shift);
    FloatVector n = t.sub(shift);
    FloatVector r = n.fma(broadcast(S, -LN2_LO), n.fma(broadcast(S, -LN2_HI), c.neg()));
    FloatVector y = scale(expm1Reduced(r).add(1), t);
    return y.fma(broadcast(S, 0x1p-64f), r.mul(0));
  }

  private static FloatVector scale(FloatVector y, FloatVector t) {
    IntVector power = t.reinterpretAsInts().lanewise(LSHL, MANTISSA_BITS);
    return y.reinterpretAsInts().add(power).reinterpretAsFloats();
  }

  private static FloatVector lowBitsAsExponent(FloatVector t) {
    return t.reinterpretAsInts().lanewise(LSHL, MANTISSA_BITS).reinterpretAsFloats();
  }

  private static FloatVector halfExp(FloatVector y, IntVector power) {
    IntVector bits = y.reinterpretAsInts().add(power.sub((EXPONENT_BIAS + 64) << MANTISSA_BITS));
    return bits.reinterpretAsFloats().mul(0x1p63f);
  }

  private static FloatVector log1pReduced(FloatVector f) {
    FloatVector p = broadcast(S, LOG_8).fma(f, broadcast(S, LOG_7));
    p = p.fma(f, broadcast(S, LOG_6));
    p = p.fma(f, broadcast(S, LOG_5));
    p = p.fma(f, broadcast(S, LOG_4));
    p = p.fma(f, broadcast(S, LOG_3));
    p = p.fma(f, broadcast(S, LOG_2));
    p = p.fma(f, broadcast(S, LOG_1));
    p = p.fma(f, broadcast(S, LOG_0));
    return p.fma(f.mul(f), f);
  }

  private static FloatVector quarterTurns(FloatVector x, FloatVector n) {
    return n.fma(
        broadcast(S, -PI_2_LO), n.fma(broadcast(S, -PI_2_MID), n.fma(broadcast(S, -PI_2_HI), x)));
  }

  /** sin r, cos r, −sin r or −cos r, as the last two bits of the quadrant say. */
  private static FloatVector trigonometric(FloatVector r, IntVector quadrant) {
    FloatVector z = r.mul(r);
    FloatVector p = broadcast(S, SIN_2).fma(z, broadcast(S, SIN_1)).fma(z, broadcast(S, SIN_0));
    FloatVector sin = r.mul(z).fma(p, r);
    FloatVector q = broadcast(S, COS_2).fma(z, broadcast(S, COS_1)).fma(z, broadcast(S, COS_0));
    FloatVector cos = z.mul(z).fma(q, z.fma(-0.5f, 1));
    FloatVector y = sin.blend(cos, quadrant.and(1).compare(NE, 0).cast(S));
    IntVector sign = quadrant.and(2).lanewise(LSHL, 30);
    return y.reinterpretAsInts().lanewise(XOR, sign).reinterpretAsFloats();
  }

  /** tan(r + lost). */
  private static FloatVector tanReduced(FloatVector r, FloatVector lost) {
    FloatVector z = r.mul(r);
    FloatVector p = broadcast(S, TAN_6).fma(z, broadcast(S, TAN_5));
    p = p.fma(z, broadcast(S, TAN_4));
    p = p.fma(z, broadcast(S, TAN_3));
    p = p.fma(z, broadcast(S, TAN_2));
    p = p.fma(z, broadcast(S, TAN_1));
    p = p.fma(z, broadcast(S, TAN_0));
    return r.add(r.mul(z).fma(p, lost.fma(z, lost)));
  }

  private static FloatVector asinFolded(FloatVector a, VectorMask<Float> far) {
    FloatVector z = a.mul(a).blend(a.fma(-0.5f, 0.5f), far);
    FloatVector s = a.blend(z.sqrt(), far);
    FloatVector p = broadcast(S, ASIN_5).fma(z, broadcast(S, ASIN_4));
    p = p.fma(z, broadcast(S, ASIN_3));
    p = p.fma(z, broadcast(S, ASIN_2));
    p = p.fma(z, broadcast(S, ASIN_1));
    p = p.fma(z, broadcast(S, ASIN_0));
    return s.mul(z).fma(p, s);
  }

  private static FloatVector toFloats(IntVector n) {
    return (FloatVector) n.convert(I2F, 0);
  }

  /** The rare road: a function applied lane by lane. Not private: {@link VectorCode} calls it. */
  static FloatVector oneByOne(ScalarMathTable.Unary f, FloatVector x) {
    float[] lanes = x.toArray();
    for (int i = 0; i < lanes.length; i++) {
      lanes[i] = f.apply(lanes[i]);
    }
    return FloatVector.fromArray(S, lanes, 0);
  }
}
