package dev.hebb.nn.classic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hebb.tensor.DType;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Random;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.ShapeError;
import dev.hebb.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** Errors by share: by hand, conserved, and beside the gradient. */
class ErrorShareTest {
  private static final Tensor W = Tensor.of(new double[] {2, 1, 3, 4}, Shape.of(2, 2));
  private static final Tensor E = Tensor.of(new double[] {0.8, 0.5}, Shape.of(2));

  @Test
  void l9NormalisedSharesConserveTheSum() {
    double[] back = ErrorShare.NORMALISED.back(W, E).toDoubles();
    assertThat(back)
        .containsExactly(
            new double[] {2 / 5.0 * 0.8 + 1 / 5.0 * 0.5, 3 / 5.0 * 0.8 + 4 / 5.0 * 0.5},
            within(1e-12));
    assertThat(back[0] + back[1]).isCloseTo(1.3, within(1e-12));
    Tensor w = Random.uniformOnce(Shape.of(DType.FLOAT64, 7, 5), Seed.of(1)).add(0.1);
    Tensor e = Random.normalOnce(Shape.of(DType.FLOAT64, 3, 5), Seed.of(2));
    assertThat(ErrorShare.NORMALISED.back(w, e).sum(1).toDoubles())
        .containsExactly(e.sum(1).toDoubles(), within(1e-12));
  }

  @Test
  void l9WithoutTheDenominatorItIsTheTransposedProduct() {
    assertThat(ErrorShare.PLAIN.back(W, E).toDoubles())
        .containsExactly(new double[] {2 * 0.8 + 0.5, 3 * 0.8 + 4 * 0.5}, within(1e-12));
  }

  /** δ of a hidden layer by the chain rule that Hebb derives, and by plain shares times f′. */
  @Test
  void l9PlainSharesTimesTheSlopeAreTheGradient() {
    Tensor x = Random.normalOnce(Shape.of(DType.FLOAT64, 4, 3), Seed.of(3)).eval();
    Tensor w1 = Random.normalOnce(Shape.of(DType.FLOAT64, 3, 5), Seed.of(4)).eval();
    Tensor w2 = Random.normalOnce(Shape.of(DType.FLOAT64, 5, 2), Seed.of(5)).eval();
    Tensor t = Random.uniformOnce(Shape.of(DType.FLOAT64, 4, 2), Seed.of(6)).eval();
    Tensor z1 = x.matmul(w1);
    Tensor a1 = z1.sigmoid();
    Tensor z2 = a1.matmul(w2);
    Tensor j = z2.sigmoid().sub(t).square().sum().mul(0.5);
    var truth = j.grad(z1, z2);
    double[] a = a1.toDoubles();
    double[] shared = ErrorShare.PLAIN.back(w2, truth.get(1)).toDoubles();
    double[] delta = truth.get(0).toDoubles();
    for (int i = 0; i < delta.length; i++) {
      assertThat(shared[i] * a[i] * (1 - a[i])).isCloseTo(delta[i], within(1e-12));
    }
  }

  @Test
  void l9WeightsThatAddUpToZeroHaveNoShares() {
    Tensor w = Tensor.of(new float[][] {{1, 2}, {-1, 3}});
    assertThatThrownBy(() -> ErrorShare.NORMALISED.back(w, E))
        .isInstanceOf(HebbException.class)
        .hasMessageContaining("output 0");
    assertThatThrownBy(() -> ErrorShare.PLAIN.back(w, Tensor.zeros(3)))
        .isInstanceOf(ShapeError.class);
  }
}
