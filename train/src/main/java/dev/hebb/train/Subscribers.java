package dev.hebb.train;

import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;

/** The subscribers that Hebb brings along: {@code import static dev.hebb.train.Subscribers.*}. */
public final class Subscribers {
  private static final int MAX_LINES = 30;

  private Subscribers() {}

  /** Prints a line per epoch to standard output (see {@link #isShown}), more in long epochs. */
  public static Subscriber progress() {
    return progress(System.out::println);
  }

  /** Gives the same lines to somebody else. */
  public static Subscriber progress(Consumer<String> out) {
    return new Lines(out);
  }

  /**
   * Whether an epoch deserves a line of its own: all of them up to 30, of more about 30 evenly
   * spread, and the last.
   */
  public static boolean isShown(TrainEvent.EpochDone done) {
    int every = (done.epochs() + MAX_LINES - 1) / MAX_LINES;
    int epoch = done.result().epoch();
    return epoch % every == 0 || epoch == 1 || epoch == done.epochs();
  }

  /**
   * Logs the run through SLF4J, logger {@code dev.hebb.train}: epochs as INFO, warnings as WARN.
   */
  public static Subscriber log() {
    return new Log();
  }

  /**
   * Stops when a value has not improved for some epochs, and ends the run with the weights of the
   * best epoch, however it ends.
   *
   * @param value {@code loss}, {@code val.loss} or a metric on the validation data, {@code
   *     val.accuracy}; each metric says whether larger is better
   * @param patience after how many epochs without an improvement, at least 1
   * @see <a href="https://doi.org/10.1007/3-540-49430-8_3">Prechelt, "Early stopping - but when?",
   *     1998</a>
   */
  public static Subscriber earlyStop(String value, int patience) {
    return new EarlyStop(value, patience);
  }

  /**
   * Lowers the learning rate when a value has not improved for some epochs, as Keras's
   * ReduceLROnPlateau does; then waits as long again.
   *
   * @param value {@code loss}, {@code val.loss} or a metric on the validation data
   * @param patience after how many epochs without an improvement, at least 1
   * @param factor what the rate is multiplied by, between 0 and 1
   */
  public static Subscriber plateau(String value, int patience, double factor) {
    return new Plateau(value, patience, factor);
  }

  /**
   * Stops when an epoch's training loss is within the tolerance.
   *
   * @param loss the largest loss that is good enough, above 0
   */
  public static Subscriber tolerance(double loss) {
    return new Tolerance(loss);
  }

  /** Writes a checkpoint after each epoch, and when the run is stopped. */
  public static Subscriber checkpoint(Path file) {
    return new Checkpoints(file, 0, Duration.ZERO);
  }

  /**
   * Writes a checkpoint after an epoch if the last one is old enough, and when the run is stopped:
   * for epochs that are shorter than writing a file.
   *
   * @param gap how old the last one must be
   */
  public static Subscriber checkpoint(Path file, Duration gap) {
    return new Checkpoints(file, 0, gap);
  }

  /**
   * Writes a checkpoint after every so many steps, after each epoch, and when the run is stopped.
   * The file is a complete model, and replaced in one step.
   *
   * @param everySteps at least 1
   * @see Trainer#resume(Path)
   */
  public static Subscriber checkpoint(Path file, int everySteps) {
    return new Checkpoints(file, everySteps, Duration.ZERO).checked();
  }
}
