package dev.hebb.studio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hebb.studio.runs.Entry;
import dev.hebb.train.TrainEvent;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongToDoubleFunction;
import org.junit.jupiter.api.Test;

class StepBufferTest {
  private static final double RATE = 0.0125;

  private static Entry.Steps taken(int count, int most, LongToDoubleFunction loss) {
    StepBuffer buffer = new StepBuffer();
    for (int step = 1; step <= count; step++) {
      double value = loss.applyAsDouble(step);
      buffer.add(new TrainEvent.StepDone(1, step, step, 32, value, RATE, 1000, Map.of()), 1);
    }
    return buffer.take(most);
  }

  private static double[] values(Entry.Steps steps, String name) {
    return Objects.requireNonNull(steps.values().get(name));
  }

  @Test
  void fewStepsAreKeptAsTheyAre() {
    Entry.Steps steps = taken(5, 5, step -> 1.0 / step);
    assertThat(steps.step()).containsExactly(1, 2, 3, 4, 5);
    assertThat(values(steps, "loss")).containsExactly(1, 1 / 2.0, 1 / 3.0, 1 / 4.0, 1 / 5.0);
  }

  @Test
  void ofMoreStepsNeighboursBecomeTheirMeanAtTheLastOfThem() {
    Entry.Steps steps = taken(9, 3, step -> step * step);
    assertThat(steps.step()).containsExactly(3, 6, 9);
    assertThat(values(steps, "loss"))
        .containsExactly((1 + 4 + 9) / 3.0, (16 + 25 + 36) / 3.0, (49 + 64 + 81) / 3.0);
  }

  @Test
  void longWaitsAreKeptWhole() {
    Entry.Steps steps = taken(100_000, 256, step -> step);
    assertThat(steps.step()).hasSize(256).isSorted();
    assertThat(steps.step()[255]).isEqualTo(100_000);
    for (int i = 1; i < 256; i++) {
      assertThat(values(steps, "loss")[i])
          .isBetween((double) steps.step()[i - 1], (double) steps.step()[i]);
    }
  }

  /** A sum of equal numbers over their count may differ from them by a last bit. */
  @Test
  void theMeanOfOneLearningRateIsThatLearningRate() {
    for (int count = 1; count <= 300; count++) {
      assertThat(values(taken(count, 1, step -> step), "learningRate"))
          .as("mean of %d", count)
          .containsExactly(RATE);
    }
  }

  @Test
  void whatIsNotFiniteStaysSo() {
    double infinity = Double.POSITIVE_INFINITY;
    assertThat(values(taken(4, 2, step -> step < 3 ? step : Double.NaN), "loss"))
        .containsExactly(1.5, Double.NaN);
    assertThat(values(taken(4, 2, step -> step < 4 ? infinity : 4), "loss"))
        .containsExactly(infinity, infinity);
    assertThat(values(taken(2, 1, step -> step == 1 ? infinity : -infinity), "loss"))
        .containsExactly(Double.NaN);
  }
}
