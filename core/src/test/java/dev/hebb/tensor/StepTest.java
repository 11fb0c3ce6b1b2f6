package dev.hebb.tensor;

import static dev.hebb.tensor.Step.trainStep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.hebb.runtime.Gang;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StepTest {
  private static final Tensor X = Random.normalOnce(Shape.of(32, 3, 12, 12), Seed.of(1)).eval();
  private static final Tensor Y = Tensor.arange(32).mod(Tensor.arange(1).add(5)).eval();

  /** A small network of everything, with momentum and dropout. */
  private static final class Learner {
    final List<Variable> params =
        List.of(
            Variable.of("c", Random.normalOnce(Shape.of(16, 3, 3, 3), Seed.of(2)).mul(0.2)),
            Variable.of("d", Tensor.zeros(16)),
            Variable.of("w", Random.normalOnce(Shape.of(576, 5), Seed.of(3)).mul(0.05)),
            Variable.of("b", Tensor.zeros(5)));
    final List<Variable> momenta =
        params.stream().map(p -> Variable.of("m." + p.name(), Tensor.full(p.shape(), 0))).toList();
    final Step step =
        trainStep((x, y) -> {
          Tensor h =
              x.conv2d(params.get(0).tensor(), Window2d.of(3).same())
                  .add(params.get(1).tensor().reshape(16, 1, 1))
                  .relu()
                  .maxPool2d(Window2d.of(2).stride(2))
                  .flatten(1);
          Tensor keep = Random.bernoulli(h.shape(), 0.8, Seed.of(9));
          Tensor loss =
              keep.where(h.div(0.8), 0)
                  .matmul(params.get(2).tensor())
                  .add(params.get(3).tensor())
                  .crossEntropy(y);
          List<Tensor> g = loss.grad(params);
          for (int i = 0; i < params.size(); i++) {
            momenta.get(i).set(momenta.get(i).tensor().mul(0.9).add(g.get(i)));
            params.get(i).set(params.get(i).tensor().sub(momenta.get(i).tensor().mul(0.05)));
          }
          return loss;
        });

    List<float[]> weights() {
      return params.stream().map(p -> p.value().toFloats()).toList();
    }
  }

  @Test
  void trainingOnTheCpuFollowsTheOracle() {
    var fast = new Learner();
    var slow = new Learner();
    for (int i = 0; i < 4; i++) {
      double a = fast.step.run(X, Y).item();
      double b = Device.REFERENCE.run(() -> slow.step.run(X, Y).item());
      assertThat(a).isCloseTo(b, org.assertj.core.data.Offset.offset(1e-4));
    }
    for (int i = 0; i < 4; i++) {
      float[] a = fast.weights().get(i);
      float[] b = slow.weights().get(i);
      for (int k = 0; k < a.length; k++) {
        assertThat(a[k]).isCloseTo(b[k], org.assertj.core.data.Offset.offset(2e-4f));
      }
    }
  }

  @Test
  void sameBitsForAnyNumberOfThreads() {
    List<List<float[]>> all = new ArrayList<>();
    int before = Gang.shared().threads();
    try {
      for (int threads : new int[] {1, 2, 3, 8}) {
        Gang.threads(threads);
        var learner = new Learner();
        for (int i = 0; i < 5; i++) {
          learner.step.run(X, Y);
        }
        all.add(learner.weights());
      }
    } finally {
      Gang.threads(before);
    }
    for (List<float[]> weights : all) {
      for (int i = 0; i < weights.size(); i++) {
        assertThat(weights.get(i)).isEqualTo(all.getFirst().get(i));
      }
    }
  }

  @Test
  void aReplayAllocatesNextToNothing() {
    var learner = new Learner();
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    int runs = 100;
    long perStep = Long.MAX_VALUE;
    // until C2 has compiled a kernel, the Vector API allocates: wait for the steady state
    for (int round = 0; round < 200 && perStep >= 2048; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < runs; i++) {
        learner.step.run(X, Y);
      }
      perStep = (threads.getCurrentThreadAllocatedBytes() - before) / runs;
    }
    assertThat(perStep)
        .as(() -> "bytes on the heap per replayed step, allocated" + allocations(learner))
        .isLessThan(2048);
  }

  /** Says where most of what steps allocate comes from: a kernel whose vectors became objects. */
  private static String allocations(Learner learner) {
    Map<String, Long> bytes = new TreeMap<>();
    try (var recording = new Recording()) {
      recording.enable("jdk.ObjectAllocationSample").with("throttle", "1000/s").withStackTrace();
      recording.start();
      for (int i = 0; i < 1000; i++) {
        learner.step.run(X, Y);
      }
      recording.stop();
      Path file = Files.createTempFile("allocations", ".jfr");
      try {
        recording.dump(file);
        for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
          RecordedStackTrace trace = event.getStackTrace();
          if (trace == null) {
            continue;
          }
          String where =
              trace.getFrames().stream()
                  .filter(f -> f.getMethod().getType().getName().startsWith("dev.hebb."))
                  .limit(4)
                  .map(f -> f.getMethod().getType().getName() + "." + f.getMethod().getName())
                  .collect(Collectors.joining(" < "));
          bytes.merge(where, event.getLong("weight"), Long::sum);
        }
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .limit(8)
        .map(e -> "\n" + e.getValue() / 1000 + " in " + e.getKey())
        .collect(Collectors.joining());
  }

  @Test
  void eachRunDrawsNewRandomNumbersAndAResumedOneTheSame() {
    Step step = trainStep(() -> Random.uniform(Shape.of(3)).sum());
    double first = step.run().item();
    double second = step.run().item();
    double third = step.run().item();
    assertThat(List.of(first, second, third)).doesNotHaveDuplicates();
    step.counter().set(Tensor.of(new long[] {1}, Shape.of()));
    assertThat(step.run().item()).isEqualTo(second);
    assertThat(step.run().item()).isEqualTo(third);
  }

  @Test
  void snapshotsDoNotSeeLaterUpdates() {
    var w = Variable.of("w", Tensor.of(1f, 2f));
    Step step =
        trainStep(() -> {
          w.set(w.tensor().mul(2));
          return w.tensor().sum();
        });
    Tensor before = w.value();
    Tensor lazy = w.tensor().add(1);
    assertThat(step.run().item()).as("after set, the step sees the new value").isEqualTo(6);
    assertThat(before.toFloats()).containsExactly(1, 2);
    assertThat(lazy.toFloats()).containsExactly(2, 3);
    assertThat(w.value().toFloats()).containsExactly(2, 4);
    step.run();
    assertThat(w.value().toFloats()).containsExactly(4, 8);
    assertThat(before.toFloats()).containsExactly(1, 2);
  }

  @Test
  void swappedVariablesExchangeTheirOldValues() {
    var a = Variable.of("a", Tensor.of(1f, 2f));
    var b = Variable.of("b", Tensor.of(3f, 4f));
    Step step =
        trainStep(() -> {
          Tensor oldA = a.tensor().mul(1.0);
          Tensor oldB = b.tensor().mul(1.0);
          a.set(oldB.add(0.5));
          b.set(oldA.add(0.25));
          return oldA.add(oldB).sum();
        });
    assertThat(step.run().item()).isEqualTo(10);
    assertThat(a.value().toFloats()).containsExactly(3.5f, 4.5f);
    assertThat(b.value().toFloats()).containsExactly(1.25f, 2.25f);
  }

  @Test
  void aVariableReadInAnotherOrderIsNotOverwrittenTooEarly() {
    var w = Variable.of("w", Tensor.of(new float[] {1, 2, 3, 4}, Shape.of(2, 2)));
    Step step =
        trainStep(() -> {
          w.set(w.tensor().add(w.tensor().transpose()));
          return w.tensor().sum();
        });
    step.run();
    assertThat(w.value().toFloats()).containsExactly(2, 5, 5, 8);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 64})
  void newShapesAreRecordedAnew(int n) {
    Step step = trainStep(x -> x.square().mean());
    assertThat(step.run(Tensor.full(Shape.of(n, 2), 3)).item()).isEqualTo(9);
    assertThat(step.run(Tensor.full(Shape.of(n + 1, 2), 2)).item()).isEqualTo(4);
  }

  @Test
  void manyThreadsMayRunOneStep() throws Exception {
    var w = Variable.of("w", Random.normalOnce(Shape.of(50, 7), Seed.of(4)));
    Step predict = Step.of(false, in -> List.of(in.getFirst().matmul(w.tensor()).softmax(1)));
    List<Tensor> rows =
        IntStream.range(0, 64)
            .mapToObj(i -> Random.normalOnce(Shape.of(3, 50), Seed.of(i)).eval())
            .toList();
    List<float[]> expected = rows.stream().map(r -> predict.run(r).toFloats()).toList();
    try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Boolean>> calls = new ArrayList<>();
      for (int k = 0; k < 2000; k++) {
        int i = k % rows.size();
        calls.add(() -> Arrays.equals(predict.run(rows.get(i)).toFloats(), expected.get(i)));
      }
      for (var done : pool.invokeAll(calls)) {
        assertThat(done.get()).isTrue();
      }
    }
  }

  /** One row through 50-40-7, frozen. */
  private static final class Predictor {
    final Variable w = Variable.of("w", Random.normalOnce(Shape.of(50, 40), Seed.of(4)));
    final Variable v = Variable.of("v", Random.normalOnce(Shape.of(40, 7), Seed.of(5)));
    final Tensor b = Random.normalOnce(Shape.of(40), Seed.of(6)).eval();
    final Step step =
        Step.of(
            false,
            in -> List.of(in.getFirst().matmul(w.tensor()).add(b).relu().matmul(v.tensor())));

    /** The same in float64, by hand. */
    double[] expected(float[] row) {
      float[] first = w.value().toFloats();
      float[] second = v.value().toFloats();
      float[] bias = b.toFloats();
      double[] out = new double[7];
      for (int j = 0; j < 40; j++) {
        double h = bias[j];
        for (int i = 0; i < 50; i++) {
          h += (double) row[i] * first[i * 40 + j];
        }
        for (int k = 0; k < 7; k++) {
          out[k] += Math.max(h, 0) * second[j * 7 + k];
        }
      }
      return out;
    }

    boolean isRight(float[] row, double[] expected, float[] y) {
      step.run(row, Shape.of(1, 50), y);
      return IntStream.range(0, 7).allMatch(k -> Math.abs(y[k] - expected[k]) < 1e-3);
    }
  }

  @Test
  void aRunOnArraysAllocatesNothing() {
    var predictor = new Predictor();
    float[] row = Random.normalOnce(Shape.of(50), Seed.of(1)).toFloats();
    float[] y = new float[7];
    Shape shape = Shape.of(1, 50);
    assertThat(predictor.isRight(row, predictor.expected(row), y)).isTrue();
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long bytes = Long.MAX_VALUE;
    // until C2 has compiled a kernel, the Vector API allocates: wait for the steady state
    for (int round = 0; round < 500 && bytes > 0; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 1000; i++) {
        predictor.step.run(row, shape, y);
      }
      bytes = threads.getCurrentThreadAllocatedBytes() - before;
    }
    assertThat(bytes).as("bytes on the heap in 1000 runs").isZero();
  }

  @Test
  void aRunOnArraysChecksItsArguments() {
    Step step = new Predictor().step;
    float[] y = new float[7];
    assertThatThrownBy(() -> step.run(new float[49], Shape.of(1, 50), y))
        .isInstanceOf(ShapeError.class)
        .hasMessageContaining("x has 49 elements, but its shape is [1, 50]");
    assertThatThrownBy(() -> step.run(new float[50], Shape.of(1, 50), new float[8]))
        .isInstanceOf(ShapeError.class)
        .hasMessageContaining("y has 8 elements");
    Step two = Step.of(false, in -> List.of(in.getFirst(), in.getFirst().neg()));
    assertThatThrownBy(() -> two.run(new float[3], Shape.of(3), new float[3]))
        .isInstanceOf(ShapeError.class)
        .hasMessageContaining("one f32 result");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void manyThreadsMayRunOneStepOnArrays(boolean virtual) throws Exception {
    var predictor = new Predictor();
    List<float[]> rows =
        IntStream.range(0, 64)
            .mapToObj(i -> Random.normalOnce(Shape.of(50), Seed.of(i)).toFloats())
            .toList();
    List<double[]> expected = rows.stream().map(predictor::expected).toList();
    try (var pool =
        virtual ? Executors.newVirtualThreadPerTaskExecutor() : Executors.newFixedThreadPool(24)) {
      List<Callable<Boolean>> calls = new ArrayList<>();
      for (int k = 0; k < 400; k++) {
        int first = k;
        calls.add(() -> {
          float[] y = new float[7];
          return IntStream.range(first, first + 50)
              .allMatch(i -> predictor.isRight(rows.get(i % 64), expected.get(i % 64), y));
        });
      }
      for (var done : pool.invokeAll(calls)) {
        assertThat(done.get()).isTrue();
      }
    }
  }

  @Test
  void inputsAndVariablesCanBeDetached() {
    var w = Variable.of("w", Tensor.of(3f));
    Step step =
        trainStep(x -> {
          Tensor old = w.tensor().detach();
          w.set(w.tensor().add(1));
          Tensor loss = x.mul(x.detach()).sum().add(old).add(w.tensor());
          return loss.add(loss.grad(x).getFirst().sum().mul(1000));
        });
    // 4 + 16 + 3 + 4 and the gradient 2 + 4
    assertThat(step.run(Tensor.of(2f, 4f)).item()).isEqualTo(6027);
  }

  @Test
  void readingAValueWhileRecordingSaysWhatToDo() {
    Step step = trainStep(x -> Tensor.of((float) x.sum().item()));
    assertThatThrownBy(() -> step.run(Tensor.of(1f, 2f)))
        .isInstanceOf(HebbException.class)
        .hasMessageContaining("being recorded");
  }

  @Test
  void anIndexOutsideTheTableIsAnErrorNotACrash() {
    Step step = Step.of(false, in -> List.of(Tensor.eye(3).gather(0, in.getFirst())));
    Tensor wrong = Tensor.of(new int[] {0, 7}, Shape.of(2));
    assertThatThrownBy(() -> step.run(wrong))
        .isInstanceOf(HebbException.class)
        .hasMessageContaining("index 7 is outside 0 … 2");
    Tensor right = Tensor.of(new int[] {2, 1}, Shape.of(2));
    assertThat(step.run(right).toFloats()).containsExactly(0, 0, 1, 0, 1, 0);
  }

  @Test
  void theProgramCanBeRead() {
    var learner = new Learner();
    String text = learner.step.explain(X, Y);
    assertThat(text).contains("conv[3x3]", "program", "fused", "memory", "c ←");
  }
}
