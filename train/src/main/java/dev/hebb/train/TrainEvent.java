package dev.hebb.train;

import dev.hebb.tensor.Tensor;
import dev.hebb.train.data.Batch;
import dev.hebb.train.io.Provenance;
import java.nio.file.Path;
import java.util.Map;

/**
 * What happens in a training run, in the order in which it happens: {@link RunStarted}; for each
 * epoch {@link EpochStarted}, a {@link StepDone} per batch, where there is validation data a {@link
 * Predicted} for each of its batches and {@link Validated}, then {@link EpochDone}; at the end
 * {@link RunEnded}. {@link CheckpointWritten} and {@link Warning} come at any time. Epochs and
 * steps are counted from 1.
 */
public sealed interface TrainEvent {
  /**
   * The run begins, or goes on where a checkpoint left it.
   *
   * @param session the handle on the run, for those who steer it
   * @param provenance what is trained, with what, where
   * @param epochs how many epochs are planned
   * @param steps how many batches an epoch has
   * @param epoch the epoch in which it begins, 1 for a fresh run
   * @param step how many batches of that epoch are done already, 0 for a fresh run
   * @param values the values that every epoch will give, {@code loss} first, and in which direction
   *     each improves
   */
  record RunStarted(
      Session session,
      Provenance provenance,
      int epochs,
      int steps,
      int epoch,
      int step,
      Map<String, Goal> values)
      implements TrainEvent {}

  /**
   * An epoch begins, or goes on.
   *
   * @param epoch its number, from 1
   * @param steps how many batches it has
   */
  record EpochStarted(int epoch, int steps) implements TrainEvent {}

  /**
   * One batch was learned from.
   *
   * @param epoch the number of the epoch
   * @param step the number of the batch in its epoch
   * @param total how many steps were taken since the run first began, this one included
   * @param examples how many examples the batch held
   * @param loss the batch's loss, before the update
   * @param learningRate the learning rate of the update
   * @param examplesPerSecond speed over about the last second; NaN at the first step
   * @param running the epoch's mean loss so far, called {@code loss}, and its metrics so far
   */
  record StepDone(
      int epoch,
      int step,
      long total,
      int examples,
      double loss,
      double learningRate,
      double examplesPerSecond,
      Map<String, Double> running)
      implements TrainEvent {}

  /**
   * The network was asked about one batch of the validation data.
   *
   * @param epoch the number of the epoch
   * @param batch what it was asked about, with the truth
   * @param outputs what its last layer computed, {@code [n, …shape of one output]}: with losses
   *     from logits the logits; {@link Model#meaning} says what they mean
   */
  record Predicted(int epoch, Batch batch, Tensor outputs) implements TrainEvent {}

  /**
   * The network was evaluated on the validation data.
   *
   * @param epoch the number of the epoch
   * @param values {@code val.loss} and the metrics, each with {@code val.} in front
   */
  record Validated(int epoch, Map<String, Double> values) implements TrainEvent {}

  /**
   * An epoch is complete, its validation included.
   *
   * @param result what it gave
   * @param epochs how many epochs are planned
   */
  record EpochDone(EpochResult result, int epochs) implements TrainEvent {}

  /**
   * The state of the run is on the disk.
   *
   * @param file where
   * @param epoch the epoch in which a resumed run would begin
   * @param step how many batches of it would be done
   */
  record CheckpointWritten(Path file, int epoch, int step) implements TrainEvent {}

  /**
   * Something is wrong, and training goes on; or it diverged, and {@link RunEnded} follows.
   *
   * @param message what happened and what to do
   */
  record Warning(String message) implements TrainEvent {}

  /**
   * The run is over.
   *
   * @param run what it gave
   */
  record RunEnded(Run run) implements TrainEvent {}
}
