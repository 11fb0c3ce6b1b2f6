package dev.hebb.train.io;

/**
 * Floating-point numbers of one or two bytes: sign, exponent, fraction.
 *
 * @see <a href="https://arxiv.org/abs/2209.05433">Micikevicius et al., "FP8 formats for deep
 *     learning", 2022</a>
 */
enum SmallFloat {
  /** IEEE 754 half precision. */
  HALF(5, 10, true),
  /** The upper half of a float32. */
  BF16(8, 7, true),
  /** Without infinities, for which numbers up to 448 are had. */
  E4M3(4, 3, false),
  /** The upper half of a float16. */
  E5M2(5, 2, true);

  private final int fractionBits;
  private final int bias;
  private final int exponentMask;
  private final boolean infinities;

  SmallFloat(int exponentBits, int fractionBits, boolean infinities) {
    this.fractionBits = fractionBits;
    this.bias = (1 << (exponentBits - 1)) - 1;
    this.exponentMask = (1 << exponentBits) - 1;
    this.infinities = infinities;
  }

  /** The value of these bits, which float32 holds exactly. */
  float toFloat(int bits) {
    int exponent = bits >> fractionBits & exponentMask;
    int fraction = bits & (1 << fractionBits) - 1;
    boolean negative = (bits >> fractionBits & exponentMask + 1) != 0;
    double size;
    if (exponent == exponentMask && infinities) {
      size = fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
    } else if (exponent == exponentMask && fraction == (1 << fractionBits) - 1) {
      size = Double.NaN;
    } else if (exponent == 0) {
      size = Math.scalb((double) fraction, 1 - bias - fractionBits);
    } else {
      size = Math.scalb((double) (fraction + (1 << fractionBits)), exponent - bias - fractionBits);
    }
    return (float) (negative ? -size : size);
  }

  /** The bits of the nearest value; of two, the one whose last bit is 0. */
  int toBits(double v) {
    int sign = Double.doubleToRawLongBits(v) < 0 ? exponentMask + 1 << fractionBits : 0;
    int top = exponentMask << fractionBits;
    int nan = top + (1 << fractionBits) - 1;
    int largest = infinities ? top - 1 : nan - 1;
    if (Double.isNaN(v)) {
      return sign | nan;
    }
    double size = Math.abs(v);
    int exponent = Math.max(size == 0 ? 1 - bias : Math.getExponent(size), 1 - bias);
    // The quotient is exact, so it is rounded once; a carry moves on into the exponent by itself.
    double steps = Math.rint(Math.scalb(Math.min(size, Double.MAX_VALUE), fractionBits - exponent));
    long bits = ((long) (exponent - 1 + bias) << fractionBits) + (long) steps;
    return sign | (bits > largest ? (infinities ? top : nan) : (int) bits);
  }
}
