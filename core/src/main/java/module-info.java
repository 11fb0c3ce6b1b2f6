/**
 * Tensors, their gradients, and the compiler and kernels that evaluate them. Depends on the JDK
 * alone.
 *
 * <p>A program uses {@code dev.hebb.tensor}, {@code dev.hebb.op} and {@code dev.hebb.grad}; the
 * packages behind them are open to Hebb's own modules only.
 */
module dev.hebb.core {
  requires jdk.incubator.vector;
  requires static org.jspecify;

  exports dev.hebb.tensor;
  exports dev.hebb.op;
  exports dev.hebb.grad;
  exports dev.hebb.ir to
      dev.hebb.nn,
      dev.hebb.train,
      dev.hebb.cli;
  exports dev.hebb.compile to
      dev.hebb.nn,
      dev.hebb.train,
      dev.hebb.cli;
  exports dev.hebb.runtime to
      dev.hebb.bench,
      dev.hebb.nn,
      dev.hebb.train,
      dev.hebb.cli;
  exports dev.hebb.runtime.simd to
      dev.hebb.cli;
}
