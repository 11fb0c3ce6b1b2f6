package dev.hebb.runtime.simd;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * The template of float32 reductions over vectors of 4, 8 or 16 lanes, in the order that {@link
 * Reduction} prescribes.
 */
final class ReduceVectorTemplate implements Reduction {
  /** A kind of reduction; the plain form takes what is too narrow. */
  record Forms(
      VectorMathTable.Binary vector,
      ScalarMathTable.Binary scalar,
      float identity,
      Reduction plain) {}

  private static final Forms F = LoopSpinner.constant(MethodHandles.lookup(), Forms.class);
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
  private static final int L = S.length();

  private static final VectorShuffle<Float> BY_8 = VectorShuffle.iota(S, 8 % L, 1, true);
  private static final VectorShuffle<Float> BY_4 = VectorShuffle.iota(S, 4 % L, 1, true);
  private static final VectorShuffle<Float> BY_2 = VectorShuffle.iota(S, 2, 1, true);
  private static final VectorShuffle<Float> BY_1 = VectorShuffle.iota(S, 1, 1, true);

  @Override
  public void fold(Object a, int ao, int n, Object acc, int acco) {
    if (n < 16) {
      F.plain().fold(a, ao, n, acc, acco);
    } else {
      float[] z = (float[]) acc;
      z[acco] = F.scalar().apply(z[acco], range((float[]) a, ao, n));
    }
  }

  @Override
  public void rows(Object a, int ao, Object d, int o, int rows, int length) {
    if (length < 16) {
      F.plain().rows(a, ao, d, o, rows, length);
    } else {
      float[] x = (float[]) a;
      float[] z = (float[]) d;
      for (int i = 0; i < rows; i++) {
        z[o + i] = range(x, ao + i * length, length);
      }
    }
  }

  @Override
  public void columns(Object a, int ao, Object acc, int acco, int rows, int width) {
    if (width < L) {
      F.plain().columns(a, ao, acc, acco, rows, width);
      return;
    }
    float[] x = (float[]) a;
    float[] z = (float[]) acc;
    int j = 0;
    for (; j + 4 * L <= width; j += 4 * L) {
      fourColumns(x, ao + j, z, acco + j, rows, width);
    }
    for (; j + L <= width; j += L) {
      FloatVector s = load(z, acco + j);
      for (int i = 0; i < rows; i++) {
        s = combine(s, load(x, ao + i * width + j));
      }
      s.intoArray(z, acco + j);
    }
    for (; j < width; j++) {
      float s = z[acco + j];
      for (int i = 0; i < rows; i++) {
        s = F.scalar().apply(s, x[ao + i * width + j]);
      }
      z[acco + j] = s;
    }
  }

  /** Four vectors side by side: one addition need not wait for the last. */
  private static void fourColumns(float[] x, int ao, float[] z, int o, int rows, int width) {
    FloatVector s0 = load(z, o);
    FloatVector s1 = load(z, o + L);
    FloatVector s2 = load(z, o + 2 * L);
    FloatVector s3 = load(z, o + 3 * L);
    for (int i = 0; i < rows; i++) {
      int p = ao + i * width;
      s0 = combine(s0, load(x, p));
      s1 = combine(s1, load(x, p + L));
      s2 = combine(s2, load(x, p + 2 * L));
      s3 = combine(s3, load(x, p + 3 * L));
    }
    s0.intoArray(z, o);
    s1.intoArray(z, o + L);
    s2.intoArray(z, o + 2 * L);
    s3.intoArray(z, o + 3 * L);
  }

  /**
   * A row as one number. The loops stand here and not in a method that returns a vector: such a
   * method may by then be compiled to more code than the compiler would inline, and then each
   * vector becomes an object.
   */
  private static float range(float[] x, int o, int n) {
    return L == 16 ? oneVector(x, o, n) : someVectors(x, o, n);
  }

  /** The sixteen partial results are the lanes of one vector. */
  private static float oneVector(float[] x, int o, int n) {
    int whole = n & -16;
    FloatVector v = FloatVector.broadcast(S, F.identity());
    int i = 0;
    for (int blocks = whole & -64; i < blocks; i += 64) {
      v = combine(v, four(x, o + i));
    }
    for (; i < whole; i += 16) {
      v = combine(v, load(x, o + i));
    }
    return last(combine(v, v.rearrange(BY_8)), x, o + whole, n - whole);
  }

  /** They are the lanes of two vectors, or of four. */
  private static float someVectors(float[] x, int o, int n) {
    int whole = n & -16;
    FloatVector v = FloatVector.broadcast(S, F.identity());
    FloatVector v4 = v;
    FloatVector v8 = v;
    FloatVector v12 = v;
    int i = 0;
    for (int blocks = whole & -64; i < blocks; i += 64) {
      v = combine(v, four(x, o + i));
      v8 = combine(v8, four(x, o + i + 8));
      if (L == 4) {
        v4 = combine(v4, four(x, o + i + 4));
        v12 = combine(v12, four(x, o + i + 12));
      }
    }
    for (; i < whole; i += 16) {
      v = combine(v, load(x, o + i));
      v8 = combine(v8, load(x, o + i + 8));
      if (L == 4) {
        v4 = combine(v4, load(x, o + i + 4));
        v12 = combine(v12, load(x, o + i + 12));
      }
    }
    v = combine(v, v8);
    v = L == 4 ? combine(v, combine(v4, v12)) : v;
    return last(v, x, o + whole, n - whole);
  }

  /** The lanes of up to eight as one number, then the elements that fill no vector. */
  private static float last(FloatVector v, float[] x, int o, int n) {
    if (L >= 8) {
      v = combine(v, v.rearrange(BY_4));
    }
    v = combine(v, v.rearrange(BY_2));
    v = combine(v, v.rearrange(BY_1));
    float s = v.lane(0);
    for (int i = 0; i < n; i++) {
      s = F.scalar().apply(s, x[o + i]);
    }
    return s;
  }

  /** Four vectors, each sixteen elements after the last, as one. */
  private static FloatVector four(float[] x, int o) {
    FloatVector u = combine(load(x, o), load(x, o + 16));
    FloatVector v = combine(load(x, o + 32), load(x, o + 48));
    return combine(u, v);
  }

  private static FloatVector load(float[] x, int o) {
    return FloatVector.fromArray(S, x, o);
  }

  private static FloatVector combine(FloatVector u, FloatVector v) {
    return F.vector().apply(u, v);
  }
}
