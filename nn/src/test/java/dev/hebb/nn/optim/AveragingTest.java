package dev.hebb.nn.optim;

import static dev.hebb.nn.Layers.batchNorm;
import static dev.hebb.nn.Layers.dense;
import static dev.hebb.nn.Layers.sequential;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hebb.nn.Net;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.Random;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.ShapeError;
import dev.hebb.tensor.Step;
import dev.hebb.tensor.Tensor;
import dev.hebb.tensor.Variable;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Averages of weights, sums of gradients and the rule around a rule, against plain loops. */
class AveragingTest {
  private static final int STEPS = 15;

  /** The weight after update t is t². */
  private static double after(Averaging rule, boolean recorded) {
    Variable w = Variable.of("w", Tensor.of(new double[] {0}, Shape.of(1)));
    Variable t = Variable.of("n", Tensor.of(new double[] {0}, Shape.of(1)));
    Averaged average = rule.bind(List.of(w));
    Step step =
        Step.trainStep(() -> {
          t.set(t.tensor().add(1));
          w.set(t.tensor().square());
          average.update();
          return w.tensor().sum();
        });
    for (int i = 1; i <= STEPS; i++) {
      if (recorded) {
        step.run();
      } else {
        w.set(Tensor.of(new double[] {i * i}, Shape.of(1)));
        average.update();
      }
    }
    double mean = average.values().get("w").item();
    assertThat(average.during(() -> w.value().item())).isEqualTo(mean);
    assertThat(w.value().item()).as("as before").isEqualTo(STEPS * STEPS);
    return mean;
  }

  @Test
  void theExponentialAverageIsCorrectedForItsStart() {
    for (double d : new double[] {0, 0.9, 0.999}) {
      double m = 0;
      for (int t = 1; t <= STEPS; t++) {
        m = d * m + (1 - d) * t * t;
      }
      double expected = m / (1 - Math.pow(d, STEPS));
      assertThat(after(Averaging.ema(d), false)).isCloseTo(expected, within(1e-9));
      assertThat(after(Averaging.ema(d), true)).isCloseTo(expected, within(1e-9));
    }
  }

  @Test
  void stochasticWeightAveragingIsThePlainMean() {
    double expected = (16 + 49 + 100 + 169) / 4.0; // after updates 4, 7, 10, 13
    assertThat(after(Averaging.swa(4, 3), false)).isCloseTo(expected, within(1e-9));
    assertThat(after(Averaging.swa(4, 3), true)).isCloseTo(expected, within(1e-9));
    assertThat(after(Averaging.swa(40, 3), true)).as("not begun").isEqualTo(STEPS * STEPS);
  }

  @Test
  void anAverageOfNothingIsTheWeightsThemselves() {
    Variable w = Variable.of("w", Tensor.of(3f, 4f));
    Averaged average = Averaging.ema(0.9).bind(List.of(w));
    average.apply();
    assertThat(w.value().toFloats()).containsExactly(3, 4);
    assertThat(average.variables())
        .extracting(Variable::name)
        .containsExactly("average.w", "average.t");
    assertThatThrownBy(() -> Averaging.ema(1)).hasMessageContaining("decay");
    assertThatThrownBy(() -> Averaging.swa(0, 1)).hasMessageContaining("first update");
    assertThatThrownBy(() -> Averaging.swa(1, 0)).hasMessageContaining("updates between");
    assertThatThrownBy(() -> Averaging.ema(0.9).bind(List.of()))
        .hasMessageContaining("no variables");
  }

  @Test
  void aFailureInsideLeavesTheWeights() {
    Variable w = Variable.of("w", Tensor.of(3f, 4f));
    Averaged average = Averaging.ema(0.9).bind(List.of(w));
    average.update();
    w.set(Tensor.of(5f, 6f));
    assertThatThrownBy(() ->
            average.during(() -> {
              throw new IllegalStateException("no");
            }))
        .hasMessage("no");
    assertThat(w.value().toFloats()).containsExactly(5, 6);
  }

  @Test
  void calibrationTakesTheMeanOfTheBatchesStatistics() {
    Net net = sequential(dense(2), batchNorm()).build(Shape.of(DType.FLOAT64, 3), Seed.of(1));
    List<Tensor> batches = new ArrayList<>();
    double[] mean = new double[2];
    double[] variance = new double[2];
    for (int i = 0; i < 4; i++) {
      Tensor x = Random.normalOnce(Shape.of(DType.FLOAT64, 5, 3), Seed.of(i + 10)).eval();
      batches.add(x);
      double[] z = x.matmul(net.variable("0.dense.w").value()).toDoubles();
      for (int c = 0; c < 2; c++) {
        double mu = 0;
        double square = 0;
        for (int k = 0; k < 5; k++) {
          mu += z[2 * k + c] / 5;
        }
        for (int k = 0; k < 5; k++) {
          square += Math.pow(z[2 * k + c] - mu, 2) / 4;
        }
        mean[c] += mu / 4;
        variance[c] += square / 4;
      }
    }
    net.variable("1.batchNorm.mean").set(Tensor.of(77.0, -3.0));
    net.calibrate(batches);
    for (int c = 0; c < 2; c++) {
      assertThat(net.variable("1.batchNorm.mean").value().toDoubles()[c])
          .isCloseTo(mean[c], within(1e-12));
      assertThat(net.variable("1.batchNorm.variance").value().toDoubles()[c])
          .isCloseTo(variance[c], within(1e-12));
    }
    Net plain = dense(2).build(Shape.of(3), Seed.of(1));
    assertThat(plain.calibrate(List.of())).isSameAs(plain);
  }

  // ---- sums of gradients

  @Test
  void severalSmallBatchesAreOneLargeOne() {
    Tensor x = Random.normalOnce(Shape.of(DType.FLOAT64, 10, 3), Seed.of(1)).eval();
    Tensor y = Random.normalOnce(Shape.of(DType.FLOAT64, 10, 2), Seed.of(2)).eval();
    Net large = dense(2).tanh().build(Shape.of(DType.FLOAT64, 3), Seed.of(1));
    Net small = dense(2).tanh().build(Shape.of(DType.FLOAT64, 3), Seed.of(1));
    Bound one = Adam.of(0.1).bind(large.params());
    Bound other = Adam.of(0.1).bind(small.params());
    GradientSum sum = GradientSum.of(small.params());
    Step step =
        Step.trainStep((a, b) -> {
          Tensor loss = small.forward(a).mse(b);
          sum.add(loss.grad(small.params()), a.dim(0));
          return loss;
        });
    Step update =
        Step.trainStep(() -> {
          other.update(sum.take());
          return Tensor.zeros();
        });
    for (int i = 0; i < 3; i++) {
      one.update(large.forward(x).mse(y).grad(large.params()));
      int[] cuts = {0, 4, 8, 10}; // unequal batches count by their size
      for (int k = 0; k < 3; k++) {
        int n = cuts[k + 1] - cuts[k];
        step.run(x.narrow(0, cuts[k], n).eval(), y.narrow(0, cuts[k], n).eval());
      }
      update.run();
    }
    for (int i = 0; i < large.params().size(); i++) {
      double[] expected = large.params().get(i).value().toDoubles();
      double[] actual = small.params().get(i).value().toDoubles();
      for (int k = 0; k < expected.length; k++) {
        assertThat(actual[k]).isCloseTo(expected[k], within(1e-12));
      }
    }
    assertThatThrownBy(() -> sum.add(List.of(), 1)).isInstanceOf(ShapeError.class);
    assertThatThrownBy(
            () -> GradientSum.of(List.of(one.params().get(0))).add(List.of(Tensor.zeros(1)), 1))
        .hasMessageContaining("0.dense.w");
  }

  // ---- lookahead

  @Test
  void lookaheadFollowsItsPaper() {
    OptimizerTest.follows(
        Lookahead.of(Sgd.of(0.05).momentum(0.5)).every(3).share(0.4),
        () ->
            new OptimizerTest.Recurrence() {
              double slow;
              double v;

              @Override
              public double next(double w, double g, int t) {
                slow = t == 1 ? w : slow;
                v = 0.5 * v + g;
                double fast = w - 0.05 * v;
                if (t % 3 == 0) {
                  slow += 0.4 * (fast - slow);
                  return slow;
                }
                return fast;
              }
            });
    assertThatThrownBy(() -> Lookahead.of(Sgd.of(1)).every(0)).hasMessageContaining("ahead");
    assertThatThrownBy(() -> Lookahead.of(Sgd.of(1)).share(0)).hasMessageContaining("share");
  }
}
