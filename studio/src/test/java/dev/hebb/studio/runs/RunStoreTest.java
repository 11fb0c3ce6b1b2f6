package dev.hebb.studio.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hebb.studio.web.ApiException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs on the disk: written by one, read by others, deleted and taken back. */
class RunStoreTest {
  @TempDir private Path folder;

  private static Entry.Started started(long pid, long began) {
    var plan =
        new Entry.Plan(
            2, 3, Map.of("loss", "smaller", "accuracy", "larger"), Map.of("seed", "42"), Map.of());
    var input = new Entry.Input("numbers", 0, 0, 0, List.of());
    var subject = new Entry.Subject("circle", "10 examples", 17, List.of(), List.of(), input);
    return new Entry.Started(
        "2026-01-31T23:59:59Z", new Entry.Owner(pid, began, null), plan, subject);
  }

  private static Entry.Started mine() {
    ProcessHandle self = ProcessHandle.current();
    return started(self.pid(), Entry.Owner.began(self));
  }

  private static Entry.Steps steps(long first, double... losses) {
    long[] numbers = new long[losses.length];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = first + i;
    }
    return new Entry.Steps(1, 64, numbers, Map.of("loss", losses));
  }

  /** Writes a run as another process would, and gives its name. */
  private String write(RunStore store, Entry... entries) throws IOException {
    String id = store.create().id();
    LineWriter writer = store.writer(id);
    for (Entry entry : entries) {
      writer.write(entry);
    }
    return id;
  }

  private Path log(String id) {
    return folder.resolve(id).resolve("log.jsonl");
  }

  @Test
  void whatOneWritesAnotherReads() throws IOException {
    String id =
        write(
            new RunStore(folder),
            mine(),
            steps(1, 0.5, Double.NaN, 0.25),
            new Entry.Epoch(1, 3, 2.5, Map.of("loss", 0.4, "accuracy", 0.9)),
            new Entry.Epoch(2, 6, 2.5, Map.of("loss", 0.3, "accuracy", 0.8)),
            new Entry.Action("2026-01-31T23:59:59Z", "learningRate", "0.5", 6),
            new Entry.Warning("careful"));
    RunView run = new RunStore(folder).view(id);
    assertThat(run.state()).isEqualTo("running");
    Map<String, Object> details = run.details();
    assertThat(details)
        .containsEntry("name", "circle")
        .containsEntry("epoch", 2)
        .containsEntry("step", 6L)
        .containsEntry("steps", 6L)
        .containsEntry("parameters", 17L)
        .containsEntry("best", Map.of("loss", 0.3, "accuracy", 0.9))
        .containsEntry("last", Map.of("loss", 0.3, "accuracy", 0.8))
        .containsEntry("warnings", List.of("careful"));
    var loss = (Series.Points) Objects.requireNonNull(run.series(Set.of("loss"), 100).get("loss"));
    assertThat(loss.x()).containsExactly(1, 2, 3);
    assertThat(loss.y()).containsExactly(0.5, Double.NaN, 0.25);
    assertThat(run.series(Set.of(), 100))
        .containsOnlyKeys("loss", "heapMiB", "epoch.loss", "accuracy", "epochSeconds");
  }

  @Test
  void aTornLastLineIsPassedOverAndWhatFollowsIsRead() throws IOException {
    String id = write(new RunStore(folder), mine(), steps(1, 0.5), steps(2, 0.4));
    byte[] whole = Files.readAllBytes(log(id));
    byte[] more = RunLog.line(steps(3, 0.3));
    for (int cut = 1; cut < more.length; cut += 7) {
      Files.write(log(id), whole);
      Files.write(log(id), java.util.Arrays.copyOf(more, cut), StandardOpenOption.APPEND);
      RunStore reader = new RunStore(folder);
      assertThat(reader.view(id).summary()).as("cut at %d", cut).containsEntry("step", 2L);
      // The writer was not dead, only slow: the rest of the line comes.
      Files.write(
          log(id), java.util.Arrays.copyOfRange(more, cut, more.length), StandardOpenOption.APPEND);
      assertThat(reader.view(id).summary()).as("cut at %d", cut).containsEntry("step", 3L);
    }
  }

  @Test
  void aDamagedLineIsPassedOver() throws IOException {
    String id = write(new RunStore(folder), mine(), steps(1, 0.5), steps(2, 0.4), steps(3, 0.3));
    String text = Files.readString(log(id));
    assertThat(text).contains("0.4");
    Files.writeString(log(id), text.replace("0.4", "0.9"));
    RunView run = new RunStore(folder).view(id);
    var loss = (Series.Points) Objects.requireNonNull(run.series(Set.of("loss"), 100).get("loss"));
    assertThat(loss.y()).containsExactly(0.5, 0.3);
    Files.writeString(log(id), "\n\nnothing\n00000000 {}\n", StandardOpenOption.APPEND);
    assertThat(new RunStore(folder).view(id).summary()).containsEntry("step", 3L);
  }

  @Test
  void aRunIsFollowedWhileAnotherProcessWritesIt() throws IOException {
    RunStore writing = new RunStore(folder);
    RunStore reading = new RunStore(folder);
    String id = write(writing, mine());
    assertThat(reading.update(id)).hasOnlyElementsOfType(Entry.Started.class).hasSize(1);
    assertThat(reading.update(id)).isEmpty();
    writing.writer(id).write(steps(1, 0.5));
    assertThat(reading.update(id)).hasOnlyElementsOfType(Entry.Steps.class).hasSize(1);
    assertThat(writing.update(id)).as("its own run is not read back").isEmpty();
  }

  @Test
  void aRunWhoseProcessIsGoneIsInterrupted() throws IOException {
    RunStore store = new RunStore(folder);
    String gone = write(store, started(Integer.MAX_VALUE, 1), steps(1, 0.5));
    ProcessHandle self = ProcessHandle.current();
    String reused = write(store, started(self.pid(), Entry.Owner.began(self) - 1), steps(1, 0.5));
    String alive = write(store, started(self.pid(), Entry.Owner.began(self)), steps(1, 0.5));
    String unwritten = write(store);
    RunStore reader = new RunStore(folder);
    assertThat(reader.view(alive).state()).isEqualTo("running");
    assertThat(reader.view(gone).state()).isEqualTo("interrupted");
    assertThat(reader.view(reused).state())
        .as("another process of that number")
        .isEqualTo("interrupted");
    assertThat(reader.view(unwritten).state()).isEqualTo("interrupted");
    assertThat(reader.summaries()).hasSize(4);
  }

  /** What the system's clock says may jump while a run goes on. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void aProcessIsKnownByTicksSinceTheMachineHasStarted() throws IOException {
    double sinceStart = Double.parseDouble(Files.readString(Path.of("/proc/uptime")).split(" ")[0]);
    double age = sinceStart - Entry.Owner.began(ProcessHandle.current()) / 100.0;
    double expected = ManagementFactory.getRuntimeMXBean().getUptime() / 1000.0;
    assertThat(age).isBetween(expected - 1, expected + 30);
  }

  @Test
  void theEndOfARunIsItsState() throws IOException {
    RunStore store = new RunStore(folder);
    for (String[] rule :
        new String[][] {
          {"epochs", "finished"},
          {"early stop", "finished"},
          {"stopped", "stopped"},
          {"diverged", "diverged"}
        }) {
      String id = write(store, mine(), new Entry.Ended(rule[0], "because", 5, 1.5));
      RunView run = new RunStore(folder).view(id);
      assertThat(run.state()).isEqualTo(rule[1]);
      assertThat(run.isOver()).isTrue();
      assertThat(run.details()).containsEntry("ending", "because").containsEntry("seconds", 1.5);
    }
  }

  @Test
  void pauseAndResumeAreStates() {
    var run = new RunView("x");
    run.accept(mine());
    run.accept(new Entry.Action("", "pause", null, 1));
    assertThat(run.state()).isEqualTo("paused");
    run.accept(new Entry.Action("", "learningRate", "1", 1));
    assertThat(run.state()).isEqualTo("paused");
    run.accept(new Entry.Action("", "resume", null, 1));
    assertThat(run.state()).isEqualTo("running");
  }

  @Test
  void aDeletedRunCanBeTakenBack() throws IOException {
    RunStore store = new RunStore(folder);
    String id = write(store, mine(), steps(1, 0.5));
    assertThatThrownBy(() -> new RunStore(folder).delete(id))
        .isInstanceOf(ApiException.class)
        .hasMessageContaining("stop it first");
    store.writer(id).write(new Entry.Ended("epochs", "done", 1, 1));
    RunStore other = new RunStore(folder);
    other.delete(id);
    assertThat(other.ids()).isEmpty();
    assertThatThrownBy(() -> other.view(id)).isInstanceOf(ApiException.class);
    other.restore(id);
    assertThat(other.ids()).containsExactly(id);
    assertThat(other.view(id).state()).isEqualTo("finished");
    assertThatThrownBy(() -> other.restore(id)).isInstanceOf(ApiException.class);
  }

  @Test
  void theTrashIsEmptiedAfterAWeek() throws IOException {
    RunStore store = new RunStore(folder);
    String old = write(store, started(Integer.MAX_VALUE, 1));
    String fresh = write(store, started(Integer.MAX_VALUE, 1));
    RunStore other = new RunStore(folder);
    other.delete(old);
    other.delete(fresh);
    Path trash = folder.resolve(".trash");
    Files.setLastModifiedTime(
        trash.resolve(old), FileTime.from(Instant.now().minus(Duration.ofDays(8))));
    Files.createDirectory(trash.resolve("not a run"));
    Files.setLastModifiedTime(trash.resolve("not a run"), FileTime.fromMillis(0));
    new RunStore(folder);
    try (Stream<Path> left = Files.list(trash)) {
      assertThat(left.map(p -> p.getFileName().toString()))
          .containsExactlyInAnyOrder(fresh, "not a run");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"..", ".trash", "", "a/b", "../20260131-235959-0a1b", "20260131-235959-0a1b/.."})
  void noNameLeadsOutOfTheFolder(String id) {
    RunStore store = new RunStore(folder);
    assertThatThrownBy(() -> store.view(id)).isInstanceOf(ApiException.class);
    assertThatThrownBy(() -> store.folder(id)).isInstanceOf(ApiException.class);
    assertThatThrownBy(() -> store.delete(id)).isInstanceOf(ApiException.class);
    assertThatThrownBy(() -> store.restore(id)).isInstanceOf(ApiException.class);
  }

  @Test
  void aLinkIsNoRun() throws IOException {
    Path outside = Files.createTempDirectory("outside");
    String id = "20260131-235959-0a1b";
    Files.createSymbolicLink(folder.resolve(id), outside);
    RunStore store = new RunStore(folder);
    assertThatThrownBy(() -> store.view(id)).isInstanceOf(ApiException.class);
    Files.delete(outside);
  }

  @Test
  void aSummaryIsKeptForLists() throws IOException {
    RunStore store = new RunStore(folder);
    RunView view = store.create();
    LineWriter writer = store.writer(view.id());
    for (Entry e : List.of(mine(), steps(1, 0.5), new Entry.Ended("epochs", "done", 1, 1))) {
      view.accept(e);
      writer.write(e);
    }
    store.finish(view);
    Files.delete(log(view.id())); // so that the list must come from the summary
    assertThat(new RunStore(folder).summaries().getFirst().get("state")).isEqualTo("finished");
  }

  @Test
  void afterAFailureNothingMoreIsWritten() {
    var written = new java.util.ArrayList<byte[]>();
    var writer =
        new LineWriter(bytes -> {
          if (written.size() == 1) {
            throw new IOException("No space left on device");
          }
          written.add(bytes);
        });
    assertThatThrownBy(
            () -> {
              writer.write(steps(1, 0.5));
              writer.write(steps(2, 0.5));
            })
        .hasMessageContaining("No space");
    written.clear(); // room again
    assertThatCode(() -> writer.write(steps(3, 0.5)));
    assertThat(written).isEmpty();
  }

  private static void assertThatCode(org.assertj.core.api.ThrowableAssert.ThrowingCallable code) {
    org.assertj.core.api.Assertions.assertThatCode(code).doesNotThrowAnyException();
  }

  @Test
  void ofManyPointsThePeaksStay() {
    var series = new Series();
    for (int i = 1; i <= 100_000; i++) {
      series.add(i, i == 54_321 ? 99 : i == 77_777 ? -99 : Math.sin(i));
    }
    Series.Points points = series.points(200);
    assertThat(points.x()).hasSize(200).isSorted().contains(54_321, 77_777);
    assertThat(points.y()).contains(99, -99);
    Series.Points all = series.points(1_000_000);
    assertThat(all.x()).hasSize(100_000);
  }

  @Test
  void thinningTakesFewAndFewer() {
    var thinning = new Thinning(10);
    int taken = 0;
    for (int i = 0; i < 100_000; i++) {
      taken += thinning.next() ? 1 : 0;
      assertThat(i < 10 ? taken == i + 1 : true).isTrue();
    }
    assertThat(taken).isBetween(100, 150); // ten each at strides 1, 2, 4, … 8192
  }
}
