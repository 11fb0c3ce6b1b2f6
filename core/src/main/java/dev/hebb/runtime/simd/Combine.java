package dev.hebb.runtime.simd;

import dev.hebb.tensor.DType;

/**
 * How a reduction joins two values. In {@code MAX} and {@code MIN} NaN wins, as in {@link Math}.
 */
public enum Combine {
  /** The sum of all elements; 0 for none. */
  SUM(0, 0),
  /** The largest element; −∞ or the smallest integer for none. */
  MAX(Double.NEGATIVE_INFINITY, Long.MIN_VALUE),
  /** The smallest element; +∞ or the largest integer for none. */
  MIN(Double.POSITIVE_INFINITY, Long.MAX_VALUE),
  /** The product of all elements; 1 for none. */
  PROD(1, 1);

  private final double identity;
  private final long integerIdentity;

  Combine(double identity, long integerIdentity) {
    this.identity = identity;
    this.integerIdentity = integerIdentity;
  }

  /** The value that changes nothing when it is combined with a floating-point number. */
  public double identity() {
    return identity;
  }

  /** The value that changes nothing when it is combined with an integer of the given type. */
  public long identity(DType integer) {
    return integer == DType.INT32
        ? Math.clamp(integerIdentity, Integer.MIN_VALUE, Integer.MAX_VALUE)
        : integerIdentity;
  }
}
