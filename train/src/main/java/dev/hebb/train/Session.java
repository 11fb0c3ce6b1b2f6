package dev.hebb.train;

import dev.hebb.nn.Net;
import dev.hebb.tensor.Tensor;
import java.nio.file.Path;
import java.util.Map;

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

  /** Whether the run is over after this event, and why; a second call changes nothing. */
  void end(Ending ending);

  /** Multiplies the optimiser's base learning rate from the next step on. */
  void scaleLearningRate(double factor);

  /** Writes the state of the run to a file; a failure becomes a warning. */
  void checkpoint(Path file);

  /**
   * Says with which weights the run ends, if not with the last ones. They are set after the last
   * event.
   *
   * @param values by the variables' names
   */
  void endWith(Map<String, Tensor> values);
}
