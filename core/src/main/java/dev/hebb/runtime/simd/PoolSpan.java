package dev.hebb.runtime.simd;

/**
 * Which elements of the windows along one axis lie in the image: for each window the coordinate of
 * the first one and their number.
 */
record PoolSpan(int[] first, int[] count) {
  /** Returns the spans of {@code out} windows over an axis of length {@code size}. */
  static PoolSpan of(int out, int size, int k, int stride, int pad, int dilation) {
    int[] first = new int[out];
    int[] count = new int[out];
    for (int p = 0; p < out; p++) {
      int origin = p * stride - pad;
      int skipped = origin < 0 ? Math.ceilDiv(-origin, dilation) : 0;
      int end = Math.clamp(Math.ceilDiv(size - origin, dilation), 0, k);
      count[p] = Math.max(0, end - skipped);
      first[p] = count[p] == 0 ? 0 : origin + skipped * dilation;
    }
    return new PoolSpan(first, count);
  }
}
