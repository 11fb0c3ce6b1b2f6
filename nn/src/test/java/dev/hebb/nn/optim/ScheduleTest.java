package dev.hebb.nn.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Tensor;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/** Schedules against their formulas in plain Java. */
class ScheduleTest {
  private static double at(Schedule s, double t) {
    return s.factor(Tensor.of(t)).item();
  }

  private static void follows(Schedule s, int steps, DoubleUnaryOperator formula) {
    for (int t = 0; t < steps; t++) {
      assertThat(at(s, t)).as("%s at %d", s, t).isCloseTo(formula.applyAsDouble(t), within(1e-12));
    }
  }

  @Test
  void formulas() {
    follows(Schedule.constant(), 5, _ -> 1);
    follows(Schedule.step(3, 0.1), 10, t -> Math.pow(0.1, Math.floor(t / 3)));
    follows(Schedule.exponential(0.9), 5, t -> Math.pow(0.9, t));
    follows(Schedule.cosine(8), 12, t -> 0.5 * (1 + Math.cos(Math.PI * Math.min(t, 8) / 8)));
    follows(
        new Schedule.Cosine(4, 0.2),
        6,
        t -> 0.2 + 0.8 * 0.5 * (1 + Math.cos(Math.PI * Math.min(t, 4) / 4)));
    follows(
        Schedule.warmup(4, Schedule.exponential(0.5)),
        9,
        t -> t < 4 ? (t + 1) / 4 : Math.pow(0.5, t - 4));
  }

  @Test
  void wavesRestartAndGrow() {
    follows(Schedule.cosineRestarts(5, 1), 23, t -> 0.5 * (1 + Math.cos(Math.PI * (t % 5) / 5)));
    for (int first : new int[] {1, 3, 7, 10}) {
      for (int growth : new int[] {2, 3}) {
        follows(
            Schedule.cosineRestarts(first, growth),
            400,
            t -> {
              double start = 0;
              double length = first;
              while (t >= start + length) {
                start += length;
                length *= growth;
              }
              return 0.5 * (1 + Math.cos(Math.PI * (t - start) / length));
            });
      }
    }
    follows(Schedule.linear(4), 7, t -> Math.max(0, 1 - t / 4));
  }

  @Test
  void powersMilestonesAndRoots() {
    follows(Schedule.polynomial(6, 2), 9, t -> Math.pow(Math.max(0, 1 - t / 6), 2));
    follows(Schedule.polynomial(5, 0.5), 8, t -> Math.sqrt(Math.max(0, 1 - t / 5)));
    follows(Schedule.milestones(0.1, 2, 5), 9, t -> t < 2 ? 1 : t < 5 ? 0.1 : 0.01);
    follows(Schedule.inverseRoot(4), 12, t -> Math.min((t + 1) / 4, Math.sqrt(4 / (t + 1))));
    follows(
        Schedule.warmup(3, Schedule.polynomial(4, 1)),
        9,
        t -> t < 3 ? (t + 1) / 3 : Math.max(0, 1 - (t - 3) / 4));
  }

  @Test
  void oneCycleRisesToThePeakAndFallsBelowItsStart() {
    Schedule s = Schedule.oneCycle(20); // peak at 0.3 · 20 − 1 = 5, end at 19
    assertThat(at(s, 0)).isCloseTo(1.0 / 25, within(1e-12));
    assertThat(at(s, 5)).isCloseTo(1, within(1e-12));
    assertThat(at(s, 12)).isCloseTo((1 + 1 / 25e4) / 2, within(1e-12));
    assertThat(at(s, 19)).isCloseTo(1 / 25e4, within(1e-12));
    for (int t = 1; t < 20; t++) {
      assertThat(at(s, t) > at(s, t - 1)).as("rises at %d", t).isEqualTo(t <= 5);
    }
  }

  @Test
  void rangesAreChecked() {
    assertThatThrownBy(() -> Schedule.cosine(0)).isInstanceOf(HebbException.class);
    assertThatThrownBy(() -> Schedule.oneCycle(1)).isInstanceOf(HebbException.class);
    assertThatThrownBy(() -> Schedule.polynomial(5, 0)).hasMessageContaining("power");
    assertThatThrownBy(() -> Schedule.milestones(0.1, 0)).hasMessageContaining("milestone");
    assertThatThrownBy(() -> Schedule.exponential(-1)).hasMessageContaining("gamma");
  }
}
