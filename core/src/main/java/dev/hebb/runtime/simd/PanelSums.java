package dev.hebb.runtime.simd;

/** Adds up vectors, such as the partial results of a sum that was cut into chunks. */
final class PanelSums {
  private PanelSums() {}

  /**
   * Adds {@code parts} vectors of length n that lie {@code distance} apart, in order: c[j] =
   * p[0][j] + p[1][j] + ….
   */
  static void add(float[] p, int po, int parts, int distance, float[] c, int co, int n) {
    System.arraycopy(p, po, c, co, n);
    for (int i = 1; i < parts; i++) {
      add(p, po + i * distance, c, co, n);
    }
  }

  /** Adds a vector to another: c[j] += p[j]. */
  static void add(float[] p, int po, float[] c, int co, int n) {
    for (int j = 0; j < n; j++) {
      c[co + j] += p[po + j];
    }
  }
}
