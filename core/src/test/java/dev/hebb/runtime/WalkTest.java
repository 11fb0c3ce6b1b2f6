package dev.hebb.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which elements belong to which task. */
class WalkTest {
  private static Walk flat(int n) {
    return new Walk(1, n, 1, 0, 1, 3, false);
  }

  /** As the rows of a matrix that two threads have each written half of. */
  @Test
  void fewTasksHaveEvenHalvesThatEndWithACacheLine() {
    Walk weights = flat(784 * 128);
    assertThat(weights.tasks).isEqualTo(8);
    assertThat(weights.lastRow(3)).isEqualTo(784 * 128 / 2);
    assertThat(flat(20_001).tasks).isEqualTo(2);
    assertThat(flat(20_001).lastRow(0)).isEqualTo(10_048);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 63, 1024, 16_383, 16_385, 50_000, 100_352, 524_289, 3_000_001})
  void tasksFollowEachOtherToTheEnd(int n) {
    Walk walk = flat(n);
    int end = 0;
    for (int task = 0; task < walk.tasks; task++) {
      assertThat(walk.firstRow(task)).isEqualTo(end);
      end = walk.lastRow(task);
    }
    assertThat(end).isEqualTo(n);
  }
}
