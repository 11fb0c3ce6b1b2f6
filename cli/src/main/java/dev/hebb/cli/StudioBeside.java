package dev.hebb.cli;

import dev.hebb.studio.Studio;
import dev.hebb.studio.StudioOptions;
import dev.hebb.tensor.HebbException;
import dev.hebb.train.Subscriber;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** A studio that records a training of this process. It opens while the training's data is read. */
final class StudioBeside {
  private final FutureTask<Studio> opening;
  private final String name;

  /**
   * Begins to open one, which then says where it is.
   *
   * @param name what the run is called
   */
  StudioBeside(Console console, StudioOptions options, String name) {
    this.name = name;
    opening =
        new FutureTask<>(() -> {
          Studio studio = Studio.open(options);
          console.line("studio  %s", studio.link());
          return studio;
        });
    Thread.ofPlatform().daemon().name("hebb studio opening").start(opening);
  }

  /**
   * Records the training.
   *
   * @throws HebbException if the studio cannot be opened
   */
  Subscriber recorder() {
    return studio().recorder(name);
  }

  /** Ends the serving; a process whose threads wait for connections takes longer to end. */
  void stop() {
    try {
      studio().stop();
    } catch (HebbException e) {
      return; // it did not open, as whoever asked for the recorder was told
    }
  }

  private Studio studio() {
    try {
      return opening.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HebbException("interrupted while the studio opened", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof HebbException why) {
        throw why;
      }
      throw new IllegalStateException(e.getCause());
    }
  }
}
