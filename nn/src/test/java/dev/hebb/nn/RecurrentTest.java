package dev.hebb.nn;

import static dev.hebb.nn.Layers.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withPrecision;

import dev.hebb.nn.optim.Adam;
import dev.hebb.op.Activation;
import dev.hebb.runtime.Gang;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.Device;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Random;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.ShapeError;
import dev.hebb.tensor.Step;
import dev.hebb.tensor.Tensor;
import dev.hebb.tensor.Variable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Recurrent layers against the papers' formulas, written out number by number. */
class RecurrentTest {
  private static final int N = 7;
  private static final int STEPS = 9;
  private static final int FEATURES = 5;
  private static final int UNITS = 13;

  static Stream<Layer> layers() {
    return Stream.of(
        rnn(UNITS),
        rnn(UNITS).activation(Activation.SOFTPLUS).last(),
        rnn(UNITS).bidirectional(),
        lstm(UNITS),
        lstm(UNITS).last().forgetBias(-1),
        lstm(UNITS).bidirectional().last(),
        gru(UNITS),
        gru(UNITS).last(),
        gru(UNITS).bidirectional());
  }

  // ---- the contract

  @Test
  void rnnKeepsTheContract() {
    Net net = LayerContract.of(rnn(4), Shape.of(6, 3), 3 * 4 + 4 * 4 + 4).check();
    assertThat(net.out()).isEqualTo(Shape.of(6, 4));
    assertThat(net.params())
        .extracting(Variable::name)
        .containsExactly("0.rnn.w", "0.rnn.u", "0.rnn.b");
    LayerContract.of(
            rnn(2).last().bidirectional().activation(Activation.SOFTPLUS).init(Init.normal(1)),
            Shape.of(5, 3),
            2 * (3 * 2 + 2 * 2 + 2))
        .check();
  }

  @Test
  void lstmKeepsTheContract() {
    Net net = LayerContract.of(lstm(3), Shape.of(6, 2), 4 * (2 * 3 + 3 * 3 + 3)).check();
    assertThat(net.out()).isEqualTo(Shape.of(6, 3));
    assertThat(net.variable("0.lstm.b").value().toFloats())
        .as("only the forget gate starts open")
        .containsExactly(0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0);
    Net both =
        LayerContract.of(
                lstm(2).bidirectional().last().recurrentInit(Init.normal(0.5)),
                Shape.of(5, 2),
                2 * 4 * (2 * 2 + 2 * 2 + 2))
            .check();
    assertThat(both.out()).isEqualTo(Shape.of(4));
    assertThat(both.params())
        .extracting(Variable::name)
        .contains("0.lstm.forward.u", "0.lstm.backward.u");
    LayerContract.of(lstm(2).init(Init.normal(1)), Shape.of(2, 3), 4 * (3 * 2 + 2 * 2 + 2)).check();
  }

  @Test
  void gruKeepsTheContract() {
    LayerContract.of(gru(3), Shape.of(6, 2), 3 * (2 * 3 + 3 * 3 + 3) + 3).check();
    LayerContract.of(
            chain(gru(2).bidirectional(), gru(3).last()),
            Shape.of(5, 2),
            2 * (3 * (2 * 2 + 2 * 2 + 2) + 2) + 3 * (4 * 3 + 3 * 3 + 3) + 3)
        .check();
  }

  // ---- values by the formulas

  @ParameterizedTest
  @MethodSource("layers")
  void valuesAreThoseOfTheFormulas(Layer layer) {
    Net net = network(layer, STEPS);
    Tensor x = input(STEPS);
    double[] expected = plain(layer, net, x.toDoubles(), STEPS);
    assertThat(doubles(net.forward(x))).containsExactly(expected, withPrecision(2e-6));
    assertThat(doubles(net.predict(x))).containsExactly(expected, withPrecision(2e-6));
    assertThat(doubles(Device.REFERENCE.run(() -> net.forward(x).eval())))
        .containsExactly(expected, withPrecision(1e-6));
  }

  @ParameterizedTest
  @MethodSource("layers")
  void oneStepHasNoPast(Layer layer) {
    Net net = network(layer, 1);
    Tensor x = input(1);
    assertThat(doubles(net.forward(x)))
        .containsExactly(plain(layer, net, x.toDoubles(), 1), withPrecision(2e-6));
  }

  @ParameterizedTest
  @MethodSource("layers")
  void gradientsAreThoseOfTheReference(Layer layer) {
    Net net = network(layer, STEPS);
    Tensor x = input(STEPS);
    Tensor r = Random.normalOnce(net.out().prepend(N), Seed.of(5)).eval();
    List<double[]> found = gradients(net, x, r);
    List<double[]> expected = Device.REFERENCE.run(() -> gradients(net, x, r));
    for (int i = 0; i < found.size(); i++) {
      assertThat(found.get(i))
          .as(net.params().get(i).name())
          .containsExactly(expected.get(i), withPrecision(2e-4));
    }
  }

  private static List<double[]> gradients(Net net, Tensor x, Tensor r) {
    Step step = Step.of(false, in -> net.forward(in.getFirst()).mul(r).sum().grad(net.params()));
    return step.runAll(x).stream().map(RecurrentTest::doubles).toList();
  }

  private static double[] doubles(Tensor t) {
    return t.cast(DType.FLOAT64).toDoubles();
  }

  private static Tensor input(int steps) {
    return Random.normalOnce(Shape.of(N, steps, FEATURES), Seed.of(3)).eval();
  }

  /** With biases other than those it starts with, so that each of them counts. */
  private static Net network(Layer layer, int steps) {
    Net net = layer.build(Shape.of(steps, FEATURES), Seed.of(2));
    for (Variable v : net.params()) {
      if (v.shape().rank() == 1) {
        v.set(Random.normalOnce(v.shape(), Seed.of(v.name().hashCode())).eval());
      }
    }
    return net;
  }

  private record Kind(String name, boolean sequence, boolean twoWay, Activation f) {
    static Kind of(Layer layer) {
      return switch (layer) {
        case dev.hebb.nn.layer.Rnn l ->
            new Kind("rnn", l.recurrence().sequence(), l.recurrence().twoWay(), l.activation());
        case dev.hebb.nn.layer.Lstm l ->
            new Kind("lstm", l.recurrence().sequence(), l.recurrence().twoWay(), Activation.TANH);
        case dev.hebb.nn.layer.Gru l ->
            new Kind("gru", l.recurrence().sequence(), l.recurrence().twoWay(), Activation.TANH);
        default -> throw new IllegalArgumentException(layer.toString());
      };
    }
  }

  /** The layer's output for inputs [N, steps, FEATURES]. */
  private static double[] plain(Layer layer, Net net, double[] x, int steps) {
    Kind kind = Kind.of(layer);
    int width = kind.twoWay ? 2 * UNITS : UNITS;
    double[] y = new double[N * (kind.sequence ? steps : 1) * width];
    for (int d = 0; d < width / UNITS; d++) {
      String path = "0." + kind.name + (kind.twoWay ? d == 0 ? ".forward." : ".backward." : ".");
      for (int e = 0; e < N; e++) {
        double[] h = new double[UNITS];
        double[] c = new double[UNITS];
        for (int i = 0; i < steps; i++) {
          int t = d == 0 ? i : steps - 1 - i;
          double[] in = new double[FEATURES];
          System.arraycopy(x, (e * steps + t) * FEATURES, in, 0, FEATURES);
          double[] before = h;
          h =
              switch (kind.name) {
                case "rnn" -> rnnStep(net, path, in, before, kind.f);
                case "lstm" -> lstmStep(net, path, in, before, c);
                default -> gruStep(net, path, in, before);
              };
          if (kind.sequence) {
            System.arraycopy(h, 0, y, (e * steps + t) * width + d * UNITS, UNITS);
          }
        }
        if (!kind.sequence) {
          System.arraycopy(h, 0, y, e * width + d * UNITS, UNITS);
        }
      }
    }
    return y;
  }

  private static double[] rnnStep(Net net, String path, double[] x, double[] h, Activation f) {
    double[] a = times(net, path + "w", x);
    double[] r = times(net, path + "u", h);
    double[] b = doubles(net.variable(path + "b").value());
    double[] out = new double[UNITS];
    for (int j = 0; j < UNITS; j++) {
      double sum = a[j] + r[j] + b[j];
      out[j] = f == Activation.TANH ? Math.tanh(sum) : Math.log1p(Math.exp(sum));
    }
    return out;
  }

  private static double[] lstmStep(Net net, String path, double[] x, double[] h, double[] c) {
    double[] a = times(net, path + "w", x);
    double[] r = times(net, path + "u", h);
    double[] b = doubles(net.variable(path + "b").value());
    double[] out = new double[UNITS];
    for (int j = 0; j < UNITS; j++) {
      double[] gate = new double[4];
      for (int g = 0; g < 4; g++) {
        int k = g * UNITS + j;
        gate[g] = a[k] + r[k] + b[k];
      }
      c[j] = sigmoid(gate[1]) * c[j] + sigmoid(gate[0]) * Math.tanh(gate[2]);
      out[j] = sigmoid(gate[3]) * Math.tanh(c[j]);
    }
    return out;
  }

  private static double[] gruStep(Net net, String path, double[] x, double[] h) {
    double[] a = times(net, path + "w", x);
    double[] p = times(net, path + "u", h);
    double[] b = doubles(net.variable(path + "b").value());
    double[] v = doubles(net.variable(path + "v").value());
    double[] out = new double[UNITS];
    for (int j = 0; j < UNITS; j++) {
      int k = UNITS + j;
      int l = 2 * UNITS + j;
      double r = sigmoid(a[j] + b[j] + p[j]);
      double z = sigmoid(a[k] + b[k] + p[k]);
      double n = Math.tanh(a[l] + b[l] + r * (p[l] + v[j]));
      out[j] = (1 - z) * n + z * h[j];
    }
    return out;
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  /** x times a parameter that is a matrix. */
  private static double[] times(Net net, String name, double[] x) {
    double[] w = doubles(net.variable(name).value());
    int columns = w.length / x.length;
    double[] y = new double[columns];
    for (int i = 0; i < x.length; i++) {
      for (int j = 0; j < columns; j++) {
        y[j] += x[i] * w[i * columns + j];
      }
    }
    return y;
  }

  // ---- learning

  /** The first token is to be told after the last: 8 classes, so chance gives 12.5 %. */
  private static final int TOKENS = 8;

  private static Tensor tokens(int n, int length, long seed) {
    return Random.uniformOnce(Shape.of(n, length), Seed.of(seed))
        .mul(TOKENS)
        .cast(DType.INT32)
        .eval();
  }

  private static List<float[]> learn(Net net, int steps) {
    var opt = Adam.of(0.01).bind(net.params());
    Step step =
        Step.trainStep(x -> {
          Tensor loss = net.forward(x).crossEntropy(x.slice(":, 0"));
          opt.update(loss.grad(net.params()));
          return loss;
        });
    for (int i = 0; i < steps; i++) {
      step.run(tokens(32, net.in().dim(0), 100 + i));
    }
    return net.params().stream().map(v -> v.value().toFloats()).toList();
  }

  private static Net memory(Layer layer, int length) {
    return sequential(embedding(TOKENS, 8), layer, dense(TOKENS))
        .build(Shape.of(length).as(DType.INT32), Seed.of(1));
  }

  private static double accuracy(Net net) {
    int n = 400;
    Tensor x = tokens(n, net.in().dim(0), 1);
    float[] y = net.predict(x).toFloats();
    float[] right = x.slice(":, 0").cast(DType.FLOAT32).toFloats();
    int hits = 0;
    for (int i = 0; i < n; i++) {
      int best = 0;
      for (int k = 1; k < TOKENS; k++) {
        best = y[i * TOKENS + k] > y[i * TOKENS + best] ? k : best;
      }
      hits += best == (int) right[i] ? 1 : 0;
    }
    return (double) hits / n;
  }

  private static void remembers(Net net) {
    assertThat(accuracy(net)).as("before").isLessThan(0.3);
    learn(net, 600);
    assertThat(accuracy(net)).as("afterwards").isGreaterThan(0.95);
  }

  @Test
  void lstmRemembersTheFirstOf20Tokens() {
    remembers(memory(lstm(32).last().forgetBias(3), 20));
  }

  @Test
  void gruRemembersTheFirstOf6Tokens() {
    remembers(memory(gru(32).last(), 6));
  }

  @Test
  void sameBitsForAnyNumberOfThreads() {
    List<List<float[]>> all = new ArrayList<>();
    int before = Gang.shared().threads();
    try {
      for (int threads : new int[] {1, 2, 3}) {
        Gang.threads(threads);
        all.add(learn(memory(lstm(32).bidirectional().last(), 20), 5));
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

  // ---- wrong programs

  @Test
  void whatIsNoSequenceIsRejectedWithAFix() {
    assertThatThrownBy(() -> sequential(lstm(4)).build(Shape.of(12), Seed.of(1)))
        .isInstanceOf(ShapeError.class)
        .hasMessage(
            "Lstm(4) at net[0] takes a sequence of at least one step per example, but the network's"
                + " input is [12]. Put reshape(steps, features) or embedding(vocabulary, units) in"
                + " front of it.");
    assertThatThrownBy(
            () -> sequential(conv2d(2, 3), gru(4).last()).build(Shape.of(1, 8, 8), Seed.of(1)))
        .hasMessageContaining("Gru(4, last) at net[1]")
        .hasMessageContaining("Conv2d(2, 3) at net[0] gives [2, 6, 6]")
        .hasMessageContaining("Put reshape(steps, features) between them.");
    assertThatThrownBy(() -> rnn(4).bidirectional().build(Shape.of(0, 3), Seed.of(1)))
        .hasMessageContaining("Rnn(4, bidirectional)")
        .hasMessageContaining("at least one step");
  }

  @Test
  void optionsOutsideTheirRangeAreRejected() {
    for (Runnable wrong : List.<Runnable>of(() -> rnn(0), () -> lstm(-1), () -> gru(0))) {
      assertThatThrownBy(wrong::run)
          .isInstanceOf(HebbException.class)
          .hasMessageContaining("at least one unit");
    }
  }
}
