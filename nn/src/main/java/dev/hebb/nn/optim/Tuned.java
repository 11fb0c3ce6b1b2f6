package dev.hebb.nn.optim;

/**
 * A rule with the options that all of Hebb's rules share. Each returns a changed copy, so options
 * can be given in any order: {@code Adam.of(1e-3).clipNorm(1).betas(0.9, 0.98)}.
 *
 * @param <O> the rule itself
 */
public interface Tuned<O extends Optimizer> extends Optimizer {
  /** The same rule with another tuning. */
  O tuning(Tuning t);

  /** With a learning rate that changes. */
  default O schedule(Schedule s) {
    return tuning(tuning().schedule(s));
  }

  /** With all gradients together scaled down to at most this norm. */
  default O clipNorm(double most) {
    return tuning(tuning().clipNorm(most));
  }

  /** With each element of a gradient limited to ±{@code most}. */
  default O clipValue(double most) {
    return tuning(tuning().clipValue(most));
  }
}
