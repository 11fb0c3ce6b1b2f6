package dev.hebb.tensor;

/** The element type of a tensor. */
public enum DType {
  /** Truth values; stored as one byte each, printed as {@code true} and {@code false}. */
  BOOL("bool", 1),
  /** 32-bit signed integers. */
  INT32("i32", 4),
  /** 64-bit signed integers. */
  INT64("i64", 8),
  /** IEEE 754 single precision, the type of nearly all training. */
  FLOAT32("f32", 4),
  /** IEEE 754 double precision, the type of the oracle and of gradient checks. */
  FLOAT64("f64", 8);

  private final String label;
  private final int bytes;

  DType(String label, int bytes) {
    this.label = label;
    this.bytes = bytes;
  }

  /** The short name used in messages: {@code f32}, {@code i64}, … */
  public String label() {
    return label;
  }

  /** Bytes per element. */
  public int bytes() {
    return bytes;
  }

  /** Whether this is {@link #FLOAT32} or {@link #FLOAT64}; only these carry gradients. */
  public boolean isFloating() {
    return this == FLOAT32 || this == FLOAT64;
  }

  /** The type of an expression that mixes both: the later one in bool, i32, i64, f32, f64. */
  public static DType promote(DType a, DType b) {
    return a.compareTo(b) >= 0 ? a : b;
  }

  /** A new zeroed primitive array of this type. */
  public Object newArray(int length) {
    return switch (this) {
      case BOOL -> new byte[length];
      case INT32 -> new int[length];
      case INT64 -> new long[length];
      case FLOAT32 -> new float[length];
      case FLOAT64 -> new double[length];
    };
  }
}
