package dev.hebb.nn.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hebb.grad.GradientCheck;
import dev.hebb.grad.Gradients;
import dev.hebb.nn.Loss;
import dev.hebb.nn.Losses;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Random;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.ShapeError;
import dev.hebb.tensor.Step;
import dev.hebb.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each loss against its definition, written here as loops over doubles; its gradient against
 * differences; and its values and gradients for predictions of ±1000.
 */
class ClosedFormTest {
  private static final int N = 5;
  private static final int K = 3;

  /** A loss of one example, in plain doubles. */
  private interface Definition {
    double of(double[] x, double[] y);
  }

  /** A loss with suitable targets, and its definition. */
  record Sample(Loss loss, Tensor x, Tensor y, double expected) {
    @Override
    public String toString() {
      return loss.toString();
    }
  }

  private static Tensor numbers(int seed, double scale, int... dims) {
    return Random.normalOnce(Shape.of(DType.FLOAT64, dims), Seed.of(seed)).mul(scale).eval();
  }

  private static Sample sample(Loss loss, Tensor x, Tensor y, Definition f) {
    double sum = 0;
    double[] a = x.toDoubles();
    double[] b = y.toDoubles();
    int p = a.length / N;
    int q = b.length / N;
    for (int i = 0; i < N; i++) {
      sum +=
          f.of(
              java.util.Arrays.copyOfRange(a, i * p, (i + 1) * p),
              java.util.Arrays.copyOfRange(b, i * q, (i + 1) * q));
    }
    return new Sample(loss, x, y, sum / N);
  }

  private static double mean(double[] x, double[] y, java.util.function.DoubleBinaryOperator f) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += f.applyAsDouble(x[i], y[i]);
    }
    return sum / x.length;
  }

  private static double[] softmax(double[] x) {
    double sum = 0;
    double[] p = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      p[i] = Math.exp(x[i]);
      sum += p[i];
    }
    for (int i = 0; i < x.length; i++) {
      p[i] /= sum;
    }
    return p;
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  static List<Sample> samples() {
    Tensor x = numbers(1, 1.5, N, K);
    Tensor y = numbers(2, 1, N, K);
    Tensor labels = Tensor.of(new int[] {2, 0, 1, 1, 0}, Shape.of(N));
    Tensor yes = numbers(3, 1, N, K).gt(0).cast(DType.FLOAT64).eval();
    Tensor shares = numbers(4, 1, N, K).softmax(1).eval();
    Tensor some =
        Tensor.of(new double[] {0, 1, 0, .5, .5, 0, 1, 0, 0, .2, .3, .5, 0, 0, 1}, Shape.of(N, K));
    Tensor counts = numbers(5, 2, N, K).abs().floor().eval();
    Tensor p = numbers(6, 1, N, K).sigmoid().eval();
    double[] w = {0.5, 2, 1.25};
    return List.of(
        sample(Losses.mse(), x, y, (a, b) -> mean(a, b, (u, v) -> (u - v) * (u - v))),
        sample(
            Losses.halfSquaredError(),
            x,
            y,
            (a, b) -> K * mean(a, b, (u, v) -> 0.5 * (u - v) * (u - v))),
        sample(Losses.mae(), x, y, (a, b) -> mean(a, b, (u, v) -> Math.abs(u - v))),
        sample(
            Losses.huber(0.8),
            x,
            y,
            (a, b) ->
                mean(
                    a,
                    b,
                    (u, v) ->
                        Math.abs(u - v) <= 0.8
                            ? 0.5 * (u - v) * (u - v)
                            : 0.8 * (Math.abs(u - v) - 0.4))),
        sample(Losses.logCosh(), x, y, (a, b) -> mean(a, b, (u, v) -> Math.log(Math.cosh(u - v)))),
        sample(
            Losses.bceWithLogits(),
            x,
            yes,
            (a, b) -> mean(a, b, (u, v) -> -Math.log(v == 1 ? sigmoid(u) : 1 - sigmoid(u)))),
        sample(
            Losses.bceWithLogits().posWeight(3).smoothing(0.2),
            x,
            yes,
            (a, b) ->
                mean(
                    a,
                    b,
                    (u, v) -> {
                      double t = 0.8 * v + 0.1;
                      return -3 * t * Math.log(sigmoid(u)) - (1 - t) * Math.log(1 - sigmoid(u));
                    })),
        sample(
            Losses.bceWithLogits().posWeight(w),
            x,
            yes,
            (a, b) -> {
              double sum = 0;
              for (int k = 0; k < K; k++) {
                sum -= b[k] == 1 ? w[k] * Math.log(sigmoid(a[k])) : Math.log(1 - sigmoid(a[k]));
              }
              return sum / K;
            }),
        sample(Losses.bce(), p, yes, (a, b) -> mean(a, b, (u, v) -> -Math.log(v == 1 ? u : 1 - u))),
        sample(Losses.crossEntropy(), x, labels, (a, b) -> -Math.log(softmax(a)[(int) b[0]])),
        sample(
            Losses.crossEntropy().weights(w),
            x,
            shares,
            (a, b) -> {
              double sum = 0;
              for (int k = 0; k < K; k++) {
                sum -= w[k] * b[k] * Math.log(softmax(a)[k]);
              }
              return sum;
            }),
        sample(
            Losses.crossEntropy().ofProbabilities(),
            shares,
            labels,
            (a, b) -> -Math.log(a[(int) b[0]])),
        sample(Losses.crossEntropy().ofLogProbabilities(), x, labels, (a, b) -> -a[(int) b[0]]),
        sample(
            Losses.focal(2.5).weights(w),
            x,
            labels,
            (a, b) -> {
              double q = softmax(a)[(int) b[0]];
              return -w[(int) b[0]] * Math.pow(1 - q, 2.5) * Math.log(q);
            }),
        sample(
            Losses.binaryFocal(0.7).alpha(0.25),
            x,
            yes,
            (a, b) ->
                mean(
                    a,
                    b,
                    (u, v) -> {
                      double q = v == 1 ? sigmoid(u) : 1 - sigmoid(u);
                      return -(v == 1 ? 0.25 : 0.75) * Math.pow(1 - q, 0.7) * Math.log(q);
                    })),
        sample(
            Losses.hinge(),
            x,
            yes,
            (a, b) -> mean(a, b, (u, v) -> Math.max(0, 1 - (v == 1 ? u : -u)))),
        sample(
            Losses.hinge().squared(),
            x,
            yes.mul(2).sub(1),
            (a, b) -> mean(a, b, (u, v) -> Math.pow(Math.max(0, 1 - v * u), 2))),
        sample(Losses.multiHinge(), x, labels, (a, b) -> multiHinge(a, (int) b[0], 1, 1)),
        sample(
            Losses.multiHinge().margin(0.6).squared(),
            x,
            labels,
            (a, b) -> multiHinge(a, (int) b[0], 0.6, 2)),
        sample(
            Losses.multiHinge().weights(w),
            x,
            labels,
            (a, b) -> w[(int) b[0]] * multiHinge(a, (int) b[0], 1, 1)),
        sample(
            Losses.klDivergence(),
            x,
            some,
            (a, b) -> {
              double sum = 0;
              for (int k = 0; k < K; k++) {
                sum += b[k] == 0 ? 0 : b[k] * (Math.log(b[k]) - Math.log(softmax(a)[k]));
              }
              return sum;
            }),
        sample(Losses.poisson(), x, counts, (a, b) -> mean(a, b, (u, v) -> Math.exp(u) - v * u)),
        sample(
            Losses.poisson().ofRates().full(),
            p,
            counts,
            (a, b) ->
                mean(
                    a,
                    b,
                    (u, v) ->
                        u
                            - v * Math.log(u + 1e-8)
                            + (v > 1 ? v * Math.log(v) - v + 0.5 * Math.log(2 * Math.PI * v) : 0))),
        sample(
            Losses.gaussian(),
            numbers(7, 1, N, 2 * K),
            y,
            (a, b) -> {
              double sum = 0;
              for (int k = 0; k < K; k++) {
                double variance = Math.exp(a[K + k]);
                sum += 0.5 * (Math.log(variance) + Math.pow(a[k] - b[k], 2) / variance);
              }
              return sum / K;
            }),
        sample(
            Losses.cosine(),
            x,
            y,
            (a, b) -> {
              double dot = 0;
              double aa = 0;
              double bb = 0;
              for (int k = 0; k < K; k++) {
                dot += a[k] * b[k];
                aa += a[k] * a[k];
                bb += b[k] * b[k];
              }
              return 1 - dot / Math.sqrt(aa * bb);
            }));
  }

  private static double multiHinge(double[] x, int y, double margin, int power) {
    double sum = 0;
    for (int j = 0; j < K; j++) {
      sum += j == y ? 0 : Math.pow(Math.max(0, margin - x[y] + x[j]), power);
    }
    return sum / K;
  }

  @ParameterizedTest
  @MethodSource("samples")
  void l18EachLossEqualsItsDefinition(Sample s) {
    assertThat(s.loss.of(s.x, s.y).item()).isCloseTo(s.expected, within(1e-12));
    Tensor narrow = s.x.cast(DType.FLOAT32).eval();
    Step step = Step.of(true, in -> List.of(s.loss.of(in.get(0), in.get(1))));
    assertThat(step.run(narrow, s.y.eval()).item())
        .as("compiled, float32")
        .isCloseTo(s.expected, within(2e-6 * Math.max(1, Math.abs(s.expected))));
  }

  @ParameterizedTest
  @MethodSource("samples")
  void l18GradientsAgreeWithDifferences(Sample s) {
    GradientCheck check = Gradients.check(in -> s.loss.of(in.getFirst(), s.y), List.of(s.x));
    assertThat(check.passes(1e-6)).as("%s: %s", s.loss, check).isTrue();
  }

  @ParameterizedTest
  @MethodSource("samples")
  void l18EverythingIsFiniteAtAThousand(Sample s) {
    boolean probabilities =
        s.loss instanceof Bce
            || s.loss instanceof CrossEntropy c && c.from() == CrossEntropy.From.PROBABILITIES
            || s.loss instanceof Poisson r && r.isOfRates();
    float[] far = new float[s.x.size()];
    for (int i = 0; i < far.length; i++) {
      int kind = (i + i / K) % 3;
      far[i] = kind == 2 ? 0 : probabilities ? kind : 1000 - 2000 * kind;
    }
    for (DType type : new DType[] {DType.FLOAT32, DType.FLOAT64}) {
      Tensor x = Tensor.of(far, s.x.shape()).cast(type).eval();
      Tensor loss = s.loss.of(x, s.y);
      assertThat(loss.item()).as("loss").isFinite();
      for (double d : loss.grad(x).getFirst().toDoubles()) {
        assertThat(d).as("gradient").isFinite();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("samples")
  void nothingBroadcasts(Sample s) {
    Tensor wrong = s.y.rank() == 1 ? s.y.reshape(N, 1) : s.y.reshape(N, 1, K);
    assertThatThrownBy(() -> s.loss.of(s.x, wrong))
        .isInstanceOf(ShapeError.class)
        .hasMessageContaining("reshape(" + (s.y.rank() == 1 ? "5)" : "5, 3)"));
    assertThatThrownBy(() -> s.loss.of(s.x, s.y.narrow(0, 0, 1))).isInstanceOf(ShapeError.class);
  }

  @Test
  void l18WeightsSmoothingAndIgnoredExamplesAsInPyTorch() {
    Tensor x = numbers(1, 1.5, N, K);
    int[] y = {2, -100, 1, -100, 0};
    double[] w = {0.5, 2, 1.25};
    double up = 0;
    double down = 0;
    for (int i = 0; i < N; i++) {
      if (y[i] >= 0) {
        double[] p = softmax(x.slice(Integer.toString(i)).toDoubles());
        up -= 0.9 * w[y[i]] * Math.log(p[y[i]]);
        for (int k = 0; k < K; k++) {
          up -= 0.1 / K * w[k] * Math.log(p[k]);
        }
        down += w[y[i]];
      }
    }
    Loss loss = Losses.crossEntropy().weights(w).ignore(-100).smoothing(0.1);
    Tensor targets = Tensor.of(y, Shape.of(N));
    assertThat(loss.of(x, targets).item()).isCloseTo(up / down, within(1e-12));
    double[] g = loss.of(x, targets).grad(x).getFirst().toDoubles();
    assertThat(g[K]).as("ignored").isZero();
    assertThat(Gradients.check(in -> loss.of(in.getFirst(), targets), List.of(x)).passes(1e-6))
        .isTrue();
    Tensor none = Tensor.of(new int[] {-100, -100, -100, -100, -100}, Shape.of(N));
    assertThat(loss.of(x, none).item()).isZero();
    assertThat(loss.of(x, none).grad(x).getFirst().toDoubles()).containsOnly(0);
    // PyTorch 2: CrossEntropyLoss(ignore_index=1)(tensor([[1., 2., 3.], [1., 1., 1.]]), [2, 1])
    assertThat(
            Losses.crossEntropy()
                .ignore(1)
                .of(
                    Tensor.of(new float[][] {{1, 2, 3}, {1, 1, 1}}),
                    Tensor.of(new int[] {2, 1}, Shape.of(2)))
                .item())
        .isCloseTo(Math.log(1 + Math.exp(-1) + Math.exp(-2)), within(1e-6));
  }

  @Test
  void labelsOutOfRangeAreErrors() {
    Tensor x = Tensor.zeros(2, K);
    for (Loss loss :
        new Loss[] {
          Losses.crossEntropy(),
          Losses.crossEntropy().weights(1, 2, 3),
          Losses.focal(2),
          Losses.multiHinge()
        }) {
      for (int wrong : new int[] {-1, K}) {
        Tensor y = Tensor.of(new int[] {0, wrong}, Shape.of(2));
        assertThatThrownBy(() -> loss.of(x, y).item())
            .as("%s", loss)
            .isInstanceOf(HebbException.class)
            .hasMessageContaining("index " + wrong + " is outside 0 … 2");
        Step step = Step.trainStep((a, b) -> loss.of(a, b));
        assertThatThrownBy(() -> step.run(x, y)).hasMessageContaining("outside 0 … 2");
      }
      assertThatThrownBy(() -> loss.of(Tensor.zeros(), Tensor.zeros(1)))
          .isInstanceOf(ShapeError.class);
    }
    assertThatThrownBy(() -> Losses.focal(2).of(x, Tensor.zeros(2)))
        .hasMessageContaining("cast(INT32)");
  }

  @Test
  void l58FromASaturatedStartCrossEntropyLearnsFasterThanTheSquare() {
    // One sigmoid neuron, very wrong: target 0, z = 6. Closed forms: p − y and (p − y) p (1 − p).
    Tensor z = Tensor.of(new double[] {6}, Shape.of(1));
    Tensor y = Tensor.of(new double[] {0}, Shape.of(1));
    double p = sigmoid(6);
    double ce = Losses.bceWithLogits().of(z, y).grad(z).getFirst().item();
    double bce = Losses.bce().of(z.sigmoid(), y).grad(z).getFirst().item();
    double square = Losses.mse().of(z.sigmoid(), y).mul(0.5).grad(z).getFirst().item();
    assertThat(ce).isCloseTo(p, within(1e-12));
    assertThat(bce).isCloseTo(p, within(1e-9));
    assertThat(square).isCloseTo(p * p * (1 - p), within(1e-12));
    assertThat(ce / square).isGreaterThan(400);
  }

  @Test
  void l8HalfTheSquaredErrorOfOneExample() {
    Tensor x = Tensor.of(new double[] {0.75136507, 0.772928465}, Shape.of(1, 2));
    Tensor y = Tensor.of(new double[] {0.01, 0.99}, Shape.of(1, 2));
    // the lecture's 2-2-2 example: E = 0.298371109
    assertThat(Losses.halfSquaredError().of(x, y).item()).isCloseTo(0.298371109, within(1e-9));
  }

  @Test
  void smoothL1AndTheLimitsOfFocal() {
    Tensor x = numbers(1, 1.5, N, K);
    Tensor labels = Tensor.of(new int[] {2, 0, 1, 1, 0}, Shape.of(N));
    assertThat(Losses.focal(0).of(x, labels).item())
        .isCloseTo(Losses.crossEntropy().of(x, labels).item(), within(1e-12));
    Tensor yes = x.gt(0).cast(DType.FLOAT64);
    assertThat(Losses.binaryFocal(0).of(x, yes).item())
        .isCloseTo(Losses.bceWithLogits().of(x, yes).item(), within(1e-12));
    Tensor sure = Tensor.of(new float[][] {{0, 200}});
    assertThat(Losses.focal(2).of(sure, Tensor.of(new int[] {0}, Shape.of(1))).item())
        .isCloseTo(200, within(1e-3));
    Tensor near = Tensor.of(1e-5f, 0);
    assertThat(Losses.logCosh().of(near, Tensor.zeros(2)).item())
        .as("nothing is lost near 0")
        .isCloseTo(0.25e-10, within(1e-16));
  }

  @Test
  void gaussianFindsItsWayBackFromATinyVariance() {
    Tensor x = Tensor.of(new double[] {3, -1000}, Shape.of(1, 2));
    Tensor y = Tensor.of(new double[] {1}, Shape.of(1, 1));
    double variance = 1e-6;
    Tensor loss = Losses.gaussian().of(x, y);
    assertThat(loss.item()).isCloseTo(0.5 * (Math.log(variance) + 4 / variance), within(1e-6));
    double[] g = loss.grad(x).getFirst().toDoubles();
    assertThat(g[0]).isCloseTo(2 / variance, within(1e-3));
    assertThat(g[1]).isCloseTo(0.5 * (1 - 4 / variance), within(1e-3));
    assertThatThrownBy(() -> Losses.gaussian().of(Tensor.zeros(2, 3), Tensor.zeros(2, 1)))
        .hasMessageContaining("dense(2·k)");
  }

  @Test
  void optionsOutsideTheirRangeAreRejected() {
    assertThatThrownBy(() -> Losses.crossEntropy().smoothing(1)).hasMessageContaining("[0, 1)");
    assertThatThrownBy(() -> Losses.crossEntropy().weights(1, -1)).hasMessageContaining("weights");
    assertThatThrownBy(() -> Losses.crossEntropy().weights(1, Double.NaN))
        .isInstanceOf(HebbException.class);
    assertThatThrownBy(() -> Losses.bceWithLogits().posWeight(-1)).hasMessageContaining("weights");
    assertThatThrownBy(() -> Losses.focal(-1)).hasMessageContaining("gamma");
    assertThatThrownBy(() -> Losses.binaryFocal(2).alpha(2)).hasMessageContaining("alpha");
    assertThatThrownBy(() -> Losses.huber(0)).hasMessageContaining("delta");
    assertThatThrownBy(() -> Losses.multiHinge().margin(0)).hasMessageContaining("margin");
    assertThatThrownBy(() -> Losses.triplet(0)).hasMessageContaining("margin");
    assertThatThrownBy(() -> Losses.contrastive(-1)).hasMessageContaining("margin");
    assertThatThrownBy(() -> Losses.ctc(-1)).hasMessageContaining("blank");
    Tensor x = Tensor.zeros(2, 3);
    Tensor y = Tensor.of(new int[] {0, 1}, Shape.of(2));
    assertThatThrownBy(() -> Losses.crossEntropy().weights(1, 2).of(x, y))
        .hasMessageContaining("2 weights for predictions [2, 3]");
    assertThatThrownBy(() -> Losses.bceWithLogits().posWeight(1, 2).of(x, x))
        .hasMessageContaining("2 weights");
    assertThatThrownBy(() -> Losses.crossEntropy().ignore(0).of(x, x))
        .hasMessageContaining("integer targets");
    assertThat(Losses.crossEntropy().weights(1, 2).ignore(-1))
        .isEqualTo(Losses.crossEntropy().ignore(-1).weights(1, 2))
        .isNotEqualTo(Losses.crossEntropy().weights(1, 2));
  }
}
