package dev.hebb.nn.optim;

import static dev.hebb.nn.Layers.conv2d;
import static dev.hebb.nn.Layers.dense;
import static dev.hebb.nn.Layers.flatten;
import static dev.hebb.nn.Layers.sequential;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hebb.nn.Net;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Random;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Step;
import dev.hebb.tensor.Tensor;
import dev.hebb.tensor.Variable;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Penalties and constraints (L44) against loops, eagerly and in compiled steps. */
class RegularizerTest {
  private static Net net() {
    return sequential(conv2d(3, 2).relu(), flatten(), dense(4).named("head"))
        .build(Shape.of(DType.FLOAT64, 2, 3, 3), Seed.of(1));
  }

  private static double sum(Variable v, java.util.function.DoubleUnaryOperator f) {
    double sum = 0;
    for (double d : v.value().toDoubles()) {
      sum += f.applyAsDouble(d);
    }
    return sum;
  }

  @Test
  void l44PenaltiesAreThoseOfTheWeights() {
    Net net = net();
    Variable kernel = net.variable("0.conv2d.w");
    Variable matrix = net.variable("head.w");
    net.variable("head.b").set(Tensor.full(Shape.of(DType.FLOAT64, 4), 9)); // biases stay out
    double all = sum(kernel, Math::abs) + sum(matrix, Math::abs);
    assertThat(Regularizer.l1(0.3).penalty(net.params()).item())
        .isCloseTo(0.3 * all, within(1e-12));
    double squares = sum(kernel, v -> v * v) + sum(matrix, v -> v * v);
    assertThat(Regularizer.l2(0.3).penalty(net.params()).item())
        .isCloseTo(0.15 * squares, within(1e-12));
    assertThat(Regularizer.l2(0.3).on("head").penalty(net.params()).item())
        .isCloseTo(0.15 * sum(matrix, v -> v * v), within(1e-12));
    assertThat(Regularizer.l1(1).on("head.b").penalty(net.params()).item()).isEqualTo(36);
    var both = new Regularizer.Penalty(0.1, 0.2, List.of("0.conv2d"));
    assertThat(both.penalty(net.params()).item())
        .isCloseTo(0.1 * sum(kernel, Math::abs) + 0.1 * sum(kernel, v -> v * v), within(1e-12));
    Regularizer nothing = new Regularizer() {};
    assertThat(nothing.penalty(net.params()).item()).isZero();
  }

  @Test
  void l44ASquaredPenaltyIsWeightDecayOfGradientDescent() {
    Net a = sequential(dense(3)).build(Shape.of(DType.FLOAT64, 2), Seed.of(1));
    Net b = sequential(dense(3)).build(Shape.of(DType.FLOAT64, 2), Seed.of(1));
    Tensor x = Random.normalOnce(Shape.of(DType.FLOAT64, 5, 2), Seed.of(2)).eval();
    Variable w = a.variable("0.dense.w");
    Variable v = b.variable("0.dense.w");
    Bound decay = Sgd.of(0.1).weightDecay(0.3).bind(List.of(w));
    Bound plain = Sgd.of(0.1).bind(List.of(v));
    for (int i = 0; i < 5; i++) {
      decay.update(a.forward(x).square().mean().grad(List.of(w)));
      Tensor aim = b.forward(x).square().mean().add(Regularizer.l2(0.3).penalty(List.of(v)));
      plain.update(aim.grad(List.of(v)));
    }
    for (int i = 0; i < 6; i++) {
      assertThat(v.value().toDoubles()[i]).isCloseTo(w.value().toDoubles()[i], within(1e-14));
    }
  }

  @Test
  void l44AnAbsolutePenaltyMakesWeightsVanish() {
    // Minimum of ½(w − y)² + λ|w|: y moved toward 0 by λ, and 0 where that would cross it.
    Variable w = Variable.of("w", Tensor.of(new double[] {1, 1, 1}, Shape.of(1, 3)));
    Tensor y = Tensor.of(new double[] {2, 0.05, -0.7}, Shape.of(1, 3));
    Bound opt = Sgd.of(0.05).bind(List.of(w));
    Step step =
        Step.trainStep(() -> {
          Tensor aim = w.tensor().sub(y).square().sum().mul(0.5);
          opt.update(aim.add(Regularizer.l1(0.1).penalty(List.of(w))).grad(List.of(w)));
          return aim;
        });
    for (int i = 0; i < 400; i++) {
      step.run();
    }
    assertThat(w.value().toDoubles()[0]).isCloseTo(1.9, within(1e-6));
    assertThat(w.value().toDoubles()[1]).isCloseTo(0, within(0.0051));
    assertThat(w.value().toDoubles()[2]).isCloseTo(-0.6, within(1e-6));
  }

  private static double[] norms(Variable v, boolean isKernel) {
    double[] w = v.value().toDoubles();
    int units = isKernel ? v.shape().dim(0) : v.shape().last();
    double[] squares = new double[units];
    for (int i = 0; i < w.length; i++) {
      squares[isKernel ? i / (w.length / units) : i % units] += w[i] * w[i];
    }
    return IntStream.range(0, units).mapToDouble(i -> Math.sqrt(squares[i])).toArray();
  }

  @Test
  void l44ConstraintsHoldAfterEachCompiledUpdate() {
    Net net = net();
    List<Regularizer> rules =
        List.of(
            Regularizer.maxNorm(0.5).on("0.conv2d"),
            Regularizer.unitNorm().on("head"),
            Regularizer.nonNegative().on("0.conv2d"));
    Bound opt = Sgd.of(0.3).bind(net.params());
    Step step =
        Step.trainStep(x -> {
          Tensor loss = net.forward(x).square().mean();
          opt.update(loss.grad(net.params()));
          rules.forEach(r -> r.constrain(net.params()));
          return loss;
        });
    Tensor x = Random.normalOnce(Shape.of(DType.FLOAT64, 6, 2, 3, 3), Seed.of(2)).eval();
    for (int i = 0; i < 3; i++) {
      step.run(x);
      for (double n : norms(net.variable("0.conv2d.w"), true)) {
        assertThat(n).isLessThanOrEqualTo(0.5 + 1e-12);
      }
      for (double n : norms(net.variable("head.w"), false)) {
        assertThat(n).isCloseTo(1, within(1e-12));
      }
      assertThat(Arrays.stream(net.variable("0.conv2d.w").value().toDoubles()).min().orElseThrow())
          .isNotNegative();
    }
  }

  @Test
  void whatIsWithinItsBoundsKeepsItsBits() {
    Variable w = Variable.of("w", Tensor.of(new float[][] {{0.3f, 3}, {0.4f, 4}, {0, 0}}));
    float[] before = w.value().toFloats();
    Regularizer.maxNorm(5).constrain(List.of(w));
    assertThat(w.value().toFloats()).isEqualTo(before);
    Regularizer.maxNorm(1).constrain(List.of(w));
    assertThat(w.value().toFloats()).containsExactly(0.3f, 0.6f, 0.4f, 0.8f, 0, 0);
    Variable zero = Variable.of("z", Tensor.zeros(2, 2));
    Regularizer.unitNorm().constrain(List.of(zero));
    assertThat(zero.value().toFloats()).as("no direction").containsOnly(0);
  }

  @Test
  void wrongNamesAndRangesAreRejected() {
    Net net = net();
    assertThatThrownBy(() -> Regularizer.l2(1).on("body").penalty(net.params()))
        .isInstanceOf(HebbException.class)
        .hasMessageContaining("\"body\"")
        .hasMessageContaining("head.w");
    assertThatThrownBy(() -> Regularizer.l2(1).penalty(List.of(Variable.of("b", Tensor.zeros(3)))))
        .hasMessageContaining("no weights");
    assertThatThrownBy(() -> Regularizer.l1(-1)).hasMessageContaining("l1");
    assertThatThrownBy(() -> Regularizer.maxNorm(0)).hasMessageContaining("norm");
    assertThat(Regularizer.l1(0.5).on("a"))
        .isEqualTo(new Regularizer.Penalty(0.5, 0, List.of("a")));
  }
}
