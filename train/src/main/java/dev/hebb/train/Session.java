package dev.hebb.train;

import dev.hebb.nn.Loss;
import dev.hebb.nn.Net;
import dev.hebb.tensor.Tensor;
import dev.hebb.train.data.Loader;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The handle on a run for its subscribers. What they ask for is done when all of them have seen the
 * event, so it does not matter in which order they stand.
 */
public interface Session {
  /**
   * The network that is trained. While {@link TrainEvent.EpochDone} is told it holds the averaged
   * weights, where {@link Trainer#average} asks for them.
   */
  Net net();

  /** What the network learns to make small. */
  Loss loss();

  /** What is learned from. */
  Loader train();

  /** What is measured after each epoch; null where there is no validation. */
  @Nullable Loader validation();

  /** Whether the run is over after this event, and why; a second call changes nothing. */
  void end(Ending ending);

  /** Multiplies the optimiser's base learning rate from the next step on. */
  void scaleLearningRate(double factor);

  /**
   * Writes the state of the run to a file; a failure becomes a warning. From another thread it is
   * written after the current step, or at once while the run is paused.
   */
  void checkpoint(Path file);

  /** As {@link Trainer#pause}, from any thread. */
  void pause();

  /** As {@link Trainer#resume()}, from any thread. */
  void resume();

  /** As {@link Trainer#stop}, from any thread. */
  void stop();

  /** As {@link Trainer#learningRate}, from any thread. */
  void learningRate(double rate);

  /** Has something done after the last event, when the network holds its final weights. */
  void afterwards(Runnable action);

  /**
   * Says with which weights the run ends, if not with the last ones. They are set after the last
   * event.
   *
   * @param values by the variables' names
   */
  void endWith(Map<String, Tensor> values);
}
