package dev.hebb.train;

/**
 * Why a run ended.
 *
 * @param rule which rule fired: {@link #EPOCHS}, {@link #EARLY_STOP}, {@link #TOLERANCE}, {@link
 *     #STOPPED}, {@link #DIVERGED}, or the name that a subscriber gave to its own
 * @param why one sentence with the numbers
 */
public record Ending(String rule, String why) {
  /** All epochs are done. */
  public static final String EPOCHS = "epochs";

  /** A metric had not improved for too long. */
  public static final String EARLY_STOP = "early stop";

  /** The loss is within the tolerance. */
  public static final String TOLERANCE = "tolerance";

  /** Someone called {@link Trainer#stop}; a resumed run goes on. */
  public static final String STOPPED = "stopped";

  /** The loss was no longer a finite number. */
  public static final String DIVERGED = "diverged";

  /** {@code early stop: val.loss has not improved for 3 epochs …} */
  @Override
  public String toString() {
    return rule + ": " + why;
  }
}
