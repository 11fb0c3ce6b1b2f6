package dev.hebb.onnx;

import dev.hebb.tensor.DType;
import dev.hebb.tensor.HebbException;
import java.util.Locale;

/**
 * The element types of ONNX tensors, in the order of their numbers in files, each with the element
 * type of Hebb that holds its values exactly.
 *
 * <p>Hebb computes in float32, float64, int32, int64 and bool. A narrower type is one of these
 * whose values are brought into its range, and onto its grid, after each operation. uint64 lies in
 * int64 with the same bits.
 */
public enum ElementType {
  /** No type; stands for a value whose type the file does not tell. */
  UNDEFINED(Kind.OTHER, 0, DType.FLOAT32),
  /** IEEE single precision. */
  FLOAT(Kind.FLOATING, 32, DType.FLOAT32),
  UINT8(Kind.UNSIGNED, 8, DType.INT32),
  INT8(Kind.SIGNED, 8, DType.INT32),
  UINT16(Kind.UNSIGNED, 16, DType.INT32),
  INT16(Kind.SIGNED, 16, DType.INT32),
  INT32(Kind.SIGNED, 32, DType.INT32),
  INT64(Kind.SIGNED, 64, DType.INT64),
  /** Texts, which are not tensors here. */
  STRING(Kind.OTHER, 0, DType.FLOAT32),
  BOOL(Kind.TRUTH, 8, DType.BOOL),
  /** IEEE half precision. */
  FLOAT16(Kind.FLOATING, 16, DType.FLOAT32),
  DOUBLE(Kind.FLOATING, 64, DType.FLOAT64),
  UINT32(Kind.UNSIGNED, 32, DType.INT64),
  UINT64(Kind.UNSIGNED, 64, DType.INT64),
  COMPLEX64(Kind.OTHER, 64, DType.FLOAT32),
  COMPLEX128(Kind.OTHER, 128, DType.FLOAT64),
  /** The upper half of a single. */
  BFLOAT16(Kind.FLOATING, 16, DType.FLOAT32),
  /** 4 bits of exponent, no infinities. */
  FLOAT8E4M3FN(Kind.FLOATING, 8, DType.FLOAT32),
  /** The same without a negative zero. */
  FLOAT8E4M3FNUZ(Kind.FLOATING, 8, DType.FLOAT32),
  /** 5 bits of exponent. */
  FLOAT8E5M2(Kind.FLOATING, 8, DType.FLOAT32),
  /** The same without infinities and negative zero. */
  FLOAT8E5M2FNUZ(Kind.FLOATING, 8, DType.FLOAT32),
  UINT4(Kind.UNSIGNED, 4, DType.INT32),
  INT4(Kind.SIGNED, 4, DType.INT32),
  /** 2 bits of exponent, one of mantissa. */
  FLOAT4E2M1(Kind.FLOATING, 4, DType.FLOAT32),
  /** A power of two: scales of blocks. */
  FLOAT8E8M0(Kind.FLOATING, 8, DType.FLOAT32),
  UINT2(Kind.UNSIGNED, 2, DType.INT32),
  INT2(Kind.SIGNED, 2, DType.INT32);

  private enum Kind {
    FLOATING,
    SIGNED,
    UNSIGNED,
    TRUTH,
    OTHER
  }

  private final Kind kind;
  private final int bits;
  private final DType dtype;

  ElementType(Kind kind, int bits, DType dtype) {
    this.kind = kind;
    this.bits = bits;
    this.dtype = dtype;
  }

  /**
   * The type with a number, as files have it.
   *
   * @throws HebbException if ONNX has no such type
   */
  public static ElementType of(int number) {
    if (number < 0 || number >= values().length) {
      throw new HebbException("ONNX has no element type number " + number);
    }
    return values()[number];
  }

  /** The type that is written for tensors of Hebb. */
  public static ElementType of(DType type) {
    return switch (type) {
      case FLOAT32 -> FLOAT;
      case FLOAT64 -> DOUBLE;
      case INT32 -> INT32;
      case INT64 -> INT64;
      case BOOL -> BOOL;
    };
  }

  /** Its number in files. */
  public int number() {
    return ordinal();
  }

  /** The element type of the tensors that hold its values. */
  public DType dtype() {
    return dtype;
  }

  /** How many bits an element has in a file. */
  public int bits() {
    return bits;
  }

  /** Whether it is a floating-point type. */
  public boolean isFloating() {
    return kind == Kind.FLOATING;
  }

  /** Whether it is an integer type. */
  public boolean isInteger() {
    return kind == Kind.SIGNED || kind == Kind.UNSIGNED;
  }

  /** Whether it is an integer type without negative numbers. */
  public boolean isUnsigned() {
    return kind == Kind.UNSIGNED;
  }

  /** Whether Hebb computes with it. */
  public boolean isSupported() {
    return kind != Kind.OTHER;
  }

  /** The name that the ONNX documents use: {@code float}, {@code uint8}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
