package dev.hebb.train.io;

import dev.hebb.tensor.DType;
import dev.hebb.tensor.HebbException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * How numbers are stored in files, by the names that the safetensors format gives them. Hebb has
 * fewer types than files have, so each is read into the smallest of Hebb's that holds all its
 * values: nothing is ever rounded when a file is read.
 *
 * <table>
 * <caption>What is read into what</caption>
 * <tr><th>in the file</th><th>in Hebb</th></tr>
 * <tr><td>F64</td><td>float64</td></tr>
 * <tr><td>F32, F16, BF16, F8_E4M3, F8_E5M2</td><td>float32</td></tr>
 * <tr><td>I64, U32, U64 (below 2⁶³, else an error)</td><td>int64</td></tr>
 * <tr><td>I32, I16, I8, U16, U8</td><td>int32</td></tr>
 * <tr><td>BOOL</td><td>bool</td></tr>
 * </table>
 *
 * <p>Writing a smaller type rounds floats to the nearest, ties to even; what is too large becomes
 * infinite, or NaN in F8_E4M3, which has no infinity. An integer that does not fit is an error.
 */
public enum ElementType {
  /** IEEE 754 double precision. */
  F64(8, DType.FLOAT64),
  /** IEEE 754 single precision. */
  F32(4, DType.FLOAT32),
  /** IEEE 754 half precision: 5 bits of exponent, 10 of fraction. */
  F16(2, DType.FLOAT32),
  /** The upper half of a float32: 8 bits of exponent, 7 of fraction. */
  BF16(2, DType.FLOAT32),
  /** 4 bits of exponent, 3 of fraction, no infinity. */
  F8_E4M3(1, DType.FLOAT32),
  /** 5 bits of exponent, 2 of fraction: the upper half of an F16. */
  F8_E5M2(1, DType.FLOAT32),
  /** Signed 64-bit integers. */
  I64(8, DType.INT64),
  /** Signed 32-bit integers. */
  I32(4, DType.INT32),
  /** Signed 16-bit integers. */
  I16(2, DType.INT32),
  /** Signed bytes. */
  I8(1, DType.INT32),
  /** Unsigned 64-bit integers. */
  U64(8, DType.INT64),
  /** Unsigned 32-bit integers. */
  U32(4, DType.INT64),
  /** Unsigned 16-bit integers. */
  U16(2, DType.INT32),
  /** Unsigned bytes. */
  U8(1, DType.INT32),
  /** Truth values, one byte each. */
  BOOL(1, DType.BOOL);

  private final int bytes;
  private final DType dtype;

  ElementType(int bytes, DType dtype) {
    this.bytes = bytes;
    this.dtype = dtype;
  }

  /** Bytes per element. */
  public int bytes() {
    return bytes;
  }

  /** What it is read into. */
  public DType dtype() {
    return dtype;
  }

  /** Whether its values are floating-point numbers. */
  public boolean isFloating() {
    return dtype.isFloating();
  }

  /** The type that stores all values of a type of Hebb's as they are. */
  public static ElementType of(DType type) {
    return switch (type) {
      case BOOL -> BOOL;
      case INT32 -> I32;
      case INT64 -> I64;
      case FLOAT32 -> F32;
      case FLOAT64 -> F64;
    };
  }

  /** The type of this name, or null. */
  static @Nullable ElementType named(String name) {
    for (ElementType type : values()) {
      if (type.name().equals(name)) {
        return type;
      }
    }
    return null;
  }

  /**
   * Decodes elements.
   *
   * @param in the elements' bytes, in its own byte order
   * @param into an array of {@link #dtype}, from an index on
   * @param name what to call the tensor in messages
   */
  void decode(ByteBuffer in, Object into, int from, int count, String name) {
    switch (into) {
      case double[] a -> in.asDoubleBuffer().get(a, from, count);
      case float[] a when this == F32 -> in.asFloatBuffer().get(a, from, count);
      case float[] a -> {
        for (int i = 0; i < count; i++) {
          a[from + i] = aFloat(in, i * bytes);
        }
      }
      case int[] a when this == I32 -> in.asIntBuffer().get(a, from, count);
      case int[] a -> {
        for (int i = 0; i < count; i++) {
          a[from + i] = anInt(in, i * bytes);
        }
      }
      case long[] a when this == U32 -> {
        for (int i = 0; i < count; i++) {
          a[from + i] = Integer.toUnsignedLong(in.getInt(4 * i));
        }
      }
      case long[] a -> {
        in.asLongBuffer().get(a, from, count);
        for (int i = from; this == U64 && i < from + count; i++) {
          if (a[i] < 0) {
            throw new HebbException(
                "%s holds %s, which is too large for int64"
                    .formatted(name, Long.toUnsignedString(a[i])));
          }
        }
      }
      case boolean[] a -> {
        for (int i = 0; i < count; i++) {
          byte b = in.get(i);
          if (b != 0 && b != 1) {
            throw new HebbException(
                name + " has a truth value that is neither 0 nor 1: the file is damaged");
          }
          a[from + i] = b == 1;
        }
      }
      default -> throw new IllegalStateException();
    }
  }

  private float aFloat(ByteBuffer in, int at) {
    return switch (this) {
      case F16 -> Float.float16ToFloat(in.getShort(at));
      case BF16 -> Float.intBitsToFloat(in.getShort(at) << 16);
      case F8_E4M3 -> SmallFloat.E4M3.toFloat(in.get(at));
      default -> SmallFloat.E5M2.toFloat(in.get(at));
    };
  }

  private int anInt(ByteBuffer in, int at) {
    return switch (this) {
      case I16 -> in.getShort(at);
      case U16 -> Short.toUnsignedInt(in.getShort(at));
      case I8 -> in.get(at);
      default -> Byte.toUnsignedInt(in.get(at));
    };
  }

  /**
   * Encodes elements.
   *
   * @param values an array of floats, doubles, ints, longs or booleans
   * @param out takes the bytes, from its beginning, in its own byte order
   * @param name what to call the tensor in messages
   * @throws HebbException if an integer does not fit
   */
  void encode(Object values, int from, int count, ByteBuffer out, String name) {
    switch (values) {
      case double[] a when this == F64 -> out.asDoubleBuffer().put(a, from, count);
      case float[] a when this == F32 -> out.asFloatBuffer().put(a, from, count);
      case double[] a -> {
        for (int i = 0; i < count; i++) {
          put(a[from + i], out, i * bytes, name);
        }
      }
      case float[] a when this == F16 -> {
        for (int i = 0; i < count; i++) {
          out.putShort(i * bytes, Float.floatToFloat16(a[from + i]));
        }
      }
      case float[] a -> {
        for (int i = 0; i < count; i++) {
          put(a[from + i], out, i * bytes, name);
        }
      }
      case int[] a -> {
        for (int i = 0; i < count; i++) {
          put(a[from + i], out, i * bytes, name);
        }
      }
      case long[] a -> {
        for (int i = 0; i < count; i++) {
          put(a[from + i], out, i * bytes, name);
        }
      }
      case boolean[] a -> {
        for (int i = 0; i < count; i++) {
          put(a[from + i] ? 1 : 0, out, i * bytes, name);
        }
      }
      default -> throw new IllegalStateException();
    }
  }

  private void put(double v, ByteBuffer out, int at, String name) {
    switch (this) {
      case F64 -> out.putDouble(at, v);
      case F32 -> out.putFloat(at, (float) v);
      case F16 -> out.putShort(at, (short) SmallFloat.HALF.toBits(v));
      case BF16 -> out.putShort(at, (short) SmallFloat.BF16.toBits(v));
      case F8_E4M3 -> out.put(at, (byte) SmallFloat.E4M3.toBits(v));
      case F8_E5M2 -> out.put(at, (byte) SmallFloat.E5M2.toBits(v));
      default -> {
        if (v != Math.rint(v) || Math.abs(v) > 0x1p63) {
          throw misfit(v, name);
        }
        put((long) v, out, at, name);
      }
    }
  }

  private void put(long v, ByteBuffer out, int at, String name) {
    boolean unsigned = this == U64 || this == U32 || this == U16 || this == U8;
    int bits = this == BOOL ? 1 : 8 * bytes - (unsigned ? 0 : 1);
    if (!isFloating() && bits < 63 && v >> bits != (v < 0 && !unsigned && this != BOOL ? -1 : 0)
        || this == U64 && v < 0) {
      throw misfit(v, name);
    }
    switch (this) {
      case I64, U64 -> out.putLong(at, v);
      case I32, U32 -> out.putInt(at, (int) v);
      case I16, U16 -> out.putShort(at, (short) v);
      case I8, U8, BOOL -> out.put(at, (byte) v);
      default -> put((double) v, out, at, name);
    }
  }

  private HebbException misfit(Object v, String name) {
    return new HebbException("%s holds %s, which is no %s".formatted(name, v, this));
  }
}
