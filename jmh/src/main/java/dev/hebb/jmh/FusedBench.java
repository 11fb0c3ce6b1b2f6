package dev.hebb.jmh;

import dev.hebb.tensor.Random;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Step;
import dev.hebb.tensor.Tensor;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Fused kernels: a cheap chain, a chain of transcendental functions, softmax. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 10, time = 1)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 2, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class FusedBench {
  private final Tensor line = Random.normalOnce(Shape.of(1 << 20), Seed.of(1)).eval();
  private final Tensor rows = Random.normalOnce(Shape.of(8192, 128), Seed.of(2)).eval();
  private final Step cheap = step(x -> x.mul(1.5).add(0.25).relu().mul(x).add(x).mul(0.5));
  private final Step heavy = step(x -> x.mul(1.5).add(0.25).tanh().mul(x.sigmoid()));
  private final Step softmax = step(x -> x.softmax(-1));

  private static Step step(UnaryOperator<Tensor> f) {
    return Step.of(false, in -> List.of(f.apply(in.getFirst())));
  }

  /** Six cheap operations on a million floats. */
  @Benchmark
  public Tensor cheapChain() {
    return cheap.run(line);
  }

  /** Two transcendental functions on a million floats. */
  @Benchmark
  public Tensor heavyChain() {
    return heavy.run(line);
  }

  /** Softmax of 8,192 rows of 128. */
  @Benchmark
  public Tensor softmaxOfRows() {
    return softmax.run(rows);
  }
}
