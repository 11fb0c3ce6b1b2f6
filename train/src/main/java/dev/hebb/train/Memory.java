package dev.hebb.train;

import dev.hebb.tensor.Tensor;
import java.util.Map;

/**
 * A subscriber whose decisions depend on what it has seen. Its memory goes into every checkpoint,
 * so that a resumed run decides as an uninterrupted one would have.
 */
public interface Memory extends Subscriber {
  /** A name that no other subscriber of the run has, without {@code /}. */
  String key();

  /** What it remembers now. */
  Recollection remember();

  /** Goes on from what it remembered; called after {@link TrainEvent.RunStarted}. */
  void recall(Recollection memory);

  /**
   * What is remembered.
   *
   * @param numbers by name
   * @param tensors by name
   */
  record Recollection(Map<String, Double> numbers, Map<String, Tensor> tensors) {}
}
