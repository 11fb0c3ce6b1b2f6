package dev.hebb.studio.serve;

import dev.hebb.tensor.HebbException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The model that is served now, and how another version of its file takes its place: it is read and
 * warmed while the old one answers, then they change places in one step. Whatever is wrong with the
 * new file, the old model stays.
 */
final class Current {
  private static final Logger LOG = LoggerFactory.getLogger("dev.hebb.serve");
  private static final Duration WARM_UP = Duration.ofMillis(500);
  private static final Duration LOOK = Duration.ofMillis(250);

  /** What a look at a file tells without reading it. */
  private record Stamp(long bytes, Instant modified, @Nullable Object key) {}

  /**
   * How a reload went.
   *
   * @param model what is served now
   * @param changed whether that is another version than before
   */
  record Outcome(Served model, boolean changed) {}

  private final Path file;
  private final List<Integer> sizes;
  private final @Nullable Stamp first;
  private volatile Served served;
  private volatile @Nullable String problem;
  private volatile int loads = 1;
  private volatile int failures;
  private volatile boolean stopped;

  /**
   * Reads and warms the model.
   *
   * @param sizes of the batches that it will compute
   * @throws HebbException if it cannot be served
   */
  Current(Path file, List<Integer> sizes) {
    this.file = file;
    this.sizes = sizes;
    this.first = stamp(); // before reading: a change meanwhile is seen by the watch
    this.served = Served.load(file);
    served.warm(sizes, WARM_UP);
  }

  Served served() {
    return served;
  }

  /** Why the newest file is not served, or null if it is. */
  @Nullable String problem() {
    return problem;
  }

  /** How many versions have been served. */
  int loads() {
    return loads;
  }

  /** How many reloads failed. */
  int failures() {
    return failures;
  }

  /**
   * Reads the file again; serves what is in it if that is another version that can take the place
   * of the one before.
   *
   * @throws HebbException if it cannot; the old model is served on
   */
  synchronized Outcome reload() {
    try {
      Served fresh = Served.load(file);
      Served old = served;
      if (fresh.version().equals(old.version())) {
        problem = null;
        return new Outcome(old, false);
      }
      String difference = fresh.signature().difference(old.signature());
      if (!difference.isEmpty()) {
        throw new HebbException(
            "the new %s is another kind of model: %s; start a server for it"
                .formatted(file.getFileName(), difference));
      }
      fresh.warm(sizes, WARM_UP);
      served = fresh;
      loads++;
      problem = null;
      LOG.info("serving {} {} instead of {}", fresh.name(), fresh.version(), old.version());
      return new Outcome(fresh, true);
    } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
      failures++;
      problem = e.getMessage() == null ? e.toString() : e.getMessage();
      LOG.warn("still serving {} {}: {}", served.name(), served.version(), problem);
      throw new HebbException(problem, e);
    }
  }

  /** Reloads whenever the file has changed and rests; on a thread of its own. */
  void watch() {
    Thread.ofVirtual().name("hebb-serve-watch").start(this::look);
  }

  /** Looks no more. */
  void stop() {
    stopped = true;
  }

  private void look() {
    Stamp known = first;
    Stamp before = known;
    while (!stopped) {
      try {
        Thread.sleep(LOOK);
      } catch (InterruptedException e) {
        return;
      }
      Stamp now = stamp();
      // A file that is missing or still growing is looked at again.
      if (now != null && !now.equals(known) && now.equals(before)) {
        known = now;
        try {
          reload();
        } catch (HebbException e) {
          continue; // reported; the next change is another chance
        }
      }
      before = now;
    }
  }

  private @Nullable Stamp stamp() {
    try {
      var attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return new Stamp(
          attributes.size(), attributes.lastModifiedTime().toInstant(), attributes.fileKey());
    } catch (IOException e) {
      return null;
    }
  }
}
