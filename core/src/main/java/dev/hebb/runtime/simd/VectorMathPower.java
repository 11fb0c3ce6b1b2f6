package dev.hebb.runtime.simd;

import static dev.hebb.runtime.simd.ScalarMathCoefficients.*;
import static jdk.incubator.vector.DoubleVector.broadcast;
import static jdk.incubator.vector.VectorOperators.*;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * The vector form of {@link ScalarMath#pow}: 2^(y log₂|x|), where the product needs more digits
 * than a float has. So it works in double, on the lower half of a vector of floats and then on the
 * upper.
 */
final class VectorMathPower implements Loop {
  private static final VectorSpecies<Double> D = DoubleVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Float> S = VectorMath.S;
  private static final VectorMask<Float> UPPER =
      VectorMask.fromLong(S, -1L << D.length() & (1L << S.length()) - 1);

  @Override
  public void run(Object a, int ao, Object b, int bo, Object c, int co, Object d, int o, int n) {
    float[] x = (float[]) a;
    float[] y = (float[]) b;
    float[] z = (float[]) d;
    int i = 0;
    for (int end = S.loopBound(n); i < end; i += S.length()) {
      FloatVector u = FloatVector.fromArray(S, x, ao + i);
      FloatVector v = FloatVector.fromArray(S, y, bo + i);
      pow(u, v).intoArray(z, o + i);
    }
    for (; i < n; i++) {
      z[o + i] = ScalarMath.pow(x[ao + i], y[bo + i]);
    }
  }

  private static FloatVector pow(FloatVector x, FloatVector y) {
    FloatVector sign = sign(x, y); // first: see VectorMath on inlining
    FloatVector a = x.abs();
    DoubleVector lower = pow((DoubleVector) a.convert(F2D, 0), (DoubleVector) y.convert(F2D, 0));
    DoubleVector upper = pow((DoubleVector) a.convert(F2D, 1), (DoubleVector) y.convert(F2D, 1));
    FloatVector z = (FloatVector) lower.convert(D2F, 0);
    return z.blend((FloatVector) upper.convert(D2F, -1), UPPER)
        .mul(sign)
        .blend(1, y.compare(EQ, 0));
  }

  private static DoubleVector pow(DoubleVector a, DoubleVector y) {
    DoubleVector v = y.mul(log2(a));
    DoubleVector w = v.blend(-152, v.compare(LT, -152)).blend(130, v.compare(GT, 130));
    DoubleVector t = w.add(SHIFT_D);
    DoubleVector r = w.sub(t.sub(SHIFT_D));
    DoubleVector e = broadcast(D, EXP2_7).fma(r, broadcast(D, EXP2_6));
    e = e.fma(r, broadcast(D, EXP2_5));
    e = e.fma(r, broadcast(D, EXP2_4));
    e = e.fma(r, broadcast(D, EXP2_3));
    e = e.fma(r, broadcast(D, EXP2_2));
    e = e.fma(r, broadcast(D, EXP2_1));
    e = e.fma(r, broadcast(D, EXP2_0));
    LongVector power = t.reinterpretAsLongs().lanewise(LSHL, 52);
    return e.reinterpretAsLongs().add(power).reinterpretAsDoubles().add(r.mul(0));
  }

  /** −1 for odd powers of negative numbers, NaN for broken powers of them, otherwise 1. */
  private static FloatVector sign(FloatVector x, FloatVector y) {
    VectorMask<Float> whole = isWhole(y);
    VectorMask<Float> odd = isWhole(y.mul(0.5f)).not().and(whole);
    VectorMask<Float> negative = x.compare(LT, 0).and(x.compare(GT, Float.NEGATIVE_INFINITY));
    IntVector bits = x.reinterpretAsInts().and(SIGN_BIT).or(Float.floatToRawIntBits(1));
    FloatVector one = FloatVector.broadcast(S, 1);
    return one.blend(bits.reinterpretAsFloats(), odd).blend(Float.NaN, whole.not().and(negative));
  }

  private static DoubleVector log2(DoubleVector a) {
    LongVector bits = a.reinterpretAsLongs();
    LongVector k = bits.sub(SQRT_HALF_BITS_D - (1024L << 52)).lanewise(LSHR, 52);
    DoubleVector m = bits.sub(k.sub(1024).lanewise(LSHL, 52)).reinterpretAsDoubles();
    DoubleVector n = k.add(SHIFT_BITS_D).reinterpretAsDoubles().sub(SHIFT_D + 1024);
    DoubleVector s = m.sub(1).div(m.add(1));
    DoubleVector z = s.mul(s);
    DoubleVector p = broadcast(D, LOG2_5).fma(z, broadcast(D, LOG2_4));
    p = p.fma(z, broadcast(D, LOG2_3));
    p = p.fma(z, broadcast(D, LOG2_2));
    p = p.fma(z, broadcast(D, LOG2_1));
    p = p.fma(z, broadcast(D, LOG2_0));
    return s.fma(p, n)
        .blend(a, a.compare(LT, Double.POSITIVE_INFINITY).not())
        .blend(Double.NEGATIVE_INFINITY, a.compare(EQ, 0));
  }

  private static VectorMask<Float> isWhole(FloatVector x) {
    FloatVector a = x.abs();
    return a.add(0x1p23f)
        .sub(0x1p23f)
        .compare(EQ, a)
        .or(a.compare(GE, 0x1p23f)); // infinities count, NaN does not
  }
}
