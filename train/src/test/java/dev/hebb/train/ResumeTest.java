package dev.hebb.train;

import static dev.hebb.nn.metric.Metrics.accuracy;
import static dev.hebb.train.Subscribers.checkpoint;
import static dev.hebb.train.Subscribers.earlyStop;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hebb.nn.Losses;
import dev.hebb.nn.Net;
import dev.hebb.nn.optim.AdamW;
import dev.hebb.nn.optim.Optimizer;
import dev.hebb.nn.optim.Schedule;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Seed;
import dev.hebb.train.data.Loader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ResumeTest {
  private static final int EPOCHS = 4;
  private static final Optimizer OPTIMIZER =
      AdamW.of(0.02).schedule(Schedule.oneCycle(EPOCHS * 6)).clipNorm(1);

  @TempDir private Path folder;

  private static Trainer trainer(Net net) {
    return Trainer.of(net, Losses.crossEntropy(), OPTIMIZER)
        .metrics(accuracy())
        .with(earlyStop("val.loss", 2));
  }

  /** A subscriber that stops the run after so many steps. */
  private static Subscriber after(int steps, AtomicReference<Trainer> trainer) {
    return e -> {
      if (e instanceof TrainEvent.StepDone done && done.total() == steps) {
        trainer.get().stop();
      }
    };
  }

  private Run interrupted(Net net, int steps, Path file, Loader train) {
    var self = new AtomicReference<Trainer>();
    self.set(trainer(net).with(checkpoint(file)).with(after(steps, self)));
    return self.get().fit(train, Toys.validation(), EPOCHS);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 6, 7, 13, 18, 23})
  void aResumedRunEndsWithTheSameBits(int steps) {
    Net whole = Toys.moody();
    Run expected = trainer(whole).fit(Toys.train(), Toys.validation(), EPOCHS);

    Path file = folder.resolve("run.hebb");
    Run first = interrupted(Toys.moody(), steps, file, Toys.train());
    assertThat(first.ending().rule()).isEqualTo(Ending.STOPPED);
    Net again = Toys.moody();
    Run run = trainer(again).resume(file).fit(Toys.train().prefetch(), Toys.validation(), EPOCHS);

    assertThat(Toys.values(again)).isEqualTo(Toys.values(whole));
    assertThat(run.ending()).isEqualTo(expected.ending());
    assertThat(run.steps()).isEqualTo(expected.steps());
    assertThat(column(run, "loss")).isEqualTo(column(expected, "loss"));
    assertThat(column(run, "val.accuracy")).isEqualTo(column(expected, "val.accuracy"));
  }

  private static List<Double> column(Run run, String name) {
    return run.history().stream().map(e -> e.values().get(name)).toList();
  }

  @Test
  void aCheckpointIsACompleteModel() {
    Path file = folder.resolve("run.hebb");
    Net net = Toys.moody();
    interrupted(net, 7, file, Toys.train());
    Model model = Model.load(file);
    float[] x = {0.1f, 0.2f};
    assertThat(model.labels()).containsExactly("outside", "inside");
    assertThat(model.classify(x).probabilities()).hasSize(2);
  }

  @Test
  void aRunThatARuleEndedDoesNotGoOn() {
    Path file = folder.resolve("run.hebb");
    Net net = Toys.moody();
    Trainer trainer = trainer(net).with(Subscribers.tolerance(100)).with(checkpoint(file));
    Run first = trainer.fit(Toys.train(), Toys.validation(), EPOCHS);
    assertThat(first.ending().rule()).isEqualTo(Ending.TOLERANCE);
    Net again = Toys.moody();
    Run run =
        trainer(again)
            .with(Subscribers.tolerance(100))
            .resume(file)
            .fit(Toys.train(), Toys.validation(), EPOCHS);
    assertThat(run.steps()).isEqualTo(first.steps());
    assertThat(run.ending()).isEqualTo(first.ending());
    assertThat(Toys.values(again)).isEqualTo(Toys.values(net));
  }

  @Test
  void otherSettingsAreRefusedByName() {
    Path file = folder.resolve("run.hebb");
    interrupted(Toys.moody(), 3, file, Toys.train());
    Map<String, Runnable> wrong =
        Map.of(
            "batch size",
            () -> resume(Toys.moody(), Toys.circle(96, 1).shuffle(Seed.of(3)).batch(8), file),
            "training data",
            () -> resume(Toys.moody(), Toys.circle(96, 9).shuffle(Seed.of(3)).batch(16), file),
            "order of the data",
            () -> resume(Toys.moody(), Toys.circle(96, 1).shuffle(Seed.of(4)).batch(16), file),
            "network",
            () -> resume(Toys.net(), Toys.train(), file));
    wrong.forEach((what, run) ->
        assertThatThrownBy(run::run)
            .isInstanceOf(HebbException.class)
            .hasMessageContaining(file.toString())
            .hasMessageContaining(what));
  }

  private static void resume(Net net, Loader train, Path file) {
    trainer(net).resume(file).fit(train, Toys.validation(), EPOCHS);
  }

  @Test
  void aFinishedModelIsNotResumed() {
    Path file = folder.resolve("model.hebb");
    Toys.moody().save(file);
    assertThatThrownBy(() -> resume(Toys.moody(), Toys.train(), file))
        .hasMessageContaining("finished model");
    assertThatThrownBy(() -> resume(Toys.moody(), Toys.train(), folder.resolve("none.hebb")))
        .hasMessageContaining("does not exist");
  }

  @Test
  void aCheckpointThatCannotBeWrittenIsAWarning() throws Exception {
    Path inner = Files.createDirectory(folder.resolve("gone"));
    Path file = inner.resolve("run.hebb");
    Subscriber vandal =
        e -> {
          if (e instanceof TrainEvent.EpochStarted) {
            try {
              Files.deleteIfExists(inner);
            } catch (java.io.IOException x) {
              throw new java.io.UncheckedIOException(x);
            }
          }
        };
    Run run =
        trainer(Toys.moody())
            .with(checkpoint(file), vandal)
            .fit(Toys.train(), Toys.validation(), 2);
    assertThat(run.history()).hasSize(2);
    assertThat(run.warnings()).isNotEmpty().allMatch(w -> w.contains("gone"));
    assertThatThrownBy(() ->
            trainer(Toys.moody()).with(checkpoint(file)).fit(Toys.train(), Toys.validation(), 1))
        .isInstanceOf(HebbException.class)
        .hasMessageContaining("gone");
  }
}
