package dev.hebb.runtime.simd;

import static dev.hebb.runtime.simd.ScalarMathCoefficients.*;
import static java.lang.Float.floatToRawIntBits;
import static java.lang.Float.intBitsToFloat;
import static java.lang.Math.abs;
import static java.lang.Math.fma;

/**
 * Elementary functions in float32, one number at a time: the twins of {@link VectorMath}.
 *
 * <p>Each function does the same operations in the same order as its vector form and therefore
 * returns the same bits (the payload of a NaN aside). They are used for the ends of arrays, before
 * the vector code is compiled, and where there is no vector module. The error bounds stated are
 * maxima over all floats, in units in the last place of the correctly rounded result.
 *
 * <p>All functions treat NaN, infinities, signed zeros and subnormal numbers as {@link Math} does:
 * nothing is flushed to zero.
 */
final class ScalarMath {
  private ScalarMath() {}

  /** eˣ within 1 ulp; +∞ above 88.72, subnormal below −87.34, 0 below −103.97. */
  static float exp(float x) {
    // 2ⁿ is applied as 2^(n ± 64) to the exponent and 2^∓64 by multiplication: overflow and
    // subnormal results are then rounded by the hardware.
    float shift = x < 0 ? SHIFT + 64 : SHIFT - 64;
    float t = fma(x, LOG2_E, shift);
    float n = t - shift;
    float r = fma(n, -LN2_LO, fma(n, -LN2_HI, x));
    float y = scale(expm1Reduced(r) + 1, t);
    // r · 0 carries a NaN, which the integer arithmetic above may have lost
    y = fma(y, x < 0 ? 0x1p-64f : 0x1p64f, r * 0);
    return x > 89 ? Float.POSITIVE_INFINITY : x < -104 ? 0 : y;
  }

  /** eˣ − 1 within 1.5 ulp. */
  static float expm1(float x) {
    // the low bits of t are the exponent field of 2ⁿ⁻¹; half the result cannot overflow
    float shift = SHIFT + (EXPONENT_BIAS - 1);
    float t = fma(x, LOG2_E, shift);
    float n = t - shift;
    float r = fma(n, -LN2_LO, fma(n, -LN2_HI, x));
    float s = intBitsToFloat(floatToRawIntBits(t) << MANTISSA_BITS);
    float y = 2 * fma(expm1Reduced(r), s, s - 0.5f);
    return x > 89 ? Float.POSITIVE_INFINITY : x < -18 ? -1 : abs(x) < 0x1p-26f ? x : y;
  }

  /** ln x within 1 ulp; −∞ at ±0, NaN below. */
  static float log(float x) {
    boolean subnormal = x < Float.MIN_NORMAL;
    int bits = floatToRawIntBits(subnormal ? x * 0x1p23f : x);
    int k = (bits - SQRT_HALF_BITS) >> MANTISSA_BITS;
    float f = intBitsToFloat(bits - (k << MANTISSA_BITS)) - 1;
    float n = (float) k - (subnormal ? 23 : 0);
    float y = fma(n, LN2_HI, fma(n, LN2_LO, log1pReduced(f)));
    return x < 0
        ? Float.NaN
        : !(x < Float.POSITIVE_INFINITY) ? x : x == 0 ? Float.NEGATIVE_INFINITY : y;
  }

  /** ln(1 + x) within 1.5 ulp; −∞ at −1, NaN below. */
  static float log1p(float x) {
    float u = 1 + x;
    float v = u - 1;
    float lost = (1 - (u - v)) + (x - v); // 1 + x = u + lost, exactly
    int bits = floatToRawIntBits(u);
    int k = (bits - SQRT_HALF_BITS) >> MANTISSA_BITS;
    float inverse = intBitsToFloat(Math.max(EXPONENT_BIAS - k, 0) << MANTISSA_BITS); // 2⁻ᵏ
    float f = fma(lost, inverse, intBitsToFloat(bits - (k << MANTISSA_BITS)) - 1);
    float n = (float) k;
    float y = fma(n, LN2_HI, fma(n, LN2_LO, log1pReduced(f)));
    y = intBitsToFloat(floatToRawIntBits(y) | (floatToRawIntBits(x) & SIGN_BIT));
    return x < -1
        ? Float.NaN
        : !(x < Float.POSITIVE_INFINITY) ? x : x == -1 ? Float.NEGATIVE_INFINITY : y;
  }

  /** The hyperbolic tangent within 2 ulp. */
  static float tanh(float x) {
    float a = abs(x);
    float m = expm1Moderate(-2 * (a > 10 ? 10 : a));
    float h = 0.5f * m;
    // −m / (m + 2), with the error of the quotient halved at least
    return withSign(fma(h, m / (m + 2), -h), x);
  }

  /** 1 / (1 + e⁻ˣ) within 1.7 ulp, subnormal results included. */
  static float sigmoid(float x) {
    float e = expOfNegative(abs(x));
    float u = x < 0 ? e : 1;
    return fma(-u, e / (1 + e), u); // u / (1 + e), with a smaller error
  }

  /** ln(1 + eˣ) within 1.7 ulp. */
  static float softplus(float x) {
    float e = expOfNegative(abs(x));
    // 1 + e lies in [1, 2]: halve it where that brings it nearer to 1
    boolean halve = e > SQRT_2_MINUS_1;
    float f = halve ? fma(e, 0.5f, -0.5f) : e;
    float y = log1pReduced(f) + (halve ? LN2_HI : 0);
    return (x > 0 ? x : 0) + y;
  }

  /** sin x within 1.6 ulp; NaN at ±∞. */
  static float sin(float x) {
    if (abs(x) > TRIG_LIMIT) {
      return (float) StrictMath.sin(x);
    }
    float t = fma(x, TWO_OVER_PI, SHIFT);
    float r = quarterTurns(x, t - SHIFT);
    int quadrant = floatToRawIntBits(t);
    float y = (quadrant & 1) != 0 ? cosReduced(r) : sinReduced(r);
    y = intBitsToFloat(floatToRawIntBits(y) ^ ((quadrant & 2) << 30));
    return x == 0 ? x : y;
  }

  /** cos x within 1.6 ulp; NaN at ±∞. */
  static float cos(float x) {
    if (abs(x) > TRIG_LIMIT) {
      return (float) StrictMath.cos(x);
    }
    float t = fma(x, TWO_OVER_PI, SHIFT);
    float r = quarterTurns(x, t - SHIFT);
    int quadrant = floatToRawIntBits(t) + 1;
    float y = (quadrant & 1) != 0 ? cosReduced(r) : sinReduced(r);
    return intBitsToFloat(floatToRawIntBits(y) ^ ((quadrant & 2) << 30));
  }

  /** tan x within 2 ulp; NaN at ±∞. */
  static float tan(float x) {
    if (abs(x) > TRIG_LIMIT) {
      return (float) StrictMath.tan(x);
    }
    float t = fma(x, TWO_OVER_PI, SHIFT);
    float n = t - SHIFT;
    // near its poles the tangent magnifies the error of its argument: keep the lost digits
    float near = fma(n, -PI_2_HI, x);
    float step = n * -PI_2_MID;
    float r = near + step;
    float lost = ((near - r) + step) + fma(n, -PI_2_LO, fma(n, -PI_2_MID, -step));
    boolean odd = (floatToRawIntBits(t) & 1) != 0;
    float z = r * r;
    float p = fma(TAN_6, z, TAN_5);
    p = fma(p, z, TAN_4);
    p = fma(p, z, TAN_3);
    p = fma(p, z, TAN_2);
    p = fma(p, z, TAN_1);
    p = fma(p, z, TAN_0);
    float y = r + fma(r * z, p, fma(lost, z, lost));
    y = (odd ? -1 : y) / (odd ? y : 1);
    return x == 0 ? x : y;
  }

  /** arcsin x within 1.5 ulp; NaN outside [−1, 1]. */
  static float asin(float x) {
    float a = abs(x);
    boolean far = a > ASIN_FOLD;
    float y = asinFolded(a, far);
    y = far ? fma(-2, y, PI_2_HI) + PI_2_MID : y;
    return withSign(y, x);
  }

  /** arccos x within 1.5 ulp; NaN outside [−1, 1]. */
  static float acos(float x) {
    float a = abs(x);
    boolean far = a > ASIN_FOLD;
    float y = withSign(asinFolded(a, far), x);
    float near = PI_2_HI - (y - PI_2_MID);
    float base = x < 0 ? 2 * PI_2_HI : 0;
    return far ? fma(2, y, base) : near;
  }

  /** arctan x within 1.5 ulp. */
  static float atan(float x) {
    float a = abs(x);
    boolean far = a > 1;
    float u = (far ? -1 : a) / (far ? a : 1);
    float z = u * u;
    float p = fma(ATAN_8, z, ATAN_7);
    p = fma(p, z, ATAN_6);
    p = fma(p, z, ATAN_5);
    p = fma(p, z, ATAN_4);
    p = fma(p, z, ATAN_3);
    p = fma(p, z, ATAN_2);
    p = fma(p, z, ATAN_1);
    p = fma(p, z, ATAN_0);
    float y = fma(u * z, p, u);
    y = far ? (y + PI_2_MID) + PI_2_HI : y;
    return withSign(y, x);
  }

  /** The hyperbolic sine within 2 ulp; ±∞ beyond ±89.42. */
  static float sinh(float x) {
    float a = abs(x);
    float shift = SHIFT + EXPONENT_BIAS;
    float t = fma(a, LOG2_E, shift);
    float n = t - shift;
    float r = fma(n, -LN2_LO, fma(n, -LN2_HI, a));
    float p = expm1Reduced(r);
    int power = floatToRawIntBits(t) << MANTISSA_BITS;
    float s = intBitsToFloat(power);
    float m = fma(p, s, s - 1);
    float q = m / (m + 1);
    float y = a < 1 ? fma(-0.5f * m, q, m) : 0.5f * (m + q); // equal, but for the errors
    float large = halfExp(p + 1, power);
    y = a > 20 ? large : y;
    return withSign(a > 90 ? Float.POSITIVE_INFINITY : y, x);
  }

  /** The hyperbolic cosine within 1.5 ulp; +∞ beyond ±89.42. */
  static float cosh(float x) {
    float a = abs(x);
    float shift = SHIFT + EXPONENT_BIAS;
    float t = fma(a, LOG2_E, shift);
    float n = t - shift;
    float r = fma(n, -LN2_LO, fma(n, -LN2_HI, a));
    float h = halfExp(expm1Reduced(r) + 1, floatToRawIntBits(t) << MANTISSA_BITS);
    float y = h + (0.25f / h + r * 0); // r · 0 carries a NaN
    return a > 90 ? Float.POSITIVE_INFINITY : y;
  }

  /** The error function within 1 ulp. */
  static float erf(float x) {
    float a = abs(x);
    float z = x * x;
    float p = fma(ERF_6, z, ERF_5);
    p = fma(p, z, ERF_4);
    p = fma(p, z, ERF_3);
    p = fma(p, z, ERF_2);
    p = fma(p, z, ERF_1);
    p = fma(p, z, ERF_0);
    float near = fma(x, p, x);
    float c = a > 4 ? 4 : a;
    float q = fma(ERFC_6, c, ERFC_5);
    q = fma(q, c, ERFC_4);
    q = fma(q, c, ERFC_3);
    q = fma(q, c, ERFC_2);
    q = fma(q, c, ERFC_1);
    q = fma(q, c, ERFC_0);
    float far = -expm1Moderate(q);
    return a < 1 ? near : withSign(far, x);
  }

  /** xʸ within 1 ulp, with the special cases of {@link Math#pow}. */
  static float pow(float x, float y) {
    double a = abs(x);
    double b = y;
    long bits = Double.doubleToRawLongBits(a);
    long k = (bits - SQRT_HALF_BITS_D + (1024L << 52)) >>> 52; // the exponent plus 1024
    double m = Double.longBitsToDouble(bits - ((k - 1024) << 52));
    double n = Double.longBitsToDouble(k + SHIFT_BITS_D) - (SHIFT_D + 1024);
    double s = (m - 1) / (m + 1);
    double z = s * s;
    double p = fma(LOG2_5, z, LOG2_4);
    p = fma(p, z, LOG2_3);
    p = fma(p, z, LOG2_2);
    p = fma(p, z, LOG2_1);
    p = fma(p, z, LOG2_0);
    double log2 = fma(s, p, n);
    log2 = a == 0 ? Double.NEGATIVE_INFINITY : !(a < Double.POSITIVE_INFINITY) ? a : log2;
    double w = b * log2;
    w = w > 130 ? 130 : w < -152 ? -152 : w;
    double t = w + SHIFT_D;
    double r = w - (t - SHIFT_D);
    double e = fma(EXP2_7, r, EXP2_6);
    e = fma(e, r, EXP2_5);
    e = fma(e, r, EXP2_4);
    e = fma(e, r, EXP2_3);
    e = fma(e, r, EXP2_2);
    e = fma(e, r, EXP2_1);
    e = fma(e, r, EXP2_0);
    long scaled = Double.doubleToRawLongBits(e) + (Double.doubleToRawLongBits(t) << 52);
    float v = (float) (Double.longBitsToDouble(scaled) + r * 0); // r · 0 carries a NaN

    float h = 0.5f * y;
    boolean whole = isWhole(y);
    boolean odd = whole && !isWhole(h);
    v = odd ? intBitsToFloat(floatToRawIntBits(v) ^ (floatToRawIntBits(x) & SIGN_BIT)) : v;
    v = x < 0 && x > Float.NEGATIVE_INFINITY && !whole ? Float.NaN : v;
    return y == 0 ? 1 : v;
  }

  /** The nearest integer, halves to the even one; exact. */
  static float round(float x) {
    float a = abs(x);
    float y = withSign((a + 0x1p23f) - 0x1p23f, x);
    return a < 0x1p23f ? y : x;
  }

  /** The largest integer not above x; exact. */
  static float floor(float x) {
    float y = round(x);
    return y > x ? y - 1 : y;
  }

  /** The smallest integer not below x; exact. */
  static float ceil(float x) {
    float y = round(x);
    // −(−y − 1) instead of y + 1 keeps the sign of −0
    return y < x ? -(-y - 1) : y;
  }

  /** Whether x is an integer; infinities count, NaN does not. */
  private static boolean isWhole(float x) {
    return round(x) == x;
  }

  /** eʳ − 1 for |r| ≤ ½ ln 2. */
  private static float expm1Reduced(float r) {
    float p = fma(EXP_5, r, EXP_4);
    p = fma(p, r, EXP_3);
    p = fma(p, r, EXP_2);
    p = fma(p, r, EXP_1);
    p = fma(p, r, EXP_0);
    return fma(p, r * r, r);
  }

  /** eˣ − 1 for −80 &lt; x &lt; 88. */
  private static float expm1Moderate(float x) {
    float shift = SHIFT + EXPONENT_BIAS;
    float t = fma(x, LOG2_E, shift);
    float n = t - shift;
    float r = fma(n, -LN2_LO, fma(n, -LN2_HI, x));
    float s = intBitsToFloat(floatToRawIntBits(t) << MANTISSA_BITS);
    return fma(expm1Reduced(r), s, s - 1);
  }

  /** e⁻ᵃ for a ≥ 0. */
  private static float expOfNegative(float a) {
    float c = a > 104 ? 104 : a; // the result is 0 from there on
    float shift = SHIFT + 64;
    float t = fma(c, -LOG2_E, shift);
    float n = t - shift;
    float r = fma(n, -LN2_LO, fma(n, -LN2_HI, -c));
    float y = scale(expm1Reduced(r) + 1, t);
    return fma(y, 0x1p-64f, r * 0); // r · 0 carries a NaN
  }

  /** y · 2ᵏ where k stands in the low bits of t. */
  private static float scale(float y, float t) {
    return intBitsToFloat(floatToRawIntBits(y) + (floatToRawIntBits(t) << MANTISSA_BITS));
  }

  /** y · 2ⁿ⁻¹, given the bits of 2ⁿ; n may exceed the largest exponent. */
  private static float halfExp(float y, int power) {
    int bits = floatToRawIntBits(y) + (power - ((EXPONENT_BIAS + 64) << MANTISSA_BITS));
    return 0x1p63f * intBitsToFloat(bits);
  }

  /** ln(1 + f) for √½ − 1 ≤ f ≤ √2 − 1. */
  private static float log1pReduced(float f) {
    float p = fma(LOG_8, f, LOG_7);
    p = fma(p, f, LOG_6);
    p = fma(p, f, LOG_5);
    p = fma(p, f, LOG_4);
    p = fma(p, f, LOG_3);
    p = fma(p, f, LOG_2);
    p = fma(p, f, LOG_1);
    p = fma(p, f, LOG_0);
    return fma(p, f * f, f);
  }

  /** x − n π/2. */
  private static float quarterTurns(float x, float n) {
    return fma(n, -PI_2_LO, fma(n, -PI_2_MID, fma(n, -PI_2_HI, x)));
  }

  private static float sinReduced(float r) {
    float z = r * r;
    float p = fma(fma(SIN_2, z, SIN_1), z, SIN_0);
    return fma(r * z, p, r);
  }

  private static float cosReduced(float r) {
    float z = r * r;
    float p = fma(fma(COS_2, z, COS_1), z, COS_0);
    return fma(z * z, p, fma(z, -0.5f, 1));
  }

  /** arcsin a, or arcsin √((1 − a) / 2) where a is far from 0. */
  private static float asinFolded(float a, boolean far) {
    float z = far ? fma(a, -0.5f, 0.5f) : a * a;
    float s = far ? (float) Math.sqrt(z) : a;
    float p = fma(ASIN_5, z, ASIN_4);
    p = fma(p, z, ASIN_3);
    p = fma(p, z, ASIN_2);
    p = fma(p, z, ASIN_1);
    p = fma(p, z, ASIN_0);
    return fma(s * z, p, s);
  }

  /** A number that is not negative, with the sign of another. */
  private static float withSign(float magnitude, float sign) {
    return intBitsToFloat(floatToRawIntBits(magnitude) | (floatToRawIntBits(sign) & SIGN_BIT));
  }
}
