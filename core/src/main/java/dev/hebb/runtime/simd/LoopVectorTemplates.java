package dev.hebb.runtime.simd;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Templates of float32 loops over vectors, to be copied by {@link LoopSpinner} once for each
 * operation. The last few elements, fewer than a vector holds, are done by the scalar twin: it has
 * the same bits, and not every machine has masked loads and stores.
 */
final class LoopVectorTemplates {
  private LoopVectorTemplates() {}

  /** Not private: a hidden copy is no nest mate. */
  static final VectorSpecies<Float> SPECIES = VectorMath.S;

  /** A function of one number in both forms. */
  record UnaryForms(VectorMathTable.Unary vector, ScalarMathTable.Unary scalar) {}

  /** A function of two numbers in both forms. */
  record BinaryForms(VectorMathTable.Binary vector, ScalarMathTable.Binary scalar) {}

  /** float → float. */
  static final class Unary implements Loop {
    private static final UnaryForms F =
        LoopSpinner.constant(MethodHandles.lookup(), UnaryForms.class);

    @Override
    public void run(Object a, int ao, Object b, int bo, Object c, int co, Object d, int o, int n) {
      float[] x = (float[]) a;
      float[] z = (float[]) d;
      int i = 0;
      for (int end = SPECIES.loopBound(n); i < end; i += SPECIES.length()) {
        F.vector().apply(FloatVector.fromArray(SPECIES, x, ao + i)).intoArray(z, o + i);
      }
      for (; i < n; i++) {
        z[o + i] = F.scalar().apply(x[ao + i]);
      }
    }
  }

  /** float, float → float. */
  static final class Binary implements Loop {
    private static final BinaryForms F =
        LoopSpinner.constant(MethodHandles.lookup(), BinaryForms.class);

    @Override
    public void run(Object a, int ao, Object b, int bo, Object c, int co, Object d, int o, int n) {
      float[] x = (float[]) a;
      float[] y = (float[]) b;
      float[] z = (float[]) d;
      int i = 0;
      for (int end = SPECIES.loopBound(n); i < end; i += SPECIES.length()) {
        FloatVector u = FloatVector.fromArray(SPECIES, x, ao + i);
        FloatVector v = FloatVector.fromArray(SPECIES, y, bo + i);
        F.vector().apply(u, v).intoArray(z, o + i);
      }
      for (; i < n; i++) {
        z[o + i] = F.scalar().apply(x[ao + i], y[bo + i]);
      }
    }
  }

  /** float, float → float, where the first operand is a single element. */
  static final class ScalarLeft implements Loop {
    private static final BinaryForms F =
        LoopSpinner.constant(MethodHandles.lookup(), BinaryForms.class);

    @Override
    public void run(Object a, int ao, Object b, int bo, Object c, int co, Object d, int o, int n) {
      float[] x = (float[]) a;
      float[] y = (float[]) b;
      float[] z = (float[]) d;
      if (n > 0) {
        float s = x[ao];
        FloatVector u = FloatVector.broadcast(SPECIES, s);
        int i = 0;
        for (int end = SPECIES.loopBound(n); i < end; i += SPECIES.length()) {
          FloatVector v = FloatVector.fromArray(SPECIES, y, bo + i);
          F.vector().apply(u, v).intoArray(z, o + i);
        }
        for (; i < n; i++) {
          z[o + i] = F.scalar().apply(s, y[bo + i]);
        }
      }
    }
  }

  /** float, float → float, where the second operand is a single element. */
  static final class ScalarRight implements Loop {
    private static final BinaryForms F =
        LoopSpinner.constant(MethodHandles.lookup(), BinaryForms.class);

    @Override
    public void run(Object a, int ao, Object b, int bo, Object c, int co, Object d, int o, int n) {
      float[] x = (float[]) a;
      float[] y = (float[]) b;
      float[] z = (float[]) d;
      if (n > 0) {
        float s = y[bo];
        FloatVector u = FloatVector.broadcast(SPECIES, s);
        int i = 0;
        for (int end = SPECIES.loopBound(n); i < end; i += SPECIES.length()) {
          FloatVector v = FloatVector.fromArray(SPECIES, x, ao + i);
          F.vector().apply(v, u).intoArray(z, o + i);
        }
        for (; i < n; i++) {
          z[o + i] = F.scalar().apply(x[ao + i], s);
        }
      }
    }
  }

  /** Truth value, float, float → float: the second where the first is true, else the third. */
  static final class Where implements Loop {
    @Override
    public void run(Object a, int ao, Object b, int bo, Object c, int co, Object d, int o, int n) {
      float[] w = (float[]) a;
      float[] x = (float[]) b;
      float[] y = (float[]) c;
      float[] z = (float[]) d;
      int i = 0;
      for (int end = SPECIES.loopBound(n); i < end; i += SPECIES.length()) {
        FloatVector u = FloatVector.fromArray(SPECIES, x, bo + i);
        FloatVector v = FloatVector.fromArray(SPECIES, y, co + i);
        FloatVector condition = FloatVector.fromArray(SPECIES, w, ao + i);
        VectorMath.where(condition, u, v).intoArray(z, o + i);
      }
      for (; i < n; i++) {
        z[o + i] = w[ao + i] != 0 ? x[bo + i] : y[co + i];
      }
    }
  }
}
