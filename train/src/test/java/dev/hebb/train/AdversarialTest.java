package dev.hebb.train;

import static dev.hebb.nn.Layers.dense;
import static dev.hebb.nn.Layers.relu;
import static dev.hebb.nn.Layers.sequential;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hebb.nn.GanLoss;
import dev.hebb.nn.Init;
import dev.hebb.nn.Net;
import dev.hebb.nn.optim.Adam;
import dev.hebb.nn.optim.Sgd;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import dev.hebb.train.data.Dataset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class AdversarialTest {
  private static final int MODES = 8;
  private static final double DEVIATION = 0.1;

  private static float[][] centres() {
    float[][] centres = new float[MODES][];
    for (int i = 0; i < MODES; i++) {
      double angle = 2 * Math.PI * i / MODES;
      centres[i] = new float[] {(float) Math.cos(angle), (float) Math.sin(angle)};
    }
    return centres;
  }

  /** Points of eight normal distributions on a circle. */
  private static Dataset ring(int n) {
    var random = new java.util.Random(1);
    float[] x = new float[2 * n];
    int[] y = new int[n];
    for (int i = 0; i < n; i++) {
      y[i] = i % MODES;
      x[2 * i] = (float) (centres()[y[i]][0] + DEVIATION * random.nextGaussian());
      x[2 * i + 1] = (float) (centres()[y[i]][1] + DEVIATION * random.nextGaussian());
    }
    return Dataset.ofClasses(Shape.of(2), x, y, List.of("0", "1", "2", "3", "4", "5", "6", "7"));
  }

  private static Net generator(long seed) {
    return sequential(dense(64), relu(), dense(64), relu(), dense(2))
        .build(Shape.of(8), Seed.of(seed));
  }

  private static Net discriminator(long seed) {
    return sequential(dense(64), relu(), dense(64), relu(), dense(1))
        .build(Shape.of(2), Seed.of(seed));
  }

  @Test
  void l65AllModesOfARingAreCovered() {
    Net generator = generator(1);
    var gan =
        Adversarial.of(generator, discriminator(2), Adam.of(2e-3).betas(0.5, 0.9))
            .loss(GanLoss.WASSERSTEIN)
            .gradientPenalty(0.3)
            .discriminatorSteps(2);
    List<Balance> history = gan.fit(ring(4096).shuffle(Seed.of(3)).batch(128), 90);
    float[][] made = gan.examples(2000, Seed.of(4));
    int[] counts = Coverage.modes(made, centres(), 4 * DEVIATION);
    assertThat(Arrays.stream(counts).min().orElseThrow()).as("of 250 each").isGreaterThan(100);
    assertThat(Arrays.stream(counts).sum()).as("close to a mode").isGreaterThan(1600);
    assertThat(history.getLast().warnings()).isEmpty();
    assertThat(history.getLast().told()).isBetween(0.4, 0.85);
    assertThat(history.getLast().diversity()).isBetween(0.5, 2.5);
  }

  @Test
  void l65AnImbalanceIsReported() {
    // A generator that does not learn, against a discriminator that does.
    Net still = sequential(dense(2).init(Init.normal(0.01))).build(Shape.of(8), Seed.of(1));
    var told = new ArrayList<Balance>();
    List<Balance> history =
        Adversarial.of(still, discriminator(2), Sgd.of(1e-9))
            .discriminatorRule(Adam.of(1e-2))
            .each(told::add)
            .fit(ring(1024).shuffle().batch(64), 15);
    assertThat(told).isEqualTo(history);
    assertThat(history.getLast().told()).isGreaterThan(0.98);
    assertThat(history.getLast().warnings()).anyMatch(w -> w.contains("discriminator wins"));
    assertThat(Balance.judge(0.99, 0.01, 1)).singleElement().asString().contains("wins");
    assertThat(Balance.judge(0.99, 0.5, 1)).isEmpty();
    assertThat(Balance.judge(0.1, 2, 1)).singleElement().asString().contains("loses");
    assertThat(Balance.judge(0.5, 1, 1)).isEmpty();
  }

  @Test
  void l65ACollapseIsReported() {
    // Its first weights are zeros, so the noise never gets through.
    Net deaf =
        sequential(dense(8).init(Init.zeros()), relu(), dense(2)).build(Shape.of(4), Seed.of(1));
    List<Balance> history =
        Adversarial.of(deaf, discriminator(2), Adam.of(1e-9)).fit(ring(256).batch(64), 1);
    assertThat(history.getLast().diversity()).isLessThan(0.05);
    assertThat(history.getLast().warnings())
        .anyMatch(w -> w.contains("collapsed") && w.contains("Wasserstein"));
  }

  /** Against the papers' formulas in float64. */
  @Test
  void losses() {
    double[] real = {1.5, -0.5, 3};
    double[] fake = {0.2, -2, 0.9};
    double[][] expected = new double[4][2];
    for (int i = 0; i < 3; i++) {
      double p = 1 / (1 + Math.exp(-real[i]));
      double q = 1 / (1 + Math.exp(-fake[i]));
      expected[0][0] -= (Math.log(p) + Math.log(1 - q)) / 3;
      expected[0][1] += Math.log(1 - q) / 3;
      expected[1][1] -= Math.log(q) / 3;
      expected[2][0] += (Math.max(0, 1 - real[i]) + Math.max(0, 1 + fake[i])) / 3;
      expected[2][1] -= fake[i] / 3;
      expected[3][0] += (fake[i] - real[i]) / 3;
    }
    expected[1][0] = expected[0][0];
    expected[3][1] = expected[2][1];
    for (GanLoss loss : GanLoss.values()) {
      double[] e = expected[loss.ordinal()];
      assertThat(loss.discriminator(Tensor.of(real), Tensor.of(fake)).item())
          .as("%s", loss)
          .isCloseTo(e[0], within(1e-12));
      assertThat(loss.generator(Tensor.of(fake)).item())
          .as("%s", loss)
          .isCloseTo(e[1], within(1e-12));
      Tensor far = Tensor.of(1000.0, -1000.0);
      assertThat(loss.discriminator(far, far).item()).isFinite();
      assertThat(loss.generator(far).item()).isFinite();
    }
  }

  /** A ball of two neighbours each; by hand. */
  @Test
  void coverage() {
    float[][] real = {{0}, {1}, {2}, {10}, {11}, {12}};
    assertThat(Coverage.of(real, new float[][] {{1}}, 2)).isEqualTo(0.5);
    assertThat(Coverage.of(real, real, 1)).isEqualTo(1);
    assertThat(Coverage.of(real, new float[][] {{6}}, 1)).isZero();
    assertThat(Coverage.modes(new float[][] {{0}, {0.4f}, {9}, {5}}, new float[][] {{0}, {10}}, 1))
        .containsExactly(2, 1);
    assertThatThrownBy(() -> Coverage.of(real, real, 6)).hasMessageContaining("more than k");
    assertThatThrownBy(() -> Coverage.of(real, new float[][] {{1, 2}}, 1))
        .hasMessageContaining("no distance");
  }

  @Test
  void runsAreRepeatable() {
    float[][][] made = new float[2][][];
    for (int i = 0; i < 2; i++) {
      var gan = Adversarial.of(generator(1), discriminator(2), Adam.of(1e-3)).gradientPenalty(0.1);
      gan.fit(ring(256).shuffle().batch(64), 2);
      made[i] = gan.examples(3, Seed.of(1));
    }
    assertThat(made[0]).isDeepEqualTo(made[1]);
  }

  @Test
  void whatDoesNotFitTogetherIsRefused() {
    var rule = Adam.of(1e-3);
    Net wide = sequential(dense(3)).build(Shape.of(8), Seed.of(1));
    assertThatThrownBy(() -> Adversarial.of(wide, discriminator(1), rule))
        .hasMessageContaining("what the discriminator takes, [2]");
    Net two = sequential(dense(2)).build(Shape.of(2), Seed.of(1));
    assertThatThrownBy(() -> Adversarial.of(generator(1), two, rule))
        .hasMessageContaining("dense(1)");
    var gan = Adversarial.of(generator(1), discriminator(1), rule);
    assertThatThrownBy(() -> gan.gradientPenalty(-1)).hasMessageContaining("negative");
    assertThatThrownBy(() -> gan.discriminatorSteps(0)).hasMessageContaining("at least 1");
    assertThatThrownBy(() -> gan.fit(ring(64).batch(1), 1)).hasMessageContaining("two or more");
    assertThatThrownBy(() -> gan.fit(ring(64).batch(8), 0)).hasMessageContaining("epoch");
    Dataset other =
        Dataset.ofClasses(Shape.of(1), new float[] {1, 2}, new int[] {0, 1}, List.of("a", "b"));
    assertThatThrownBy(() -> gan.fit(other.batch(2), 1)).hasMessageContaining("[1]");
  }
}
