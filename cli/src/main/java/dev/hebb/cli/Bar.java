package dev.hebb.cli;

import dev.hebb.train.EpochResult;
import dev.hebb.train.Subscriber;
import dev.hebb.train.Subscribers;
import dev.hebb.train.TrainEvent;
import java.io.PrintStream;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** A live progress bar on a terminal, with a line above it for each epoch that is done. */
final class Bar implements Subscriber {
  private static final int REDRAW_MILLIS = 200;
  private static final String CLEAR_LINE = "\r\033[K";

  private final PrintStream terminal;
  private @Nullable ProgressBar bar;
  private int epochs;
  private long stepsBefore;
  private int steps;

  Bar(PrintStream terminal) {
    this.terminal = terminal;
  }

  @Override
  public void on(TrainEvent event) {
    switch (event) {
      case TrainEvent.RunStarted e -> start(e);
      case TrainEvent.StepDone e -> step(e);
      case TrainEvent.EpochDone e -> {
        if (Subscribers.isShown(e)) {
          line(epoch(e.result()));
        }
      }
      case TrainEvent.Warning e -> line("warning: " + e.message());
      case TrainEvent.RunEnded _ -> close();
      case TrainEvent.EpochStarted _,
          TrainEvent.Predicted _,
          TrainEvent.Validated _,
          TrainEvent.CheckpointWritten _ -> {}
    }
  }

  private void start(TrainEvent.RunStarted e) {
    epochs = e.epochs();
    steps = e.steps();
    stepsBefore = (long) (e.epoch() - 1) * steps + e.step();
    bar =
        new ProgressBarBuilder()
            .setTaskName("")
            .setInitialMax((long) epochs * steps)
            .startsFrom(stepsBefore, java.time.Duration.ZERO)
            .setStyle(ProgressBarStyle.UNICODE_BLOCK)
            .setUpdateIntervalMillis(REDRAW_MILLIS)
            .setConsumer(new ConsoleProgressBarConsumer(terminal))
            .clearDisplayOnFinish()
            .build();
  }

  private void step(TrainEvent.StepDone e) {
    if (bar != null) {
      String speed =
          Double.isNaN(e.examplesPerSecond())
              ? ""
              : String.format(Locale.ROOT, " %.0f/s", e.examplesPerSecond());
      bar.setExtraMessage(
          " %d/%d %s%s".formatted(e.epoch(), epochs, values(e.running(), "%s %.3f"), speed));
      bar.stepTo((long) (e.epoch() - 1) * steps + e.step());
    }
  }

  private String epoch(EpochResult result) {
    return String.format(
        Locale.ROOT,
        "epoch %d/%d  %s  %s",
        result.epoch(),
        epochs,
        values(result.values(), "%s %.4f"),
        Text.duration(result.seconds()));
  }

  private void line(String text) {
    terminal.print(CLEAR_LINE + text + System.lineSeparator());
    terminal.flush();
  }

  private void close() {
    if (bar != null) {
      bar.close();
    }
    terminal.print(CLEAR_LINE);
    terminal.flush();
  }

  private static String values(Map<String, Double> values, String format) {
    return values.entrySet().stream()
        .map(e -> String.format(Locale.ROOT, format, e.getKey(), e.getValue()))
        .collect(Collectors.joining("  "));
  }
}
