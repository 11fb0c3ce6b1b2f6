package dev.hebb.runtime.simd;

/**
 * The numbers shared by {@link ScalarMath} and its vector form.
 *
 * <p>The polynomials are our own minimax fits: weighted least squares, reweighted by Lawson's rule
 * until the relative error is level, with the coefficients rounded to float32 one after the other,
 * lowest power first, and the rest fitted again after each rounding. The error stated with each is
 * the relative error of the whole function in units of 2⁻²⁴, before rounding in the evaluation.
 */
final class ScalarMathCoefficients {
  private ScalarMathCoefficients() {}

  /** Adding 1.5 · 2²³ rounds a float to an integer and leaves that integer in the low bits. */
  static final float SHIFT = 0x1.8p23f;

  /** The same for double. */
  static final double SHIFT_D = 0x1.8p52;

  static final long SHIFT_BITS_D = 0x4338000000000000L;

  static final int SIGN_BIT = 0x80000000;
  static final int MANTISSA_BITS = 23;
  static final int EXPONENT_BIAS = 127;

  static final float LOG2_E = 0x1.715476p0f;

  /** ln 2 in two pieces; n · LN2_HI is exact inside a fused multiply-add. */
  static final float LN2_HI = 0x1.62e43p-1f;

  static final float LN2_LO = -0x1.05c61p-29f;

  static final float TWO_OVER_PI = 0x1.45f306p-1f;

  /** π/2 in three pieces for the argument reduction of Cody and Waite. */
  static final float PI_2_HI = 0x1.921fb6p0f;

  static final float PI_2_MID = -0x1.777a5cp-25f;
  static final float PI_2_LO = -0x1.ee59dap-50f;

  // (eʳ − 1 − r) / r² for |r| ≤ 0.3475; 0.01 relative to eʳ − 1
  static final float EXP_0 = 0.5f;
  static final float EXP_1 = 0x1.555554p-3f;
  static final float EXP_2 = 0x1.5554f6p-5f;
  static final float EXP_3 = 0x1.1112e8p-7f;
  static final float EXP_4 = 0x1.6d3ceap-10f;
  static final float EXP_5 = 0x1.9e5082p-13f;

  // (ln(1 + f) − f) / f² for √½ − 1 ≤ f ≤ √2 − 1; 0.07
  static final float LOG_0 = -0x1.fffff8p-2f;
  static final float LOG_1 = 0x1.55555p-2f;
  static final float LOG_2 = -0x1.000436p-2f;
  static final float LOG_3 = 0x1.99a41ap-3f;
  static final float LOG_4 = -0x1.5424d6p-3f;
  static final float LOG_5 = 0x1.226d98p-3f;
  static final float LOG_6 = -0x1.0f475ep-3f;
  static final float LOG_7 = 0x1.0865c4p-3f;
  static final float LOG_8 = -0x1.382cdp-4f;

  // (sin r / r − 1) / r² in powers of r² for |r| ≤ 0.79; 0.07
  static final float SIN_0 = -0x1.555544p-3f;
  static final float SIN_1 = 0x1.1106c6p-7f;
  static final float SIN_2 = -0x1.991c2p-13f;

  // (cos r − 1 + r²/2) / r⁴ in powers of r² for |r| ≤ 0.79; 0.01
  static final float COS_0 = 0x1.55554ap-5f;
  static final float COS_1 = -0x1.6c0c1ep-10f;
  static final float COS_2 = 0x1.99e334p-16f;

  // (tan r / r − 1) / r² in powers of r² for |r| ≤ 0.79; 0.03
  static final float TAN_0 = 0x1.55556p-2f;
  static final float TAN_1 = 0x1.110d86p-3f;
  static final float TAN_2 = 0x1.bae07cp-5f;
  static final float TAN_3 = 0x1.5c69f2p-6f;
  static final float TAN_4 = 0x1.64d11ap-7f;
  static final float TAN_5 = 0x1.8e294p-17f;
  static final float TAN_6 = 0x1.21943cp-8f;

  // (atan r / r − 1) / r² in powers of r² for |r| ≤ 1; 0.05
  static final float ATAN_0 = -0x1.55553ep-2f;
  static final float ATAN_1 = 0x1.9991e6p-3f;
  static final float ATAN_2 = -0x1.2420b6p-3f;
  static final float ATAN_3 = 0x1.c08f62p-4f;
  static final float ATAN_4 = -0x1.58155p-4f;
  static final float ATAN_5 = 0x1.da5e86p-5f;
  static final float ATAN_6 = -0x1.fdfb46p-6f;
  static final float ATAN_7 = 0x1.64c0acp-7f;
  static final float ATAN_8 = -0x1.d495dap-10f;

  /** Beyond this the arc functions fold their argument, so that no error is doubled visibly. */
  static final float ASIN_FOLD = 0.5625f;

  // (asin r / r − 1) / r² in powers of r² for |r| ≤ 0.5625; 0.04
  static final float ASIN_0 = 0x1.555526p-3f;
  static final float ASIN_1 = 0x1.334932p-4f;
  static final float ASIN_2 = 0x1.6a59a6p-5f;
  static final float ASIN_3 = 0x1.169d94p-5f;
  static final float ASIN_4 = 0x1.b9e73ep-8f;
  static final float ASIN_5 = 0x1.84fbfp-5f;

  // erf r / r − 1 in powers of r² for |r| ≤ 1; 0.03
  static final float ERF_0 = 0x1.06eba8p-3f;
  static final float ERF_1 = -0x1.812740p-2f;
  static final float ERF_2 = 0x1.ce2d48p-4f;
  static final float ERF_3 = -0x1.b7fdb2p-6f;
  static final float ERF_4 = 0x1.5425bp-8f;
  static final float ERF_5 = -0x1.a4c72p-11f;
  static final float ERF_6 = 0x1.4b6eb2p-14f;

  // ln(1 − erf r) for 1 ≤ r ≤ 4; 0.02 relative to erf r
  static final float ERFC_0 = -0x1.50253ap-12f;
  static final float ERFC_1 = -0x1.208e52p0f;
  static final float ERFC_2 = -0x1.46a98cp-1f;
  static final float ERFC_3 = -0x1.a6c7fep-4f;
  static final float ERFC_4 = 0x1.66a35ap-6f;
  static final float ERFC_5 = -0x1.83fb7cp-9f;
  static final float ERFC_6 = 0x1.896c0ep-13f;

  // log₂((1 + s) / (1 − s)) / s in powers of s² for |s| ≤ 0.1717; 5e-7 (that is 3e-14)
  static final double LOG2_0 = 2.885390081777849;
  static final double LOG2_1 = 0.9617966941147853;
  static final double LOG2_2 = 0.5770779419269588;
  static final double LOG2_3 = 0.41220929915900434;
  static final double LOG2_4 = 0.31990366889750504;
  static final double LOG2_5 = 0.2829306769102293;

  // 2ʳ for |r| ≤ ½; 7e-4 (that is 4e-11)
  static final double EXP2_0 = 0.9999999999616825;
  static final double EXP2_1 = 0.6931471807284484;
  static final double EXP2_2 = 0.24022651198156575;
  static final double EXP2_3 = 0.055504103534450164;
  static final double EXP2_4 = 0.009618027253796405;
  static final double EXP2_5 = 0.0013333922565180612;
  static final double EXP2_6 = 0.00015469291103619289;
  static final double EXP2_7 = 1.5201921365408231e-05;

  /** The bits of √½: subtracting them from those of x splits off the exponent of x / √½. */
  static final int SQRT_HALF_BITS = 0x3f3504f3;

  static final long SQRT_HALF_BITS_D = 0x3fe6a09e667f3bcdL;

  /** ln(1 + f) is split at f = √2 − 1. */
  static final float SQRT_2_MINUS_1 = 0x1.a8279ap-2f;

  /** Beyond this the trigonometric functions are computed by StrictMath in double. */
  static final float TRIG_LIMIT = 1e5f;
}
