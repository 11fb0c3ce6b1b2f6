package dev.hebb.nn;

import static dev.hebb.nn.Layers.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hebb.tensor.Mode;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.ShapeError;
import dev.hebb.tensor.Step;
import dev.hebb.tensor.Tensor;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What differs between training and evaluation. */
class ModesTest {
  private static final Tensor X = Tensor.of(new float[][] {{1, 10}, {2, 20}, {4, 60}, {5, 70}});

  private static Step trains(Net net) {
    return Step.of(true, in -> java.util.List.of(net.forward(in.getFirst())));
  }

  @Test
  void dropoutKeepsTheExpectationAndOnlyDropsInTraining() {
    Net net = dropout(0.25).build(Shape.of(1000), Seed.of(3));
    Tensor ones = Tensor.ones(2, 1000);
    assertThat(net.forward(ones).toFloats()).containsOnly(1);
    Step step = trains(net);
    float[] first = step.run(ones).toFloats();
    float[] second = step.run(ones).toFloats();
    assertThat(first).containsOnly(0, 1 / 0.75f).isNotEqualTo(second);
    double kept = 0;
    for (float v : first) {
      kept += v > 0 ? 1 : 0;
    }
    assertThat(kept / 2000).isCloseTo(0.75, within(5 * Math.sqrt(0.75 * 0.25 / 2000)));
  }

  @Test
  void twoDropoutsDropDifferentUnits() {
    Net net = concat(dropout(0.5), dropout(0.5)).build(Shape.of(64), Seed.of(3));
    float[] y = trains(net).run(Tensor.ones(1, 64)).toFloats();
    assertThat(Arrays.copyOf(y, 64)).isNotEqualTo(Arrays.copyOfRange(y, 64, 128));
  }

  @Test
  void batchNormUsesTheBatchInTrainingAndTheRunningStatisticsAfterwards() {
    Net net = batchNorm().build(Shape.of(2), Seed.of(1));
    float[] y = trains(net).run(X).toFloats();
    double[][] column = {{1, 2, 4, 5}, {10, 20, 60, 70}};
    double[] mean = {3, 40};
    double[] biased = {2.5, 650};
    for (int c = 0; c < 2; c++) {
      for (int i = 0; i < 4; i++) {
        double expected = (column[c][i] - mean[c]) / Math.sqrt(biased[c] + 1e-5);
        assertThat((double) y[2 * i + c]).isCloseTo(expected, within(1e-5));
      }
    }
    float[] runningMean = net.variable("0.batchNorm.mean").value().toFloats();
    float[] runningVariance = net.variable("0.batchNorm.variance").value().toFloats();
    for (int c = 0; c < 2; c++) {
      assertThat((double) runningMean[c]).isCloseTo(0.1 * mean[c], within(1e-5));
      assertThat((double) runningVariance[c])
          .isCloseTo(0.9 + 0.1 * biased[c] * 4 / 3, within(1e-4));
    }
    double expected = (1 - 0.1 * 3) / Math.sqrt(0.9 + 0.1 * 2.5 * 4 / 3 + 1e-5);
    assertThat((double) net.predict(new float[] {1, 0})[0]).isCloseTo(expected, within(1e-5));
  }

  @Test
  void evaluationLeavesTheRunningStatisticsAlone() {
    Net net = batchNorm().build(Shape.of(2), Seed.of(1));
    net.forward(X).eval();
    net.predict(X);
    assertThat(net.variable("0.batchNorm.mean").value().toFloats()).containsOnly(0);
  }

  @Test
  void aFrozenBatchNormEvaluatesAndKeepsItsStatistics() {
    Net net = chain(batchNorm(), dense(1)).build(Shape.of(2), Seed.of(1)).freeze("0.batchNorm");
    trains(net).run(X);
    assertThat(net.variable("0.batchNorm.mean").value().toFloats()).containsOnly(0);
    assertThat(net.params()).extracting(v -> v.name()).containsExactly("1.dense.w", "1.dense.b");
  }

  @Test
  void batchNormCannotTrainOnOneNumber() {
    Net net = batchNorm().build(Shape.of(2), Seed.of(1));
    assertThatThrownBy(() -> Mode.training(() -> net.forward(Tensor.ones(1, 2))))
        .isInstanceOf(ShapeError.class)
        .hasMessageContaining("larger batch");
  }

  @Test
  void randomReluIsFixedInEvaluation() {
    Net net = rrelu().build(Shape.of(50), Seed.of(1));
    Tensor x = Tensor.full(Shape.of(1, 50), -1);
    assertThat(net.forward(x).toFloats()).containsOnly((float) -((1.0 / 8 + 1.0 / 3) / 2));
    float[] slopes = trains(net).run(x).toFloats();
    assertThat(Arrays.equals(slopes, trains(net).run(x).toFloats()))
        .isTrue(); // same seed, same step
    for (float s : slopes) {
      assertThat(-s).isBetween(0.125f, 1 / 3f);
    }
    assertThat(slopes[0]).isNotEqualTo(slopes[1]);
  }

  @Test
  void preluLearnsItsSlope() {
    Net net = prelu().build(Shape.of(1), Seed.of(1));
    var opt = dev.hebb.nn.optim.Sgd.of(0.1).bind(net.params());
    Tensor x = Tensor.of(new float[][] {{-2}});
    opt.update(net.forward(x).mse(Tensor.of(new float[][] {{-1}})).grad(net.params()));
    // J = (−2α + 1)², ∂J/∂α = −4(1 − 2α) = −2 at α = ¼
    assertThat(net.params().getFirst().value().item()).isCloseTo(0.25 + 0.1 * 2, within(1e-6));
  }
}
