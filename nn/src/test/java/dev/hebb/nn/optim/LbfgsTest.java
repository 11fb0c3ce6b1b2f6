package dev.hebb.nn.optim;

import static dev.hebb.nn.Layers.dense;
import static dev.hebb.nn.Layers.dropout;
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
import dev.hebb.tensor.Tensor;
import dev.hebb.tensor.Variable;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * L-BFGS on functions whose minima are published, and on a regression solved by Newton's method.
 */
class LbfgsTest {
  private static Minimum minimize(
      Lbfgs how, double[] start, UnaryOperator<Tensor> f, Variable[] into) {
    Variable w = Variable.of("w", Tensor.of(start, Shape.of(start.length)));
    into[0] = w;
    return how.minimize(List.of(w), () -> f.apply(w.tensor()));
  }

  private static void finds(double[] start, UnaryOperator<Tensor> f, double[] at, int iterations) {
    finds(Lbfgs.of(), start, f, at, iterations);
  }

  private static void finds(
      Lbfgs how, double[] start, UnaryOperator<Tensor> f, double[] at, int iterations) {
    Variable[] w = new Variable[1];
    Minimum m = minimize(how.tolerance(1e-9), start, f, w);
    for (int i = 0; i < at.length; i++) {
      assertThat(w[0].value().toDoubles()[i]).as("%s", m).isCloseTo(at[i], within(1e-7));
    }
    assertThat(m.ending()).isEqualTo(Minimum.Ending.CONVERGED);
    assertThat(m.iterations()).isLessThanOrEqualTo(iterations);
    assertThat(m.evaluations()).isLessThan(2 * iterations);
    for (int i = 1; i < m.losses().size(); i++) {
      assertThat(m.losses().get(i)).as("never rises").isLessThan(m.losses().get(i - 1));
    }
  }

  /** Σ 100 (x₂ᵢ − x₂ᵢ₋₁²)² + (1 − x₂ᵢ₋₁)² (Rosenbrock, 1960), minimum 0 at ones. */
  private static Tensor rosenbrock(Tensor x) {
    Tensor pairs = x.reshape(x.size() / 2, 2);
    Tensor a = pairs.narrow(1, 0, 1);
    Tensor b = pairs.narrow(1, 1, 1);
    return b.sub(a.square()).square().mul(100).add(a.neg().add(1).square()).sum();
  }

  @Test
  void rosenbrocksValley() {
    finds(new double[] {-1.2, 1}, LbfgsTest::rosenbrock, new double[] {1, 1}, 45);
    double[] start = new double[20];
    double[] ones = new double[20];
    for (int i = 0; i < 20; i++) {
      start[i] = i % 2 == 0 ? -1.2 : 1;
      ones[i] = 1;
    }
    finds(start, LbfgsTest::rosenbrock, ones, 60);
  }

  @Test
  void bealesAndHimmelblausFunctions() {
    finds(
        new double[] {1, 1},
        v -> {
          Tensor x = v.slice("0");
          Tensor y = v.slice("1");
          Tensor a = x.mul(y.sub(1)).add(1.5);
          Tensor b = x.mul(y.square().sub(1)).add(2.25);
          Tensor c = x.mul(y.square().mul(y).sub(1)).add(2.625);
          return a.square().add(b.square()).add(c.square());
        },
        new double[] {3, 0.5},
        30);
    finds(
        new double[] {2.5, 2.5},
        v -> {
          Tensor x = v.slice("0");
          Tensor y = v.slice("1");
          return x.square().add(y).sub(11).square().add(x.add(y.square()).sub(7).square());
        },
        new double[] {3, 2},
        20);
  }

  @Test
  void anIllConditionedQuadratic() {
    double[] scale = new double[30];
    double[] start = new double[30];
    for (int i = 0; i < 30; i++) {
      scale[i] = Math.pow(1000, i / 29.0);
      start[i] = 1;
    }
    Tensor d = Tensor.of(scale);
    // the two-loop recursion written once more, in Python, takes 188 iterations and 206 evaluations
    finds(
        Lbfgs.of().history(30), start, x -> x.square().mul(d).sum().mul(0.5), new double[30], 195);
  }

  @Test
  void whereTheFunctionIsNotDefinedItGoesBack() {
    Variable[] w = new Variable[1]; // x − ln x, NaN left of 0, where the first steps lead
    Minimum m =
        minimize(Lbfgs.of(), new double[] {30}, x -> x.sub(x.log().mul(20)).sum().mul(30), w);
    assertThat(m.ending()).isEqualTo(Minimum.Ending.CONVERGED);
    assertThat(w[0].value().item()).isCloseTo(20, within(1e-6));
  }

  // ---- logistic regression

  private static final int N = 60;
  private static final double LAMBDA = 0.1;

  /** The minimum of mean BCE + ½λ‖w‖² by Newton's method, in plain doubles; b is not penalised. */
  private static double[] newton(double[] x, double[] y) {
    double[] w = new double[3];
    for (int step = 0; step < 30; step++) {
      double[] g = {LAMBDA * w[0], LAMBDA * w[1], 0};
      double[][] h = {{LAMBDA, 0, 0}, {0, LAMBDA, 0}, {0, 0, 0}};
      for (int i = 0; i < N; i++) {
        double[] v = {x[2 * i], x[2 * i + 1], 1};
        double p = 1 / (1 + Math.exp(-(w[0] * v[0] + w[1] * v[1] + w[2])));
        for (int j = 0; j < 3; j++) {
          g[j] += (p - y[i]) * v[j] / N;
          for (int k = 0; k < 3; k++) {
            h[j][k] += p * (1 - p) * v[j] * v[k] / N;
          }
        }
      }
      double[] d = solve(h, g);
      for (int j = 0; j < 3; j++) {
        w[j] -= d[j];
      }
    }
    return w;
  }

  private static double[] solve(double[][] a, double[] b) {
    double det = det(a);
    double[] out = new double[3];
    for (int c = 0; c < 3; c++) {
      double[][] m = {a[0].clone(), a[1].clone(), a[2].clone()};
      for (int r = 0; r < 3; r++) {
        m[r][c] = b[r];
      }
      out[c] = det(m) / det;
    }
    return out;
  }

  private static double det(double[][] m) {
    return m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1])
        - m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0])
        + m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0]);
  }

  @Test
  void l14LogisticRegressionAsByNewtonsMethod() {
    Tensor x = Random.normalOnce(Shape.of(DType.FLOAT64, N, 2), Seed.of(1)).eval();
    double[] noise = Random.normalOnce(Shape.of(DType.FLOAT64, N), Seed.of(2)).toDoubles();
    double[] flat = x.toDoubles();
    double[] y = new double[N];
    for (int i = 0; i < N; i++) {
      y[i] = flat[2 * i] - 2 * flat[2 * i + 1] + 0.5 + noise[i] > 0 ? 1 : 0;
    }
    double[] expected = newton(flat, y);
    for (DType type : new DType[] {DType.FLOAT64, DType.FLOAT32}) {
      Net net = sequential(dense(1), dropout(0.5)).build(Shape.of(type, 2), Seed.of(3));
      Tensor inputs = x.cast(type).eval();
      Tensor targets = Tensor.of(y, Shape.of(N, 1)).cast(type).eval();
      Variable w = net.variable("0.dense.w");
      Minimum m =
          Lbfgs.of()
              .minimize(
                  net.params(),
                  () ->
                      net.forward(inputs)
                          .bceWithLogits(targets)
                          .add(w.tensor().square().sum().mul(LAMBDA / 2)));
      double close = type == DType.FLOAT64 ? 1e-6 : 1e-3;
      assertThat(m.iterations()).isLessThan(20);
      assertThat(w.value().toDoubles()[0]).isCloseTo(expected[0], within(close));
      assertThat(w.value().toDoubles()[1]).isCloseTo(expected[1], within(close));
      assertThat(net.variable("0.dense.b").value().item()).isCloseTo(expected[2], within(close));
      if (type == DType.FLOAT32) {
        assertThat(m.ending()).isNotEqualTo(Minimum.Ending.ITERATIONS);
      }
    }
  }

  @Test
  void limitsAndWrongUse() {
    Variable[] w = new Variable[1];
    Minimum m =
        minimize(Lbfgs.of().iterations(3), new double[] {-1.2, 1}, LbfgsTest::rosenbrock, w);
    assertThat(m.ending()).isEqualTo(Minimum.Ending.ITERATIONS);
    assertThat(m.iterations()).isEqualTo(3);
    assertThat(rosenbrock(w[0].value()).item()).isEqualTo(m.loss());
    Minimum there = minimize(Lbfgs.of(), new double[] {1, 1}, LbfgsTest::rosenbrock, w);
    assertThat(there.evaluations()).isEqualTo(1);
    assertThat(there.ending()).isEqualTo(Minimum.Ending.CONVERGED);
    assertThatThrownBy(() -> minimize(Lbfgs.of(), new double[] {-1}, x -> x.log().sum(), w))
        .isInstanceOf(HebbException.class)
        .hasMessageContaining("NaN at the start");
    assertThatThrownBy(() -> Lbfgs.of().minimize(List.of(), () -> Tensor.zeros()))
        .hasMessageContaining("frozen");
    assertThatThrownBy(() -> Lbfgs.of().history(0)).hasMessageContaining("history");
    assertThatThrownBy(() -> Lbfgs.of().tolerance(-1)).hasMessageContaining("tolerance");
  }
}
