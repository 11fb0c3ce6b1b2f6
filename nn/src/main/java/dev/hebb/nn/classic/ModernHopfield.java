package dev.hebb.nn.classic;

import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.ShapeError;
import dev.hebb.tensor.Tensor;

/**
 * The modern, continuous Hopfield network: patterns are any vectors, and a state ξ becomes their
 * mixture Xᵀ·softmax(β·X·ξ). The energy E = −1/β·ln Σ exp(β·xᵢ·ξ) + ½‖ξ‖² + 1/β·ln p + ½·max‖xᵢ‖²
 * never rises, and where patterns lie apart, one step retrieves. The number of patterns that can be
 * kept grows exponentially with their length.
 *
 * <p>The step is attention: with β = 1/√n, states as queries, patterns as keys and values, it is
 * {@code queries.attention(patterns, patterns)}.
 *
 * @param patterns X, [p, n], floating point
 * @param beta β, above 0: small mixes, large picks
 * @see <a href="https://arxiv.org/abs/2008.02217">Ramsauer et al., "Hopfield networks is all you
 *     need", 2020</a>
 */
public record ModernHopfield(Tensor patterns, double beta) {
  /** Checks the ranges. */
  public ModernHopfield {
    if (patterns.rank() != 2 || patterns.size() == 0 || !patterns.dtype().isFloating()) {
      throw new ShapeError(
          "ModernHopfield: patterns are a matrix [p, n] of floating-point numbers, not "
              + patterns.shape());
    }
    if (!(beta > 0 && Double.isFinite(beta))) {
      throw new HebbException("ModernHopfield: beta must be above 0, not " + beta);
    }
  }

  /** With attention's β = 1/√n. */
  public static ModernHopfield of(Tensor patterns) {
    int n = Math.max(1, patterns.rank() == 0 ? 1 : patterns.shape().last());
    return new ModernHopfield(patterns, 1 / Math.sqrt(n));
  }

  /** With another β. */
  public ModernHopfield beta(double b) {
    return new ModernHopfield(patterns, b);
  }

  /** How much each pattern takes part, [k, p] for states [k, n]; each row adds up to 1. */
  public Tensor shares(Tensor states) {
    return checked(states).matmul(patterns.transpose()).mul(beta).softmax(-1);
  }

  /**
   * One step for each state.
   *
   * @param states [k, n]
   * @return [k, n]
   */
  public Tensor retrieve(Tensor states) {
    return shares(states).matmul(patterns);
  }

  /** The energy of each state, 0 or more; [k] for [k, n]. */
  public Tensor energy(Tensor states) {
    Tensor mixed = checked(states).matmul(patterns.transpose()).mul(beta).logSumExp(-1);
    Tensor largest = patterns.square().sum(-1).max();
    return states
        .square()
        .sum(-1)
        .add(largest)
        .mul(0.5)
        .sub(mixed.sub(Math.log(patterns.dim(0))).div(beta));
  }

  private Tensor checked(Tensor states) {
    if (states.rank() != 2 || states.dim(1) != patterns.dim(1)) {
      throw new ShapeError(
          "ModernHopfield: states [k, %d] are needed, not %s"
              .formatted(patterns.dim(1), states.shape()));
    }
    return states;
  }
}
