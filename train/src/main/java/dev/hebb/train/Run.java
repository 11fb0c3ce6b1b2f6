package dev.hebb.train;

import dev.hebb.tensor.HebbException;
import dev.hebb.train.io.Provenance;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a training run gave.
 *
 * @param goals the names of the values that every epoch has, and in which direction each improves
 * @param history one entry per completed epoch, also of those before a resumption
 * @param ending which rule ended it, and why
 * @param warnings what was wrong on the way
 * @param provenance what was trained, with what, where, and the final metrics
 * @param steps how many steps were taken
 * @param seconds how long it took, all parts of an interrupted run together
 */
public record Run(
    Map<String, Goal> goals,
    List<EpochResult> history,
    Ending ending,
    List<String> warnings,
    Provenance provenance,
    long steps,
    double seconds) {
  /** Takes copies. */
  public Run {
    goals = Collections.unmodifiableMap(new LinkedHashMap<>(goals));
    history = List.copyOf(history);
    warnings = List.copyOf(warnings);
  }

  /**
   * A value of the last completed epoch.
   *
   * @param name {@code loss}, {@code accuracy}, {@code val.loss}, …
   * @throws HebbException if no epoch was completed or there is no such value
   */
  public double last(String name) {
    return value(completed().getLast(), name);
  }

  /**
   * The best value of all epochs: the smallest of a loss or error, the largest of anything else.
   *
   * @throws HebbException as {@link #last}
   */
  public double best(String name) {
    return value(bestEpoch(name), name);
  }

  /**
   * The epoch with the best value; the first of several.
   *
   * @throws HebbException as {@link #last}
   */
  public EpochResult bestEpoch(String name) {
    EpochResult best = completed().getFirst();
    Goal goal = goals.getOrDefault(name, Goal.SMALLER);
    for (EpochResult e : history) {
      best = goal.isBetter(value(e, name), value(best, name)) ? e : best;
    }
    return best;
  }

  private List<EpochResult> completed() {
    if (history.isEmpty()) {
      throw new HebbException("no epoch was completed (" + ending + "), so there are no values");
    }
    return history;
  }

  private double value(EpochResult epoch, String name) {
    Double value = epoch.values().get(name);
    if (value == null) {
      throw new HebbException(
          "the run has no value '%s'; it has %s"
              .formatted(name, String.join(", ", goals.keySet())));
    }
    return value;
  }
}
