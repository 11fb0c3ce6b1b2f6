package dev.hebb.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class WorkloadTest {
  /** Sums of weights and biases, worked out layer by layer. */
  @ParameterizedTest
  @CsvSource({
    "W0, 33",
    "W1, 101770",
    "W2, 1863690",
    "W3, 431080",
    "W4, 972106",
    "W5i, 6998552",
    "W6, 349248", // the peers' LSTM has two biases whose sum is all that counts: 1024 more
    "W7, 396544",
    "W8, 101770",
    "EW, 0"
  })
  void trainsAsManyParametersAsThePeersDo(Workload w, long parameters) {
    assertThat(w.open().parameters()).isEqualTo(parameters);
  }

  /** 2·batch·(784·128 forward and for the weights, 128·10 thrice). */
  @Test
  void countsThreeTimesTheForwardWorkButNotTheGradientOfTheInput() {
    assertThat(Workload.W1.flops())
        .isCloseTo(2.0 * 64 * (2 * 784 * 128 + 3 * 128 * 10), within(1.0));
    double first = 24 * 24 * 20 * 25;
    double rest = 8 * 8 * 50 * 20 * 25 + 800 * 500 + 500 * 10;
    assertThat(Workload.W3.flops()).isEqualTo(2.0 * 64 * (2 * first + 3 * rest));
    assertThat(Workload.W5i.flops() / 2e9).isBetween(1.5, 1.6);
    assertThat(Workload.W8.flops()).isEqualTo(2.0 * (784 * 128 + 128 * 10));
  }

  @ParameterizedTest
  @EnumSource(names = {"W0", "W1", "W3"})
  void training(Workload w) {
    Workload.Run run = w.open();
    double first = run.step().get().item();
    double last = first;
    for (int i = 0; i < 30; i++) {
      last = run.step().get().item();
    }
    assertThat(last).isFinite().isLessThan(first);
  }

  @Test
  void childrenGetTheCollectorButNotTheLaunchersStartCache() {
    assertThat(
            Bench.passedOn(
                List.of(
                    "-XX:AOTCache=start.aot",
                    "-Xmn8m",
                    "-Dx=y",
                    "-XX:+UseSerialGC",
                    "-Xlog:aot=off")))
        .containsExactly("-Xmn8m", "-XX:+UseSerialGC", "-Xlog:aot=off");
  }

  @Test
  void measuresAndReadsBackWhatItMeasured() {
    Result r = Result.measure(Workload.W0, 0.2, System.currentTimeMillis());
    assertThat(r.min()).isPositive().isLessThanOrEqualTo(r.median());
    assertThat(r.first()).isPositive();
    assertThat(Result.isLine(r.line())).isTrue();
    assertThat(Result.parse(r.line())).isEqualTo(r);
    assertThat(r.row(new Machine(1, 100, 10, 0))).startsWith("W0").contains("% of FMA");
  }
}
