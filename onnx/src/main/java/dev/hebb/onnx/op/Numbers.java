package dev.hebb.onnx.op;

import dev.hebb.onnx.ElementType;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;

/**
 * Arithmetic of the element types that Hebb has not: narrow and unsigned integers, short floats.
 */
final class Numbers {
  private static final double TWO_63 = 0x1p63;

  private Numbers() {}

  static Tensor constant(long value) {
    return Tensor.of(new long[] {value}, Shape.of());
  }

  /** Integers wrapped around, floats rounded to what the type can hold. */
  static Tensor fit(Tensor x, ElementType type) {
    return switch (type) {
      case UINT2, UINT4, UINT8, UINT16, UINT32 ->
          x.mod(
              constant(1L << type.bits())
                  .cast(x.dtype() == DType.INT32 ? DType.INT32 : DType.INT64));
      case INT2, INT4, INT8, INT16 -> {
        int half = 1 << (type.bits() - 1);
        yield x.add(half).mod(constant(2L * half).cast(DType.INT32)).sub(half);
      }
      case FLOAT16 -> x.toFloat16();
      case BFLOAT16 -> x.toBfloat16();
      default -> x;
    };
  }

  /** The least value of an integer type, as a number of its tensor. */
  static long least(ElementType type) {
    return type.isUnsigned() ? 0 : -1L << (type.bits() - 1);
  }

  /** The largest value of an integer type; of uint64 the largest of int64. */
  static long most(ElementType type) {
    return type.bits() == 64
        ? Long.MAX_VALUE
        : (1L << (type.bits() - (type.isUnsigned() ? 0 : 1))) - 1;
  }

  /** Limited to the range of an integer type. */
  static Tensor saturate(Tensor x, ElementType type) {
    return x.clamp(least(type), most(type)).cast(type.dtype());
  }

  /** Order-preserving: unsigned 64-bit numbers as signed ones. */
  static Tensor ordered(Tensor x, ElementType type) {
    return type == ElementType.UINT64 ? x.add(constant(Long.MIN_VALUE)) : x;
  }

  /** The inverse of {@link #ordered}: wrapping around, it is the same. */
  static Tensor unordered(Tensor x, ElementType type) {
    return ordered(x, type);
  }

  /** x &gt;&gt;&gt; 1. */
  private static Tensor half(Tensor x) {
    Tensor negative = x.lt(0);
    Tensor low = negative.where(x.add(constant(Long.MIN_VALUE)), x);
    return low.div(constant(2)).add(negative.where(constant(1L << 62), constant(0)));
  }

  /** The quotient of unsigned 64-bit numbers. */
  static Tensor divideUnsigned(Tensor x, Tensor y) {
    Tensor q = half(x).div(y).mul(constant(2));
    Tensor rest = x.sub(q.mul(y));
    Tensor more = ordered(rest, ElementType.UINT64).ge(ordered(y, ElementType.UINT64));
    Tensor small = q.add(more.cast(DType.INT64));
    Tensor atLeast = ordered(x, ElementType.UINT64).ge(ordered(y, ElementType.UINT64));
    return y.lt(0).where(atLeast.cast(DType.INT64), small);
  }

  /** Unsigned 64-bit numbers as floats. */
  static Tensor unsignedToFloat(Tensor x, DType type) {
    Tensor h = half(x);
    Tensor odd = x.sub(h.mul(constant(2)));
    return h.cast(DType.FLOAT64).mul(2).add(odd.cast(DType.FLOAT64)).cast(type);
  }

  /** Floats as unsigned 64-bit numbers. */
  static Tensor floatToUnsigned(Tensor x) {
    Tensor d = x.cast(DType.FLOAT64);
    Tensor large = d.ge(TWO_63);
    Tensor low = large.where(d.sub(TWO_63), d).cast(DType.INT64);
    return large.where(low.add(constant(Long.MIN_VALUE)), low);
  }
}
