package dev.hebb.runtime.simd;

/**
 * Writes registers back to buffers: the opposite of {@link StridedLoad}, for contiguous targets.
 */
public final class Store {
  private Store() {}

  /**
   * Stores {@code n} elements: {@code float[]} to {@code float[]} or, as truth values, to {@code
   * byte[]}; {@code double[]} to {@code double[]}; {@code long[]} to {@code long[]} or {@code
   * int[]}.
   */
  @SuppressWarnings("SuspiciousSystemArraycopy") // both are arrays of the same primitive type
  public static void run(Object register, int ro, Object target, int to, int n) {
    switch (target) {
      case byte[] z -> bools((float[]) register, ro, z, to, n);
      case int[] z -> ints((long[]) register, ro, z, to, n);
      default -> System.arraycopy(register, ro, target, to, n);
    }
  }

  private static void bools(float[] x, int ro, byte[] z, int to, int n) {
    for (int i = 0; i < n; i++) {
      z[to + i] = (byte) x[ro + i]; // 0 or 1
    }
  }

  private static void ints(long[] x, int ro, int[] z, int to, int n) {
    for (int i = 0; i < n; i++) {
      z[to + i] = (int) x[ro + i];
    }
  }
}
