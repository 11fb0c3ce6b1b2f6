package dev.hebb.train;

import dev.hebb.tensor.HebbException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Has the state of the run written to a file, again and again. */
final class Checkpoints implements Subscriber {
  private final Path file;
  private final int everySteps;
  private final Duration gap;
  private @Nullable Session session;
  private boolean changed;
  private long lastWrite;

  /**
   * @param everySteps 0 for after epochs only
   * @param gap how long to wait at least after an epoch's checkpoint before the next
   */
  Checkpoints(Path file, int everySteps, Duration gap) {
    this.file = file;
    this.everySteps = everySteps;
    this.gap = gap;
  }

  Checkpoints checked() {
    if (everySteps < 1) {
      throw new HebbException(
          "checkpoint(%s, %d): write one every 1 or more steps".formatted(file, everySteps));
    }
    return this;
  }

  @Override
  public void on(TrainEvent event) {
    switch (event) {
      case TrainEvent.RunStarted started -> {
        session = started.session();
        changed = false;
        lastWrite = System.nanoTime();
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null || !Files.isWritable(folder) || Files.isDirectory(file)) {
          throw new HebbException(
              "checkpoints cannot be written to %s: it must be a file in a folder that exists and may be written to"
                  .formatted(file));
        }
      }
      case TrainEvent.StepDone done -> {
        changed = true;
        if (everySteps > 0 && done.total() % everySteps == 0) {
          write();
        }
      }
      case TrainEvent.EpochDone _ -> {
        if (System.nanoTime() - lastWrite >= gap.toNanos()) {
          write();
        }
      }
      case TrainEvent.RunEnded ended
          when changed && !ended.run().ending().rule().equals(Ending.DIVERGED) ->
          write();
      default -> {}
    }
  }

  private void write() {
    if (session != null) {
      session.checkpoint(file);
      changed = false;
      lastWrite = System.nanoTime();
    }
  }
}
