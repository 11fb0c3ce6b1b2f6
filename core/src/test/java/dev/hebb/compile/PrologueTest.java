package dev.hebb.compile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withPrecision;

import dev.hebb.tensor.DType;
import dev.hebb.tensor.Random;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Step;
import dev.hebb.tensor.Tensor;
import dev.hebb.tensor.Variable;
import dev.hebb.tensor.Window2d;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrologueTest {
  private final Variable w = Variable.of("w", normal(1, 5, 7));
  private final Tensor x = normal(2, 3, 5);

  private static Tensor normal(long seed, int... dims) {
    return Random.normalOnce(Shape.of(dims), Seed.of(seed)).eval();
  }

  /** exp(w)ᵀ has to be computed and laid out anew, but only from w. */
  private Step prediction() {
    return Step.of(false, in -> List.of(in.getFirst().matmul(w.tensor().exp())));
  }

  private void assertCurrent(Step step) {
    assertThat(step.run(x).toFloats()).isEqualTo(x.matmul(w.value().exp()).toFloats());
  }

  @Test
  void whatDependsOnVariablesAloneIsComputedBefore() {
    String text = prediction().explain(x);
    assertThat(text.substring(text.indexOf("prologue"), text.indexOf("\nprogram"))).contains("exp");
    assertThat(text.substring(text.indexOf("\nprogram"))).doesNotContain("exp");
  }

  @Test
  void aChangedVariableIsSeen() {
    Step step = prediction();
    assertCurrent(step);
    w.set(normal(3, 5, 7));
    assertCurrent(step);
    assertCurrent(step);
    Step update =
        Step.trainStep(() -> {
          w.set(w.tensor().mul(0.5).add(1));
          return w.tensor().sum();
        });
    for (int i = 0; i < 3; i++) {
      update.run();
      assertCurrent(step);
    }
  }

  @Test
  void aStepThatWritesTheVariableComputesEachTime() {
    Step step =
        Step.trainStep(in -> {
          Tensor y = in.matmul(w.tensor().exp()).sum();
          w.set(w.tensor().sub(y.grad(w.tensor()).getFirst().mul(0.01)));
          return y;
        });
    String text = step.explain(x);
    assertThat(text.substring(text.indexOf("\nprogram"))).contains("exp");
    for (int i = 0; i < 3; i++) {
      double expected = x.matmul(w.value().exp()).sum().item();
      assertThat(step.run(x).item()).isEqualTo(expected);
    }
  }

  @Test
  void threadsShareItWhileTheVariableChanges() throws Exception {
    Step step = prediction();
    float[] before = step.run(x).toFloats();
    Tensor next = normal(4, 5, 7);
    float[] after = x.matmul(next.exp()).toFloats();
    try (var threads = Executors.newFixedThreadPool(4)) {
      Callable<Void> read =
          () -> {
            for (int i = 0; i < 500; i++) {
              assertThat(step.run(x).toFloats()).isIn(before, after);
            }
            return null;
          };
      List<Future<Void>> all = IntStream.range(0, 4).mapToObj(i -> threads.submit(read)).toList();
      w.set(next);
      for (Future<Void> f : all) {
        f.get();
      }
    }
    assertThat(step.run(x).toFloats()).isEqualTo(after);
  }

  /** Whoever comes while one thread computes it waits, and does not read what is half computed. */
  @Test
  void nobodyReadsWhatIsStillBeingComputed() throws Exception {
    Tensor rows = normal(8, 3, 64);
    Tensor[] values = {normal(9, 64, 500), normal(10, 64, 500)};
    float[] first = rows.matmul(values[0].exp()).toFloats();
    float[] second = rows.matmul(values[1].exp()).toFloats();
    Variable v = Variable.of("v", values[0]);
    Step step = Step.of(false, in -> List.of(in.getFirst().matmul(v.tensor().exp())));
    step.run(rows);
    var isOver = new AtomicBoolean();
    try (var threads = Executors.newFixedThreadPool(4)) {
      Callable<Void> read =
          () -> {
            while (!isOver.get()) {
              assertThat(step.run(rows).toFloats()).isIn(first, second);
            }
            return null;
          };
      List<Future<Void>> all = IntStream.range(0, 4).mapToObj(i -> threads.submit(read)).toList();
      try {
        for (int i = 0; i < 2000; i++) {
          v.set(values[i % 2]);
          step.run(rows);
        }
      } finally {
        isOver.set(true);
      }
      for (Future<Void> f : all) {
        f.get();
      }
    }
  }

  /**
   * The other operand is packed too, or a long sum is cut into parts: by each thread for itself.
   */
  @ParameterizedTest
  @CsvSource({"64, 96, 300", "16, 4096, 40"})
  void threadsThatShareWeightsDoNotShareScratchMemory(int m, int k, int n) throws Exception {
    Variable v = Variable.of("v", normal(5, k, n));
    Step step = Step.of(false, in -> List.of(in.getFirst().matmul(v.tensor())));
    assertThat(step.explain(normal(6, m, k))).contains("prepare ");
    try (var threads = Executors.newFixedThreadPool(4)) {
      List<Future<Void>> all = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        Tensor rows = normal(6 + t, m, k);
        float[] expected = step.run(rows).toFloats();
        Callable<Void> read =
            () -> {
              for (int i = 0; i < 200; i++) {
                assertThat(Arrays.mismatch(step.run(rows).toFloats(), expected)).isNegative();
              }
              return null;
            };
        all.add(threads.submit(read));
      }
      for (Future<Void> f : all) {
        f.get();
      }
    }
  }

  @Test
  void packedWeightsOfAProductFollowTheirVariable() {
    Variable v = Variable.of("v", normal(5, 33, 40));
    Tensor rows = normal(6, 20, 33);
    Tensor bias = normal(7, 40);
    Step step = Step.of(false, in -> List.of(in.getFirst().matmul(v.tensor()).add(bias).relu()));
    assertThat(step.explain(rows)).contains("prepare ");
    for (int i = 0; i < 3; i++) {
      v.set(normal(8 + i, 33, 40));
      assertThat(step.run(rows).toFloats())
          .containsExactly(
              rows.matmul(v.value()).eval().add(bias).relu().toFloats(), withPrecision(1e-5f));
    }
  }

  @Test
  void packedWeightsOfAConvolutionFollowTheirVariable() {
    Variable kernel = Variable.of("kernel", normal(5, 48, 40, 3, 3));
    Tensor image = normal(6, 2, 40, 24, 24);
    Window2d window = Window2d.of(3).pad(1);
    Step step = Step.of(false, in -> List.of(in.getFirst().conv2d(kernel.tensor(), window)));
    assertThat(step.explain(image)).contains("prepare ");
    for (int i = 0; i < 3; i++) {
      kernel.set(normal(7 + i, 48, 40, 3, 3));
      assertThat(step.run(image).toFloats())
          .isEqualTo(image.conv2d(kernel.value(), window).toFloats());
    }
  }

  /** A convolution with a bias, normalised with running statistics. */
  private record Normalised(Variable w, Variable b, Variable mean, Variable variance) {
    static Normalised of(int channels, int in, int k) {
      return new Normalised(
          Variable.of("w", normal(5, channels, in, k, k)),
          Variable.of("b", normal(6, channels)),
          Variable.of("mean", normal(7, channels)),
          Variable.of("variance", normal(8, channels).square().add(0.5).eval()));
    }

    Tensor apply(Tensor x, Window2d window, DType type) {
      int c = b.shape().dim(0);
      Tensor spread = variance.tensor().cast(type).add(1e-3).sqrt();
      return x.cast(type)
          .conv2d(w.tensor().cast(type), window)
          .add(b.tensor().cast(type).reshape(c, 1, 1))
          .sub(mean.tensor().cast(type).reshape(c, 1, 1))
          .div(spread.reshape(c, 1, 1))
          .mul(1.5)
          .add(b.tensor().cast(type).reshape(c, 1, 1));
    }
  }

  @Test
  void frozenBatchNormIsFoldedIntoTheWeights() {
    for (int groups : new int[] {1, 13}) {
      var net = Normalised.of(13, 13 / groups, 3);
      Window2d window = Window2d.of(3).pad(1).groups(groups);
      Tensor image = normal(9, 2, 13, 7, 9);
      Step step = Step.of(false, in -> List.of(net.apply(in.getFirst(), window, DType.FLOAT32)));
      String text = step.explain(image);
      assertThat(text.substring(text.indexOf("\nprogram"))).doesNotContain("div", "mul");
      for (int i = 0; i < 2; i++) {
        net.mean.set(normal(10 + i, 13));
        Tensor exact = net.apply(image, window, DType.FLOAT64).cast(DType.FLOAT32);
        assertThat(step.run(image).toFloats())
            .containsExactly(exact.toFloats(), withPrecision(1e-4f));
      }
    }
  }

  @Test
  void whatIsReadBeforeItIsNormalisedIsNotFolded() {
    var net = Normalised.of(5, 3, 1);
    Tensor image = normal(9, 2, 3, 4, 4);
    Step step =
        Step.of(
            false,
            in -> {
              Tensor y = in.getFirst().conv2d(net.w.tensor());
              return List.of(y, y.mul(net.b.tensor().reshape(5, 1, 1)));
            });
    List<Tensor> both = step.runAll(image);
    Tensor exact = image.cast(DType.FLOAT64).conv2d(net.w.value().cast(DType.FLOAT64));
    Tensor scaled = exact.mul(net.b.value().cast(DType.FLOAT64).reshape(5, 1, 1));
    assertThat(both.get(0).toFloats())
        .containsExactly(exact.cast(DType.FLOAT32).toFloats(), withPrecision(1e-5f));
    assertThat(both.get(1).toFloats())
        .containsExactly(scaled.cast(DType.FLOAT32).toFloats(), withPrecision(1e-5f));
  }

  @Test
  void productsByTheSameFactorPackItOnce() {
    Tensor u = normal(8, 40, 40).mul(0.1).eval();
    Tensor rows = normal(9, 70, 40);
    Step step = Step.of(false, in -> List.of(repeated(in.get(0), in.get(1), 5)));
    String text = step.explain(rows, u);
    assertThat(text.split("prepare product", -1)).hasSize(2);
    Tensor exact = repeated(rows.cast(DType.FLOAT64), u.cast(DType.FLOAT64), 5);
    assertThat(step.run(rows, u).toFloats())
        .containsExactly(exact.cast(DType.FLOAT32).toFloats(), withPrecision(1e-5f));
  }

  /** What a service promises that gathers requests: also of weights that lie transposed. */
  @ParameterizedTest
  @CsvSource({"10, 128", "40, 128", "1, 128", "20, 3000", "10, 3000"})
  void aPredictionHasTheSameBitsAloneAndInABatch(int n, int k) {
    Variable rows = Variable.of("rows", normal(10, k, n));
    Variable columns = Variable.of("columns", normal(11, n, k));
    Step plain = Step.of(false, in -> List.of(in.getFirst().matmul(rows.tensor())));
    Step turned = Step.of(false, in -> List.of(in.getFirst().matmul(columns.tensor().transpose())));
    Tensor batch = normal(12, 70, k);
    for (Step step : List.of(plain, turned)) {
      float[] together = step.run(batch).toFloats();
      for (int m : new int[] {1, 2, 5, 8}) {
        float[] few = step.run(batch.narrow(0, 0, m).eval()).toFloats();
        assertThat(few).isEqualTo(Arrays.copyOf(together, m * n));
      }
    }
  }

  private static Tensor repeated(Tensor h, Tensor u, int times) {
    for (int i = 0; i < times; i++) {
      h = h.matmul(u).tanh();
    }
    return h;
  }
}
