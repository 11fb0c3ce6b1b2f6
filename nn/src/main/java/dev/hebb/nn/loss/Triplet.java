package dev.hebb.nn.loss;

import dev.hebb.nn.Loss;
import dev.hebb.tensor.Tensor;

/**
 * Triplet loss: max(0, ‖a − p‖ − ‖a − n‖ + m), so that an anchor a comes closer to a positive p of
 * its own class than to a negative n of another (Schroff et al., <a
 * href="https://arxiv.org/abs/1503.03832">“FaceNet”</a>, 2015).
 *
 * <p>As a loss of a batch it takes embeddings [n, d] and labels [n], and for each anchor the
 * farthest positive and the nearest negative of the batch (Hermans et al., <a
 * href="https://arxiv.org/abs/1703.07737">2017</a>): the mean over the anchors that have both, 0 if
 * none has. {@link #of(Tensor, Tensor, Tensor)} takes triplets that somebody has chosen.
 *
 * @param margin m, positive
 */
public record Triplet(double margin) implements Loss {
  private static final double FAR = 1e30;

  /** Checks the range. */
  public Triplet {
    Options.check("triplet", "the margin must be positive", margin > 0, margin);
  }

  @Override
  public Tensor of(Tensor predictions, Tensor targets) {
    Tensor same = Distances.same(name(), predictions, targets);
    Tensor distance = Distances.all(predictions);
    int n = predictions.dim(0);
    Tensor another = Tensor.arange(n).unsqueeze(1).ne(Tensor.arange(n));
    Tensor farthest = same.and(another).where(distance, -1).max(1);
    Tensor nearest = same.where(FAR, distance).min(1);
    Tensor counts = farthest.ge(0).and(nearest.lt(FAR));
    Tensor loss = counts.where(farthest.sub(nearest).add(margin).relu(), 0);
    return Options.mean(loss.sum(), counts.cast(loss.dtype()).sum());
  }

  /**
   * The loss of given triplets, the mean over them.
   *
   * @param anchor [n, …, d]
   * @param positive of the same shape
   * @param negative of the same shape
   * @throws dev.hebb.tensor.ShapeError if the shapes differ
   */
  public Tensor of(Tensor anchor, Tensor positive, Tensor negative) {
    Distances.checkSame(name(), anchor, positive);
    Distances.checkSame(name(), anchor, negative);
    Tensor ahead = Distances.between(anchor, positive).sub(Distances.between(anchor, negative));
    return ahead.add(margin).relu().mean();
  }

  @Override
  public String name() {
    return "triplet";
  }
}
