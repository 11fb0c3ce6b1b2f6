package dev.hebb.nn;

import static dev.hebb.nn.Layers.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withPrecision;

import dev.hebb.grad.Gradients;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Mode;
import dev.hebb.tensor.Random;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.ShapeError;
import dev.hebb.tensor.Step;
import dev.hebb.tensor.Tensor;
import dev.hebb.tensor.Variable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Sequences of unequal length: masks, lengths, stacks; and what reaches layers from the side. */
class SequenceTest {
  private static final int STEPS = 6;
  private static final int FEATURES = 3;
  private static final int UNITS = 4;
  private static final int[] LENGTHS = {6, 1, 4};

  static Stream<Layer> layers() {
    return Stream.of(
        rnn(UNITS),
        lstm(UNITS),
        lstm(UNITS).last(),
        lstm(UNITS).bidirectional().last(),
        lstm(UNITS).layers(2).bidirectional(),
        gru(UNITS),
        gru(UNITS).bidirectional().layers(2),
        gru(UNITS).resetBefore().layers(2).last(),
        meanOfSteps(),
        lastStep(),
        // The keys' bias has no gradient, which differences see as noise.
        chain(attention(3).noBias(), meanOfSteps()),
        chain(attention(3).causal().noBias(), lastStep()),
        chain(wavePositions(), encoderBlock(3, 5).preNorm(), firstStep()));
  }

  private static Net net(Layer layer, int steps) {
    Net net = layer.build(Shape.of(steps, FEATURES).as(DType.FLOAT64), Seed.of(2));
    for (Variable v : net.params()) {
      if (v.shape().rank() == 1) {
        v.set(Random.normalOnce(v.shape(), Seed.of(v.name().hashCode())).eval());
      }
    }
    return net;
  }

  private static Tensor input() {
    Shape shape = Shape.of(LENGTHS.length, STEPS, FEATURES).as(DType.FLOAT64);
    return Random.normalOnce(shape, Seed.of(3)).eval();
  }

  /** The same sequences with other numbers where the padding is. */
  private static Tensor otherPadding() {
    double[] x = input().toDoubles();
    for (int e = 0; e < LENGTHS.length; e++) {
      for (int i = (e * STEPS + LENGTHS[e]) * FEATURES; i < (e + 1) * STEPS * FEATURES; i++) {
        x[i] = 1000 - i;
      }
    }
    return Tensor.of(x, Shape.of(LENGTHS.length, STEPS, FEATURES).as(DType.FLOAT64));
  }

  private static Tensor ints(int... values) {
    return Tensor.of(values, Shape.of(values.length));
  }

  private static Side lengths() {
    return Side.lengths(Tensor.of(LENGTHS));
  }

  @ParameterizedTest
  @MethodSource("layers")
  void eachSequenceIsReadAsIfItWereAlone(Layer layer) {
    Net padded = net(layer, STEPS);
    double[] y = padded.forward(input(), lengths()).toDoubles();
    int each = padded.out().size();
    int width = padded.out().last();
    for (int e = 0; e < LENGTHS.length; e++) {
      Net alone = net(layer, LENGTHS[e]);
      Tensor x = input().narrow(0, e, 1).narrow(1, 0, LENGTHS[e]);
      double[] expected = new double[each]; // outputs beyond the end are 0
      double[] found = alone.forward(x).toDoubles();
      System.arraycopy(found, 0, expected, 0, found.length);
      assertThat(java.util.Arrays.copyOfRange(y, e * each, (e + 1) * each))
          .as("sequence %d of %d steps, outputs of %d", e, LENGTHS[e], width)
          .containsExactly(expected, withPrecision(1e-12));
    }
  }

  // ---- states that are given

  static Stream<Layer> goingOn() {
    return Stream.of(
        rnn(UNITS).startFrom("before"),
        gru(UNITS).startFrom("before"),
        gru(UNITS).resetBefore().startFrom("before"),
        lstm(UNITS).startFrom("before"));
  }

  /** Of each sequence the first half alone, then the second with the states that the first left. */
  @ParameterizedTest
  @MethodSource("goingOn")
  void aSequenceGoesOnWhereItEnded(Layer layer) {
    Tensor zeros = Tensor.zeros(LENGTHS.length, 1, UNITS).cast(DType.FLOAT64);
    Side begin = Side.of("before", zeros).and("before.cell", zeros);
    Net whole = net(layer, STEPS);
    double[] expected = whole.forward(input(), begin).narrow(1, STEPS / 2, STEPS / 2).toDoubles();
    Net half = net(layer, STEPS / 2);
    Tensor first = input().narrow(1, 0, STEPS / 2);
    Tensor h = half.forward(first, begin).narrow(1, STEPS / 2 - 1, 1);
    Tensor c = begin.run(() -> half.activations(first)).get("0.lstm.cell");
    Side then = Side.of("before", h);
    if (c != null) {
      then = then.and("before.cell", c.narrow(1, STEPS / 2 - 1, 1));
    }
    Tensor second = input().narrow(1, STEPS / 2, STEPS / 2);
    assertThat(half.forward(second, then).toDoubles())
        .containsExactly(expected, withPrecision(1e-12));
    assertThat(half.predict(second, then).toDoubles())
        .containsExactly(expected, withPrecision(1e-12));
  }

  @Test
  void statesOfEveryLayerAndDirectionAreGiven() {
    Net net = net(gru(UNITS).layers(2).bidirectional().startFrom("before"), STEPS);
    assertThatThrownBy(() -> net.forward(input()))
        .isInstanceOf(HebbException.class)
        .hasMessageContaining("needs \"before\"");
    Tensor one = Tensor.zeros(LENGTHS.length, 1, UNITS).cast(DType.FLOAT64);
    assertThatThrownBy(() -> net.forward(input(), Side.of("before", one)))
        .isInstanceOf(ShapeError.class)
        .hasMessageContaining("[n, 4, 4]: examples, layers · directions, units");
    // The last of the four states is that of the second layer's way from the end.
    Tensor four = Tensor.zeros(LENGTHS.length, 4, UNITS).cast(DType.FLOAT64).eval();
    double[] plain = net.forward(input(), Side.of("before", four)).toDoubles();
    Tensor last =
        Tensor.zeros(LENGTHS.length, 3, UNITS).concat(1, Tensor.ones(LENGTHS.length, 1, UNITS));
    double[] other = net.forward(input(), Side.of("before", last.cast(DType.FLOAT64))).toDoubles();
    for (int i = 0; i < plain.length; i++) {
      boolean fromEnd = i % (2 * UNITS) >= UNITS;
      assertThat(other[i] == plain[i]).as("output %d", i).isEqualTo(!fromEnd);
    }
  }

  @ParameterizedTest
  @MethodSource("layers")
  void whatThePaddingHoldsNeverMatters(Layer layer) {
    Net net = net(layer, STEPS);
    double[] y = net.forward(input(), lengths()).toDoubles();
    assertThat(net.forward(otherPadding(), lengths()).toDoubles()).isEqualTo(y);
    assertThat(net.forward(otherPadding()).toDoubles()).as("without lengths").isNotEqualTo(y);
  }

  @ParameterizedTest
  @MethodSource("layers")
  void maskLengthsCompiledCheckpointedAndSplitBatchesAgree(Layer layer) {
    Net net = net(layer, STEPS);
    Tensor x = input();
    double[] y = net.forward(x, lengths()).toDoubles();
    Tensor mask = Tensor.arange(STEPS).lt(Tensor.of(LENGTHS).unsqueeze(1)).eval();
    assertThat(net.forward(x, Side.mask(mask)).toDoubles()).isEqualTo(y);
    assertThat(net.predict(x, lengths()).toDoubles()).containsExactly(y, withPrecision(1e-12));
    Net again = net(checkpoint(layer), STEPS);
    for (int i = 0; i < net.params().size(); i++) {
      again.params().get(i).set(net.params().get(i).value());
    }
    assertThat(again.forward(x, lengths()).toDoubles()).isEqualTo(y);
    double[] gradient = gradient(net, x, mask);
    assertThat(gradient(again, x, mask)).containsExactly(gradient, withPrecision(1e-12));
    int at = 0;
    for (int from : new int[] {0, 2}) {
      int n = from == 0 ? 2 : 1;
      for (double v : net.forward(x.narrow(0, from, n), lengths().rows(from, n)).toDoubles()) {
        assertThat(v).isCloseTo(y[at++], withPrecision(1e-12));
      }
    }
  }

  /** In a recorded step, whose mask is an input. */
  private static double[] gradient(Net net, Tensor x, Tensor mask) {
    Step step =
        Step.of(
            true,
            in -> {
              Tensor y = net.forward(in.get(0), Side.mask(in.get(1)));
              return y.square().sum().grad(in.get(0));
            });
    return step.runAll(x, mask).getFirst().toDoubles();
  }

  @ParameterizedTest
  @MethodSource("layers")
  void gradientsUnderAMaskAreThoseOfDifferences(Layer layer) {
    Net net = net(layer, STEPS);
    List<Tensor> point = new ArrayList<>(net.params().stream().map(Variable::value).toList());
    point.add(input());
    var found =
        Gradients.check(
            in -> {
              List<Tensor> weights = in.subList(0, in.size() - 1);
              return lengths().run(() -> net.forward(in.getLast(), weights)).square().sum();
            },
            point);
    assertThat(found.passes(1e-6)).as("%s: %s", layer, found).isTrue();
  }

  @Test
  void aMaskWithHolesSkipsThem() {
    Net six = net(lstm(UNITS).bidirectional(), STEPS);
    Net three = net(lstm(UNITS).bidirectional(), 3);
    Tensor x = input().narrow(0, 0, 1);
    Tensor mask = Tensor.of(new boolean[] {false, true, false, true, true, false}, Shape.of(1, 6));
    Tensor dense = x.gather(1, ints(1, 3, 4));
    Tensor y = six.forward(x, Side.mask(mask));
    assertThat(y.gather(1, ints(1, 3, 4)).toDoubles())
        .containsExactly(three.forward(dense).toDoubles(), withPrecision(1e-12));
    assertThat(y.gather(1, ints(0, 2, 5)).toDoubles()).containsOnly(0);
  }

  @Test
  void stackedLayersAreLayersOneAfterTheOther() {
    Net stack =
        LayerContract.of(
                lstm(3).layers(2).dropout(0), Shape.of(5, 2), 4 * (2 * 3 + 9 + 3) + 4 * (9 + 9 + 3))
            .check();
    assertThat(stack.params()).extracting(Variable::name).startsWith("0.lstm.0.w", "0.lstm.0.u");
    Net chain = sequential(lstm(3), lstm(3)).build(Shape.of(5, 2), Seed.of(1));
    for (int i = 0; i < chain.params().size(); i++) {
      chain.params().get(i).set(stack.params().get(i).value());
    }
    Tensor x = Random.normalOnce(Shape.of(2, 5, 2), Seed.of(4)).eval();
    assertThat(stack.forward(x).toFloats()).isEqualTo(chain.forward(x).toFloats());
  }

  @Test
  void dropoutIsBetweenTheLayersAndInTrainingOnly() {
    LayerContract.of(
            gru(3).layers(2).dropout(0.5),
            Shape.of(5, 2),
            3 * (6 + 9 + 3) + 3 + 3 * (9 + 9 + 3) + 3)
        .random()
        .check();
    Net one = lstm(3).dropout(0.9).build(Shape.of(4, 2), Seed.of(1));
    Net two = lstm(3).layers(2).dropout(0.9).build(Shape.of(4, 2), Seed.of(1));
    Tensor x = Random.normalOnce(Shape.of(2, 4, 2), Seed.of(4)).eval();
    float[] y = one.forward(x).toFloats();
    assertThat(Mode.training(() -> one.forward(x).toFloats())).as("one layer").isEqualTo(y);
    assertThat(Mode.training(() -> two.forward(x).toFloats()))
        .isNotEqualTo(two.forward(x).toFloats());
  }

  /** Cho et al., 2014, with the reset gate in front of the product, in plain arithmetic. */
  @Test
  void gruWithTheResetInFrontIsThatOfThePaper() {
    LayerContract.of(gru(3).resetBefore(), Shape.of(4, 2), 3 * (2 * 3 + 9 + 3)).check();
    Net net = net(gru(UNITS).resetBefore(), STEPS);
    double[] w = net.variable("0.gru.w").value().toDoubles();
    double[] u = net.variable("0.gru.u").value().toDoubles();
    double[] b = net.variable("0.gru.b").value().toDoubles();
    double[] x = input().toDoubles();
    double[] y = net.forward(input()).toDoubles();
    for (int e = 0; e < LENGTHS.length; e++) {
      double[] h = new double[UNITS];
      for (int t = 0; t < STEPS; t++) {
        double[] next = new double[UNITS];
        double[] reset = new double[UNITS];
        for (int j = 0; j < UNITS; j++) {
          reset[j] = h[j] * sigmoid(sum(w, b, x, (e * STEPS + t) * FEATURES, j) + dot(u, h, j));
        }
        for (int j = 0; j < UNITS; j++) {
          int at = (e * STEPS + t) * FEATURES;
          double z = sigmoid(sum(w, b, x, at, UNITS + j) + dot(u, h, UNITS + j));
          double n = Math.tanh(sum(w, b, x, at, 2 * UNITS + j) + dot(u, reset, 2 * UNITS + j));
          next[j] = (1 - z) * n + z * h[j];
          assertThat(y[(e * STEPS + t) * UNITS + j]).isCloseTo(next[j], withPrecision(1e-12));
        }
        h = next;
      }
    }
  }

  private static double sum(double[] w, double[] b, double[] x, int at, int column) {
    double a = b[column];
    for (int i = 0; i < FEATURES; i++) {
      a += x[at + i] * w[i * 3 * UNITS + column];
    }
    return a;
  }

  private static double dot(double[] u, double[] h, int column) {
    double a = 0;
    for (int i = 0; i < UNITS; i++) {
      a += h[i] * u[i * 3 * UNITS + column];
    }
    return a;
  }

  private static double sigmoid(double a) {
    return 1 / (1 + Math.exp(-a));
  }

  @Test
  void l52GatesCanBeLookedAtAndLieBetweenZeroAndOne() {
    Net net = sequential(lstm(5), gru(4)).build(Shape.of(7, 3), Seed.of(1));
    Tensor x = Random.normalOnce(Shape.of(2, 7, 3), Seed.of(4)).mul(50).eval();
    Map<String, Tensor> seen = net.activations(x);
    for (String gate : List.of("0.lstm.in", "0.lstm.forget", "0.lstm.out")) {
      Tensor g = seen.get(gate);
      assertThat(g.shape()).as(gate).isEqualTo(Shape.of(2, 7, 5));
      assertThat(g.min().item()).as(gate).isBetween(0.0, 1.0);
      assertThat(g.max().item()).as(gate).isBetween(0.0, 1.0);
    }
    for (String gate : List.of("1.gru.reset", "1.gru.update")) {
      assertThat(java.util.Objects.requireNonNull(seen.get(gate)).shape())
          .as(gate)
          .isEqualTo(Shape.of(2, 7, 4));
    }
    float[] c = seen.get("0.lstm.cell").toFloats();
    float[] out = seen.get("0.lstm.out").toFloats();
    float[] h = seen.get("0.lstm").toFloats();
    for (int i = 0; i < h.length; i++) {
      assertThat((double) h[i]).isCloseTo(out[i] * Math.tanh(c[i]), withPrecision(1e-6));
    }
    assertThat(seen.keySet()).last().isEqualTo("1.gru");
  }

  @Test
  void embeddingPublishesItsPadding() {
    LayerContract.of(
            embedding(4, 3).maskZero().init(Init.normal(0.1)), Shape.of(2).as(DType.INT32), 12)
        .check();
    Net net =
        sequential(embedding(5, 3).maskZero(), dropout(0.1), lstm(4).last())
            .build(Shape.of(4).as(DType.INT32), Seed.of(1));
    Tensor x = Tensor.of(new int[] {3, 1, 0, 0, 4, 2, 1, 1}, Shape.of(2, 4));
    Net embedding = sequential(embedding(5, 3)).build(Shape.of(4).as(DType.INT32), Seed.of(1));
    Net plain = sequential(lstm(4).last()).build(Shape.of(2, 3), Seed.of(1));
    embedding.variable("0.embedding.w").set(net.variable("0.embedding.w").value());
    for (String name : List.of("w", "u", "b")) {
      plain.variable("0.lstm." + name).set(net.variable("2.lstm." + name).value());
    }
    Tensor shorter = embedding.forward(x).narrow(0, 0, 1).narrow(1, 0, 2);
    assertThat(net.forward(x).narrow(0, 0, 1).toFloats())
        .containsExactly(plain.forward(shorter).toFloats(), withPrecision(1e-6f));
  }

  @Test
  void aMaskPublishedInsideACheckpointHoldsOutside() {
    Shape in = Shape.of(4).as(DType.INT32);
    Tensor x = Tensor.of(new int[] {3, 1, 0, 0, 4, 2, 1, 1}, Shape.of(2, 4));
    Layer embedding = embedding(5, 3).maskZero();
    Net plain = sequential(embedding, lstm(4).last()).build(in, Seed.of(1));
    Net wrapped = sequential(checkpoint(embedding), lstm(4).last()).build(in, Seed.of(1));
    assertThat(wrapped.forward(x).toFloats()).isEqualTo(plain.forward(x).toFloats());
    List<Tensor> expected = plain.forward(x).square().sum().grad(plain.params());
    List<Tensor> found = wrapped.forward(x).square().sum().grad(wrapped.params());
    for (int i = 0; i < found.size(); i++) {
      assertThat(found.get(i).toFloats())
          .containsExactly(expected.get(i).toFloats(), withPrecision(1e-6f));
    }
  }

  @Test
  void poolsKeepTheContract() {
    LayerContract.of(meanOfSteps(), Shape.of(4, 3), 0).check();
    LayerContract.of(firstStep(), Shape.of(4, 3), 0).check();
    LayerContract.of(lastStep(), Shape.of(4, 3), 0).check();
    Tensor none = Tensor.full(Shape.of(DType.BOOL, 3, STEPS), 0);
    assertThat(net(meanOfSteps(), STEPS).forward(input(), Side.mask(none)).toDoubles())
        .containsOnly(0);
  }

  @Test
  void wrongSideInputsAreRejectedWithAFix() {
    Net net = net(lstm(2), STEPS);
    Tensor x = input();
    assertThatThrownBy(() -> net.forward(x, Side.mask(Tensor.full(Shape.of(DType.BOOL, 3, 5), 1))))
        .isInstanceOf(ShapeError.class)
        .hasMessageContaining("\"mask\"")
        .hasMessageContaining("[3, 6]");
    assertThatThrownBy(() -> net.forward(x, Side.lengths(Tensor.of(1, 2))))
        .hasMessageContaining("\"lengths\"");
    assertThatThrownBy(() -> Side.lengths(Tensor.zeros(1, 2))).isInstanceOf(ShapeError.class);
    assertThatThrownBy(() -> Side.mask(ints(1, 0))).hasMessageContaining("use x.ne(0)");
    assertThatThrownBy(() -> lstm(2).dropout(1)).isInstanceOf(HebbException.class);
    assertThatThrownBy(() -> gru(2).layers(0)).hasMessageContaining("at least one layer");
    Net cross = net(attention(1).cross(), STEPS);
    assertThatThrownBy(() -> cross.forward(x))
        .isInstanceOf(HebbException.class)
        .hasMessageContaining("net.forward(x, Side.of(\"memory\", …))");
  }
}
