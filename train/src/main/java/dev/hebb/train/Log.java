package dev.hebb.train;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes the run to a log. */
final class Log implements Subscriber {
  static final Logger LOGGER = LoggerFactory.getLogger("dev.hebb.train");

  @Override
  public void on(TrainEvent event) {
    switch (event) {
      case TrainEvent.RunStarted e ->
          LOGGER.info(
              "training on {}: epochs {}, steps per epoch {}, from epoch {} step {}",
              e.provenance().data(),
              e.epochs(),
              e.steps(),
              e.epoch(),
              e.step());
      case TrainEvent.EpochDone e -> LOGGER.info("{}", Lines.describe(e.result(), e.epochs()));
      case TrainEvent.CheckpointWritten e -> LOGGER.info("checkpoint {}", e.file());
      case TrainEvent.RunEnded e -> LOGGER.info("training ended; {}", e.run().ending());
      case TrainEvent.StepDone e ->
          LOGGER.debug("epoch {} step {} loss {}", e.epoch(), e.step(), e.loss());
      case TrainEvent.Warning _ -> {} // the trainer itself logs warnings, whoever subscribes
      case TrainEvent.EpochStarted _, TrainEvent.Predicted _, TrainEvent.Validated _ -> {}
    }
  }
}
