package dev.hebb.studio.runs;

import dev.hebb.studio.web.ApiException;
import dev.hebb.studio.web.Json;
import dev.hebb.tensor.HebbException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * The folder of runs. Each run has a folder of its own that one process writes and others read: its
 * log, and files that are replaced as a whole. Thread-safe.
 */
public final class RunStore {
  private static final String LOG = "log.jsonl";
  private static final String SUMMARY = "summary.json";
  private static final String TRASH = ".trash";
  private static final Pattern ID = Pattern.compile("\\d{8}-\\d{6}-[0-9a-f]{4}");
  private static final Duration KEPT_IN_TRASH = Duration.ofDays(7);
  private static final int VIEWS_KEPT = 64;
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

  private final Path folder;
  private final Map<String, RunView> live = new ConcurrentHashMap<>();
  private final Map<String, Reading> readings =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Reading> eldest) {
          return size() > VIEWS_KEPT;
        }
      };

  /** A store in a folder, which is created if it is missing. */
  public RunStore(Path folder) {
    this.folder = folder;
    try {
      Files.createDirectories(folder);
      if (!Files.isWritable(folder)) {
        throw new HebbException(folder + " cannot be written to; name another folder for runs");
      }
      emptyTrash();
    } catch (FileAlreadyExistsException e) {
      throw new HebbException(folder + " is a file; name a folder for runs", e);
    } catch (IOException e) {
      throw new HebbException(folder + " cannot hold runs: " + e.getMessage(), e);
    }
  }

  // ---- writing

  /**
   * Finds out how entries are written. The first of a kind takes long, a fifth of a second in all,
   * which is better spent before a training than beside its first steps.
   */
  public static void prepare() {
    var started =
        new Entry.Started(
            "",
            new Entry.Owner(0, 0, null),
            new Entry.Plan(0, 0, Map.of(), Map.of(), Map.of()),
            new Entry.Subject(
                "", "", 0, List.of(), List.of(), new Entry.Input("", 0, 0, 0, List.of())));
    RunLog.line(started);
    RunLog.line(new Entry.Steps(0, 0, new long[1], Map.of("", new double[1])));
    RunLog.line(new Entry.Inside(0, List.of()));
  }

  /** Makes room for a new run; its view is told of entries by whoever writes them. */
  public RunView create() {
    while (true) {
      String id =
          "%s-%04x"
              .formatted(STAMP.format(Instant.now()), ThreadLocalRandom.current().nextInt(1 << 16));
      try {
        Files.createDirectory(folder.resolve(id));
        var view = new RunView(id);
        live.put(id, view);
        return view;
      } catch (FileAlreadyExistsException e) {
        continue; // another process has just taken it
      } catch (IOException e) {
        throw new HebbException("%s cannot hold runs: %s".formatted(folder, e.getMessage()), e);
      }
    }
  }

  /** Where the lines of a new run go. */
  public LineWriter writer(String id) {
    Path file = folder(id).resolve(LOG);
    return new LineWriter(RunLog.to(file));
  }

  /** Keeps the summary of a run that is over, so that lists need not read its log. */
  public void finish(RunView view) {
    try {
      Path temporary = folder(view.id()).resolve("." + SUMMARY);
      Files.write(temporary, Json.bytes(view.summary()));
      Files.move(temporary, folder(view.id()).resolve(SUMMARY), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new HebbException("the run's summary cannot be written: " + e.getMessage(), e);
    }
  }

  /** A run of this process is over and on the disk: from now on it is read from there. */
  public void release(String id) {
    live.remove(id);
  }

  // ---- reading

  /** Whether this process writes the run. */
  public boolean isLive(String id) {
    return live.containsKey(id);
  }

  /**
   * A run as far as it was written.
   *
   * @throws ApiException 404 if there is none
   */
  public RunView view(String id) {
    RunView own = live.get(id);
    if (own != null) {
      return own;
    }
    Reading reading;
    synchronized (readings) {
      Path log = folder(id).resolve(LOG);
      reading = readings.computeIfAbsent(id, _ -> new Reading(new RunView(id), log));
    }
    reading.update();
    return reading.view;
  }

  /** Reads what was written since, and returns it; nothing for a run of this process. */
  public List<Entry> update(String id) {
    if (isLive(id)) {
      return List.of();
    }
    view(id);
    synchronized (readings) {
      Reading reading = readings.get(id);
      return reading == null ? List.of() : reading.take();
    }
  }

  /** All runs' summaries, the newest first. */
  public List<Map<?, ?>> summaries() {
    var all = new ArrayList<Map<?, ?>>();
    for (String id : ids()) {
      try {
        Map<?, ?> summary = isLive(id) ? null : storedSummary(id);
        all.add(summary == null ? view(id).summary() : summary);
      } catch (ApiException e) {
        continue; // deleted meanwhile
      }
    }
    return all;
  }

  private @Nullable Map<?, ?> storedSummary(String id) {
    try {
      return Json.read(Files.readAllBytes(folder(id).resolve(SUMMARY)), Map.class);
    } catch (IOException | JacksonException e) {
      return null; // the log tells it too
    }
  }

  /** The names of all runs, the newest first. */
  public List<String> ids() {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> String.valueOf(file.getFileName()))
          .filter(name -> ID.matcher(name).matches())
          .sorted(Comparator.reverseOrder())
          .toList();
    } catch (IOException e) {
      throw new HebbException("%s cannot be read: %s".formatted(folder, e.getMessage()), e);
    }
  }

  /**
   * The folder of a run that exists.
   *
   * @throws ApiException 404 if the name is none, or there is no such run
   */
  public Path folder(String id) {
    Path file = checked(id);
    if (!Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
      throw ApiException.missing("there is no run " + id);
    }
    return file;
  }

  /** No name leads out of the folder. */
  private Path checked(String id) {
    if (!ID.matcher(id).matches()) {
      throw ApiException.missing("a run is named like 20260131-235959-0a1b");
    }
    return folder.resolve(id);
  }

  // ---- deleting

  /**
   * Puts a run into the trash, where it stays for a week.
   *
   * @throws ApiException 409 while it is trained
   */
  public void delete(String id) {
    Path from = folder(id);
    if (!view(id).isOver()) {
      throw ApiException.conflict("the run is being trained: stop it first");
    }
    move(from, folder.resolve(TRASH).resolve(id));
    live.remove(id);
    synchronized (readings) {
      readings.remove(id);
    }
  }

  /** Takes a run out of the trash. */
  public void restore(String id) {
    Path target = checked(id);
    Path from = folder.resolve(TRASH).resolve(id);
    if (!Files.isDirectory(from)) {
      throw ApiException.missing("there is no deleted run " + id);
    }
    move(from, target);
  }

  private static void move(Path from, Path to) {
    try {
      Files.createDirectories(to.getParent());
      Files.move(from, to);
      Files.setLastModifiedTime(to, FileTime.from(Instant.now()));
    } catch (IOException e) {
      throw new HebbException("%s cannot be moved: %s".formatted(from, e.getMessage()), e);
    }
  }

  private void emptyTrash() throws IOException {
    Path trash = folder.resolve(TRASH);
    if (!Files.isDirectory(trash)) {
      return;
    }
    Instant oldest = Instant.now().minus(KEPT_IN_TRASH);
    try (Stream<Path> runs = Files.list(trash)) {
      for (Path run : runs.toList()) {
        boolean isRun = ID.matcher(String.valueOf(run.getFileName())).matches();
        if (isRun && Files.getLastModifiedTime(run).toInstant().isBefore(oldest)) {
          remove(run);
        }
      }
    }
  }

  private static void remove(Path run) throws IOException {
    try (Stream<Path> files = Files.walk(run)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** A log of another process, or of an earlier one, and how far it was read. */
  private static final class Reading {
    /** Entries that nobody takes are forgotten; the view has them. */
    private static final int KEPT_FRESH = 1000;

    private final RunView view;
    private final Path log;
    private final List<Entry> fresh = new ArrayList<>();
    private long end;

    Reading(RunView view, Path log) {
      this.view = view;
      this.log = log;
    }

    synchronized void update() {
      try {
        RunLog.Part part = RunLog.read(log, end);
        end = part.end();
        part.entries().forEach(view::accept);
        fresh.addAll(part.entries());
        if (fresh.size() > KEPT_FRESH) {
          fresh.subList(0, fresh.size() - KEPT_FRESH).clear();
        }
      } catch (FileNotFoundException e) {
        return; // nothing was written yet
      } catch (IOException e) {
        throw new HebbException("%s cannot be read: %s".formatted(log, e.getMessage()), e);
      }
    }

    synchronized List<Entry> take() {
      var entries = List.copyOf(fresh);
      fresh.clear();
      return entries;
    }
  }
}
