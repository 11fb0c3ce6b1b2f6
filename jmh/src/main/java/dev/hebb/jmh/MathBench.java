package dev.hebb.jmh;

import dev.hebb.op.ScalarOp;
import dev.hebb.runtime.simd.Loop;
import dev.hebb.runtime.simd.Loops;
import dev.hebb.tensor.DType;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Functions of one number on one thread, in the first-level cache: nanoseconds per element. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 10, time = 1)
@Measurement(iterations = 4, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class MathBench {
  private static final int N = 2048;

  /** The function; ABS shows what the loop itself costs. */
  @Param({"ABS", "SQRT", "EXP", "LOG", "TANH", "SIGMOID", "ERF", "SIN", "COS"})
  public ScalarOp function = ScalarOp.ABS;

  private final float[] x = new float[N];
  private final float[] y = new float[N];
  private Loop loop = (_, _, _, _, _, _, _, _, _) -> {};

  /** Numbers from −4 to 4; from 0.1 to 4 for roots and logarithms. */
  @Setup
  public void setUp() {
    boolean positive = function == ScalarOp.LOG || function == ScalarOp.SQRT;
    for (int i = 0; i < N; i++) {
      float t = (float) (i * 7919 % N) / N;
      x[i] = positive ? 0.1f + 3.9f * t : 8 * t - 4;
    }
    loop = Loops.of(function, DType.FLOAT32, DType.FLOAT32);
  }

  /** The function of all. */
  @Benchmark
  @OperationsPerInvocation(N)
  public float[] apply() {
    loop.run(x, 0, x, 0, x, 0, y, 0, N);
    return y;
  }
}
