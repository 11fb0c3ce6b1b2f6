package dev.hebb.jmh;

import dev.hebb.runtime.Gang;
import dev.hebb.runtime.Kernel;
import dev.hebb.runtime.Operands;
import dev.hebb.runtime.simd.Conv2dForward;
import dev.hebb.runtime.simd.Conv2dInputGrad;
import dev.hebb.runtime.simd.Conv2dWeightGrad;
import dev.hebb.runtime.simd.ConvShape;
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

/** Convolutions in their three directions, at the sizes of real networks. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 10, time = 1)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 2, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class ConvBench {
  /** n, height and width, input channels, output channels, kernel, padding. */
  @Param({
    "32,32,64,64,3,1",
    "32,16,128,128,3,1",
    "64,28,1,20,5,0",
    "64,12,20,50,5,0",
    "8,14,480,192,1,0"
  })
  public String shape = "";

  /** forward, input or weights. */
  @Param({"forward", "input", "weights"})
  public String direction = "";

  private final Gang gang = Gang.of(2);
  private Kernel kernel =
      Conv2dForward.of(new ConvShape(1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1));
  private Operands operands = new Operands(0);

  /** Makes operands. */
  @Setup
  public void setUp() {
    String[] p = shape.split(",");
    int n = Integer.parseInt(p[0]);
    int h = Integer.parseInt(p[1]);
    int in = Integer.parseInt(p[2]);
    int out = Integer.parseInt(p[3]);
    int k = Integer.parseInt(p[4]);
    int pad = Integer.parseInt(p[5]);
    int after = h + 2 * pad - k + 1;
    var s = new ConvShape(n, h, h, in, out, k, k, 1, 1, pad, pad, pad, pad, 1, 1, 1);
    int x = n * h * h * in;
    int y = n * after * after * out;
    int w = k * k * in * out;
    switch (direction) {
      case "forward" -> {
        kernel = Conv2dForward.of(s);
        operands = Buffers.of(kernel, x, w, y).operands();
      }
      case "input" -> {
        kernel = Conv2dInputGrad.of(s);
        operands = Buffers.of(kernel, y, w, x).operands();
      }
      default -> {
        kernel = Conv2dWeightGrad.of(s);
        operands = Buffers.of(kernel, x, y, w).operands();
      }
    }
  }

  /** One pass over the batch. */
  @Benchmark
  public void convolve() {
    gang.run(kernel, operands);
  }
}
