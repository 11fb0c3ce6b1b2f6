package dev.hebb.runtime.simd;

import org.jspecify.annotations.Nullable;

/**
 * One scalar operation applied along arrays: a micro-operation of a fused elementwise kernel.
 *
 * <p>Values live in register classes: {@code float[]} holds float32 and truth values (1 and 0),
 * {@code double[]} float64, {@code long[]} int32 and int64. {@link Loops#of} says which class each
 * operand has.
 */
@FunctionalInterface
public interface Loop {
  /**
   * Computes {@code d[o + i] = f(a[ao + i], b[bo + i], c[co + i])} for 0 ≤ i &lt; n and touches
   * nothing else.
   *
   * <p>The destination may be an operand, at exactly the same offset. Operands that the operation
   * does not have may be any array.
   */
  void run(Object a, int ao, Object b, int bo, Object c, int co, Object d, int o, int n);

  /**
   * The form that computes so many elements from now on: one that changes no more. Null as long as
   * that is open.
   */
  default @Nullable Loop settled(int n) {
    return this;
  }
}
