package dev.hebb.studio.inside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hebb.op.Activation;
import dev.hebb.studio.runs.Entry;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Numbers about numbers, against numbers worked out by hand. */
class StatisticsTest {
  @Test
  void aHistogramCountsEveryFiniteValueOnce() {
    float[] values = {0, 1, 2, 3, 4, 5, 6, 7, 32, Float.NaN, Float.POSITIVE_INFINITY};
    Entry.Histogram h = Objects.requireNonNull(Statistics.histogram(values));
    assertThat(h.min()).isEqualTo(0);
    assertThat(h.max()).isEqualTo(32);
    assertThat(h.mean()).isCloseTo(60.0 / 9, within(1e-12)); // 0 + … + 7 = 28, and 32
    // The mean of the squares is (0 + 1 + 4 + … + 49 + 1024) / 9 = 1164 / 9.
    assertThat(h.std()).isCloseTo(Math.sqrt(1164.0 / 9 - 3600.0 / 81), within(1e-12));
    int[] expected = new int[Statistics.BINS]; // each as wide as 1, the last one closed
    Arrays.fill(expected, 0, 8, 1);
    expected[31] = 1;
    assertThat(h.counts()).isEqualTo(expected);
  }

  @Test
  void equalValuesFallIntoOneInterval() {
    Entry.Histogram h = Objects.requireNonNull(Statistics.histogram(new float[] {2, 2, 2}));
    assertThat(h.counts()[0]).isEqualTo(3);
    assertThat(h.std()).isZero();
    assertThat(Statistics.histogram(new float[0])).isNull();
    assertThat(Statistics.histogram(new float[] {Float.NaN})).isNull();
  }

  @Test
  void someValuesAreSpreadOverAllUnitsAndPlaces() {
    float[] few = {1, 2, 3};
    assertThat(Statistics.some(few, 3)).isSameAs(few);
    // 64 examples of 8 units of 6 × 6 places: a stride of 9, 10 or 12 would leave places out.
    float[] values = new float[64 * 8 * 36];
    for (int i = 0; i < values.length; i++) {
      values[i] = i % (8 * 36);
    }
    float[] some = Statistics.some(values, 2048);
    int[] seen = new int[8 * 36];
    for (float v : some) {
      seen[(int) v]++;
    }
    assertThat(Arrays.stream(seen)).allMatch(n -> n == 5 || n == 6); // every 11th
  }

  @Test
  void anUpdateIsComparedWithWhatItChanges() {
    // The update is (0, 1, 0) long 1; the weights (3, 4, 0) are long 5.
    assertThat(Statistics.updateRatio(new float[] {3, 4, 0}, new float[] {3, 5, 0}))
        .isCloseTo(0.2, within(1e-12));
    assertThat(Statistics.updateRatio(new float[2], new float[] {1, 1})).isNaN();
    assertThat(Statistics.norm(new float[] {3, -4})).isEqualTo(5);
  }

  @Test
  void aDeadUnitIsZeroForEveryExample() {
    // Two examples, three units of two places: the second is never above zero.
    float[] values = {1, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0};
    assertThat(Statistics.dead(values, 3, 2)).isCloseTo(1.0 / 3, within(1e-12));
    // The same numbers as one place each: unit 0 has 1, unit 5 has 2, the other four nothing.
    assertThat(Statistics.dead(values, 6, 1)).isCloseTo(4.0 / 6, within(1e-12));
  }

  @Test
  void saturatedIsWhereTheSlopeIsGone() {
    // 1 − a² is below 0.05 from |a| = √0.95 ≈ 0.97468 on.
    float[] tanh = {0.9746f, 0.9747f, -0.99f, 0};
    assertThat(Statistics.saturated(tanh, List.of(Activation.TANH))).isEqualTo(0.5);
    // 4a(1 − a) is below 0.05 for a below (1 − √0.95) / 2 ≈ 0.01266.
    float[] sigmoid = {0.0126f, 0.0127f, 0.5f, 0.99f};
    assertThat(Statistics.saturated(sigmoid, List.of(Activation.SIGMOID))).isEqualTo(0.5);
    assertThat(Statistics.saturated(tanh, List.of(Activation.RELU))).isNaN();
    assertThat(Statistics.saturated(tanh, List.of())).isNaN();
  }
}
