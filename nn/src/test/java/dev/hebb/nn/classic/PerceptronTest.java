package dev.hebb.nn.classic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.ShapeError;
import dev.hebb.tensor.Tensor;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The perceptron's rule by hand, and separability by its two kinds of proof. */
class PerceptronTest {
  private static final Tensor BITS = Gate.inputs(2);

  private static Perceptron.Training learn(Gate gate) {
    return Perceptron.zeros(2).learn(BITS, gate.table(), 1, 100);
  }

  @Test
  void l13PerceptronLearnsAndAndOr() {
    for (Gate gate : new Gate[] {Gate.AND, Gate.OR}) {
      var training = learn(gate);
      assertThat(training.converged()).isTrue();
      double[] y = training.perceptron().of(BITS).toDoubles();
      double[] t = gate.table().toDoubles();
      for (int i = 0; i < 4; i++) {
        assertThat(y[i]).as("%s %d", gate, i).isEqualTo(2 * t[i] - 1);
      }
      assertThat(training.separability().isSeparable()).isTrue();
    }
  }

  /** From zeros: 00 is on the line, so wrong; then 01 (OR) is on the other side, and so on. */
  @Test
  void l13TheRuleByHand() {
    var training = learn(Gate.OR);
    assertThat(training.corrections())
        .extracting(
            c -> List.of(c.epoch(), c.example(), c.score(), c.after().weights(), c.after().bias()))
        .containsExactly(
            List.of(1, 0, 0.0, List.of(0.0, 0.0), -1.0),
            List.of(1, 1, -1.0, List.of(0.0, 1.0), 0.0),
            List.of(1, 2, 0.0, List.of(1.0, 1.0), 1.0),
            List.of(2, 0, 1.0, List.of(1.0, 1.0), 0.0),
            List.of(3, 0, 0.0, List.of(1.0, 1.0), -1.0),
            List.of(3, 1, 0.0, List.of(1.0, 2.0), 0.0),
            List.of(4, 0, 0.0, List.of(1.0, 2.0), -1.0),
            List.of(4, 2, 0.0, List.of(2.0, 2.0), 0.0),
            List.of(5, 0, 0.0, List.of(2.0, 2.0), -1.0));
    assertThat(training.epochs()).isEqualTo(6);
    assertThat(training.perceptron()).isEqualTo(new Perceptron(List.of(2.0, 2.0), -1));
  }

  @Test
  void l13XorIsReportedAsNotSeparable() {
    var training = learn(Gate.XOR);
    assertThat(training.converged()).isFalse();
    assertThat(training.separability())
        .isInstanceOfSatisfying(
            Separability.Inseparable.class,
            proof -> {
              assertThat(proof.point()).containsExactly(0.5, 0.5);
              assertThat(proof.ones())
                  .extracting(Separability.Share::example)
                  .containsExactly(1, 2);
              assertThat(proof.zeros())
                  .extracting(Separability.Share::example)
                  .containsExactly(0, 3);
              assertThat(proof.ones())
                  .extracting(Separability.Share::part)
                  .containsExactly(0.5, 0.5);
              assertThat(proof.toString())
                  .contains("not separable", "0.5·x1 + 0.5·x2", "[0.5, 0.5]");
            });
  }

  /** All functions of three inputs: 104 of the 256 are threshold functions (Muroga, 1971). */
  @Test
  void l13SeparableFunctionsOfThreeInputsAreCounted() {
    Tensor x = Gate.inputs(3);
    int separable = 0;
    for (int table = 0; table < 256; table++) {
      float[] y = new float[8];
      for (int i = 0; i < 8; i++) {
        y[i] = table >> i & 1;
      }
      var verdict = Separability.of(x, Tensor.of(y));
      check(verdict, x, y);
      separable += verdict.isSeparable() ? 1 : 0;
    }
    assertThat(separable).isEqualTo(104);
  }

  @Test
  void separabilityIsProvenForRandomPoints() {
    var random = new Random(3);
    int separable = 0;
    for (int trial = 0; trial < 60; trial++) {
      int n = 4 + random.nextInt(8);
      int in = 1 + random.nextInt(4);
      double[] x = random.doubles((long) n * in, -1, 1).toArray();
      float[] y = new float[n];
      for (int i = 0; i < n; i++) {
        y[i] = random.nextInt(2);
      }
      Tensor points = Tensor.of(x, Shape.of(n, in));
      var verdict = Separability.of(points, Tensor.of(y));
      check(verdict, points, y);
      separable += verdict.isSeparable() ? 1 : 0;
    }
    assertThat(separable).isBetween(10, 50);
  }

  /** A proof of either kind excludes the other, so to verify it is enough. */
  private static void check(Separability verdict, Tensor x, float[] y) {
    double[] v = x.toDoubles();
    int in = x.dim(1);
    switch (verdict) {
      case Separability.Separable(var w, var b) -> {
        for (int i = 0; i < y.length; i++) {
          double score = b;
          for (int k = 0; k < in; k++) {
            score += w.get(k) * v[i * in + k];
          }
          assertThat(y[i] == 1 ? score : -score).isGreaterThan(0.999);
        }
      }
      case Separability.Inseparable(var ones, var zeros, var point) -> {
        for (var shares : List.of(ones, zeros)) {
          assertThat(shares)
              .allMatch(s -> s.part() > 0 && y[s.example()] == (shares == ones ? 1 : 0));
          assertThat(shares.stream().mapToDouble(Separability.Share::part).sum())
              .isCloseTo(1, within(1e-12));
          for (int k = 0; k < in; k++) {
            double mixed = 0;
            for (var s : shares) {
              mixed += s.part() * v[s.example() * in + k];
            }
            assertThat(mixed).isCloseTo(point.get(k), within(1e-12));
          }
        }
      }
    }
  }

  /** Touching classes are not separable; a gap of one rounding is. */
  @Test
  void separabilityIsExact() {
    double next = Math.nextUp(0.1);
    assertThat(
            Separability.of(Tensor.of(new double[] {0.1, 0.1}, Shape.of(2, 1)), Tensor.of(0, 1))
                .isSeparable())
        .isFalse();
    assertThat(
            Separability.of(Tensor.of(new double[] {0.1, next}, Shape.of(2, 1)), Tensor.of(0, 1))
                .isSeparable())
        .isTrue();
    Tensor line = Tensor.of(new double[] {0, 1, 2, 3}, Shape.of(4, 1));
    assertThat(Separability.of(line, Tensor.of(0, 1, 0, 1)).isSeparable()).isFalse();
    assertThat(Separability.of(line, Tensor.of(1, 1, 1, 1)).isSeparable()).isTrue();
    assertThat(Separability.of(line, Tensor.of(-1, -1, 1, 1)).isSeparable()).isTrue();
  }

  @Test
  void wrongInputIsRefused() {
    assertThatThrownBy(() -> Separability.of(BITS, Tensor.of(0, 1, 2, 0)))
        .isInstanceOf(HebbException.class)
        .hasMessageContaining("example 2 is 2.0");
    assertThatThrownBy(() -> Separability.of(BITS, Tensor.of(0, 1))).isInstanceOf(ShapeError.class);
    assertThatThrownBy(() ->
            Separability.of(Tensor.of(new float[][] {{1, Float.NaN}, {0, 1}}), Tensor.of(0, 1)))
        .isInstanceOf(HebbException.class)
        .hasMessageContaining("example 0 has NaN in column 1");
    assertThatThrownBy(() -> Perceptron.zeros(3).learn(BITS, Gate.OR.table(), 1, 5))
        .isInstanceOf(HebbException.class);
    assertThatThrownBy(() -> Perceptron.zeros(2).learn(BITS, Gate.OR.table(), 0, 5))
        .isInstanceOf(HebbException.class);
    assertThatThrownBy(() -> Perceptron.zeros(0)).isInstanceOf(HebbException.class);
  }
}
