package dev.hebb.studio.playground;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hebb.op.Activation;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Seed;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every number against hand computations in plain Java, and slopes against differences. */
class ArithmeticTest {
  private static final Offset<Double> EXACT = within(1e-6);

  private static Settings settings(
      List<Settings.Hidden> hidden, Activation output, Objective objective) {
    return new Settings(
        new Settings.Data(Problem.CIRCLE, 40, 0.1, 0.5),
        new Settings.Layout(List.of(Feature.X1, Feature.X2), hidden, output, Start.NORMAL),
        new Settings.Learning(objective, Rule.SGD, 0.3, 4),
        new Settings.Restraint(Settings.Penalty.NONE, 0, 0),
        7);
  }

  private static double sigmoid(double z) {
    return 1 / (1 + Math.exp(-z));
  }

  /** The lecture's 2-2-1 network: sigmoids and ½(a − y)², each factor written out. */
  @Test
  void aTwoTwoOneNetworkByHand() {
    Settings settings =
        settings(
            List.of(new Settings.Hidden(2, Activation.SIGMOID)),
            Activation.SIGMOID,
            Objective.SQUARED);
    Experiment experiment = ExperimentTest.of(settings);
    for (int i = 0; i < 30; i++) {
      experiment.step();
    }
    int point = 5;
    Arithmetic told = Arithmetic.of(experiment, point);
    float[] w = experiment.architecture().net().variable("0.dense.w").value().toFloats();
    float[] b = experiment.architecture().net().variable("0.dense.b").value().toFloats();
    float[] v = experiment.architecture().net().variable("2.dense.w").value().toFloats();
    float[] c = experiment.architecture().net().variable("2.dense.b").value().toFloats();
    double x1 = experiment.points().x1()[point];
    double x2 = experiment.points().x2()[point];
    double y = experiment.points().y()[point];

    double z1 = w[0] * x1 + w[2] * x2 + b[0];
    double z2 = w[1] * x1 + w[3] * x2 + b[1];
    double a1 = sigmoid(z1);
    double a2 = sigmoid(z2);
    double z = v[0] * a1 + v[1] * a2 + c[0];
    double a = sigmoid(z);
    double dz = (a - y) * a * (1 - a);
    double dz1 = dz * v[0] * a1 * (1 - a1);

    assertThat(told.inputs().get(0).value()).isEqualTo(x1, EXACT);
    assertThat(told.loss().value()).isEqualTo(0.5 * (a - y) * (a - y), EXACT);
    assertThat(told.loss().targets()).containsExactly(y);
    Arithmetic.Unit out = told.layers().getLast().units().getFirst();
    assertThat(out.z()).isEqualTo(z, EXACT);
    assertThat(out.a()).isEqualTo(a, EXACT);
    assertThat(out.dJda()).isEqualTo(a - y, EXACT);
    assertThat(out.dadz()).isEqualTo(a * (1 - a), EXACT);
    assertThat(out.dJdz()).isEqualTo(dz, EXACT);
    assertThat(out.weights().get(0).gradient()).isEqualTo(dz * a1, EXACT);
    assertThat(out.weights().get(1).gradient()).isEqualTo(dz * a2, EXACT);
    assertThat(out.bias().gradient()).isEqualTo(dz, EXACT);
    Arithmetic.Unit first = told.layers().getFirst().units().getFirst();
    assertThat(first.z()).isEqualTo(z1, EXACT);
    assertThat(first.dJda()).isEqualTo(dz * v[0], EXACT);
    assertThat(first.dadz()).isEqualTo(a1 * (1 - a1), EXACT);
    assertThat(first.weights().get(0).gradient()).isEqualTo(dz1 * x1, EXACT);
    assertThat(first.weights().get(1).gradient()).isEqualTo(dz1 * x2, EXACT);
    assertThat(first.weights().get(1).value()).isEqualTo(w[2], EXACT);
    assertThat(first.weights().get(1).next()).isEqualTo(w[2] - 0.3 * dz1 * x2, EXACT);
    assertThat(first.bias().next()).isEqualTo(b[0] - 0.3 * dz1, EXACT);
    assertThat(told.loss().next()).isLessThan(told.loss().value());
  }

  /** J of a network in plain Java. */
  private static double loss(Arithmetic told, double[][][] w, double[][] b, Settings settings) {
    double[] at = told.inputs().stream().mapToDouble(Arithmetic.Input::value).toArray();
    for (int layer = 0; layer < w.length; layer++) {
      boolean isLast = layer == w.length - 1;
      Activation f =
          isLast ? settings.layout().output() : settings.layout().hidden().get(layer).activation();
      double[] next = new double[w[layer].length];
      for (int unit = 0; unit < next.length; unit++) {
        double z = b[layer][unit];
        for (int i = 0; i < at.length; i++) {
          z += w[layer][unit][i] * at[i];
        }
        next[unit] = f.reference(z);
      }
      at = next;
    }
    double[] y = told.loss().targets().stream().mapToDouble(d -> d).toArray();
    double a = at[0];
    return switch (settings.learning().objective()) {
      case CROSS_ENTROPY ->
          at.length > 1
              ? Math.log(Arrays.stream(at).map(Math::exp).sum()) - dot(at, y)
              : -y[0] * Math.log(sigmoid(a)) - (1 - y[0]) * Math.log(1 - sigmoid(a));
      case HINGE -> Math.max(0, 1 - y[0] * a);
      case PERCEPTRON -> Math.max(0, -y[0] * a);
      case SQUARED -> 0.5 * (a - y[0]) * (a - y[0]);
      case ABSOLUTE -> Math.abs(a - y[0]);
      case HUBER ->
          Math.abs(a - y[0]) < 1 ? 0.5 * (a - y[0]) * (a - y[0]) : Math.abs(a - y[0]) - 0.5;
    };
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  @ParameterizedTest
  @CsvSource({
    "TANH, LINEAR, CROSS_ENTROPY",
    "RELU, LINEAR, HINGE",
    "LEAKY_RELU, LINEAR, PERCEPTRON",
    "ELU, TANH, SQUARED",
    "SIGMOID, SIGMOID, SQUARED",
    "SOFTPLUS, LINEAR, CROSS_ENTROPY",
    "SWISH, LINEAR, SQUARED",
    "GELU, TANH, SQUARED",
    "LINEAR, LINEAR, HINGE"
  })
  void gradientsAreTheSlopesOfTheLoss(Activation hidden, Activation output, Objective objective) {
    check(
        ExperimentTest.of(
            settings(
                List.of(new Settings.Hidden(3, hidden), new Settings.Hidden(2, hidden)),
                output,
                objective)));
  }

  @ParameterizedTest
  @CsvSource({"ABSOLUTE", "HUBER", "SQUARED"})
  void alsoForNumbers(Objective objective) {
    Settings s =
        settings(List.of(new Settings.Hidden(3, Activation.TANH)), Activation.LINEAR, objective);
    check(ExperimentTest.of(s.problem(Problem.HILLS)));
  }

  @Test
  void alsoForSeveralClasses() {
    String csv = "0,0,a\n1,0,b\n0,1,c\n1,2,a\n2,1,b\n".repeat(4);
    Settings s =
        settings(
            List.of(new Settings.Hidden(3, Activation.TANH)),
            Activation.LINEAR,
            Objective.CROSS_ENTROPY);
    check(new Experiment(s, OwnPoints.read(csv).points(0, 0.5, Seed.of(1))));
  }

  private static void check(Experiment experiment) {
    for (int i = 0; i < 5; i++) {
      experiment.step();
    }
    Arithmetic told = Arithmetic.of(experiment, 3);
    int layers = told.layers().size();
    double[][][] w = new double[layers][][];
    double[][] b = new double[layers][];
    for (int i = 0; i < layers; i++) {
      List<Arithmetic.Unit> units = told.layers().get(i).units();
      w[i] =
          units.stream()
              .map(u -> u.weights().stream().mapToDouble(Arithmetic.Weight::value).toArray())
              .toArray(double[][]::new);
      b[i] = units.stream().mapToDouble(u -> u.bias().value()).toArray();
    }
    Settings settings = experiment.settings();
    assertThat(told.loss().value()).isEqualTo(loss(told, w, b, settings), EXACT);
    double h = 1e-5;
    for (int layer = 0; layer < layers; layer++) {
      for (int unit = 0; unit < b[layer].length; unit++) {
        Arithmetic.Unit u = told.layers().get(layer).units().get(unit);
        assertThat(u.dJdz()).isEqualTo(u.dJda() * u.dadz(), EXACT);
        double[] row = w[layer][unit];
        for (int i = 0; i <= row.length; i++) {
          double[] place = i < row.length ? row : b[layer];
          int at = i < row.length ? i : unit;
          double old = place[at];
          place[at] = old + h;
          double up = loss(told, w, b, settings);
          place[at] = old - h;
          double down = loss(told, w, b, settings);
          place[at] = old;
          Arithmetic.Weight weight = i < row.length ? u.weights().get(i) : u.bias();
          assertThat(weight.gradient()).isEqualTo((up - down) / (2 * h), EXACT);
          assertThat(weight.next()).isEqualTo(old - told.rate() * weight.gradient(), EXACT);
        }
      }
    }
  }

  @Test
  void aPointThatIsNotThere() {
    Experiment experiment =
        ExperimentTest.of(settings(List.of(), Activation.LINEAR, Objective.HINGE));
    assertThatThrownBy(() -> Arithmetic.of(experiment, 40))
        .isInstanceOf(HebbException.class)
        .hasMessageContaining("from 0 to 39");
  }

  /** The formulas that the page shows are those of the numbers. */
  @ParameterizedTest
  @CsvSource({
    "RELU, 1.3",
    "RELU, -0.4",
    "LEAKY_RELU, -2",
    "ELU, -0.7",
    "ELU, 0.2",
    "TANH, 0.8",
    "SIGMOID, -1.1",
    "SOFTPLUS, 0.4",
    "SWISH, -0.9",
    "GELU, 0.6",
    "LINEAR, 2",
    "STEP, 1"
  })
  void theSlopesAsWrittenByHand(Activation f, double z) {
    double a = f.reference(z);
    double phi = Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI);
    double byHand =
        switch (Derivative.of(f).formula()) {
          case "z > 0 ? 1 : 0" -> z > 0 ? 1 : 0;
          case "z > 0 ? 1 : 0.01" -> z > 0 ? 1 : 0.01;
          case "z > 0 ? 1 : a + 1" -> z > 0 ? 1 : a + 1;
          case "1 − a²" -> 1 - a * a;
          case "a(1 − a)" -> a * (1 - a);
          case "σ(z)" -> sigmoid(z);
          case "a + σ(z)(1 − a)" -> a + sigmoid(z) * (1 - a);
          case "Φ(z) + z·φ(z)" -> a / z + z * phi;
          case "1" -> 1;
          case "0" -> 0;
          default -> Double.NaN;
        };
    assertThat(f.derivative(z)).isEqualTo(byHand, EXACT);
  }
}
