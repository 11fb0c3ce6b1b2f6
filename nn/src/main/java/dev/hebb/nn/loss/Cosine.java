package dev.hebb.nn.loss;

import dev.hebb.nn.Loss;
import dev.hebb.tensor.ShapeError;
import dev.hebb.tensor.Targets;
import dev.hebb.tensor.Tensor;

/**
 * How far directions differ: mean of 1 − cos(x, y) over the vectors on the last axis, between 0 and
 * 2. Lengths below 1e-8 count as 1e-8, so a vector of zeros is at right angles to all.
 *
 * <p>As a loss of predictions and targets, both [n, …, d], it brings all of them together. {@link
 * #of(Tensor, Tensor, Tensor)} takes pairs of which some are to differ.
 *
 * @param margin how similar strangers may be, in [−1, 1]
 */
public record Cosine(double margin) implements Loss {
  private static final double SHORTEST = 1e-8;

  /** Checks the range. */
  public Cosine {
    Options.check("cosine", "the margin must lie in [−1, 1]", margin >= -1 && margin <= 1, margin);
  }

  /** With strangers that may be as similar as this. */
  public Cosine margin(double m) {
    return new Cosine(m);
  }

  @Override
  public Tensor of(Tensor predictions, Tensor targets) {
    return cosine(predictions, targets).mean().neg().add(1);
  }

  /**
   * The loss of pairs: 1 − cos where they belong together, max(0, cos − margin) where not, the mean
   * over them.
   *
   * @param a [n, …, d]
   * @param b of the same shape
   * @param same whether they belong together, [n, …]
   * @throws ShapeError if the shapes do not fit
   */
  public Tensor of(Tensor a, Tensor b, Tensor same) {
    Tensor cos = cosine(a, b);
    Tensor together = Distances.truths(name(), cos, same);
    return together.where(cos.neg().add(1), cos.sub(margin).relu()).mean();
  }

  private Tensor cosine(Tensor x, Tensor y) {
    if (x.rank() == 0) {
      throw new ShapeError("cosine: predictions need a last axis of coordinates, not a scalar");
    }
    return unit(x).mul(unit(Targets.like(name(), x, y))).sum(-1);
  }

  private static Tensor unit(Tensor x) {
    return x.div(x.square().sum(-1).maximum(SHORTEST * SHORTEST).sqrt().unsqueeze(-1));
  }

  @Override
  public String name() {
    return "cosine";
  }
}
