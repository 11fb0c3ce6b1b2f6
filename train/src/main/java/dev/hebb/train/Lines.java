package dev.hebb.train;

import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Progress as plain lines of text, fit for a file or a pipe. */
final class Lines implements Subscriber {
  private static final long NANOS_BETWEEN_LINES = 10_000_000_000L;

  private final Consumer<String> out;
  private int epochs;
  private int steps;
  private long lastLine;

  Lines(Consumer<String> out) {
    this.out = out;
  }

  @Override
  public void on(TrainEvent event) {
    switch (event) {
      case TrainEvent.RunStarted e -> {
        epochs = e.epochs();
        steps = e.steps();
        lastLine = System.nanoTime();
        if (e.epoch() > 1 || e.step() > 0) {
          out.accept("going on in epoch %d after step %d".formatted(e.epoch(), e.step()));
        }
      }
      case TrainEvent.StepDone e -> {
        long now = System.nanoTime();
        if (now - lastLine > NANOS_BETWEEN_LINES) {
          lastLine = now;
          out.accept(
              String.format(
                  Locale.ROOT,
                  "epoch %d/%d  step %d/%d  %s%s",
                  e.epoch(),
                  epochs,
                  e.step(),
                  steps,
                  values(e.running()),
                  speed(e.examplesPerSecond())));
        }
      }
      case TrainEvent.EpochDone e -> {
        if (Subscribers.isShown(e)) {
          lastLine = System.nanoTime();
          out.accept(describe(e.result(), e.epochs()));
        }
      }
      case TrainEvent.Warning e -> out.accept("warning: " + e.message());
      case TrainEvent.RunEnded e -> out.accept("ended: " + e.run().ending());
      case TrainEvent.EpochStarted _,
          TrainEvent.Predicted _,
          TrainEvent.Validated _,
          TrainEvent.CheckpointWritten _ -> {}
    }
  }

  /** Nothing after the first step, which has none yet. */
  private static String speed(double examplesPerSecond) {
    return Double.isNaN(examplesPerSecond)
        ? ""
        : String.format(Locale.ROOT, "  %.0f examples/s", examplesPerSecond);
  }

  /** {@code epoch 3/5 loss 0.0512 accuracy 0.9840 val.loss 0.0463 2.1 s} */
  static String describe(EpochResult result, int epochs) {
    return String.format(
        Locale.ROOT,
        "epoch %d/%d  %s  %.1f s",
        result.epoch(),
        epochs,
        values(result.values()),
        result.seconds());
  }

  private static String values(Map<String, Double> values) {
    return values.entrySet().stream()
        .map(e -> String.format(Locale.ROOT, "%s %.4f", e.getKey(), e.getValue()))
        .collect(Collectors.joining("  "));
  }
}
