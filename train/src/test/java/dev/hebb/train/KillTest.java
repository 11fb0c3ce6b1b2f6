package dev.hebb.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hebb.nn.Losses;
import dev.hebb.nn.Net;
import dev.hebb.nn.optim.AdamW;
import dev.hebb.nn.optim.Averaging;
import dev.hebb.nn.optim.Regularizer;
import dev.hebb.nn.optim.Schedule;
import dev.hebb.train.io.HebbFile;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that trains is killed again and again, as by {@code kill -9}, and started again each
 * time; the weights at the end must be those of a run that nobody disturbed. With {@code -Plarge}
 * it is killed forty times, else twelve.
 */
class KillTest {
  private static final int KILLS = Boolean.getBoolean("hebb.test.large") ? 40 : 12;
  private static final int EPOCHS = 40;
  private static final int STEPS = EPOCHS * 6;

  @TempDir private Path folder;

  /** The process that is killed: trains with a checkpoint after every second step. */
  static final class Child {
    private Child() {}

    public static void main(String[] args) {
      Path checkpoint = Path.of(args[0]);
      Net net = Toys.moody();
      Trainer trainer =
          Trainer.of(net, Losses.crossEntropy(), AdamW.of(0.02).schedule(Schedule.cosine(STEPS)))
              .accumulate(2)
              .average(Averaging.ema(0.95))
              .regularize(Regularizer.l2(1e-3))
              .with(
                  Subscribers.earlyStop("val.loss", EPOCHS),
                  Subscribers.checkpoint(checkpoint, 2),
                  e -> {
                    if (e instanceof TrainEvent.CheckpointWritten) {
                      System.out.println("training");
                    }
                  });
      if (Files.exists(checkpoint)) {
        trainer = trainer.resume(checkpoint);
      }
      trainer.fit(Toys.train(), Toys.validation(), EPOCHS);
      net.save(Path.of(args[1]));
    }
  }

  @Test
  @Timeout(300)
  void anyNumberOfKillsLeavesTheBitsAsTheyWere() throws Exception {
    Path undisturbed = folder.resolve("undisturbed.hebb");
    Process whole = start("whole.hebb", undisturbed);
    awaitTraining(whole);
    long begin = System.nanoTime();
    awaitEnd(whole);
    long nanos = System.nanoTime() - begin;
    var expected = Toys.values(Net.load(undisturbed));

    var random = new Random(begin);
    Path killed = folder.resolve("killed.hebb");
    var positions = new ArrayList<Integer>();
    while (positions.size() < KILLS) {
      Process child = start("run.hebb", killed);
      // Every fifth is killed at any moment of its start, the others at any moment of training.
      if (positions.size() % 5 == 4) {
        child.waitFor(random.nextLong(500), TimeUnit.MILLISECONDS);
      } else {
        awaitTraining(child);
      }
      if (child.waitFor(random.nextLong(nanos / 3), TimeUnit.NANOSECONDS)) {
        check(child, killed, expected, positions); // it was faster; the next begins anew
      } else {
        child.destroyForcibly().waitFor();
        positions.add(position());
      }
    }
    Process last = start("run.hebb", killed);
    awaitEnd(last);
    check(last, killed, expected, positions);
    assertThat(positions.stream().filter(p -> p > 0 && p < STEPS).distinct().count())
        .as("killed after steps %s", positions)
        .isGreaterThan(KILLS / 3);
  }

  private void check(
      Process ended, Path result, Map<String, List<Double>> expected, List<Integer> positions)
      throws IOException {
    assertThat(ended.exitValue()).as(() -> "exit, after " + errors()).isZero();
    assertThat(Toys.values(Net.load(result)))
        .as("killed after steps %s", positions)
        .isEqualTo(expected);
    Files.delete(folder.resolve("run.hebb"));
    Files.delete(result);
  }

  private String errors() {
    try {
      return Files.readString(folder.resolve("errors.txt"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** How many steps the checkpoint has; it must be readable after every kill. */
  private int position() {
    Path file = folder.resolve("run.hebb");
    if (!Files.exists(file)) {
      return 0;
    }
    try (HebbFile hebb = HebbFile.open(file)) {
      hebb.net(List.of());
      return (int) hebb.state(TrainState.class).steps();
    }
  }

  private Process start(String checkpoint, Path result) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "--add-modules=jdk.incubator.vector",
            "-cp",
            System.getProperty("java.class.path"),
            Child.class.getName(),
            folder.resolve(checkpoint).toString(),
            result.toString())
        .redirectError(ProcessBuilder.Redirect.to(folder.resolve("errors.txt").toFile()))
        .start();
  }

  private static void awaitEnd(Process child) throws IOException, InterruptedException {
    child.inputReader().transferTo(Writer.nullWriter());
    assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(child.exitValue()).isZero();
  }

  /** Waits for its first checkpoint; there is none if only the end of the run was missing. */
  private static void awaitTraining(Process child) throws IOException {
    child.inputReader().readLine();
  }
}
