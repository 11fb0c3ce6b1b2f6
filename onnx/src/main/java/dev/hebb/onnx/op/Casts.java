package dev.hebb.onnx.op;

import dev.hebb.onnx.ElementType;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/** The same numbers, or the same bits, as another type. */
final class Casts {
  private Casts() {}

  static void register(Registry.Entries r) {
    r.add("Cast", c -> cast(c, ElementType.of(c.attributes().size("to", 0))));
    r.add("CastLike", c -> cast(c, c.type(1)));
    r.add("BitCast", Casts::bits);
  }

  private static List<Value> cast(Call c, ElementType to) {
    if (!to.isSupported()) {
      throw c.unsupported("the type " + to.label());
    }
    boolean saturate = c.attributes().flag("saturate", true);
    String mode = c.attributes().text("round_mode", "up");
    return List.of(convert(c, c.value(0), to, saturate, mode));
  }

  /** The same numbers in another type. */
  static Value convert(Call c, Value v, ElementType to, boolean saturate, String mode) {
    Tensor x = v.tensor();
    ElementType from = v.type();
    if (from == to) {
      return v;
    }
    if (isTiny(to)) {
      DoubleUnaryOperator f =
          to == ElementType.FLOAT8E8M0
              ? d -> ShortFloats.roundPower(d, saturate, mode)
              : d -> ShortFloats.round(d, to, saturate);
      return Value.of(map(Call.readable("the input of " + c.node(), x), f), to);
    }
    if (to == ElementType.UINT64 && x.dtype().isFloating()) {
      return Value.of(Numbers.floatToUnsigned(x), to);
    }
    if (from == ElementType.UINT64 && to.isFloating()) {
      x = Numbers.unsignedToFloat(x, DType.FLOAT64);
    }
    if (to == ElementType.FLOAT16 || to == ElementType.BFLOAT16) {
      // Rounded once, from all its digits.
      Tensor wide =
          x.dtype() == DType.FLOAT32 || x.dtype() == DType.BOOL
              ? x.cast(DType.FLOAT32)
              : x.cast(DType.FLOAT64);
      return Value.of(Numbers.fit(wide, to), to);
    }
    if (to == ElementType.UINT32 || x.dtype().isFloating() && to.isInteger()) {
      return Value.of(Numbers.fit(x.cast(DType.INT64).cast(to.dtype()), to), to);
    }
    return Value.computed(x, to);
  }

  /** Floats of one byte or less, which only conversions make. */
  static boolean isTiny(ElementType t) {
    return t.isFloating() && t.bits() <= 8;
  }

  static Tensor map(Tensor x, DoubleUnaryOperator f) {
    double[] v = x.toDoubles();
    float[] y = new float[v.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = (float) f.applyAsDouble(v[i]);
    }
    return Tensor.adopt(y, x.shape().as(DType.FLOAT32));
  }

  private static List<Value> bits(Call c) {
    ElementType from = c.type(0);
    ElementType to = ElementType.of(c.attributes().size("to", 0));
    if (!to.isSupported() || to.bits() != from.bits() || from.bits() < 8) {
      throw c.unsupported("bits of " + from.label() + " as " + to.label());
    }
    Tensor x = c.known(0);
    Shape shape = x.shape().as(to.dtype());

    long[] codes = new long[x.size()];
    double[] d = x.toDoubles();
    long[] l = x.toLongs();
    for (int i = 0; i < codes.length; i++) {
      codes[i] =
          switch (from) {
            case FLOAT -> Float.floatToRawIntBits((float) d[i]) & 0xffffffffL;
            case DOUBLE -> Double.doubleToRawLongBits(d[i]);
            default -> from.isFloating() ? ShortFloats.encode((float) d[i], from) : l[i];
          };
    }
    Tensor y =
        switch (to) {
          case FLOAT -> {
            float[] f = new float[codes.length];
            for (int i = 0; i < f.length; i++) {
              f[i] = Float.intBitsToFloat((int) codes[i]);
            }
            yield Tensor.adopt(f, shape);
          }
          case DOUBLE -> {
            double[] f = new double[codes.length];
            for (int i = 0; i < f.length; i++) {
              f[i] = Double.longBitsToDouble(codes[i]);
            }
            yield Tensor.of(f, shape);
          }
          default -> TensorData.fromCodes(i -> codes[i], shape, to);
        };
    return List.of(Value.of(y, to));
  }
}
