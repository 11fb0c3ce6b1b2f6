package dev.hebb.nn.classic;

import dev.hebb.tensor.DType;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Tensor;

/**
 * The first model of a neuron: it fires if no inhibitory input is active and at least {@code
 * threshold} excitatory ones are. All connections are equal, and nothing is learnt.
 *
 * <p>Its answer is a step, which is flat on both sides of a jump: the derivative is 0 or does not
 * exist, so no gradient can train it (see {@link ThresholdNeuron#slope}).
 *
 * @param excitatory how many inputs speak for firing; they come first
 * @param inhibitory how many inputs forbid it; they come last
 * @param threshold how many excitatory inputs have to be active, 0 or more; with 0 the neuron fires
 *     unless it is forbidden
 * @see <a href="https://doi.org/10.1007/BF02478259">McCulloch and Pitts, "A logical calculus of the
 *     ideas immanent in nervous activity", 1943</a>
 */
public record McCullochPitts(int excitatory, int inhibitory, int threshold) {
  /** Checks the ranges. */
  public McCullochPitts {
    if (excitatory < 0 || inhibitory < 0 || excitatory + inhibitory < 1 || threshold < 0) {
      throw new HebbException(
          ("McCullochPitts: needs at least one input and a threshold of at least 0, not %d"
                  + " excitatory, %d inhibitory, threshold %d")
              .formatted(excitatory, inhibitory, threshold));
    }
  }

  /** Fires if all of n inputs are active. */
  public static McCullochPitts and(int n) {
    return new McCullochPitts(n, 0, n);
  }

  /** Fires if one of n inputs is active, or more. */
  public static McCullochPitts or(int n) {
    return new McCullochPitts(n, 0, 1);
  }

  /** Fires unless its only input is active. */
  public static McCullochPitts not() {
    return new McCullochPitts(0, 1, 0);
  }

  /** How many inputs it has. */
  public int inputs() {
    return excitatory + inhibitory;
  }

  /**
   * 1 where it fires, else 0.
   *
   * @param x [n, inputs] or [inputs]; any number but 0 is an active input
   * @return float64 [n]
   */
  public Tensor of(Tensor x) {
    Tensor active = Rows.of("McCullochPitts", x, inputs()).ne(0);
    Tensor speaking = active.narrow(1, 0, excitatory).cast(DType.FLOAT64).sum(1);
    Tensor forbidden = active.narrow(1, excitatory, inhibitory).any(1);
    return speaking.ge(threshold).and(forbidden.not()).cast(DType.FLOAT64);
  }
}
