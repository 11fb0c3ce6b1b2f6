package dev.hebb.train;

import dev.hebb.tensor.HebbException;

/**
 * Training was stopped because the loss was no longer a finite number, which means that the weights
 * are of no use. It is thrown, not returned, so that nobody saves such a network by mistake.
 */
public final class Diverged extends HebbException {
  private static final long serialVersionUID = 1L;

  private final transient Run run;

  Diverged(String message, Run run) {
    super(message);
    this.run = run;
  }

  /** The run up to there. */
  public Run run() {
    return run;
  }
}
