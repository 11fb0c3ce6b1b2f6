package dev.hebb.nn.classic;

import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;

/** Solves A·x = b for symmetric positive definite A = L·Lᵀ, in float64. */
final class Cholesky {
  /** A pivot below this share of its diagonal is rounding, not information. */
  private static final double SINGULAR = 1e-13;

  private final double[][] l;

  /**
   * The factorisation.
   *
   * @param a [n, n], symmetric
   * @param singular what to tell the user if A is not positive definite
   */
  Cholesky(Tensor a, String singular) {
    int n = a.dim(0);
    double[] flat = a.toDoubles();
    l = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = flat[i * n + j];
        for (int k = 0; k < j; k++) {
          sum -= l[i][k] * l[j][k];
        }
        if (i == j && !(sum > SINGULAR * Math.abs(flat[i * n + i]))) {
          throw new HebbException(singular);
        }
        l[i][j] = i == j ? Math.sqrt(sum) : sum / l[j][j];
      }
    }
  }

  /**
   * The solution for each column.
   *
   * @param b [n] or [n, columns]
   * @return float64 of the same shape
   */
  Tensor solve(Tensor b) {
    int n = l.length;
    int columns = b.size() / n;
    double[] x = b.toDoubles();
    for (int c = 0; c < columns; c++) {
      for (int i = 0; i < n; i++) {
        for (int k = 0; k < i; k++) {
          x[i * columns + c] -= l[i][k] * x[k * columns + c];
        }
        x[i * columns + c] /= l[i][i];
      }
      for (int i = n - 1; i >= 0; i--) {
        for (int k = i + 1; k < n; k++) {
          x[i * columns + c] -= l[k][i] * x[k * columns + c];
        }
        x[i * columns + c] /= l[i][i];
      }
    }
    return Tensor.of(x, Shape.of(b.shape().dims()));
  }
}
