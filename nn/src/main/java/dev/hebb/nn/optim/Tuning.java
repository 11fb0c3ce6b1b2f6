package dev.hebb.nn.optim;

import dev.hebb.tensor.HebbException;

/**
 * What all optimisers have in common.
 *
 * @param lr the base learning rate, positive
 * @param schedule the factor of it at each step
 * @param clipNorm the largest norm that all gradients together may have; infinite for no limit
 * @param clipValue the largest absolute value that a gradient's element may have; infinite for no
 *     limit
 */
public record Tuning(double lr, Schedule schedule, double clipNorm, double clipValue) {
  /** Checks the ranges. */
  public Tuning {
    check("the learning rate", lr >= 0 && lr < Double.POSITIVE_INFINITY, lr);
    check("clipNorm", clipNorm > 0, clipNorm);
    check("clipValue", clipValue > 0, clipValue);
  }

  /** A constant rate without limits. */
  static Tuning of(double lr) {
    return new Tuning(lr, Schedule.constant(), Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);
  }

  Tuning schedule(Schedule s) {
    return new Tuning(lr, s, clipNorm, clipValue);
  }

  Tuning clipNorm(double most) {
    return new Tuning(lr, schedule, most, clipValue);
  }

  Tuning clipValue(double most) {
    return new Tuning(lr, schedule, clipNorm, most);
  }

  /** Throws unless a hyper-parameter is in its range. */
  static void check(String what, boolean fits, double value) {
    if (!fits) {
      throw new HebbException("optimiser: " + what + " cannot be " + value);
    }
  }

  /** Throws unless a decay rate lies in [0, 1). */
  static void checkRate(String what, double value) {
    check(what, value >= 0 && value < 1, value);
  }

  /** Throws if a rule for some parameters wants to limit the norm, which is that of all. */
  static void checkNoNorm(String what, Optimizer rule) {
    if (rule.tuning().clipNorm() < Double.POSITIVE_INFINITY) {
      throw new HebbException(
          "optimiser: %s cannot limit the norm of its own gradients; call clipNorm on the main rule, which limits the norm of all"
              .formatted(what));
    }
  }
}
