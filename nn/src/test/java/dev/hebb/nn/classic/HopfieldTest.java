package dev.hebb.nn.classic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hebb.grad.Gradients;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.ShapeError;
import dev.hebb.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Hopfield's networks against plain loops and the theorems about them. */
class HopfieldTest {
  private static double[][] patterns(int p, int n, long seed) {
    var random = new Random(seed);
    double[][] xi = new double[p][n];
    for (double[] row : xi) {
      Arrays.setAll(row, i -> random.nextBoolean() ? 1 : -1);
    }
    return xi;
  }

  private static Tensor tensor(double[][] rows) {
    double[] flat = Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
    return Tensor.of(flat, Shape.of(rows.length, rows[0].length));
  }

  /** Half of the neurons get a coin's side. */
  private static double[] halfNoise(double[] pattern, long seed, double off) {
    var random = new Random(seed);
    double[] s = pattern.clone();
    for (int i = 0; i < s.length; i++) {
      if (random.nextBoolean()) {
        s[i] = random.nextBoolean() ? 1 : off;
      }
    }
    return s;
  }

  private static double energy(double[] w, double[] theta, double[] s) {
    double e = 0;
    for (int i = 0; i < s.length; i++) {
      e += theta[i] * s[i];
      for (int j = 0; j < s.length; j++) {
        e -= 0.5 * w[i * s.length + j] * s[i] * s[j];
      }
    }
    return e;
  }

  @Test
  void l63HebbianWeightsByHand() {
    Tensor xi = Tensor.of(new float[][] {{1, -1, 1}, {1, 1, -1}});
    assertThat(Hopfield.hebbian(xi).weights().toDoubles())
        .containsExactly(new double[] {0, 0, 0, 0, 0, -2 / 3.0, 0, -2 / 3.0, 0}, within(1e-15));
  }

  @Test
  void l63HalfNoiseIsRecalled() {
    double[][] xi = patterns(10, 200, 1);
    for (var memory : List.of(Hopfield.hebbian(tensor(xi)), Hopfield.pseudoInverse(tensor(xi)))) {
      for (int p = 0; p < xi.length; p++) {
        var recall = memory.recall(Tensor.of(halfNoise(xi[p], p, -1)), Seed.of(p));
        assertThat(recall.ending()).isEqualTo(Hopfield.Ending.FIXED_POINT);
        assertThat(recall.state().toDoubles()).containsExactly(xi[p]);
      }
    }
  }

  @Test
  void l63AsynchronousEnergyNeverRises() {
    double[][] xi = patterns(40, 100, 2); // far beyond capacity, so paths are long
    var memory = Hopfield.hebbian(tensor(xi));
    double[] w = memory.weights().toDoubles();
    for (int trial = 0; trial < 10; trial++) {
      double[] start = patterns(1, 100, 50 + trial)[0];
      var recall = memory.recall(Tensor.of(start), Seed.of(trial));
      double[] e = recall.energies().stream().mapToDouble(Double::doubleValue).toArray();
      assertThat(e[0]).isCloseTo(energy(w, new double[100], start), within(1e-9));
      assertThat(e[e.length - 1])
          .isCloseTo(energy(w, new double[100], recall.state().toDoubles()), within(1e-9));
      for (int i = 1; i < e.length; i++) {
        assertThat(e[i]).isLessThan(e[i - 1]);
      }
    }
  }

  /** Two neurons that each want what the other is. */
  @Test
  void l63ASynchronousTwoCycleIsDetected() {
    var pair = Hopfield.hebbian(Tensor.of(new float[][] {{1, 1}}));
    var cycle = pair.synchronous(Tensor.of(1f, -1f));
    assertThat(cycle.ending()).isEqualTo(Hopfield.Ending.TWO_CYCLE);
    assertThat(cycle.states()).hasSize(3);
    assertThat(cycle.state().toDoubles()).containsExactly(1, -1);
    assertThat(pair.recall(Tensor.of(1f, -1f), Seed.of(1)).ending())
        .isEqualTo(Hopfield.Ending.FIXED_POINT);
    var memory = Hopfield.hebbian(tensor(patterns(30, 60, 3)));
    for (int i = 0; i < 30; i++) { // never anything longer
      assertThat(memory.synchronous(Tensor.of(patterns(1, 60, 100 + i)[0])).ending())
          .isNotEqualTo(Hopfield.Ending.DONE);
    }
  }

  @Test
  void l63ZeroAndOneDoTheSameAsPlusAndMinusOne() {
    double[][] xi = patterns(5, 50, 4);
    double[][] v =
        Arrays.stream(xi)
            .map(row -> Arrays.stream(row).map(a -> (a + 1) / 2).toArray())
            .toArray(double[][]::new);
    var bipolar = Hopfield.hebbian(tensor(xi));
    var binary = Hopfield.hebbian(tensor(v));
    assertThat(binary.off()).isZero();
    double[] start = halfNoise(xi[0], 9, -1);
    double[] same = Arrays.stream(start).map(a -> (a + 1) / 2).toArray();
    var a = bipolar.recall(Tensor.of(start), Seed.of(7));
    var b = binary.recall(Tensor.of(same), Seed.of(7));
    assertThat(b.state().toDoubles())
        .containsExactly(Arrays.stream(a.state().toDoubles()).map(s -> (s + 1) / 2).toArray());
    for (int i = 1; i < a.energies().size(); i++) {
      assertThat(b.energies().get(i) - b.energies().get(0))
          .isCloseTo(a.energies().get(i) - a.energies().get(0), within(1e-9));
    }
    assertThat(binary.energy(Tensor.of(same)).item())
        .isCloseTo(
            energy(binary.weights().toDoubles(), binary.thresholds().toDoubles(), same),
            within(1e-9));
  }

  /** 60 patterns that resemble each other: Hebb's rule forgets, the projection keeps them all. */
  @Test
  void l63ThePseudoInverseKeepsPatternsThatResembleEachOther() {
    double[][] xi = patterns(60, 100, 5);
    for (double[] row : xi) {
      Arrays.fill(row, 0, 30, 1);
    }
    var projection = Hopfield.pseudoInverse(tensor(xi));
    var hebb = Hopfield.hebbian(tensor(xi));
    int kept = 0;
    for (double[] row : xi) {
      assertThat(projection.synchronous(Tensor.of(row)).states()).hasSize(2);
      kept +=
          Arrays.equals(hebb.synchronous(Tensor.of(row)).states().get(1).toDoubles(), row) ? 1 : 0;
    }
    assertThat(kept).isLessThan(10);
    double[][] twice = {xi[0], xi[1], xi[0]};
    assertThatThrownBy(() -> Hopfield.pseudoInverse(tensor(twice)))
        .isInstanceOf(HebbException.class)
        .hasMessageContaining("duplicates");
  }

  /** Amit, Gutfreund and Sompolinsky: below 0.138·n almost all is kept, far above nothing is. */
  @Test
  void l63CapacityIsAboutAnEighthOfTheNeurons() {
    int n = 400;
    assertThat(overlap(n, (int) (0.08 * n))).isGreaterThan(0.97);
    assertThat(overlap(n, (int) (0.25 * n))).isLessThan(0.6);
    assertThat(Hopfield.CAPACITY).isEqualTo(0.138);
  }

  private static double overlap(int n, int p) {
    double[][] xi = patterns(p, n, 6);
    var memory = Hopfield.hebbian(tensor(xi));
    double sum = 0;
    for (int k = 0; k < 8; k++) {
      double[] s = memory.recall(Tensor.of(xi[k]), Seed.of(k)).state().toDoubles();
      for (int i = 0; i < n; i++) {
        sum += s[i] * xi[k][i] / n / 8;
      }
    }
    return sum;
  }

  /** In the long run a state's share is e^(−E/T) / Z, also for 0 and 1. */
  @Test
  void l63TemperatureGivesBoltzmannsDistribution() {
    double t = 0.8;
    for (double off : new double[] {-1, 0}) {
      double[][] p = patterns(2, 4, 8);
      for (double[] row : p) {
        Arrays.setAll(row, i -> row[i] < 0 ? off : 1);
      }
      var memory = Hopfield.hebbian(tensor(p));
      double[] temperatures = new double[20_000];
      Arrays.fill(temperatures, t);
      var walk = memory.anneal(Tensor.of(p[0]), Seed.of(3), temperatures);
      assertThat(walk.ending()).isEqualTo(Hopfield.Ending.DONE);
      double[] seen = new double[16];
      walk.states().forEach(s -> seen[code(s.toDoubles())] += 1.0 / walk.states().size());
      double z = 0;
      double[] expected = new double[16];
      for (int c = 0; c < 16; c++) {
        double[] s = new double[4];
        for (int i = 0; i < 4; i++) {
          s[i] = (c >> i & 1) == 1 ? 1 : off;
        }
        expected[c] =
            Math.exp(-energy(memory.weights().toDoubles(), memory.thresholds().toDoubles(), s) / t);
        z += expected[c];
      }
      for (int c = 0; c < 16; c++) {
        assertThat(seen[c]).isCloseTo(expected[c] / z, within(0.015));
      }
    }
  }

  private static int code(double[] s) {
    int c = 0;
    for (int i = 0; i < s.length; i++) {
      c |= (s[i] == 1 ? 1 : 0) << i;
    }
    return c;
  }

  @Test
  void atTemperatureZeroAnnealingIsRecall() {
    double[][] xi = patterns(5, 60, 11);
    var memory = Hopfield.hebbian(tensor(xi));
    Tensor start = Tensor.of(halfNoise(xi[2], 1, -1));
    var recall = memory.recall(start, Seed.of(1));
    var cold = memory.anneal(start, Seed.of(1), 0, 0, 0, 0, 0, 0, 0, 0);
    assertThat(cold.state().toDoubles()).containsExactly(recall.state().toDoubles());
    assertThatThrownBy(() -> memory.anneal(start, Seed.of(1), -1))
        .isInstanceOf(HebbException.class);
  }

  @Test
  void l63TheModernNetworkRetrievesInOneStep() {
    double[][] xi = patterns(50, 64, 12); // many more than 0.138 · 64 ≈ 9
    var memory = new ModernHopfield(tensor(xi), 1);
    Tensor noisy = tensor(new double[][] {halfNoise(xi[3], 5, -1), halfNoise(xi[41], 6, -1)});
    double[] once = memory.retrieve(noisy).toDoubles();
    for (int i = 0; i < 64; i++) {
      assertThat(once[i]).isCloseTo(xi[3][i], within(0.01));
      assertThat(once[64 + i]).isCloseTo(xi[41][i], within(0.01));
    }
    double[] e = memory.energy(noisy).toDoubles();
    double[] after = memory.energy(memory.retrieve(noisy)).toDoubles();
    assertThat(after[0]).isLessThan(e[0]).isGreaterThanOrEqualTo(0);
    assertThat(memory.shares(noisy).sum(-1).toDoubles())
        .containsExactly(new double[] {1, 1}, within(1e-12));
  }

  @Test
  void l63TheModernStepIsAttention() {
    Tensor x = dev.hebb.tensor.Random.normalOnce(Shape.of(7, 9), Seed.of(1)).eval();
    Tensor q = dev.hebb.tensor.Random.normalOnce(Shape.of(3, 9), Seed.of(2)).eval();
    double[] expected = q.attention(x, x).toDoubles();
    double[] y = ModernHopfield.of(x).retrieve(q).toDoubles();
    for (int i = 0; i < y.length; i++) {
      assertThat(y[i]).isCloseTo(expected[i], within(1e-5));
    }
    // The step is ξ − ∂E/∂ξ (Ramsauer et al., 2020, theorem 1).
    var memory = ModernHopfield.of(x).beta(0.7);
    double[] gradient = Gradients.of(memory.energy(q).sum(), List.of(q)).getFirst().toDoubles();
    double[] state = q.toDoubles();
    double[] next = memory.retrieve(q).toDoubles();
    for (int i = 0; i < next.length; i++) {
      assertThat(next[i]).isCloseTo(state[i] - gradient[i], within(1e-5));
    }
  }

  @Test
  void wrongInputIsRefused() {
    Tensor xi = tensor(patterns(2, 6, 1));
    var memory = Hopfield.hebbian(xi);
    assertThatThrownBy(() -> memory.recall(Tensor.of(1f, 0f, 1f, 1f, 1f, 1f), Seed.of(1)))
        .isInstanceOf(HebbException.class)
        .hasMessageContaining("-1 or 1, but there is 0.0");
    assertThatThrownBy(() -> memory.recall(Tensor.of(1f, 1f), Seed.of(1)))
        .isInstanceOf(ShapeError.class);
    assertThatThrownBy(() -> Hopfield.hebbian(Tensor.of(new float[][] {{1, 0.5f}})))
        .isInstanceOf(HebbException.class);
    assertThatThrownBy(
            () -> new Hopfield(Tensor.of(new float[][] {{0, 1}, {2, 0}}), Tensor.zeros(2), -1))
        .isInstanceOf(HebbException.class)
        .hasMessageContaining("symmetric");
    assertThatThrownBy(() -> new ModernHopfield(xi, 0)).isInstanceOf(HebbException.class);
    assertThatThrownBy(() -> new ModernHopfield(xi, 1).retrieve(Tensor.zeros(6)))
        .isInstanceOf(ShapeError.class);
  }
}
