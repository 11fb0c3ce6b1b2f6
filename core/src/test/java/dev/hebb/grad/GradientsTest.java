package dev.hebb.grad;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hebb.tensor.DType;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.ShapeError;
import dev.hebb.tensor.Tensor;
import dev.hebb.tensor.Variable;
import java.util.List;
import org.junit.jupiter.api.Test;

class GradientsTest {
  /** L19 of the lecture: f = (x + y)z at −2, 5, −4. */
  @Test
  void l19GraphByHand() {
    var x = Tensor.of(-2);
    var y = Tensor.of(5);
    var z = Tensor.of(-4);
    var f = x.add(y).mul(z);
    assertThat(f.item()).isEqualTo(-12);
    assertThat(f.grad(x, y, z).stream().map(Tensor::item)).containsExactly(-4.0, -4.0, 3.0);
    assertThat(f.explain()).contains("add", "mul", "-12.0", "-4.0");
  }

  @Test
  void higherDerivatives() {
    var x = Tensor.of(1.3);
    var f = x.pow(5);
    Tensor first = f.grad(x).getFirst();
    Tensor second = first.grad(x).getFirst();
    Tensor third = second.grad(x).getFirst();
    assertThat(first.item()).isCloseTo(5 * Math.pow(1.3, 4), within(1e-12));
    assertThat(second.item()).isCloseTo(20 * Math.pow(1.3, 3), within(1e-11));
    assertThat(third.item()).isCloseTo(60 * 1.3 * 1.3, within(1e-11));
  }

  @Test
  void hessianVectorProductEqualsDifferencesOfGradients() {
    double[] at = {0.3, -0.7, 1.1};
    double[] v = {1, 2, -1};
    Tensor x = Tensor.of(at);
    Tensor hv = Gradients.hvp(rosenbrock(x), x, Tensor.of(v));
    double h = 1e-6;
    double[] plus = gradientAt(at, v, h);
    double[] minus = gradientAt(at, v, -h);
    double[] got = hv.toDoubles();
    for (int i = 0; i < 3; i++) {
      assertThat(got[i]).isCloseTo((plus[i] - minus[i]) / (2 * h), within(1e-5));
    }
  }

  private static Tensor rosenbrock(Tensor x) {
    Tensor a = x.slice("1:").sub(x.slice(":-1").square());
    return a.square().mul(100).add(x.slice(":-1").sub(1).square()).sum();
  }

  private static double[] gradientAt(double[] at, double[] v, double h) {
    double[] moved = at.clone();
    for (int i = 0; i < at.length; i++) {
      moved[i] += h * v[i];
    }
    Tensor x = Tensor.of(moved);
    return rosenbrock(x).grad(x).getFirst().toDoubles();
  }

  @Test
  void detachStopsGradients() {
    var x = Tensor.of(3f);
    assertThat(x.mul(x.detach()).grad(x).getFirst().item()).isEqualTo(3);
    assertThat(x.mul(x).grad(x).getFirst().item()).isEqualTo(6);
    assertThat(x.detach().square().grad(x).getFirst().item()).isZero();
  }

  @Test
  void valuesReadBeforehandKeepTheirHistory() {
    var x = Tensor.of(3f);
    var y = x.square();
    assertThat(y.item()).isEqualTo(9);
    assertThat(y.mul(2).grad(x).getFirst().item()).isEqualTo(12);
  }

  @Test
  void gradientsOfVariablesFollowTheirValue() {
    var w = Variable.of("w", Tensor.of(2f));
    var y = w.tensor().square();
    w.set(Tensor.of(10f));
    assertThat(y.item()).as("a tensor keeps the value it was made with").isEqualTo(4);
    assertThat(y.grad(List.of(w)).getFirst().item()).isEqualTo(4);
    assertThat(w.tensor().square().grad(List.of(w)).getFirst().item()).isEqualTo(20);
  }

  @Test
  void checkFindsAWrongGradient() {
    GradientCheck right =
        Gradients.check(in -> in.getFirst().sin().sum(), List.of(Tensor.of(0.3, 0.9)));
    assertThat(right.passes(1e-6)).isTrue();
    // x·detach(x) has the value of x² but half its gradient: an injected bug
    GradientCheck wrong =
        Gradients.check(
            in -> in.getFirst().mul(in.getFirst().detach()).sum(),
            List.of(Tensor.of(new double[] {1, 2, 3, 5}, Shape.of(2, 2))));
    assertThat(wrong.passes(1e-2)).isFalse();
    assertThat(wrong.input()).isZero();
    assertThat(wrong.index()).hasSize(2);
    assertThat(wrong.error()).isCloseTo(0.5, within(1e-3));
  }

  @Test
  void askingTheImpossibleSaysWhy() {
    assertThatThrownBy(() -> Tensor.of(1f, 2f).square().grad())
        .isInstanceOf(ShapeError.class)
        .hasMessageContaining("mean() or sum()");
    assertThatThrownBy(() -> Tensor.arange(3).sum().grad())
        .isInstanceOf(ShapeError.class)
        .hasMessageContaining("i32");
  }

  @Test
  void integersCarryNoGradient() {
    var x = Tensor.of(1.5f, 2.5f);
    Tensor y = x.cast(DType.INT32).cast(DType.FLOAT32).sum();
    assertThat(y.grad(x).getFirst().toFloats()).containsExactly(0, 0);
  }
}
