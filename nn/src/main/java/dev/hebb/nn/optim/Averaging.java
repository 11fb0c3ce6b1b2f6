package dev.hebb.nn.optim;

import dev.hebb.tensor.Tensor;
import dev.hebb.tensor.Variable;
import java.util.List;

/**
 * How weights are averaged over the steps of a training: the average often predicts better than the
 * last weights, which still jump about. After each update, average ← average + a·(weights −
 * average), with a share a that depends on the number of the update; as a tensor expression it is
 * compiled into the step. {@link #bind} joins it to variables:
 *
 * <pre>{@code
 * var average = Averaging.ema(0.999).bind(net.variables());
 * var step = trainStep((x, y) -> {
 *   var loss = net.forward(x).crossEntropy(y);
 *   opt.update(loss.grad(net.params()));
 *   average.update();
 *   return loss;
 * });
 * double better = average.during(() -> evaluate(net));
 * }</pre>
 */
@FunctionalInterface
public interface Averaging {
  /**
   * The share of the newest weights.
   *
   * @param t the number of the update, counted from 1, a float64 scalar
   * @return a float64 scalar in [0, 1]; at the first update it must be 1
   */
  Tensor share(Tensor t);

  /**
   * Whether running statistics, as those of batch norm, have to be measured anew for the average
   * ({@link dev.hebb.nn.Net#calibrate}), because it is far from the weights that they belong to.
   */
  default boolean needsCalibration() {
    return false;
  }

  /** Joins it to variables: parameters, and running statistics if wanted. */
  default Averaged bind(List<Variable> variables) {
    return new Averaged(this, variables);
  }

  /**
   * The exponential moving average with the correction for its start: the share is (1 − d)/(1 −
   * dᵗ), so that it is a mean from the first update on (as in Kingma and Ba, 2015, §3).
   *
   * @param decay d in [0, 1): how much of the average stays; it spans about 1/(1 − d) updates
   */
  record Ema(double decay) implements Averaging {
    /** Checks the range. */
    public Ema {
      Tuning.check("the average's decay", decay >= 0 && decay < 1, decay);
    }

    @Override
    public Tensor share(Tensor t) {
      return Moments.started(decay, t).reciprocal().mul(1 - decay);
    }
  }

  /**
   * Stochastic weight averaging: the plain mean of the weights after the updates {@code from},
   * {@code from + every}, …; before that the weights themselves (Izmailov et al., <a
   * href="https://arxiv.org/abs/1803.05407">“Averaging weights leads to wider optima and better
   * generalization”</a>, 2018).
   *
   * @param from the first update that counts, ≥ 1
   * @param every how many updates lie between two that count, ≥ 1; usually an epoch's
   */
  record Swa(int from, int every) implements Averaging {
    /** Checks the ranges. */
    public Swa {
      Tuning.check("the average's first update", from >= 1, from);
      Tuning.check("the updates between two that are averaged", every >= 1, every);
    }

    @Override
    public Tensor share(Tensor t) {
      Tensor past = t.sub(from).div(every); // exactly whole at the updates that count
      Tensor n = past.floor().add(1);
      Tensor after = past.eq(past.floor()).where(n.maximum(1).reciprocal(), 0);
      return t.lt(from).where(1, after);
    }

    @Override
    public boolean needsCalibration() {
      return true;
    }
  }

  /** The exponential moving average; 0.99 to 0.9999 is usual. */
  static Ema ema(double decay) {
    return new Ema(decay);
  }

  /** The mean of the weights after every so many updates, from one on. */
  static Swa swa(int from, int every) {
    return new Swa(from, every);
  }
}
