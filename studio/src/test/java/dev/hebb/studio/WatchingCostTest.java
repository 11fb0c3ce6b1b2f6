package dev.hebb.studio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hebb.nn.Losses;
import dev.hebb.nn.Net;
import dev.hebb.nn.optim.Adam;
import dev.hebb.nn.zoo.LeNet;
import dev.hebb.tensor.Seed;
import dev.hebb.train.Run;
import dev.hebb.train.Subscriber;
import dev.hebb.train.TrainEvent;
import dev.hebb.train.Trainer;
import dev.hebb.train.data.Digits;
import dev.hebb.train.data.Loader;
import dev.hebb.train.data.Splits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import tools.jackson.databind.JsonNode;

/**
 * What it costs a training to be watched: LeNet-5 learns the digits, one listener on the stream of
 * events as a page would have. Whole runs with and without a studio in turn show all of it, what a
 * process does once included; stretches of one long run that are watched in turn show what it costs
 * to go on watching. It asserts that there was something to see and that the same was learned, and
 * prints the times; they mean something on a quiet machine only, so it must be asked for.
 */
@Isolated
@EnabledIfSystemProperty(named = "hebb.test.watching", matches = "\\d+")
class WatchingCostTest {
  private static final int EPOCHS = Integer.getInteger("hebb.test.watching", 20);
  private static final int PAIRS = Integer.getInteger("hebb.test.pairs", 8);
  private static final Splits DIGITS = Digits.load();

  @TempDir private Path folder;

  @Test
  void watchedAndUnwatchedInTurn() {
    train(null); // compiles the training itself
    var wall = new double[PAIRS];
    var cpu = new double[PAIRS];
    for (int i = 0; i < PAIRS; i++) {
      Cost first = i % 2 == 0 ? alone() : watched(i);
      Cost second = i % 2 == 0 ? watched(i) : alone();
      Cost with = i % 2 == 0 ? second : first;
      Cost without = i % 2 == 0 ? first : second;
      assertThat(with.loss).isEqualTo(without.loss);
      wall[i] = with.wall / without.wall;
      cpu[i] = with.cpu / without.cpu;
      System.out.printf(
          Locale.ROOT,
          "%d epochs: alone %.2f s (CPU %.2f), watched %.2f s (CPU %.2f): wall %.3f, CPU %.3f%n",
          EPOCHS,
          without.wall,
          without.cpu,
          with.wall,
          with.cpu,
          wall[i],
          cpu[i]);
    }
    System.out.printf(Locale.ROOT, "median: wall %.3f, CPU %.3f%n", median(wall), median(cpu));
  }

  @Test
  void stretchesOfOneRunWatchedInTurn() {
    Studio studio = Studio.open(StudioOptions.local().runs(folder.resolve("one")));
    var heard = new AtomicInteger();
    Thread listener = Thread.ofVirtual().start(() -> listen(studio, heard));
    try {
      var turns = new Turns(studio.recorder("watched in turn"));
      trainer().with(turns).fit(train(), test(), EPOCHS * 2 * (PAIRS + 1));
      assertThat(heard.get()).as("messages of steps").isGreaterThan(EPOCHS / 4 * PAIRS);
      double[] wall = turns.ratios();
      System.out.printf(Locale.ROOT, "stretches of %d epochs: %s%n", EPOCHS, Arrays.toString(wall));
      System.out.printf(Locale.ROOT, "median: wall %.3f%n", median(wall));
    } finally {
      studio.stop();
      listener.interrupt();
    }
  }

  /** Lets a recorder see every other stretch of epochs, and all that is not a step or an epoch. */
  private static final class Turns implements Subscriber {
    private final Subscriber recorder;
    private final double[] seconds = new double[2 * (PAIRS + 1)];
    private int stretch;
    private long start = System.nanoTime();

    Turns(Subscriber recorder) {
      this.recorder = recorder;
    }

    @Override
    public void on(TrainEvent event) {
      boolean isWatched = stretch % 2 == 0;
      if (isWatched
          || !(event instanceof TrainEvent.StepDone
              || event instanceof TrainEvent.Predicted
              || event instanceof TrainEvent.EpochDone)) {
        recorder.on(event);
      }
      if (event instanceof TrainEvent.EpochDone done && done.result().epoch() % EPOCHS == 0) {
        long now = System.nanoTime();
        seconds[stretch++] = (now - start) * 1e-9;
        start = now;
      }
    }

    /** The first pair compiles. A watched stretch is compared with the ones before and after it. */
    double[] ratios() {
      return IntStream.range(1, PAIRS + 1)
          .mapToDouble(i -> 2 * seconds[2 * i] / (seconds[2 * i - 1] + seconds[2 * i + 1]))
          .toArray();
    }
  }

  private record Cost(double wall, double cpu, double loss) {}

  private Cost alone() {
    return train(null);
  }

  private Cost watched(int i) {
    Studio studio = Studio.open(StudioOptions.local().runs(folder.resolve("runs" + i)));
    var heard = new AtomicInteger();
    Thread listener = Thread.ofVirtual().start(() -> listen(studio, heard));
    try {
      Cost cost = train(studio);
      assertThat(heard.get()).as("messages of steps").isGreaterThan(EPOCHS / 4);
      return cost;
    } finally {
      studio.stop();
      listener.interrupt();
    }
  }

  private static void listen(Studio studio, AtomicInteger heard) {
    var client = new Client(studio);
    JsonNode run = client.await("runs", all -> !all.get("runs").isEmpty()).get("runs").get(0);
    var uri = URI.create(studio.link() + "api/events?run=" + run.get("id").asString());
    try (HttpClient http = HttpClient.newHttpClient();
        Stream<String> lines =
            http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofLines()).body()) {
      lines.filter("event:step"::equals).forEach(_ -> heard.incrementAndGet());
    } catch (IOException | UncheckedIOException e) {
      // the studio has stopped
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Cost train(Studio studio) {
    Trainer trainer = trainer();
    Trainer watched = studio == null ? trainer : trainer.with(studio.recorder("watched"));
    long cpu = cpu();
    long start = System.nanoTime();
    Run run = watched.fit(train(), test(), EPOCHS);
    return new Cost((System.nanoTime() - start) * 1e-9, (cpu() - cpu) * 1e-9, run.last("loss"));
  }

  private static Trainer trainer() {
    Net net = LeNet.of(10).build(DIGITS.shape(), Seed.of(42));
    return Trainer.of(net, Losses.crossEntropy(), Adam.of(1e-3));
  }

  private static Loader train() {
    return DIGITS.train().shuffle(Seed.of(1)).batch(64);
  }

  private static Loader test() {
    return DIGITS.test().batch(500);
  }

  private static long cpu() {
    return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos();
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int n = sorted.length;
    return (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
  }
}
