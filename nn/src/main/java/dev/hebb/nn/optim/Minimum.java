package dev.hebb.nn.optim;

import java.util.List;

/**
 * What a minimisation came to.
 *
 * @param loss the least value that was found, that of the parameters as they are now
 * @param gradient the largest absolute value in the gradient there
 * @param evaluations how often loss and gradient were computed
 * @param ending why it stopped
 * @param losses the loss at the start and after each iteration
 */
public record Minimum(
    double loss, double gradient, int evaluations, Ending ending, List<Double> losses) {
  /** Why a minimisation stops. */
  public enum Ending {
    /** The gradient is within the tolerance. */
    CONVERGED,
    /** No step makes the loss smaller any more: rounding is larger than what is left. */
    NO_PROGRESS,
    /** All iterations are done. */
    ITERATIONS
  }

  /** Takes a copy. */
  public Minimum {
    losses = List.copyOf(losses);
  }

  /** How many iterations were made. */
  public int iterations() {
    return losses.size() - 1;
  }
}
