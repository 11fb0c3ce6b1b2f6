package dev.hebb.tensor;

import java.util.function.Supplier;

/**
 * Whether networks are being trained: dropout drops and batch norm uses the batch only then. A
 * train step trains; everything else evaluates, unless it is wrapped in {@link #training}.
 */
public final class Mode {
  private static final ScopedValue<Boolean> TRAINING = ScopedValue.newInstance();

  private Mode() {}

  /** Whether the current computation is training. */
  public static boolean isTraining() {
    return TRAINING.isBound() && TRAINING.get();
  }

  /** Runs the body in training mode. */
  public static <T> T training(Supplier<T> body) {
    return ScopedValue.where(TRAINING, true).call(body::get);
  }

  /** Runs the body in evaluation mode, also inside a train step. */
  public static <T> T evaluation(Supplier<T> body) {
    return ScopedValue.where(TRAINING, false).call(body::get);
  }
}
