package dev.hebb.train;

import dev.hebb.nn.Net;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Tensor;
import dev.hebb.tensor.Variable;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Stops when a value no longer improves, and ends with the best weights. */
final class EarlyStop implements Memory {
  private final String value;
  private final int patience;

  private @Nullable Session session;
  private Goal goal = Goal.SMALLER;
  private double best = Double.NaN;
  private int bestEpoch;
  private Map<String, Tensor> bestWeights = Map.of();

  EarlyStop(String value, int patience) {
    if (patience < 1) {
      throw new HebbException(
          "earlyStop(\"%s\", %d): the patience must be at least 1 epoch"
              .formatted(value, patience));
    }
    if (!value.equals("loss") && !value.startsWith("val.")) {
      throw new HebbException(
          "earlyStop(\"%s\", %d): watch \"loss\" or a value of the validation data, such as \"val.%s\""
              .formatted(value, patience, value));
    }
    this.value = value;
    this.patience = patience;
  }

  @Override
  public void on(TrainEvent event) {
    switch (event) {
      case TrainEvent.RunStarted started -> {
        Goal known = started.values().get(value);
        if (known == null) {
          throw new HebbException(
              "earlyStop: this run has no value '%s'; it has %s"
                  .formatted(value, String.join(", ", started.values().keySet())));
        }
        goal = known;
        session = started.session();
        best = Double.NaN;
        bestEpoch = 0;
        bestWeights = Map.of();
      }
      case TrainEvent.EpochDone done when session != null -> judge(session, done.result());
      case TrainEvent.RunEnded _ when session != null && bestEpoch > 0 ->
          session.endWith(bestWeights);
      default -> {}
    }
  }

  private void judge(Session run, EpochResult result) {
    double now = result.values().getOrDefault(value, Double.NaN);
    if (bestEpoch == 0 || goal.isBetter(now, best)) {
      best = now;
      bestEpoch = result.epoch();
      bestWeights = snapshot(run.net());
    } else if (result.epoch() - bestEpoch >= patience) {
      run.end(
          new Ending(
              Ending.EARLY_STOP,
              "%s has not improved for %d epoch(s); the weights are those of epoch %d (%s %.5g)"
                  .formatted(value, patience, bestEpoch, value, best)));
    }
  }

  /**
   * The values now; a variable that is updated later moves to another array, so nothing is copied.
   */
  private static Map<String, Tensor> snapshot(Net net) {
    var values = new LinkedHashMap<String, Tensor>();
    for (Variable v : net.variables()) {
      values.put(v.name(), v.value());
    }
    return values;
  }

  @Override
  public String key() {
    return "early stop on " + value;
  }

  @Override
  public Recollection remember() {
    return new Recollection(Map.of("best", best, "epoch", (double) bestEpoch), bestWeights);
  }

  @Override
  public void recall(Recollection memory) {
    best = memory.numbers().getOrDefault("best", Double.NaN);
    bestEpoch = memory.numbers().getOrDefault("epoch", 0.0).intValue();
    bestWeights = memory.tensors();
  }
}
