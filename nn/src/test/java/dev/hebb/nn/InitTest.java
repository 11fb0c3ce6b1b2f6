package dev.hebb.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hebb.tensor.DType;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Ranges, spreads and orthogonality of initial values. */
class InitTest {
  private static final Shape MATRIX = Shape.of(50, 80);

  private static double[] draw(Init init, Shape shape) {
    return init.draw(shape, Seed.of(4)).toDoubles();
  }

  private static double variance(double[] v) {
    double mean = Arrays.stream(v).average().orElseThrow();
    return Arrays.stream(v).map(x -> (x - mean) * (x - mean)).average().orElseThrow();
  }

  /** Of 4,000 numbers the mean square is within 5 standard errors (at most 11 %). */
  private static void spreads(Init init, double variance) {
    double[] v = draw(init, MATRIX);
    assertThat(variance(v)).isCloseTo(variance, within(0.11 * variance));
    assertThat(Arrays.stream(v).average().orElseThrow())
        .isCloseTo(0, within(5 * Math.sqrt(variance / v.length)));
  }

  private static void stays(Init init, double bound) {
    double[] v = draw(init, MATRIX);
    double most = Arrays.stream(v).map(Math::abs).max().orElseThrow();
    assertThat(most).isBetween(0.99 * bound, bound * (1 + 1e-6));
  }

  @Test
  void theLecturesUniformRuleIsOneOverRootN() {
    stays(Init.uniform(), 1 / Math.sqrt(50));
    spreads(Init.uniform(), 1.0 / 50 / 3);
    stays(Init.uniform(0.3), 0.3);
  }

  @Test
  void gaussianHasItsSigma() {
    spreads(Init.normal(0.2), 0.04);
  }

  @Test
  void schemesHaveTheirVariance() {
    spreads(Init.glorotUniform(), 2.0 / (50 + 80));
    stays(Init.glorotUniform(), Math.sqrt(6.0 / (50 + 80)));
    spreads(Init.glorotNormal(), 2.0 / (50 + 80));
    spreads(Init.heUniform(), 2.0 / 50);
    stays(Init.heUniform(), Math.sqrt(6.0 / 50));
    spreads(Init.heNormal(), 2.0 / 50);
    spreads(Init.lecunUniform(), 1.0 / 50);
    spreads(Init.lecunNormal(), 1.0 / 50);
  }

  @Test
  void fansOfConvolutionsCountTheWindow() {
    Shape kernel = Shape.of(32, 16, 3, 5);
    assertThat(Init.fanIn(kernel)).isEqualTo(16 * 15);
    assertThat(Init.fanOut(kernel)).isEqualTo(32 * 15);
    assertThat(Init.fanIn(MATRIX)).isEqualTo(50);
    assertThat(Init.fanOut(MATRIX)).isEqualTo(80);
  }

  @Test
  void constantsAreConstant() {
    assertThat(draw(Init.zeros(), Shape.of(3))).containsOnly(0);
    assertThat(draw(Init.ones(), Shape.of(3))).containsOnly(1);
    assertThat(draw(Init.constant(0.5), Shape.of(3))).containsOnly(0.5);
  }

  @Test
  void orthogonalHasOrthonormalRowsOrColumns() {
    for (int[] dims : new int[][] {{6, 6}, {4, 9}, {9, 4}, {4, 3, 2, 2}}) {
      Shape shape = Shape.of(DType.FLOAT64, dims);
      Tensor w = Init.orthogonal().draw(shape, Seed.of(2)).reshape(dims[0], -1);
      Tensor gram = w.dim(0) <= w.dim(1) ? w.matmul(w.transpose()) : w.transpose().matmul(w);
      double worst = gram.sub(Tensor.eye(gram.dim(0))).abs().max().item();
      assertThat(worst).as("%s", shape).isLessThan(1e-12);
    }
    assertThatThrownBy(() -> draw(Init.orthogonal(), Shape.of(3)))
        .isInstanceOf(HebbException.class)
        .hasMessageContaining("matrix");
  }

  @Test
  void sameSeedSameValuesOtherSeedOthers() {
    for (Init init : new Init[] {Init.heNormal(), Init.uniform(), Init.orthogonal()}) {
      assertThat(draw(init, MATRIX)).isEqualTo(draw(init, MATRIX));
      assertThat(init.draw(MATRIX, Seed.of(5)).toDoubles()).isNotEqualTo(draw(init, MATRIX));
    }
  }

  @Test
  void layersOfOneNetworkStartDifferently() {
    Net net = Layers.chain(Layers.dense(3), Layers.dense(3)).build(Shape.of(3), Seed.of(1));
    assertThat(net.variable("0.dense.w").value().toFloats())
        .isNotEqualTo(net.variable("1.dense.w").value().toFloats());
  }

  @Test
  void zeroWeightsStayEqual() {
    Net net =
        Layers.chain(Layers.dense(3).init(Init.zeros()).tanh(), Layers.dense(1).init(Init.zeros()))
            .build(Shape.of(2), Seed.of(1));
    var opt = dev.hebb.nn.optim.Sgd.of(0.5).bind(net.params());
    Tensor x = Tensor.of(new float[][] {{1, 2}, {-1, 1}});
    Tensor y = Tensor.of(new float[][] {{1}, {0}});
    for (int i = 0; i < 5; i++) {
      opt.update(net.forward(x).mse(y).grad(net.params()));
    }
    assertThat(net.variable("0.dense.w").value().toFloats()).containsOnly(0);
  }
}
