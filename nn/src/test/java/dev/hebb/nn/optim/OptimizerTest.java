package dev.hebb.nn.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hebb.tensor.DType;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.ShapeError;
import dev.hebb.tensor.Step;
import dev.hebb.tensor.Tensor;
import dev.hebb.tensor.Variable;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * Each rule against the recurrence of its paper, written here for one number in plain doubles, on
 * J(w) = ½(w₁² + 10 w₂²) + w₁w₂, eagerly and recorded.
 */
class OptimizerTest {
  private static final double[] START = {1.5, -0.7};
  private static final int STEPS = 12;

  /** A rule for one number, with its state in fields. */
  interface Recurrence {
    double next(double w, double g, int t);
  }

  interface Fresh {
    Recurrence get();
  }

  private static double[] gradient(double[] w) {
    return new double[] {w[0] + w[1], 10 * w[1] + w[0]};
  }

  private static Tensor objective(Tensor w) {
    Tensor a = w.slice("0");
    Tensor b = w.slice("1");
    return a.square().add(b.square().mul(10)).mul(0.5).add(a.mul(b));
  }

  private static double[] expected(Fresh rule) {
    double[] w = START.clone();
    Recurrence[] each = {rule.get(), rule.get()};
    for (int t = 1; t <= STEPS; t++) {
      double[] g = gradient(w);
      for (int i = 0; i < 2; i++) {
        w[i] = each[i].next(w[i], g[i], t);
      }
    }
    return w;
  }

  private static double[] eager(Optimizer rule) {
    Variable w = Variable.of("w", Tensor.of(START));
    Bound opt = rule.bind(List.of(w));
    for (int t = 0; t < STEPS; t++) {
      opt.update(objective(w.tensor()).grad(List.of(w)));
    }
    assertThat(opt.steps()).isEqualTo(STEPS);
    return w.value().toDoubles();
  }

  private static double[] recorded(Optimizer rule) {
    Variable w = Variable.of("w", Tensor.of(START));
    Bound opt = rule.bind(List.of(w));
    Step step =
        Step.trainStep(() -> {
          Tensor loss = objective(w.tensor());
          opt.update(loss.grad(List.of(w)));
          return loss;
        });
    for (int t = 0; t < STEPS; t++) {
      step.run();
    }
    assertThat(opt.steps()).isEqualTo(STEPS);
    return w.value().toDoubles();
  }

  static void follows(Optimizer rule, Fresh recurrence) {
    double[] expected = expected(recurrence);
    for (double[] actual : new double[][] {eager(rule), recorded(rule)}) {
      for (int i = 0; i < 2; i++) {
        assertThat(actual[i]).as("%s", rule).isCloseTo(expected[i], within(1e-9));
      }
    }
  }

  @Test
  void sgd() {
    follows(Sgd.of(0.05), () -> (w, g, t) -> w - 0.05 * g);
    follows(Sgd.of(0.05).weightDecay(0.2), () -> (w, g, t) -> w - 0.05 * (g + 0.2 * w));
  }

  @Test
  void sgdWithMomentum() {
    follows(
        Sgd.of(0.05).momentum(0.9).weightDecay(0.1),
        () ->
            new Recurrence() {
              double v;

              @Override
              public double next(double w, double g, int t) {
                v = t == 1 ? g + 0.1 * w : 0.9 * v + g + 0.1 * w;
                return w - 0.05 * v;
              }
            });
  }

  @Test
  void sgdWithNesterov() {
    follows(
        Sgd.of(0.05).momentum(0.8).nesterov(),
        () ->
            new Recurrence() {
              double v;

              @Override
              public double next(double w, double g, int t) {
                v = 0.8 * v + g;
                return w - 0.05 * (g + 0.8 * v);
              }
            });
  }

  private static Fresh adam(double lr, double coupled, double decoupled) {
    return () ->
        new Recurrence() {
          double m;
          double v;

          @Override
          public double next(double w, double gradient, int t) {
            double g = gradient + coupled * w;
            m = 0.8 * m + 0.2 * g;
            v = 0.95 * v + 0.05 * g * g;
            double mHat = m / (1 - Math.pow(0.8, t));
            double vHat = v / (1 - Math.pow(0.95, t));
            return w - lr * decoupled * w - lr * mHat / (Math.sqrt(vHat) + 1e-3);
          }
        };
  }

  @Test
  void adamWithCoupledDecay() {
    follows(Adam.of(0.1).betas(0.8, 0.95).epsilon(1e-3), adam(0.1, 0, 0));
    follows(Adam.of(0.1).betas(0.8, 0.95).epsilon(1e-3).weightDecay(0.3), adam(0.1, 0.3, 0));
  }

  @Test
  void adamWithDecoupledDecay() {
    follows(AdamW.of(0.1).betas(0.8, 0.95).epsilon(1e-3).weightDecay(0.3), adam(0.1, 0, 0.3));
    assertThat(AdamW.of(1).weightDecay()).isEqualTo(0.01);
    assertThat(Adam.of(1).weightDecay()).isZero();
  }

  @Test
  void rmsProp() {
    follows(
        RmsProp.of(0.02).alpha(0.9).epsilon(1e-2).weightDecay(0.1),
        () ->
            new Recurrence() {
              double v;

              @Override
              public double next(double w, double gradient, int t) {
                double g = gradient + 0.1 * w;
                v = 0.9 * v + 0.1 * g * g;
                return w - 0.02 * g / (Math.sqrt(v) + 1e-2);
              }
            });
    follows(
        RmsProp.of(0.02).alpha(0.9).momentum(0.7).centred(),
        () ->
            new Recurrence() {
              double v;
              double mean;
              double b;

              @Override
              public double next(double w, double g, int t) {
                v = 0.9 * v + 0.1 * g * g;
                mean = 0.9 * mean + 0.1 * g;
                b = 0.7 * b + g / (Math.sqrt(v - mean * mean) + 1e-8);
                return w - 0.02 * b;
              }
            });
  }

  @Test
  void clippingByNormScalesAllGradientsTogether() {
    Variable a = Variable.of("a", Tensor.of(new float[] {0, 0}));
    Variable b = Variable.of("b", Tensor.of(new float[][] {{0}}));
    List<Tensor> grads = List.of(Tensor.of(2f, 3f), Tensor.of(new float[][] {{6}})); // norm 7
    Sgd.of(1).clipNorm(3.5).bind(List.of(a, b)).update(grads);
    assertThat(a.value().toDoubles()[1]).isCloseTo(-1.5, within(1e-5));
    assertThat(b.value().item()).isCloseTo(-3, within(1e-5));
    Sgd.of(1).clipNorm(8).bind(List.of(b)).update(List.of(Tensor.of(new float[][] {{6}})));
    assertThat(b.value().item()).isCloseTo(-9, within(1e-5));
  }

  @Test
  void clippingByValueLimitsEachElement() {
    Variable a = Variable.of("a", Tensor.of(new float[] {0, 0, 0}));
    Sgd.of(1).clipValue(0.5).bind(List.of(a)).update(List.of(Tensor.of(2f, -0.25f, -9f)));
    assertThat(a.value().toFloats()).containsExactly(-0.5f, 0.25f, 0.5f);
  }

  @Test
  void rateCanBeChangedWithoutRecordingAnew() {
    Variable w = Variable.of("w", Tensor.of(new float[] {0}).reshape(1));
    Bound opt = Sgd.of(1).bind(List.of(w));
    Step step =
        Step.trainStep(() -> {
          opt.update(List.of(Tensor.ones(1)));
          return w.tensor().sum();
        });
    step.run();
    opt.lr(0.25);
    step.run();
    assertThat(w.value().item()).isEqualTo(-1.25);
    assertThat(opt.lr()).isEqualTo(0.25);
  }

  @Test
  void theScheduleFollowsTheCount() {
    Variable w = Variable.of("w", Tensor.of(new float[] {0}).reshape(1));
    Bound opt = Sgd.of(1).schedule(Schedule.exponential(0.5)).bind(List.of(w));
    Step step =
        Step.trainStep(() -> {
          opt.update(List.of(Tensor.ones(1)));
          return w.tensor().sum();
        });
    for (int i = 0; i < 3; i++) {
      assertThat(opt.lr()).isCloseTo(Math.pow(0.5, i), within(1e-12));
      step.run();
    }
    assertThat(w.value().item()).isCloseTo(-1.75, within(1e-6));
  }

  @Test
  void stateRestoredContinuesBitForBit() {
    Consumer<Bound> steps =
        opt -> {
          for (int i = 0; i < 3; i++) {
            Variable w = opt.params().getFirst();
            opt.update(objective(w.tensor()).grad(List.of(w)));
          }
        };
    Optimizer rule = AdamW.of(0.1).schedule(Schedule.cosine(8)).clipNorm(1);
    Variable w = Variable.of("w", Tensor.of(START).cast(DType.FLOAT32));
    Bound first = rule.bind(List.of(w));
    steps.accept(first);
    Variable copy = Variable.of("w", w.value());
    Bound second = rule.bind(List.of(copy));
    for (int i = 0; i < first.variables().size(); i++) {
      Variable from = first.variables().get(i);
      assertThat(second.variables().get(i).name()).isEqualTo(from.name());
      second.variables().get(i).set(from.value());
    }
    steps.accept(first);
    steps.accept(second);
    assertThat(copy.value().toFloats()).isEqualTo(w.value().toFloats());
    assertThat(first.variables())
        .extracting(Variable::name)
        .containsExactly("lr", "t", "w.m", "w.v");
  }

  @Test
  void gradientsMustBelongToTheParameters() {
    Variable w = Variable.of("w", Tensor.zeros(2));
    Bound opt = Sgd.of(1).bind(List.of(w));
    assertThatThrownBy(() -> opt.update(List.of())).isInstanceOf(ShapeError.class);
    assertThatThrownBy(() -> opt.update(List.of(Tensor.zeros(3)))).hasMessageContaining("w [2]");
    assertThatThrownBy(() -> Sgd.of(1).bind(List.of())).hasMessageContaining("frozen");
  }

  @Test
  void optionsOutsideTheirRangeAreRejected() {
    assertThatThrownBy(() -> Sgd.of(-1)).isInstanceOf(HebbException.class);
    assertThatThrownBy(() -> Sgd.of(Double.NaN)).isInstanceOf(HebbException.class);
    assertThatThrownBy(() -> Sgd.of(1).nesterov()).hasMessageContaining("momentum");
    assertThatThrownBy(() -> Adam.of(1).betas(1, 0.5)).hasMessageContaining("beta1");
    assertThatThrownBy(() -> RmsProp.of(1).epsilon(0)).hasMessageContaining("epsilon");
    assertThatThrownBy(() -> Adam.of(1).clipNorm(0)).hasMessageContaining("clipNorm");
  }
}
