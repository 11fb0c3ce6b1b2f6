package dev.hebb.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MachineTest {
  /** Less than a nanosecond no signal takes; more than the whole measurement none of many can. */
  @Test
  void aTripToAnotherThreadAndBackTakesSomeNanoseconds() {
    long start = System.nanoTime();
    double trip = Machine.tripNanos();
    assertThat(trip).isGreaterThan(1).isLessThan((System.nanoTime() - start) / 100.0);
  }
}
