package dev.hebb.train;

import dev.hebb.tensor.HebbException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Lowers the learning rate when a value no longer improves. */
final class Plateau implements Memory {
  private final String value;
  private final int patience;
  private final double factor;

  private @Nullable Session session;
  private Goal goal = Goal.SMALLER;
  private double best = Double.NaN;
  private int waited;

  Plateau(String value, int patience, double factor) {
    String call = "plateau(\"%s\", %d, %s)".formatted(value, patience, factor);
    if (patience < 1 || !(factor > 0 && factor < 1)) {
      throw new HebbException(
          call + ": the patience must be at least 1 epoch, and the factor between 0 and 1");
    }
    if (!value.equals("loss") && !value.startsWith("val.")) {
      throw new HebbException(
          "%s: watch \"loss\" or a value of the validation data, such as \"val.%s\""
              .formatted(call, value));
    }
    this.value = value;
    this.patience = patience;
    this.factor = factor;
  }

  @Override
  public void on(TrainEvent event) {
    switch (event) {
      case TrainEvent.RunStarted started -> {
        Goal known = started.values().get(value);
        if (known == null) {
          throw new HebbException(
              "plateau: this run has no value '%s'; it has %s"
                  .formatted(value, String.join(", ", started.values().keySet())));
        }
        goal = known;
        session = started.session();
        best = Double.NaN;
        waited = 0;
      }
      case TrainEvent.EpochDone done when session != null -> judge(session, done.result());
      default -> {}
    }
  }

  private void judge(Session run, EpochResult result) {
    double now = result.values().getOrDefault(value, Double.NaN);
    waited++;
    if (Double.isNaN(best) || goal.isBetter(now, best)) {
      best = now;
      waited = 0;
    } else if (waited >= patience) {
      run.scaleLearningRate(factor);
      waited = 0;
    }
  }

  @Override
  public String key() {
    return "plateau of " + value;
  }

  @Override
  public Recollection remember() {
    return new Recollection(Map.of("best", best, "waited", (double) waited), Map.of());
  }

  @Override
  public void recall(Recollection memory) {
    best = memory.numbers().getOrDefault("best", Double.NaN);
    waited = memory.numbers().getOrDefault("waited", 0.0).intValue();
  }
}
