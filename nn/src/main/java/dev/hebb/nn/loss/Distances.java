package dev.hebb.nn.loss;

import dev.hebb.tensor.ShapeError;
import dev.hebb.tensor.Tensor;

/** Euclidean distances between embeddings, and who belongs together. */
final class Distances {
  private static final double SHORTEST = 1e-12; // √0 has no derivative

  private Distances() {}

  /** Between vectors on the last axis, which broadcast; the gradient between equal ones is 0. */
  static Tensor between(Tensor a, Tensor b) {
    return a.sub(b).square().sum(-1).maximum(SHORTEST * SHORTEST).sqrt();
  }

  /** Between all pairs of embeddings [n, d]: [n, n]. */
  static Tensor all(Tensor x) {
    return between(x.unsqueeze(1), x.unsqueeze(0));
  }

  /** Whether labels [n] are equal, for all pairs: [n, n]. */
  static Tensor same(String loss, Tensor x, Tensor labels) {
    if (x.rank() != 2 || labels.rank() != 1 || labels.dim(0) != x.dim(0)) {
      throw new ShapeError(
          "%s: takes embeddings [n, d] and one label for each [n], not %s and %s"
              .formatted(loss, x.shape(), labels.shape()));
    }
    return labels.unsqueeze(1).eq(labels.unsqueeze(0));
  }

  /** Throws unless vectors have one shape. */
  static void checkSame(String loss, Tensor a, Tensor b) {
    if (a.rank() == 0 || !a.shape().sameDims(b.shape())) {
      throw new ShapeError(
          "%s: embeddings must have the same shape [n, …, d], not %s and %s"
              .formatted(loss, a.shape(), b.shape()));
    }
  }

  /** Whether pairs belong together: not 0, one value for each of what was found for the pairs. */
  static Tensor truths(String loss, Tensor pairs, Tensor same) {
    if (!pairs.shape().sameDims(same.shape())) {
      throw new ShapeError(
          "%s: the pairs need one truth value each, %s, not %s"
              .formatted(loss, pairs.shape(), same.shape()));
    }
    return same.gt(0);
  }
}
