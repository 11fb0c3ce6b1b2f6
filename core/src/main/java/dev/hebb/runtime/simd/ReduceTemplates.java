package dev.hebb.runtime.simd;

import java.lang.invoke.MethodHandles;
import java.util.Arrays;
import java.util.function.DoubleBinaryOperator;
import java.util.function.LongBinaryOperator;

/** Templates of reductions in plain code, to be copied by {@link LoopSpinner} for each kind. */
final class ReduceTemplates {
  private ReduceTemplates() {}

  /** Rows and columns narrower than this are walked across: short loops cost more than they do. */
  static final int NARROW = 16;

  /** How floats are combined. */
  record FloatCombine(ScalarMathTable.Binary function, float identity) {}

  /** How doubles are combined. */
  record DoubleCombine(DoubleBinaryOperator function, double identity) {}

  /** How integers are combined. */
  record LongCombine(LongBinaryOperator function, long identity) {}

  /** Reductions of floats. */
  static final class Floats implements Reduction {
    private static final FloatCombine F =
        LoopSpinner.constant(MethodHandles.lookup(), FloatCombine.class);

    @Override
    public void fold(Object a, int ao, int n, Object acc, int acco) {
      float[] z = (float[]) acc;
      z[acco] = combine(z[acco], range((float[]) a, ao, n));
    }

    @Override
    public void rows(Object a, int ao, Object d, int o, int rows, int length) {
      float[] x = (float[]) a;
      float[] z = (float[]) d;
      if (length < NARROW) {
        Arrays.fill(z, o, o + rows, F.identity());
        for (int j = 0; j < length; j++) {
          for (int i = 0; i < rows; i++) {
            z[o + i] = combine(z[o + i], x[ao + i * length + j]);
          }
        }
      } else {
        for (int i = 0; i < rows; i++) {
          z[o + i] = range(x, ao + i * length, length);
        }
      }
    }

    @Override
    public void columns(Object a, int ao, Object acc, int acco, int rows, int width) {
      float[] x = (float[]) a;
      float[] z = (float[]) acc;
      if (width < NARROW) {
        for (int j = 0; j < width; j++) {
          float s = z[acco + j];
          for (int i = 0; i < rows; i++) {
            s = combine(s, x[ao + i * width + j]);
          }
          z[acco + j] = s;
        }
      } else {
        for (int i = 0; i < rows; i++) {
          for (int j = 0; j < width; j++) {
            z[acco + j] = combine(z[acco + j], x[ao + i * width + j]);
          }
        }
      }
    }

    private static float range(float[] x, int o, int n) {
      int whole = n & -16;
      float even = combine(quarter(x, o, whole), quarter(x, o + 2, whole));
      float odd = combine(quarter(x, o + 1, whole), quarter(x, o + 3, whole));
      float s = combine(even, odd);
      for (int i = whole; i < n; i++) {
        s = combine(s, x[o + i]);
      }
      return s;
    }

    /** Every fourth of the sixteen partial results, joined. */
    private static float quarter(float[] x, int o, int whole) {
      float s0 = F.identity();
      float s4 = s0;
      float s8 = s0;
      float s12 = s0;
      int i = o;
      for (int end = o + (whole & -64); i < end; i += 64) {
        s0 = combine(s0, block(x, i));
        s4 = combine(s4, block(x, i + 4));
        s8 = combine(s8, block(x, i + 8));
        s12 = combine(s12, block(x, i + 12));
      }
      for (int end = o + whole; i < end; i += 16) {
        s0 = combine(s0, x[i]);
        s4 = combine(s4, x[i + 4]);
        s8 = combine(s8, x[i + 8]);
        s12 = combine(s12, x[i + 12]);
      }
      return combine(combine(s0, s8), combine(s4, s12));
    }

    /** What a block of sixty-four adds to one partial result. */
    private static float block(float[] x, int i) {
      return combine(combine(x[i], x[i + 16]), combine(x[i + 32], x[i + 48]));
    }

    private static float combine(float u, float v) {
      return F.function().apply(u, v);
    }
  }

  /** Reductions of doubles. */
  static final class Doubles implements Reduction {
    private static final DoubleCombine F =
        LoopSpinner.constant(MethodHandles.lookup(), DoubleCombine.class);

    @Override
    public void fold(Object a, int ao, int n, Object acc, int acco) {
      double[] z = (double[]) acc;
      z[acco] = combine(z[acco], range((double[]) a, ao, n));
    }

    @Override
    public void rows(Object a, int ao, Object d, int o, int rows, int length) {
      double[] x = (double[]) a;
      double[] z = (double[]) d;
      if (length < NARROW) {
        Arrays.fill(z, o, o + rows, F.identity());
        for (int j = 0; j < length; j++) {
          for (int i = 0; i < rows; i++) {
            z[o + i] = combine(z[o + i], x[ao + i * length + j]);
          }
        }
      } else {
        for (int i = 0; i < rows; i++) {
          z[o + i] = range(x, ao + i * length, length);
        }
      }
    }

    @Override
    public void columns(Object a, int ao, Object acc, int acco, int rows, int width) {
      double[] x = (double[]) a;
      double[] z = (double[]) acc;
      if (width < NARROW) {
        for (int j = 0; j < width; j++) {
          double s = z[acco + j];
          for (int i = 0; i < rows; i++) {
            s = combine(s, x[ao + i * width + j]);
          }
          z[acco + j] = s;
        }
      } else {
        for (int i = 0; i < rows; i++) {
          for (int j = 0; j < width; j++) {
            z[acco + j] = combine(z[acco + j], x[ao + i * width + j]);
          }
        }
      }
    }

    private static double range(double[] x, int o, int n) {
      double s = F.identity();
      for (int i = 0; i < n; i++) {
        s = combine(s, x[o + i]);
      }
      return s;
    }

    private static double combine(double u, double v) {
      return F.function().applyAsDouble(u, v);
    }
  }

  /** Reductions of longs. */
  static final class Longs implements Reduction {
    private static final LongCombine F =
        LoopSpinner.constant(MethodHandles.lookup(), LongCombine.class);

    @Override
    public void fold(Object a, int ao, int n, Object acc, int acco) {
      long[] z = (long[]) acc;
      z[acco] = combine(z[acco], range((long[]) a, ao, n));
    }

    @Override
    public void rows(Object a, int ao, Object d, int o, int rows, int length) {
      long[] x = (long[]) a;
      long[] z = (long[]) d;
      if (length < NARROW) {
        Arrays.fill(z, o, o + rows, F.identity());
        for (int j = 0; j < length; j++) {
          for (int i = 0; i < rows; i++) {
            z[o + i] = combine(z[o + i], x[ao + i * length + j]);
          }
        }
      } else {
        for (int i = 0; i < rows; i++) {
          z[o + i] = range(x, ao + i * length, length);
        }
      }
    }

    @Override
    public void columns(Object a, int ao, Object acc, int acco, int rows, int width) {
      long[] x = (long[]) a;
      long[] z = (long[]) acc;
      if (width < NARROW) {
        for (int j = 0; j < width; j++) {
          long s = z[acco + j];
          for (int i = 0; i < rows; i++) {
            s = combine(s, x[ao + i * width + j]);
          }
          z[acco + j] = s;
        }
      } else {
        for (int i = 0; i < rows; i++) {
          for (int j = 0; j < width; j++) {
            z[acco + j] = combine(z[acco + j], x[ao + i * width + j]);
          }
        }
      }
    }

    private static long range(long[] x, int o, int n) {
      long s = F.identity();
      for (int i = 0; i < n; i++) {
        s = combine(s, x[o + i]);
      }
      return s;
    }

    private static long combine(long u, long v) {
      return F.function().applyAsLong(u, v);
    }
  }
}
