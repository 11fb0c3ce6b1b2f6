package dev.hebb.nn.loss;

import dev.hebb.nn.Loss;
import dev.hebb.tensor.Targets;
import dev.hebb.tensor.Tensor;

/**
 * The Kullback-Leibler divergence of predictions p from targets q: Σₖ qₖ (ln qₖ − ln pₖ), the mean
 * over the examples (PyTorch's {@code batchmean}); 0 ln 0 is 0. Of logits, p = softmax(x). It is
 * cross entropy less the entropy of q, so its least value is 0: for learning from another network.
 *
 * <p>Predictions [n, …, k]; targets probabilities of the same shape.
 *
 * @param isOfLogs whether predictions are logarithms of probabilities, not logits
 */
public record KlDivergence(boolean isOfLogs) implements Loss {
  /** For a network that ends in logSoftmax. */
  public KlDivergence ofLogProbabilities() {
    return new KlDivergence(true);
  }

  @Override
  public Tensor of(Tensor predictions, Tensor targets) {
    Tensor q = Targets.like(name(), predictions, targets);
    Tensor logP = isOfLogs ? predictions : predictions.logSoftmax(-1);
    Tensor some = q.gt(0);
    Tensor term = q.mul(some.where(q, 1).log().sub(logP));
    return some.where(term, 0).sum(-1).mean();
  }

  @Override
  public String name() {
    return "klDivergence";
  }
}
