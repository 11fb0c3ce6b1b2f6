package dev.hebb.nn;

import static dev.hebb.nn.Layers.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hebb.nn.optim.Sgd;
import dev.hebb.op.Activation;
import dev.hebb.op.Curve;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Mode;
import dev.hebb.tensor.Random;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.ShapeError;
import dev.hebb.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the lecture says of activations, and their derivatives in closed form. */
class ActivationsTest {
  private static final double[] POINTS = {-1000, -7.3, -2.1, -0.9, -0.3, 0, 0.2, 0.7, 3.3, 8, 1000};

  /** Abramowitz and Stegun's Φ would do; here the midpoint rule over the density, to 1e-11. */
  private static double phi(double x) {
    double sum = 0;
    int n = 40_000;
    double h = Math.min(Math.abs(x), 9) / n;
    for (int i = 0; i < n; i++) {
      double t = (i + 0.5) * h;
      sum += Math.exp(-t * t / 2) * h;
    }
    return 0.5 + Math.signum(x) * sum / Math.sqrt(2 * Math.PI);
  }

  @Test
  void l5EachGeluHasItsOwnTrueDerivative() {
    double largest = 0;
    for (double x : POINTS) {
      double density = Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
      double exact = phi(x) + x * density;
      double c = Math.sqrt(2 / Math.PI);
      double t = Math.tanh(c * (x + 0.044715 * x * x * x));
      double approximate = 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * c * (1 + 3 * 0.044715 * x * x);
      assertThat(Activation.GELU.derivative(x)).as("at %s", x).isCloseTo(exact, within(1e-9));
      assertThat(Activation.GELU_TANH.derivative(x))
          .as("at %s", x)
          .isCloseTo(approximate, within(1e-12));
      largest = Math.max(largest, Math.abs(exact - approximate));
    }
    assertThat(largest).as("they differ").isGreaterThan(1e-4);
  }

  @Test
  void l5DerivativesInClosedForm() {
    for (double x : POINTS) {
      double s = 1 / (1 + Math.exp(-x));
      double lambda = 1.0507009873554805;
      double alpha = 1.6732632423543772;
      check(Activation.LINEAR, x, 1);
      check(Activation.SIGMOID, x, s * (1 - s));
      check(Activation.TANH, x, 1 - Math.tanh(x) * Math.tanh(x));
      check(Activation.RELU, x, x > 0 ? 1 : 0);
      check(Activation.LEAKY_RELU, x, x > 0 ? 1 : 0.01);
      check(Activation.SOFTPLUS, x, s);
      check(Activation.SOFTSIGN, x, 1 / Math.pow(1 + Math.abs(x), 2));
      check(Activation.SWISH, x, s + x * s * (1 - s));
      check(Activation.LOG_SIGMOID, x, 1 - s);
      check(Activation.TANH_SHRINK, x, Math.tanh(x) * Math.tanh(x));
      if (x != 0) {
        check(Activation.ELU, x, x > 0 ? 1 : Math.exp(x));
        check(Activation.CELU, x, x > 0 ? 1 : Math.exp(x));
        check(Activation.SELU, x, lambda * (x > 0 ? 1 : alpha * Math.exp(x)));
      }
      double u = Math.log1p(Math.exp(Math.min(x, 30)));
      double th = x > 30 ? 1 : Math.tanh(u);
      check(Activation.MISH, x, th + x * s * (1 - th * th));
    }
  }

  private static void check(Activation f, double x, double expected) {
    assertThat(f.derivative(x)).as("%s at %s", f, x).isCloseTo(expected, within(2e-9));
  }

  @ParameterizedTest
  @EnumSource
  void l5EverythingIsFiniteAtAThousand(Activation f) {
    for (DType type : new DType[] {DType.FLOAT32, DType.FLOAT64}) {
      Tensor x = Tensor.of(-1000, -88.8f, 0.1f, 88.8f, 1000).cast(type).eval();
      Tensor y = f.of(x);
      double[] values = y.toDoubles();
      double[] slopes = y.sum().grad(x).getFirst().toDoubles();
      for (int i = 0; i < values.length; i++) {
        assertThat(values[i]).as("%s", f).isFinite();
        assertThat(slopes[i]).as("%s′", f).isFinite();
      }
    }
  }

  @Test
  void l5TanhIsTwiceASigmoid() {
    for (double x : POINTS) {
      double tanh = Tensor.of(x).apply(Activation.TANH).item();
      double sigma = Tensor.of(2 * x).apply(Activation.SIGMOID).item();
      assertThat(tanh).isCloseTo(2 * sigma - 1, within(1e-15));
    }
  }

  @Test
  void l5TheStepHasNoDerivativeAtZero() {
    assertThat(Tensor.of(-2, 0, 3).apply(Activation.STEP).toFloats()).containsExactly(0, 0, 1);
    assertThat(Activation.STEP.derivative(0)).as("undefined").isNaN();
    assertThat(Activation.STEP.derivative(0.5)).isZero();
    assertThat(Activation.STEP.derivative(-3)).isZero();
  }

  @Test
  void l53NothingInFrontOfAStepLearnsAndAdviceSaysSo() {
    Net net = sequential(dense(3), step(), dense(1)).build(Shape.of(2), Seed.of(1));
    assertThat(Advice.of(net, Losses.mse()))
        .singleElement()
        .asString()
        .contains("step at 1.step")
        .contains("no derivative")
        .contains("sigmoid()");
    Tensor x = Tensor.of(new float[][] {{1, 2}, {-1, 0.5f}});
    List<Tensor> g = net.forward(x).square().sum().grad(net.params());
    assertThat(g.get(0).toFloats()).containsOnly(0);
    net.freeze("0.dense");
    assertThat(Advice.of(net, Losses.mse())).isEmpty();
    Net neuron = dense(3).activation(Activation.STEP).build(Shape.of(2), Seed.of(1));
    assertThat(Advice.of(neuron, Losses.mse())).hasSize(1);
  }

  @Test
  void l5PReluLearnsItsSlope() {
    Net net = prelu().build(Shape.of(2), Seed.of(1));
    var opt = Sgd.of(0.1).bind(net.params());
    Tensor x = Tensor.of(new float[][] {{-2, 1}});
    Tensor y = Tensor.of(new float[][] {{-1.6f, 1}}); // so α should be 0.8
    for (int i = 0; i < 60; i++) {
      opt.update(net.forward(x).sub(y).square().sum().grad(net.params()));
    }
    assertThat(net.params().getFirst().value().item()).isCloseTo(0.8, within(1e-4));
  }

  @Test
  void l5PReluMayHaveASlopeForEachChannel() {
    LayerContract.of(prelu().perChannel(), Shape.of(3), 3).check();
    Net net = LayerContract.of(prelu().perChannel(), Shape.of(2, 2, 2), 2).check();
    net.params().getFirst().set(Tensor.of(0.5f, -1));
    assertThat(net.predict(new float[] {-1, 1, -2, 4, -1, 1, -3, 5}))
        .containsExactly(-0.5f, 1, -1, 4, 1, 1, 3, 5);
    LayerContract.of(prelu().perChannel(), Shape.of(4, 3), 3).check();
  }

  @Test
  void l5RReluIsRandomInTrainingAndFixedInEvaluation() {
    Net net = rrelu().build(Shape.of(1000), Seed.of(3));
    Tensor x = Tensor.full(Shape.of(1, 1000), -1);
    float[] fixed = net.forward(x).toFloats();
    assertThat(fixed).containsOnly(-(1f / 8 + 1f / 3) / 2);
    float[] one = Mode.training(() -> net.forward(x)).toFloats();
    float[] two = Mode.training(() -> net.forward(x)).toFloats();
    assertThat(one).isNotEqualTo(two);
    double mean = 0;
    for (float v : one) {
      assertThat(-v).isBetween(1f / 8, 1f / 3);
      mean -= v / 1000;
    }
    assertThat(mean).isCloseTo((1.0 / 8 + 1.0 / 3) / 2, within(0.01));
  }

  @Test
  void curvesWithANumberKeepTheContract() {
    for (Curve c : Curve.values()) {
      LayerContract.of(activation(c, 0.7), Shape.of(3), 0).check();
    }
    assertThat(activation(Curve.LEAKY_RELU, 0.2)).hasToString("LeakyRelu(0.2)");
    assertThat(
            activation(Curve.LEAKY_RELU, 0.2)
                .build(Shape.of(2), Seed.of(1))
                .predict(new float[] {-10, 3}))
        .containsExactly(-2, 3);
    assertThatThrownBy(() -> activation(Curve.SOFTPLUS, 0))
        .isInstanceOf(HebbException.class)
        .hasMessageContaining("softplus");
    assertThatThrownBy(() -> activation(Curve.ELU, Double.NaN)).hasMessageContaining("finite");
  }

  @Test
  void gatedUnitsKeepTheContract() {
    assertThat(LayerContract.of(glu(), Shape.of(6), 0).check().out()).isEqualTo(Shape.of(3));
    assertThat(LayerContract.of(swiGlu(), Shape.of(5, 4), 0).check().out())
        .isEqualTo(Shape.of(5, 2));
    assertThat(LayerContract.of(geGlu(), Shape.of(4, 3, 3), 0).check().out())
        .isEqualTo(Shape.of(2, 3, 3));
    double a = 1.5;
    double b = -0.4;
    float[] x = {(float) a, (float) b};
    assertThat(glu().build(Shape.of(2), Seed.of(1)).predict(x)[0])
        .isCloseTo((float) (a / (1 + Math.exp(-b))), within(1e-6f));
    assertThat(swiGlu().build(Shape.of(2), Seed.of(1)).predict(x)[0])
        .isCloseTo((float) (a * b / (1 + Math.exp(-b))), within(1e-6f));
    assertThat(geGlu().build(Shape.of(2), Seed.of(1)).predict(x)[0])
        .isCloseTo((float) (a * b * phi(b)), within(1e-6f));
    assertThatThrownBy(() -> glu().build(Shape.of(3), Seed.of(1)))
        .isInstanceOf(ShapeError.class)
        .hasMessageContaining("even");
  }

  @Test
  void l5SoftmaxAndItsLogarithm() {
    Tensor x = Random.normalOnce(Shape.of(DType.FLOAT64, 4, 5), Seed.of(2)).mul(3).eval();
    double[] p = x.softmax(-1).toDoubles();
    double[] log = x.logSoftmax(-1).toDoubles();
    for (int i = 0; i < 4; i++) {
      double sum = 0;
      for (int k = 0; k < 5; k++) {
        sum += Math.exp(x.toDoubles()[5 * i + k]);
      }
      for (int k = 0; k < 5; k++) {
        double expected = Math.exp(x.toDoubles()[5 * i + k]) / sum;
        assertThat(p[5 * i + k]).isCloseTo(expected, within(1e-14));
        assertThat(log[5 * i + k]).isCloseTo(Math.log(expected), within(1e-13));
      }
    }
    assertThat(Tensor.of(1000, -1000).reshape(1, 2).logSoftmax(-1).toFloats())
        .containsExactly(0, -2000);
  }
}
