package dev.hebb.tensor;

/**
 * Losses: one number that says how far predictions (this tensor) are from targets, the mean over
 * the examples. They never broadcast, because that would silently compare each prediction with
 * every target.
 */
public sealed interface LossMethods permits Tensor {
  private Tensor self() {
    return (Tensor) this;
  }

  private Tensor target(String loss, Tensor y) {
    return Targets.like(loss, self(), y);
  }

  /** Mean squared error: mean (x − y)². */
  default Tensor mse(Tensor y) {
    return self().sub(target("mse", y)).square().mean();
  }

  /** Mean absolute error: mean |x − y|. */
  default Tensor mae(Tensor y) {
    return self().sub(target("mae", y)).abs().mean();
  }

  /**
   * Huber's loss: ½d² where |d| ≤ δ, δ(|d| − ½δ) beyond, the mean of it (Huber, 1964).
   *
   * @param delta where the parabola becomes a line; positive
   */
  default Tensor huber(Tensor y, double delta) {
    if (!(delta > 0)) {
      throw new HebbException("huber: delta must be positive, not " + delta);
    }
    Tensor d = self().sub(target("huber", y)).abs();
    Tensor near = d.minimum(delta);
    return near.mul(d.sub(near.mul(0.5))).mean();
  }

  /**
   * Binary cross entropy of logits: mean of ln(1 + eˣ) − x·y, finite for any x.
   *
   * @param y targets in [0, 1], of the same shape
   */
  default Tensor bceWithLogits(Tensor y) {
    Tensor x = self();
    return x.softplus().sub(x.mul(target("bceWithLogits", y))).mean();
  }

  /** The same with one target for all, as the two sides of a GAN need it. */
  default Tensor bceWithLogits(float y) {
    return bceWithLogits(Tensor.full(self().shape(), y));
  }

  /** Cross entropy of logits without smoothing; see {@link #crossEntropy(Tensor, double)}. */
  default Tensor crossEntropy(Tensor y) {
    return crossEntropy(y, 0);
  }

  /**
   * Cross entropy of logits: mean over the examples of −Σₖ qₖ ln softmax(x)ₖ, classes on the last
   * axis.
   *
   * @param y class indices (integers, the shape of x without its last axis; one outside 0 … k − 1
   *     is an error), or probabilities of the same shape as x
   * @param smoothing how much of the target is spread evenly over the classes, in [0, 1) (Szegedy
   *     et al., 2016)
   */
  default Tensor crossEntropy(Tensor y, double smoothing) {
    Tensor x = self();
    if (!(smoothing >= 0 && smoothing < 1)) {
      throw new HebbException("crossEntropy: smoothing must lie in [0, 1), not " + smoothing);
    }
    if (x.rank() == 0) {
      throw new ShapeError("crossEntropy: predictions need a last axis of classes, not a scalar");
    }
    int classes = x.shape().last();
    Tensor q =
        y.dtype().isFloating()
            ? target("crossEntropy", y)
            : Targets.classes("crossEntropy", x, y).oneHot(classes).cast(x.dtype());
    if (smoothing > 0) {
      q = q.mul(1 - smoothing).add(smoothing / classes);
    }
    return q.mul(x.logSoftmax(-1)).sum(-1).neg().mean();
  }
}
