package dev.hebb.nn.loss;

import dev.hebb.nn.Loss;
import dev.hebb.tensor.ShapeError;
import dev.hebb.tensor.Tensor;

/**
 * Contrastive loss of pairs with distance d: ½d² if they belong together, ½ max(0, m − d)² if not
 * (Hadsell et al., “Dimensionality reduction by learning an invariant mapping”, 2006).
 *
 * <p>As a loss of a batch it takes embeddings [n, d] and labels [n], n ≥ 2: the mean over all n(n −
 * 1)/2 pairs. {@link #of(Tensor, Tensor, Tensor)} takes given pairs.
 *
 * @param margin m, how far apart strangers are to be; positive
 */
public record Contrastive(double margin) implements Loss {
  /** Checks the range. */
  public Contrastive {
    Options.check("contrastive", "the margin must be positive", margin > 0, margin);
  }

  @Override
  public Tensor of(Tensor predictions, Tensor targets) {
    Tensor same = Distances.same(name(), predictions, targets);
    int n = predictions.dim(0);
    if (n < 2) {
      throw new ShapeError("contrastive: a batch needs at least two embeddings to compare");
    }
    Tensor each = loss(Distances.all(predictions), same);
    Tensor once = Tensor.arange(n).unsqueeze(1).lt(Tensor.arange(n));
    return once.where(each, 0).sum().div(n * (n - 1) / 2.0);
  }

  /**
   * The loss of given pairs, the mean over them.
   *
   * @param a [n, d]
   * @param b of the same shape
   * @param same whether they belong together, [n]; 0 and below for no
   * @throws ShapeError if the shapes do not fit
   */
  public Tensor of(Tensor a, Tensor b, Tensor same) {
    Distances.checkSame(name(), a, b);
    Tensor d = Distances.between(a, b);
    return loss(d, Distances.truths(name(), d, same)).mean();
  }

  private Tensor loss(Tensor d, Tensor same) {
    return same.where(d, d.neg().add(margin).relu()).square().mul(0.5);
  }

  @Override
  public String name() {
    return "contrastive";
  }
}
