package dev.hebb.tensor;

import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Scaled dot-product attention (Vaswani et al., 2017). */
public sealed interface AttentionMethods permits Tensor {
  /**
   * softmax(q·kᵀ / √d)·v: for each query a mean of the values, weighted by how well their keys fit.
   *
   * <p>This tensor holds the queries […, t, d]; leading axes, such as batch and heads, broadcast.
   * Where there are many scores, they are computed for some queries at a time, and again for the
   * gradient, so that no t × s matrix lies in memory.
   *
   * @param k keys […, s, d]
   * @param v values […, s, e]
   * @return […, t, e]
   * @throws ShapeError if the shapes do not fit
   */
  default Tensor attention(Tensor k, Tensor v) {
    return Attention.of((Tensor) this, k, v, null, false, w -> w);
  }

  /**
   * Attention of queries that see only some keys; a query that sees none gets zeros.
   *
   * @param mask bool, broadcast to […, t, s]: which keys each query sees
   */
  default Tensor attention(Tensor k, Tensor v, Tensor mask) {
    return Attention.of((Tensor) this, k, v, mask, false, w -> w);
  }

  /**
   * Attention that does not look ahead: query i sees the keys 0 to i, or, if there are more keys
   * than queries, as many more from the past.
   *
   * @throws ShapeError also if there are fewer keys than queries
   */
  default Tensor causalAttention(Tensor k, Tensor v) {
    return Attention.of((Tensor) this, k, v, null, true, w -> w);
  }

  /**
   * Attention with all options.
   *
   * @param mask bool, broadcast to […, t, s]: which keys each query sees; null for all
   * @param causal whether queries also do not look ahead, see {@link #causalAttention}
   * @param weights changes the weights […, t, s], or some queries' rows of them, before the mean is
   *     taken, as dropout does
   */
  default Tensor attention(
      Tensor k, Tensor v, @Nullable Tensor mask, boolean causal, UnaryOperator<Tensor> weights) {
    return Attention.of((Tensor) this, k, v, mask, causal, weights);
  }
}
