package dev.hebb.runtime.simd;

import java.util.SplittableRandom;

/** Floats to try functions on, and the measure of their errors. */
final class FloatSamples {
  private FloatSamples() {}

  /** Numbers where something changes, and their neighbours, in both signs. */
  private static final float[] LANDMARKS = {
    0,
    Float.MIN_VALUE,
    1e-40f,
    Float.MIN_NORMAL,
    1e-30f,
    0x1p-26f,
    1e-3f,
    0.25f,
    0.34657f,
    0.41421f,
    0.5f,
    0.5625f,
    0.7071f,
    0.99999f,
    1,
    1.4142f,
    1.5f,
    1.5707964f,
    2,
    3,
    3.1415927f,
    4,
    10,
    17.3f,
    18,
    20,
    87.33654f,
    88.37626f,
    88.72284f,
    89,
    89.41599f,
    90,
    103.97208f,
    104,
    1e5f,
    0x1p22f,
    0x1p23f,
    0x1p24f,
    1e10f,
    0x1p31f,
    0x1p63f,
    1e38f,
    Float.MAX_VALUE,
    Float.POSITIVE_INFINITY
  };

  /**
   * The distance between the bit patterns that a test visits: every pattern if the system property
   * {@code hebb.test.exhaustive} is set, otherwise about half a million, evenly spread.
   */
  static int stride() {
    return Boolean.getBoolean("hebb.test.exhaustive") ? 1 : 8191;
  }

  /** Landmarks, their neighbours, NaNs, and as many random bit patterns as then fit. */
  static float[] mixed(int n, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] x = new float[n];
    int i = 0;
    for (float landmark : LANDMARKS) {
      for (float v : new float[] {landmark, Math.nextUp(landmark), Math.nextDown(landmark)}) {
        for (float w : new float[] {v, -v}) {
          if (i < n) {
            x[i++] = w;
          }
        }
      }
    }
    if (i < n) {
      x[i++] = Float.NaN;
    }
    if (i < n) {
      x[i++] = Float.intBitsToFloat(0xffc12345); // negative, with a payload
    }
    while (i < n) {
      x[i++] =
          random.nextBoolean()
              ? Float.intBitsToFloat(random.nextInt())
              : (float) random.nextDouble(-20, 20);
    }
    return x;
  }

  /** The error of a result in units in the last place of the correctly rounded one. */
  static double ulps(float got, double exact) {
    float rounded = (float) exact;
    if (Float.isNaN(rounded) || Float.isNaN(got)) {
      return Float.isNaN(rounded) == Float.isNaN(got) ? 0 : Double.POSITIVE_INFINITY;
    }
    if (rounded == 0 && got == 0) {
      boolean sameSign = Float.floatToRawIntBits(rounded) == Float.floatToRawIntBits(got);
      return sameSign ? 0 : Double.POSITIVE_INFINITY;
    }
    // beyond the largest float, go on as if there were one more
    double a = Math.clamp(got, -0x1p128, 0x1p128);
    double b = Math.clamp(exact, -0x1p128, 0x1p128);
    return Math.abs(a - b) / Math.min(Math.ulp(rounded), Math.ulp(Float.MAX_VALUE));
  }
}
