package dev.hebb.onnx.op;

import dev.hebb.onnx.ElementType;

/** The bits of floats of 16, 8 and 4 bits, and the nearest of them to a number. */
final class ShortFloats {
  /**
   * How a type divides its bits behind the sign.
   *
   * @param exponent bits of the exponent
   * @param mantissa bits of the mantissa
   * @param bias what is taken from the exponent
   * @param largest the largest finite number
   * @param infinite whether it has infinities
   * @param negativeZero whether the code of −0 is −0; it is NaN else
   */
  private record Format(
      int exponent,
      int mantissa,
      int bias,
      double largest,
      boolean infinite,
      boolean negativeZero) {}

  private ShortFloats() {}

  private static Format format(ElementType type) {
    return switch (type) {
      case FLOAT8E4M3FN -> new Format(4, 3, 7, 448, false, true);
      case FLOAT8E4M3FNUZ -> new Format(4, 3, 8, 240, false, false);
      case FLOAT8E5M2 -> new Format(5, 2, 15, 57344, true, true);
      case FLOAT8E5M2FNUZ -> new Format(5, 2, 16, 57344, false, false);
      case FLOAT4E2M1 -> new Format(2, 1, 1, 6, false, true);
      default -> throw new IllegalArgumentException(type.label());
    };
  }

  /** The number that some bits stand for. */
  static float decode(int code, ElementType type) {
    return switch (type) {
      case FLOAT16 -> Float.float16ToFloat((short) code);
      case BFLOAT16 -> Float.intBitsToFloat(code << 16);
      case FLOAT8E8M0 -> code == 0xff ? Float.NaN : (float) Math.scalb(1.0, code - 127);
      default -> decode(code, format(type), type);
    };
  }

  private static float decode(int code, Format f, ElementType type) {
    int sign = code >> (f.exponent + f.mantissa) & 1;
    int e = code >> f.mantissa & ((1 << f.exponent) - 1);
    int m = code & ((1 << f.mantissa) - 1);
    boolean top = e == (1 << f.exponent) - 1;
    if (!f.negativeZero && sign == 1 && e == 0 && m == 0) {
      return Float.NaN;
    }
    if (f.infinite && top) {
      return m != 0 ? Float.NaN : sign == 1 ? Float.NEGATIVE_INFINITY : Float.POSITIVE_INFINITY;
    }
    if (type == ElementType.FLOAT8E4M3FN && top && m == (1 << f.mantissa) - 1) {
      return Float.NaN;
    }
    double v =
        e == 0
            ? Math.scalb((double) m, 1 - f.bias - f.mantissa)
            : Math.scalb(1.0 + Math.scalb((double) m, -f.mantissa), e - f.bias);
    return (float) (sign == 1 ? -v : v);
  }

  /**
   * The nearest number of a type.
   *
   * @param saturate whether what is too large becomes the largest number, and not ∞ or NaN
   */
  static float round(double v, ElementType type, boolean saturate) {
    if (type == ElementType.FLOAT8E8M0) {
      throw new IllegalArgumentException("powers of two are rounded by roundPower");
    }
    Format f = format(type);
    if (Double.isNaN(v)) {
      return type == ElementType.FLOAT4E2M1 ? 6 : Float.NaN;
    }
    double unit = Math.scalb(1.0, Math.max(Math.getExponent(v), 1 - f.bias) - f.mantissa);
    double r = Double.isInfinite(v) ? v : Math.rint(v / unit) * unit;
    if (Math.abs(r) > f.largest) {
      if (type == ElementType.FLOAT4E2M1 || saturate) {
        return (float) Math.copySign(f.largest, r);
      }
      return f.infinite ? (float) Math.copySign(Double.POSITIVE_INFINITY, r) : Float.NaN;
    }
    return r == 0 && !f.negativeZero ? 0f : (float) r;
  }

  /** The bits of a number that the type can hold. */
  static int encode(float v, ElementType type) {
    switch (type) {
      case FLOAT16:
        return Float.floatToFloat16(v) & 0xffff;
      case BFLOAT16:
        return Float.floatToRawIntBits(v) >>> 16;
      default:
        for (int code = 0; code < 1 << type.bits(); code++) {
          if (Float.compare(decode(code, type), v) == 0) {
            return code;
          }
        }
        throw new IllegalArgumentException(v + " is no " + type.label());
    }
  }

  /** The power of two near a positive number: above it, below it or the nearest. */
  static float roundPower(double v, boolean saturate, String mode) {
    if (Double.isNaN(v) || v < 0) {
      return Float.NaN;
    }
    if (Double.isInfinite(v)) {
      return saturate ? (float) 0x1p127 : Float.NaN;
    }
    int e = v == 0 ? -127 : (int) Math.max(Math.getExponent(v), -127);
    double low = Math.scalb(1.0, e);
    boolean up =
        switch (mode) {
          case "up" -> v > low;
          case "down" -> false;
          default -> v >= 1.5 * low && v > 0;
        };
    e += up ? 1 : 0;
    if (e > 127) {
      return saturate ? (float) 0x1p127 : Float.NaN;
    }
    return (float) Math.scalb(1.0, e);
  }
}
