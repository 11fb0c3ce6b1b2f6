package dev.hebb.runtime.simd;

import dev.hebb.tensor.DType;

/**
 * Conversions between the register classes: floats to integers truncate and saturate as Java's
 * casts do, int64 to int32 wraps, and whatever is not zero (NaN too) becomes true.
 */
final class LoopCasts {
  private LoopCasts() {}

  /** The loop that converts its first operand. */
  static Loop of(DType from, DType to) {
    return switch (from) {
      case FLOAT32, BOOL ->
          switch (to) {
            case FLOAT32 -> copy();
            case FLOAT64 -> LoopCasts::floatToDouble;
            case INT32 -> LoopCasts::floatToInt;
            case INT64 -> LoopCasts::floatToLong;
            case BOOL -> LoopCasts::floatToBool;
          };
      case FLOAT64 ->
          switch (to) {
            case FLOAT32 -> LoopCasts::doubleToFloat;
            case FLOAT64 -> copy();
            case INT32 -> LoopCasts::doubleToInt;
            case INT64 -> LoopCasts::doubleToLong;
            case BOOL -> LoopCasts::doubleToBool;
          };
      case INT32, INT64 ->
          switch (to) {
            case FLOAT32 -> LoopCasts::longToFloat;
            case FLOAT64 -> LoopCasts::longToDouble;
            case INT32 -> from == DType.INT32 ? copy() : LoopCasts::longToInt;
            case INT64 -> copy();
            case BOOL -> LoopCasts::longToBool;
          };
    };
  }

  @SuppressWarnings("SuspiciousSystemArraycopy") // all register classes are primitive arrays
  private static Loop copy() {
    return (a, ao, b, bo, c, co, d, o, n) -> System.arraycopy(a, ao, d, o, n);
  }

  private static void floatToDouble(
      Object a, int ao, Object b, int bo, Object c, int co, Object d, int o, int n) {
    float[] x = (float[]) a;
    double[] z = (double[]) d;
    for (int i = 0; i < n; i++) {
      z[o + i] = x[ao + i];
    }
  }

  private static void floatToInt(
      Object a, int ao, Object b, int bo, Object c, int co, Object d, int o, int n) {
    float[] x = (float[]) a;
    long[] z = (long[]) d;
    for (int i = 0; i < n; i++) {
      z[o + i] = (int) x[ao + i];
    }
  }

  private static void floatToLong(
      Object a, int ao, Object b, int bo, Object c, int co, Object d, int o, int n) {
    float[] x = (float[]) a;
    long[] z = (long[]) d;
    for (int i = 0; i < n; i++) {
      z[o + i] = (long) x[ao + i];
    }
  }

  private static void floatToBool(
      Object a, int ao, Object b, int bo, Object c, int co, Object d, int o, int n) {
    float[] x = (float[]) a;
    float[] z = (float[]) d;
    for (int i = 0; i < n; i++) {
      z[o + i] = x[ao + i] != 0 ? 1 : 0;
    }
  }

  private static void doubleToFloat(
      Object a, int ao, Object b, int bo, Object c, int co, Object d, int o, int n) {
    double[] x = (double[]) a;
    float[] z = (float[]) d;
    for (int i = 0; i < n; i++) {
      z[o + i] = (float) x[ao + i];
    }
  }

  private static void doubleToInt(
      Object a, int ao, Object b, int bo, Object c, int co, Object d, int o, int n) {
    double[] x = (double[]) a;
    long[] z = (long[]) d;
    for (int i = 0; i < n; i++) {
      z[o + i] = (int) x[ao + i];
    }
  }

  private static void doubleToLong(
      Object a, int ao, Object b, int bo, Object c, int co, Object d, int o, int n) {
    double[] x = (double[]) a;
    long[] z = (long[]) d;
    for (int i = 0; i < n; i++) {
      z[o + i] = (long) x[ao + i];
    }
  }

  private static void doubleToBool(
      Object a, int ao, Object b, int bo, Object c, int co, Object d, int o, int n) {
    double[] x = (double[]) a;
    float[] z = (float[]) d;
    for (int i = 0; i < n; i++) {
      z[o + i] = x[ao + i] != 0 ? 1 : 0;
    }
  }

  private static void longToFloat(
      Object a, int ao, Object b, int bo, Object c, int co, Object d, int o, int n) {
    long[] x = (long[]) a;
    float[] z = (float[]) d;
    for (int i = 0; i < n; i++) {
      z[o + i] = (float) x[ao + i];
    }
  }

  private static void longToDouble(
      Object a, int ao, Object b, int bo, Object c, int co, Object d, int o, int n) {
    long[] x = (long[]) a;
    double[] z = (double[]) d;
    for (int i = 0; i < n; i++) {
      z[o + i] = (double) x[ao + i];
    }
  }

  private static void longToInt(
      Object a, int ao, Object b, int bo, Object c, int co, Object d, int o, int n) {
    long[] x = (long[]) a;
    long[] z = (long[]) d;
    for (int i = 0; i < n; i++) {
      z[o + i] = (int) x[ao + i];
    }
  }

  private static void longToBool(
      Object a, int ao, Object b, int bo, Object c, int co, Object d, int o, int n) {
    long[] x = (long[]) a;
    float[] z = (float[]) d;
    for (int i = 0; i < n; i++) {
      z[o + i] = x[ao + i] != 0 ? 1 : 0;
    }
  }
}
