package dev.hebb.runtime.simd;

import java.lang.invoke.MethodHandles;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;

/**
 * Templates of scalar loops, to be copied by {@link LoopSpinner} once for each operation.
 *
 * <p>A test is an operation whose result is a truth value and therefore lies in a {@code float[]}
 * whatever its operands are.
 */
final class LoopTemplates {
  private LoopTemplates() {}

  /** float → float. */
  static final class FloatUnary implements Loop {
    private static final ScalarMathTable.Unary F =
        LoopSpinner.constant(MethodHandles.lookup(), ScalarMathTable.Unary.class);

    @Override
    public void run(Object a, int ao, Object b, int bo, Object c, int co, Object d, int o, int n) {
      float[] x = (float[]) a;
      float[] z = (float[]) d;
      for (int i = 0; i < n; i++) {
        z[o + i] = F.apply(x[ao + i]);
      }
    }
  }

  /** float, float → float. */
  static final class FloatBinary implements Loop {
    private static final ScalarMathTable.Binary F =
        LoopSpinner.constant(MethodHandles.lookup(), ScalarMathTable.Binary.class);

    @Override
    public void run(Object a, int ao, Object b, int bo, Object c, int co, Object d, int o, int n) {
      float[] x = (float[]) a;
      float[] y = (float[]) b;
      float[] z = (float[]) d;
      for (int i = 0; i < n; i++) {
        z[o + i] = F.apply(x[ao + i], y[bo + i]);
      }
    }
  }

  /** float, float → float, where the first operand is a single element. */
  static final class FloatScalarLeft implements Loop {
    private static final ScalarMathTable.Binary F =
        LoopSpinner.constant(MethodHandles.lookup(), ScalarMathTable.Binary.class);

    @Override
    public void run(Object a, int ao, Object b, int bo, Object c, int co, Object d, int o, int n) {
      float[] x = (float[]) a;
      float[] y = (float[]) b;
      float[] z = (float[]) d;
      if (n > 0) {
        float s = x[ao];
        for (int i = 0; i < n; i++) {
          z[o + i] = F.apply(s, y[bo + i]);
        }
      }
    }
  }

  /** float, float → float, where the second operand is a single element. */
  static final class FloatScalarRight implements Loop {
    private static final ScalarMathTable.Binary F =
        LoopSpinner.constant(MethodHandles.lookup(), ScalarMathTable.Binary.class);

    @Override
    public void run(Object a, int ao, Object b, int bo, Object c, int co, Object d, int o, int n) {
      float[] x = (float[]) a;
      float[] y = (float[]) b;
      float[] z = (float[]) d;
      if (n > 0) {
        float s = y[bo];
        for (int i = 0; i < n; i++) {
          z[o + i] = F.apply(x[ao + i], s);
        }
      }
    }
  }

  /** double → double. */
  static final class DoubleUnary implements Loop {
    private static final DoubleUnaryOperator F =
        LoopSpinner.constant(MethodHandles.lookup(), DoubleUnaryOperator.class);

    @Override
    public void run(Object a, int ao, Object b, int bo, Object c, int co, Object d, int o, int n) {
      double[] x = (double[]) a;
      double[] z = (double[]) d;
      for (int i = 0; i < n; i++) {
        z[o + i] = F.applyAsDouble(x[ao + i]);
      }
    }
  }

  /** double, double → double. */
  static final class DoubleBinary implements Loop {
    private static final DoubleBinaryOperator F =
        LoopSpinner.constant(MethodHandles.lookup(), DoubleBinaryOperator.class);

    @Override
    public void run(Object a, int ao, Object b, int bo, Object c, int co, Object d, int o, int n) {
      double[] x = (double[]) a;
      double[] y = (double[]) b;
      double[] z = (double[]) d;
      for (int i = 0; i < n; i++) {
        z[o + i] = F.applyAsDouble(x[ao + i], y[bo + i]);
      }
    }
  }

  /** double → truth value. */
  static final class DoubleUnaryTest implements Loop {
    private static final DoubleUnaryOperator F =
        LoopSpinner.constant(MethodHandles.lookup(), DoubleUnaryOperator.class);

    @Override
    public void run(Object a, int ao, Object b, int bo, Object c, int co, Object d, int o, int n) {
      double[] x = (double[]) a;
      float[] z = (float[]) d;
      for (int i = 0; i < n; i++) {
        z[o + i] = (float) F.applyAsDouble(x[ao + i]);
      }
    }
  }

  /** double, double → truth value. */
  static final class DoubleBinaryTest implements Loop {
    private static final DoubleBinaryOperator F =
        LoopSpinner.constant(MethodHandles.lookup(), DoubleBinaryOperator.class);

    @Override
    public void run(Object a, int ao, Object b, int bo, Object c, int co, Object d, int o, int n) {
      double[] x = (double[]) a;
      double[] y = (double[]) b;
      float[] z = (float[]) d;
      for (int i = 0; i < n; i++) {
        z[o + i] = (float) F.applyAsDouble(x[ao + i], y[bo + i]);
      }
    }
  }

  /** int64 → int64. */
  static final class LongUnary implements Loop {
    private static final LongUnaryOperator F =
        LoopSpinner.constant(MethodHandles.lookup(), LongUnaryOperator.class);

    @Override
    public void run(Object a, int ao, Object b, int bo, Object c, int co, Object d, int o, int n) {
      long[] x = (long[]) a;
      long[] z = (long[]) d;
      for (int i = 0; i < n; i++) {
        z[o + i] = F.applyAsLong(x[ao + i]);
      }
    }
  }

  /** int64, int64 → int64. */
  static final class LongBinary implements Loop {
    private static final LongBinaryOperator F =
        LoopSpinner.constant(MethodHandles.lookup(), LongBinaryOperator.class);

    @Override
    public void run(Object a, int ao, Object b, int bo, Object c, int co, Object d, int o, int n) {
      long[] x = (long[]) a;
      long[] y = (long[]) b;
      long[] z = (long[]) d;
      for (int i = 0; i < n; i++) {
        z[o + i] = F.applyAsLong(x[ao + i], y[bo + i]);
      }
    }
  }

  /** int32 → int32, both in longs; the result is wrapped. */
  static final class IntUnary implements Loop {
    private static final LongUnaryOperator F =
        LoopSpinner.constant(MethodHandles.lookup(), LongUnaryOperator.class);

    @Override
    public void run(Object a, int ao, Object b, int bo, Object c, int co, Object d, int o, int n) {
      long[] x = (long[]) a;
      long[] z = (long[]) d;
      for (int i = 0; i < n; i++) {
        z[o + i] = (int) F.applyAsLong(x[ao + i]);
      }
    }
  }

  /** int32, int32 → int32, all in longs; the result is wrapped. */
  static final class IntBinary implements Loop {
    private static final LongBinaryOperator F =
        LoopSpinner.constant(MethodHandles.lookup(), LongBinaryOperator.class);

    @Override
    public void run(Object a, int ao, Object b, int bo, Object c, int co, Object d, int o, int n) {
      long[] x = (long[]) a;
      long[] y = (long[]) b;
      long[] z = (long[]) d;
      for (int i = 0; i < n; i++) {
        z[o + i] = (int) F.applyAsLong(x[ao + i], y[bo + i]);
      }
    }
  }

  /** integer → truth value. */
  static final class LongUnaryTest implements Loop {
    private static final LongUnaryOperator F =
        LoopSpinner.constant(MethodHandles.lookup(), LongUnaryOperator.class);

    @Override
    public void run(Object a, int ao, Object b, int bo, Object c, int co, Object d, int o, int n) {
      long[] x = (long[]) a;
      float[] z = (float[]) d;
      for (int i = 0; i < n; i++) {
        z[o + i] = F.applyAsLong(x[ao + i]);
      }
    }
  }

  /** integer, integer → truth value. */
  static final class LongBinaryTest implements Loop {
    private static final LongBinaryOperator F =
        LoopSpinner.constant(MethodHandles.lookup(), LongBinaryOperator.class);

    @Override
    public void run(Object a, int ao, Object b, int bo, Object c, int co, Object d, int o, int n) {
      long[] x = (long[]) a;
      long[] y = (long[]) b;
      float[] z = (float[]) d;
      for (int i = 0; i < n; i++) {
        z[o + i] = F.applyAsLong(x[ao + i], y[bo + i]);
      }
    }
  }
}
