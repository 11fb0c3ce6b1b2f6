package dev.hebb.nn.loss;

import dev.hebb.nn.Loss;
import dev.hebb.tensor.Targets;
import dev.hebb.tensor.Tensor;
import java.util.List;

/**
 * Hinge loss for one class out of several: mean over the examples of Σ max(0, m − x[y] + x[j]) / k
 * over the wrong classes j (Weston and Watkins, “Support vector machines for multi-class pattern
 * recognition”, 1999); squared, with the square of each term. The largest x decides.
 *
 * <p>Predictions [n, …, k]; targets integers [n, …].
 *
 * @param margin m, how far the right class is to be ahead; positive
 * @param isSquared whether each term is squared
 * @param weights how much the examples of each class count; empty for 1 each
 */
public record MultiHinge(double margin, boolean isSquared, List<Double> weights) implements Loss {
  private static final String NAME = "multiHinge";

  /** Checks the ranges. */
  public MultiHinge {
    Options.check(NAME, "the margin must be positive", margin > 0, margin);
    weights = Options.weights(NAME, weights);
  }

  /** With another margin. */
  public MultiHinge margin(double m) {
    return new MultiHinge(m, isSquared, weights);
  }

  /** With the square of each term. */
  public MultiHinge squared() {
    return new MultiHinge(margin, true, weights);
  }

  /** With classes that count differently; the mean is over all examples. */
  public MultiHinge weights(double... ofClasses) {
    return new MultiHinge(margin, isSquared, Options.list(ofClasses));
  }

  @Override
  public Tensor of(Tensor predictions, Tensor targets) {
    Tensor x = predictions;
    int classes = x.shape().last();
    Tensor right = Targets.classes(NAME, x, targets).oneHot(classes).gt(0);
    Tensor score = right.where(x, 0).sum(-1).unsqueeze(-1);
    Tensor over = right.where(0, x.sub(score).add(margin).relu());
    Tensor each = (isSquared ? over.square() : over).sum(-1);
    if (!weights.isEmpty()) {
      Tensor w = Options.vector(NAME, weights, x).broadcastTo(x.shape().dims());
      each = each.mul(right.where(w, 0).sum(-1));
    }
    return each.mean().div(classes);
  }

  @Override
  public String name() {
    return NAME;
  }
}
