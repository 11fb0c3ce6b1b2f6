package dev.hebb.nn.optim;

import static dev.hebb.nn.optim.OptimizerTest.follows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hebb.tensor.DType;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Step;
import dev.hebb.tensor.Tensor;
import dev.hebb.tensor.Variable;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * The rules beyond SGD, Adam and RMSProp against the recurrences of their papers (L42), written
 * here in plain doubles: for single numbers with {@link OptimizerTest}'s objective, and for rules
 * that look at a whole parameter on matrices.
 */
class PaperRulesTest {
  private static final int STEPS = 9;

  /** A rule for single numbers from two running values and the count. */
  private interface Formula {
    double next(double[] s, double w, double g, int t);
  }

  private static OptimizerTest.Fresh state(int size, Formula f) {
    return () -> {
      double[] s = new double[size];
      return (w, g, t) -> f.next(s, w, g, t);
    };
  }

  @Test
  void l42AdaGrad() {
    follows(
        AdaGrad.of(0.3).epsilon(1e-3).weightDecay(0.1),
        state(
            1,
            (s, w, gradient, t) -> {
              double g = gradient + 0.1 * w;
              s[0] += g * g;
              return w - 0.3 * g / (Math.sqrt(s[0]) + 1e-3);
            }));
  }

  @Test
  void l42AdaDelta() {
    follows(
        AdaDelta.of(2).rho(0.8).epsilon(1e-2).weightDecay(0.1),
        state(
            2,
            (s, w, gradient, t) -> {
              double g = gradient + 0.1 * w;
              s[0] = 0.8 * s[0] + 0.2 * g * g;
              double d = Math.sqrt(s[1] + 1e-2) / Math.sqrt(s[0] + 1e-2) * g;
              s[1] = 0.8 * s[1] + 0.2 * d * d;
              return w - 2 * d;
            }));
    assertThat(AdaDelta.of().tuning().lr()).isEqualTo(1);
  }

  @Test
  void l42AmsGrad() {
    follows(
        AmsGrad.of(0.1).betas(0.8, 0.6).epsilon(1e-3),
        state(
            3,
            (s, w, g, t) -> {
              s[0] = 0.8 * s[0] + 0.2 * g;
              s[1] = 0.6 * s[1] + 0.4 * g * g;
              s[2] = Math.max(s[2], s[1]);
              double v = Math.sqrt(s[2]) / Math.sqrt(1 - Math.pow(0.6, t)) + 1e-3;
              return w - 0.1 * s[0] / (1 - Math.pow(0.8, t)) / v;
            }));
  }

  @Test
  void l42NAdam() {
    follows(
        NAdam.of(0.1).betas(0.8, 0.9).epsilon(1e-3).weightDecay(0.05),
        state(
            3,
            (s, w, gradient, t) -> {
              double g = gradient + 0.05 * w;
              double now = 0.8 * (1 - 0.5 * Math.pow(0.96, 0.004 * t));
              double next = 0.8 * (1 - 0.5 * Math.pow(0.96, 0.004 * (t + 1)));
              s[0] = 0.8 * s[0] + 0.2 * g;
              s[1] = 0.9 * s[1] + 0.1 * g * g;
              s[2] = t == 1 ? now : s[2] * now;
              double m = next * s[0] / (1 - s[2] * next) + (1 - now) * g / (1 - s[2]);
              return w - 0.1 * m / (Math.sqrt(s[1] / (1 - Math.pow(0.9, t))) + 1e-3);
            }));
  }

  @Test
  void l42RAdam() {
    follows(
        RAdam.of(0.1).betas(0.8, 0.95).epsilon(1e-3), // rectified from the sixth step on
        state(
            2,
            (s, w, g, t) -> {
              s[0] = 0.8 * s[0] + 0.2 * g;
              s[1] = 0.95 * s[1] + 0.05 * g * g;
              double m = s[0] / (1 - Math.pow(0.8, t));
              double most = 2 / 0.05 - 1;
              double real = 1 - Math.pow(0.95, t);
              double rho = most - 2 * t * Math.pow(0.95, t) / real;
              if (rho <= 5) {
                return w - 0.1 * m;
              }
              double r = Math.sqrt((rho - 4) * (rho - 2) * most / ((most - 4) * (most - 2) * rho));
              return w - 0.1 * m * r * Math.sqrt(real) / (Math.sqrt(s[1]) + 1e-3);
            }));
  }

  @Test
  void l42Lion() {
    follows(
        Lion.of(0.03).betas(0.7, 0.9).weightDecay(0.2),
        state(
            1,
            (s, w, g, t) -> {
              double c = 0.7 * s[0] + 0.3 * g;
              s[0] = 0.9 * s[0] + 0.1 * g;
              return w - 0.03 * (Math.signum(c) + 0.2 * w);
            }));
  }

  // ---- rules that look at a whole parameter

  private interface Whole {
    /** w[i] ← …, for a matrix in rows of {@code columns}. */
    void next(double[] w, double[] g, int columns, int t);
  }

  private static double norm(double[] x) {
    return Math.sqrt(Arrays.stream(x).map(v -> v * v).sum());
  }

  private static double[] curvature(int n) {
    double[] c = new double[n];
    for (int i = 0; i < n; i++) {
      c[i] = 0.5 + i % 5 * 0.3;
    }
    return c;
  }

  private static double[] pull(int n) {
    double[] b = new double[n];
    for (int i = 0; i < n; i++) {
      b[i] = Math.sin(1 + 2.0 * i);
    }
    return b;
  }

  /** Follows a rule on Σ ½cw² + bw, recorded, and compares with the recurrence. */
  private static void followsWhole(Optimizer rule, Supplier<Whole> fresh, int... dims) {
    Shape shape = Shape.of(dims).as(DType.FLOAT64);
    int n = shape.size();
    double[] expected = new double[n];
    for (int i = 0; i < n; i++) {
      expected[i] = Math.cos(3.0 * i);
    }
    Variable w = Variable.of("w", Tensor.of(expected.clone(), shape));
    Tensor c = Tensor.of(curvature(n), shape);
    Tensor b = Tensor.of(pull(n), shape);
    Bound opt = rule.bind(List.of(w));
    Step step =
        Step.trainStep(() -> {
          Tensor x = w.tensor();
          Tensor loss = x.square().mul(c).mul(0.5).add(x.mul(b)).sum();
          opt.update(loss.grad(List.of(w)));
          return loss;
        });
    Whole recurrence = fresh.get();
    for (int t = 1; t <= STEPS; t++) {
      double[] g = new double[n];
      for (int i = 0; i < n; i++) {
        g[i] = curvature(n)[i] * expected[i] + pull(n)[i];
      }
      recurrence.next(expected, g, shape.last(), t);
      step.run();
      double[] actual = w.value().toDoubles();
      for (int i = 0; i < n; i++) {
        assertThat(actual[i]).as("%s, step %d", rule, t).isCloseTo(expected[i], within(1e-9));
      }
    }
  }

  @Test
  void l42Lamb() {
    Supplier<Whole> rule =
        () -> {
          double[] m = new double[12];
          double[] v = new double[12];
          return (w, g, columns, t) -> {
            double[] r = new double[w.length];
            for (int i = 0; i < w.length; i++) {
              m[i] = 0.8 * m[i] + 0.2 * g[i];
              v[i] = 0.9 * v[i] + 0.1 * g[i] * g[i];
              double mHat = m[i] / (1 - Math.pow(0.8, t));
              double vHat = v[i] / (1 - Math.pow(0.9, t));
              r[i] = mHat / (Math.sqrt(vHat) + 1e-3) + 0.1 * w[i];
            }
            double trust = norm(w) / norm(r);
            for (int i = 0; i < w.length; i++) {
              w[i] -= 0.05 * trust * r[i];
            }
          };
        };
    followsWhole(Lamb.of(0.05).betas(0.8, 0.9).epsilon(1e-3).weightDecay(0.1), rule, 3, 4);
    // where a norm is 0 nothing can be compared, and the step is Adam's
    Variable zero = Variable.of("zero", Tensor.zeros(2));
    Lamb.of(0.5).bind(List.of(zero)).update(List.of(Tensor.of(3f, 0f)));
    assertThat(zero.value().toDoubles()[0]).isCloseTo(-0.5, within(1e-5));
    assertThat(zero.value().toDoubles()[1]).isZero();
  }

  private static double rms(double[] x) {
    return norm(x) / Math.sqrt(x.length);
  }

  @Test
  void l42Adafactor() {
    Supplier<Whole> matrices =
        () -> {
          double[] rows = new double[3];
          double[] cols = new double[4];
          return (w, g, columns, t) -> {
            double beta = 1 - Math.pow(t, -0.8);
            for (int r = 0; r < 3; r++) {
              double mean = 0;
              for (int c = 0; c < 4; c++) {
                mean += g[4 * r + c] * g[4 * r + c] / 4;
              }
              rows[r] = beta * rows[r] + (1 - beta) * mean;
            }
            for (int c = 0; c < 4; c++) {
              double mean = 0;
              for (int r = 0; r < 3; r++) {
                mean += g[4 * r + c] * g[4 * r + c] / 3;
              }
              cols[c] = beta * cols[c] + (1 - beta) * mean;
            }
            double all = Arrays.stream(rows).average().orElseThrow();
            double[] d = new double[12];
            for (int i = 0; i < 12; i++) {
              d[i] = g[i] / Math.sqrt(rows[i / 4] * cols[i % 4] / all);
            }
            apply(w, d, t);
          };
        };
    followsWhole(Adafactor.of(0.4).weightDecay(0.1), matrices, 3, 4);
    Supplier<Whole> vectors =
        () -> {
          double[] v = new double[5];
          return (w, g, columns, t) -> {
            double beta = 1 - Math.pow(t, -0.8);
            double[] d = new double[5];
            for (int i = 0; i < 5; i++) {
              v[i] = beta * v[i] + (1 - beta) * g[i] * g[i];
              d[i] = g[i] / Math.sqrt(v[i]);
            }
            apply(w, d, t);
          };
        };
    followsWhole(Adafactor.of(0.4).weightDecay(0.1), vectors, 5);
    Bound opt = Adafactor.of(1).bind(List.of(Variable.of("w", Tensor.zeros(300, 200))));
    long kept = opt.variables().stream().mapToLong(s -> s.shape().size()).sum();
    assertThat(kept).isEqualTo(300 + 200 + 2); // means of rows and columns, rate and count
  }

  private static void apply(double[] w, double[] d, int t) {
    double limit = Math.max(1, rms(d));
    double size = Math.max(1e-3, rms(w)) * Math.min(0.4, 1 / Math.sqrt(t));
    for (int i = 0; i < w.length; i++) {
      w[i] = w[i] * (1 - 0.4 * 0.1) - size * d[i] / limit;
    }
  }

  private static double[][] times(double[][] a, double[][] b) {
    double[][] c = new double[a.length][b[0].length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < b[0].length; j++) {
        for (int k = 0; k < b.length; k++) {
          c[i][j] += a[i][k] * b[k][j];
        }
      }
    }
    return c;
  }

  private static double[][] transposed(double[][] a) {
    double[][] t = new double[a[0].length][a.length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < a[0].length; j++) {
        t[j][i] = a[i][j];
      }
    }
    return t;
  }

  /** Five steps of the quintic iteration, without the detour over the transposed. */
  private static double[][] orthogonal(double[][] g) {
    double size = 0;
    for (double[] row : g) {
      size += Arrays.stream(row).map(v -> v * v).sum();
    }
    double[][] x = new double[g.length][g[0].length];
    for (int i = 0; i < g.length; i++) {
      for (int j = 0; j < g[0].length; j++) {
        x[i][j] = g[i][j] / Math.sqrt(size);
      }
    }
    for (int k = 0; k < 5; k++) {
      double[][] a = times(x, transposed(x));
      double[][] ax = times(a, x);
      double[][] aax = times(a, ax);
      for (int i = 0; i < x.length; i++) {
        for (int j = 0; j < x[0].length; j++) {
          x[i][j] = 3.4445 * x[i][j] - 4.7750 * ax[i][j] + 2.0315 * aax[i][j];
        }
      }
    }
    return x;
  }

  private static Supplier<Whole> muon(int rows, int columns) {
    return () -> {
      double[] m = new double[rows * columns];
      return (w, g, last, t) -> {
        double[][] d = new double[rows][columns];
        for (int i = 0; i < w.length; i++) {
          m[i] = 0.9 * m[i] + 0.1 * g[i];
          d[i / columns][i % columns] = 0.1 * g[i] + 0.9 * m[i];
        }
        double[][] o = orthogonal(d);
        double scale = Math.sqrt(Math.max(1, (double) rows / columns));
        for (int i = 0; i < w.length; i++) {
          w[i] = w[i] * (1 - 0.05 * 0.2) - 0.05 * scale * o[i / columns][i % columns];
        }
      };
    };
  }

  @Test
  void l42MuonOnMatrices() {
    Muon rule = Muon.of(0.05).momentum(0.9).weightDecay(0.2);
    followsWhole(rule, muon(3, 4), 3, 4);
    followsWhole(rule, muon(6, 2), 6, 2);
    followsWhole(rule, muon(4, 6), 4, 2, 3, 1); // a kernel as a matrix of its outputs
  }

  @Test
  void l42MuonLeavesVectorsToTheOtherRule() {
    Variable bias = Variable.of("b", Tensor.zeros(3));
    Bound opt = Muon.of(0.1).others(Sgd.of(0.2)).bind(List.of(bias));
    opt.update(List.of(Tensor.of(1f, -2f, 0f)));
    assertThat(bias.value().toFloats()).containsExactly(-0.2f, 0.4f, 0f);
    assertThatThrownBy(() -> Muon.of(0.1).others(Sgd.of(0.2).clipNorm(1)))
        .hasMessageContaining("main rule");
  }

  @Test
  void l42GroupsHaveRulesOfTheirOwn() {
    Variable body = Variable.of("body.w", Tensor.zeros(2));
    Variable bias = Variable.of("head.b", Tensor.zeros(2));
    Variable head = Variable.of("head.w", Tensor.zeros(2));
    Optimizer rule =
        ParamGroups.of(Sgd.of(1))
            .group(p -> p.name().startsWith("body."), Sgd.of(0.25).momentum(0.5))
            .group(p -> p.name().endsWith(".b"), Sgd.of(0.5).clipValue(0.1));
    Bound opt = rule.bind(List.of(body, bias, head));
    List<Tensor> ones = List.of(Tensor.ones(2), Tensor.ones(2), Tensor.ones(2));
    opt.update(ones);
    assertThat(body.value().toDoubles()[0]).isEqualTo(-0.25);
    assertThat(bias.value().toDoubles()[0]).isCloseTo(-0.05, within(1e-7));
    assertThat(head.value().toDoubles()[0]).isEqualTo(-1);
    opt.lr(2); // all rates in proportion
    opt.update(ones);
    assertThat(body.value().toDoubles()[0]).isEqualTo(-0.25 - 0.5 * 1.5);
    assertThat(head.value().toDoubles()[0]).isEqualTo(-3);
    assertThat(opt.variables())
        .extracting(Variable::name)
        .containsExactly("lr", "t", "body.w.velocity");
    assertThatThrownBy(() -> ParamGroups.of(Sgd.of(1)).group(p -> true, Sgd.of(1).clipNorm(1)))
        .hasMessageContaining("main rule");
    assertThatThrownBy(
            () -> ParamGroups.of(Sgd.of(0)).group(p -> true, Sgd.of(1)).bind(List.of(body)))
        .hasMessageContaining("freeze");
  }

  @Test
  void optionsKeepEachOther() {
    Adam rule = Adam.of(0.1).clipNorm(2).betas(0.5, 0.6).clipValue(3).schedule(Schedule.linear(4));
    assertThat(rule.beta1()).isEqualTo(0.5);
    assertThat(rule.tuning()).isEqualTo(new Tuning(0.1, Schedule.linear(4), 2, 3));
    assertThat(Muon.of(0.1).clipNorm(2).momentum(0.5).tuning().clipNorm()).isEqualTo(2);
  }

  @Test
  void optionsOutsideTheirRangeAreRejected() {
    assertThatThrownBy(() -> AdaGrad.of(1).epsilon(0)).hasMessageContaining("epsilon");
    assertThatThrownBy(() -> AdaDelta.of().rho(1)).hasMessageContaining("rho");
    assertThatThrownBy(() -> NAdam.of(1).betas(0.5, -1)).hasMessageContaining("beta2");
    assertThatThrownBy(() -> Lion.of(1).weightDecay(-1)).isInstanceOf(HebbException.class);
    assertThatThrownBy(() -> new Adafactor(Tuning.of(1), 0, 1, 1, 0)).hasMessageContaining("decay");
    assertThatThrownBy(() -> Muon.of(1).momentum(1)).hasMessageContaining("momentum");
  }
}
