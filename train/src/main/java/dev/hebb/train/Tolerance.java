package dev.hebb.train;

import dev.hebb.tensor.HebbException;
import org.jspecify.annotations.Nullable;

/** Stops when the training loss is small enough. */
final class Tolerance implements Subscriber {
  private final double limit;
  private @Nullable Session session;

  Tolerance(double limit) {
    if (!(limit > 0)) {
      throw new HebbException("tolerance(" + limit + "): the tolerated loss must be above 0");
    }
    this.limit = limit;
  }

  @Override
  public void on(TrainEvent event) {
    if (event instanceof TrainEvent.RunStarted started) {
      session = started.session();
    } else if (event instanceof TrainEvent.EpochDone done && session != null) {
      double loss = done.result().values().getOrDefault("loss", Double.NaN);
      if (loss <= limit) {
        session.end(
            new Ending(
                Ending.TOLERANCE,
                "the loss of epoch %d is %.5g, within the tolerance of %.5g"
                    .formatted(done.result().epoch(), loss, limit)));
      }
    }
  }
}
