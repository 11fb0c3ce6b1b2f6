package dev.hebb.nn.classic;

import static dev.hebb.tensor.Step.trainStep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hebb.nn.Layers;
import dev.hebb.nn.Net;
import dev.hebb.nn.optim.Adam;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** k-means by its two conditions, bells by their formula, and a curve that is fitted. */
class RbfNetworkTest {
  private static final int N = 80;

  private static Tensor grid() {
    double[] x = new double[N];
    Arrays.setAll(x, i -> -3 + 6.0 * i / (N - 1));
    return Tensor.of(x, Shape.of(N, 1));
  }

  private static Tensor curve() {
    double[] y = Arrays.stream(grid().toDoubles()).map(v -> Math.sin(2 * v) + 0.3 * v).toArray();
    return Tensor.of(y, Shape.of(N, 1));
  }

  private static double rmse(Net net) {
    return net.forward(grid()).mse(curve()).sqrt().item();
  }

  @Test
  void l62KMeansEndsWhereNothingMoves() {
    var random = new Random(1);
    double[] x = new double[300];
    for (int i = 0; i < 150; i++) {
      x[2 * i] = 5 * (i % 3) + random.nextGaussian();
      x[2 * i + 1] = (i % 3 == 1 ? 6 : 0) + random.nextGaussian();
    }
    Tensor points = Tensor.of(x, Shape.of(150, 2));
    var groups = KMeans.fit(points, 3, Seed.of(2));
    int[] nearest = groups.of(points).toInts();
    double[] c = groups.centres().toDoubles();
    double error = 0;
    for (int k = 0; k < 3; k++) {
      double[] mean = new double[2];
      int count = 0;
      for (int i = 0; i < 150; i++) {
        if (nearest[i] == k) {
          count++;
          mean[0] += x[2 * i];
          mean[1] += x[2 * i + 1];
          error += Math.pow(x[2 * i] - c[2 * k], 2) + Math.pow(x[2 * i + 1] - c[2 * k + 1], 2);
        }
      }
      assertThat(count).isBetween(45, 55);
      assertThat(c[2 * k]).isCloseTo(mean[0] / count, within(1e-9));
      assertThat(c[2 * k + 1]).isCloseTo(mean[1] / count, within(1e-9));
    }
    assertThat(groups.error()).isCloseTo(error / 150, within(1e-9));
    var again = KMeans.fit(points, 3, Seed.of(2));
    assertThat(again.centres().toDoubles()).containsExactly(c);
    assertThat(KMeans.fit(points, 150, Seed.of(1)).error()).isZero();
    Tensor equal = Tensor.full(Shape.of(5, 2), 1);
    assertThat(KMeans.fit(equal, 3, Seed.of(1)).error()).isZero();
    assertThatThrownBy(() -> KMeans.fit(points, 151, Seed.of(1))).isInstanceOf(HebbException.class);
  }

  @Test
  void l62BellsEqualTheirFormula() {
    Net net = Layers.radialBasis(2, 0.5).build(Shape.of(2), Seed.of(1));
    net.variable("0.radialBasis.centres").set(Tensor.of(new float[][] {{0, 0}, {1, -1}}));
    float[] y = net.forward(Tensor.of(new float[][] {{0.3f, 0.4f}})).toFloats();
    assertThat((double) y[0]).isCloseTo(Math.exp(-0.25 / (2 * 0.25)), within(1e-6));
    assertThat((double) y[1]).isCloseTo(Math.exp(-(0.49 + 1.96) / (2 * 0.25)), within(1e-6));
  }

  @Test
  void l62FitsACurve() {
    Net net = RbfNetwork.fit(grid(), curve(), 12, Seed.of(1));
    assertThat(RbfNetwork.centres(net).shape().dims()).containsExactly(12, 1);
    assertThat(RbfNetwork.centres(net).toDoubles())
        .matches(cs -> Arrays.stream(cs).allMatch(c -> c >= -3 && c <= 3));
    assertThat(rmse(net)).isLessThan(0.01);
    assertThatThrownBy(() -> RbfNetwork.fit(grid(), Tensor.zeros(N), 5, Seed.of(1)))
        .isInstanceOf(HebbException.class);
  }

  @Test
  void l62CentresCanBeLearntToo() {
    Net net = RbfNetwork.fit(grid(), curve(), 5, Seed.of(1)); // too few for where they stand
    double before = rmse(net);
    Tensor centres = RbfNetwork.centres(net);
    var opt = Adam.of(0.02).bind(net.params());
    var step =
        trainStep(() -> {
          var loss = net.forward(grid()).mse(curve());
          opt.update(loss.grad(net.params()));
          return loss;
        });
    for (int i = 0; i < 600; i++) step.run();
    assertThat(rmse(net)).isLessThan(before / 3);
    assertThat(RbfNetwork.centres(net).toDoubles()).isNotEqualTo(centres.toDoubles());
  }
}
