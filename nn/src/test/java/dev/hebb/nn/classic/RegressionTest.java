package dev.hebb.nn.classic;

import static dev.hebb.nn.Layers.*;
import static dev.hebb.tensor.Step.trainStep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hebb.nn.optim.Sgd;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Logistic and softmax regression against plain loops, and against a network that learns. */
class RegressionTest {
  private static final int N = 120;

  /** Two overlapping clouds; the columns have unequal scales. */
  private static double[][] clouds() {
    var random = new Random(5);
    double[][] rows = new double[N][3];
    for (int i = 0; i < N; i++) {
      rows[i][2] = i % 3;
      rows[i][0] = random.nextGaussian() + 0.8 * rows[i][2];
      rows[i][1] = 4 * random.nextGaussian() - rows[i][2];
    }
    return rows;
  }

  private static Tensor inputs() {
    double[] x = new double[2 * N];
    for (int i = 0; i < N; i++) {
      System.arraycopy(clouds()[i], 0, x, 2 * i, 2);
    }
    return Tensor.of(x, Shape.of(N, 2));
  }

  private static Tensor labels(boolean two) {
    int[] y = new int[N];
    for (int i = 0; i < N; i++) {
      y[i] = two ? (int) clouds()[i][2] / 2 : (int) clouds()[i][2];
    }
    return Tensor.of(y, Shape.of(N));
  }

  /** Iteratively reweighted least squares in plain loops, the normal equations by elimination. */
  private static double[] reweighted(double[][] rows, double l2) {
    double[] w = new double[3];
    for (int round = 0; round < 50; round++) {
      double[][] a = new double[3][4];
      for (double[] row : rows) {
        double[] x = {row[0], row[1], 1};
        double p = 1 / (1 + Math.exp(-(w[0] * x[0] + w[1] * x[1] + w[2])));
        double y = row[2] == 2 ? 1 : 0;
        for (int i = 0; i < 3; i++) {
          for (int j = 0; j < 3; j++) {
            a[i][j] += p * (1 - p) * x[i] * x[j] / rows.length;
          }
          a[i][3] += (y - p) * x[i] / rows.length;
        }
      }
      for (int i = 0; i < 2; i++) {
        a[i][i] += l2;
        a[i][3] -= l2 * w[i];
      }
      for (int i = 0; i < 3; i++) {
        for (int r = 0; r < 3; r++) {
          double f = r == i ? 0 : a[r][i] / a[i][i];
          for (int c = i; c < 4; c++) {
            a[r][c] -= f * a[i][c];
          }
        }
      }
      for (int i = 0; i < 3; i++) {
        w[i] += a[i][3] / a[i][i];
      }
    }
    return w;
  }

  @Test
  void l14CoefficientsMatchReweightedLeastSquares() {
    for (double l2 : new double[] {0, 0.05}) {
      double[] expected = reweighted(clouds(), l2);
      var fit = LogisticRegression.fit(inputs(), labels(true), l2);
      assertThat(fit.weights().get(0)).isCloseTo(expected[0], within(1e-9));
      assertThat(fit.weights().get(1)).isCloseTo(expected[1], within(1e-9));
      assertThat(fit.bias()).isCloseTo(expected[2], within(1e-9));
    }
  }

  @Test
  void l14ASigmoidNeuronLearnsTheSameCoefficients() {
    double[] expected = reweighted(clouds(), 0);
    var net = sequential(dense(1)).build(Shape.of(DType.FLOAT64, 2), Seed.of(1));
    var opt = Sgd.of(0.3).momentum(0.9).bind(net.params());
    Tensor x = inputs();
    Tensor y = labels(true).reshape(N, 1).eval();
    var step =
        trainStep(() -> {
          var loss = net.forward(x).bceWithLogits(y);
          opt.update(loss.grad(net.params()));
          return loss;
        });
    for (int i = 0; i < 1500; i++) step.run();
    double[] w = net.params().getFirst().value().toDoubles();
    assertThat(w[0]).isCloseTo(expected[0], within(1e-3));
    assertThat(w[1]).isCloseTo(expected[1], within(1e-3));
    assertThat(net.params().getLast().value().item()).isCloseTo(expected[2], within(1e-3));
  }

  @Test
  void l14TheThresholdIsOneHalf() {
    var neuron = new LogisticRegression(java.util.List.of(2.0), -1);
    Tensor x = Tensor.of(new double[] {0.5, 0.4999, 3}, Shape.of(3, 1));
    assertThat(neuron.of(x).toDoubles()).containsExactly(1, 0, 1);
    assertThat(neuron.probability(x).toDoubles()[0]).isEqualTo(0.5);
    assertThat(neuron.probability(x).toDoubles()[2])
        .isCloseTo(1 / (1 + Math.exp(-5)), within(1e-12));
  }

  @Test
  void l14WithoutABestAnswerItSaysSo() {
    Tensor x = Tensor.of(new float[][] {{0}, {1}, {2}, {3}});
    assertThatThrownBy(() -> LogisticRegression.fit(x, Tensor.of(0, 0, 1, 1), 0))
        .isInstanceOf(HebbException.class)
        .hasMessageContaining("separable");
    assertThat(LogisticRegression.fit(x, Tensor.of(0, 0, 1, 1), 0.01).of(x).toDoubles())
        .containsExactly(0, 0, 1, 1);
    Tensor touching = Tensor.of(new float[][] {{0}, {1}, {1}, {2}}); // separable but for a tie
    assertThatThrownBy(() -> LogisticRegression.fit(touching, Tensor.of(0, 0, 1, 1), 0))
        .isInstanceOf(HebbException.class)
        .hasMessageContaining("l2");
    Tensor twice = Tensor.of(new float[][] {{0, 0}, {1, 2}, {2, 4}, {3, 6}});
    assertThatThrownBy(() -> LogisticRegression.fit(twice, Tensor.of(0, 1, 0, 1), 0))
        .isInstanceOf(HebbException.class)
        .hasMessageContaining("column");
    assertThatThrownBy(() -> LogisticRegression.fit(x, Tensor.of(1, 1, 1, 1), 0))
        .isInstanceOf(HebbException.class)
        .hasMessageContaining("the same");
    assertThatThrownBy(() -> LogisticRegression.fit(x, Tensor.of(0, 0, 1, 1), -1))
        .isInstanceOf(HebbException.class);
  }

  @Test
  void l39SoftmaxRegressionHasKSetsOfWeightsWhoseProbabilitiesAddUpToOne() {
    var fit = SoftmaxRegression.fit(inputs(), labels(false), 0);
    assertThat(fit.weights().shape().dims()).containsExactly(2, 3);
    assertThat(fit.classes()).isEqualTo(3);
    double[] p = fit.probabilities(inputs()).toDoubles();
    for (int i = 0; i < N; i++) {
      assertThat(p[3 * i] + p[3 * i + 1] + p[3 * i + 2]).isCloseTo(1, within(1e-12));
    }
    assertThat(fit.weights().sum(1).toDoubles()).containsExactly(new double[2], within(1e-9));
    // At the maximum of the likelihood, observed and expected sums of every column agree.
    double[] x = inputs().toDoubles();
    int[] y = labels(false).toInts();
    for (int k = 0; k < 3; k++) {
      for (int d = 0; d < 3; d++) {
        double balance = 0;
        for (int i = 0; i < N; i++) {
          double v = d == 2 ? 1 : x[2 * i + d];
          balance += ((y[i] == k ? 1 : 0) - p[3 * i + k]) * v;
        }
        assertThat(balance).isCloseTo(0, within(1e-8));
      }
    }
  }

  @Test
  void l39WithTwoClassesItIsLogisticRegression() {
    double[] expected = reweighted(clouds(), 0);
    var fit = SoftmaxRegression.fit(inputs(), labels(true), 0);
    double[] w = fit.weights().toDoubles();
    double[] b = fit.biases().toDoubles();
    assertThat(w[1] - w[0]).isCloseTo(expected[0], within(1e-8));
    assertThat(w[3] - w[2]).isCloseTo(expected[1], within(1e-8));
    assertThat(b[1] - b[0]).isCloseTo(expected[2], within(1e-8));
  }

  @Test
  void l40ExactlyOneClassIsAnswered() {
    var fit = SoftmaxRegression.fit(inputs(), labels(false), 1e-3);
    assertThat(fit.of(inputs()).shape().dims()).containsExactly(N);
    assertThat(fit.of(inputs()).toInts()).contains(0, 1, 2).doesNotContain(3, -1);
    assertThatThrownBy(() -> SoftmaxRegression.fit(inputs(), labels(false).mul(2), 0))
        .isInstanceOf(HebbException.class)
        .hasMessageContaining("class 1 of 5 has no example");
    assertThatThrownBy(() ->
            SoftmaxRegression.fit(
                Tensor.zeros(10, 600), Tensor.of(0, 1, 0, 1, 0, 1, 0, 1, 0, 1), 0))
        .isInstanceOf(HebbException.class)
        .hasMessageContaining("crossEntropy");
  }
}
