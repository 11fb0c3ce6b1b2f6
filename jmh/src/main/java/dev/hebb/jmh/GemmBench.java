package dev.hebb.jmh;

import dev.hebb.runtime.Gang;
import dev.hebb.runtime.Kernel;
import dev.hebb.runtime.Operands;
import dev.hebb.runtime.simd.Gemm;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Matrix products: square, skinny, small, and transposed as the gradients need them. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 10, time = 1)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 2, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class GemmBench {
  /** m × n × k and which operands are stored transposed. */
  @Param({
    "1024x1024x1024:nn",
    "512x512x512:nn",
    "64x128x784:nn",
    "784x128x64:tn",
    "64x784x128:nt",
    "32x1024x256:nn",
    "1x128x784:nn",
    "64x10x128:nn",
    "4x8x2:nn"
  })
  public String shape = "";

  /** Threads of the gang. */
  @Param({"1", "2"})
  public int threads;

  private Gang gang = Gang.of(1);
  private Kernel kernel = Gemm.of(1, 1, 1, 1, false, false);
  private Operands operands = new Operands(0);

  /** Makes operands. */
  @Setup
  public void setUp() {
    String[] parts = shape.split("[x:]");
    int m = Integer.parseInt(parts[0]);
    int n = Integer.parseInt(parts[1]);
    int k = Integer.parseInt(parts[2]);
    gang = Gang.of(threads);
    kernel = Gemm.of(1, m, n, k, parts[3].charAt(0) == 't', parts[3].charAt(1) == 't');
    operands = Buffers.of(kernel, m * k, k * n, m * n).operands();
  }

  /** One product; 2mnk operations. */
  @Benchmark
  public void multiply() {
    gang.run(kernel, operands);
  }
}
