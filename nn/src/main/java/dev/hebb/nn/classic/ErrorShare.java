package dev.hebb.nn.classic;

import dev.hebb.tensor.DType;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.ShapeError;
import dev.hebb.tensor.Tensor;

/**
 * Sending errors back through a layer of weights by shares: whoever contributed more to an output
 * gets more of its error. With w [in, out] and the errors eⱼ of the outputs,
 *
 * <ul>
 *   <li>{@link #NORMALISED}: eᵢ = Σⱼ wᵢⱼ / Σₖ wₖⱼ · eⱼ. Shares add up to 1, so nothing is lost: Σᵢ
 *       eᵢ = Σⱼ eⱼ.
 *   <li>{@link #PLAIN}: eᵢ = Σⱼ wᵢⱼ · eⱼ, without the denominator, that is w·e. The sum changes,
 *       but times the slope f′(zᵢ) of the layer below it is exactly the gradient: from δⱼ = ∂J/∂zⱼ
 *       comes δᵢ = ∂J/∂zᵢ. That is back-propagation (Rumelhart, Hinton and Williams, 1986).
 * </ul>
 *
 * <p>The first is a picture that helps to understand; the second is what learns.
 */
public enum ErrorShare {
  /** By share of the weights of each output. */
  NORMALISED,
  /** By the weights as they are. */
  PLAIN;

  /**
   * The errors of a layer's inputs.
   *
   * @param w the layer's weights [in, out]
   * @param errors of its outputs, [n, out] or [out]
   * @return [n, in] or [in]
   * @throws HebbException if the shares of an output are not defined, because its weights add up to
   *     0
   */
  public Tensor back(Tensor w, Tensor errors) {
    if (w.rank() != 2
        || errors.rank() < 1
        || errors.rank() > 2
        || errors.shape().last() != w.dim(1)) {
      throw new ShapeError(
          "ErrorShare: weights [in, out] take errors [n, out] or [out], got %s and %s"
              .formatted(w.shape(), errors.shape()));
    }
    return errors.matmul(shares(w).transpose());
  }

  /** What each input (row) gets of each output's error (column), [in, out]. */
  public Tensor shares(Tensor w) {
    if (this == PLAIN) {
      return w;
    }
    Tensor sums = w.sum(0);
    double[] s = sums.cast(DType.FLOAT64).toDoubles();
    for (int j = 0; j < s.length; j++) {
      if (s[j] == 0) {
        throw new HebbException(
            "ErrorShare: the weights of output %d add up to 0, so they have no shares; use PLAIN"
                .formatted(j));
      }
    }
    return w.div(sums);
  }
}
