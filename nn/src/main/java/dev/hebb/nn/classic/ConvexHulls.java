package dev.hebb.nn.classic;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;

/**
 * Do the convex hulls of two classes meet? The first phase of the simplex method, in integers:
 *
 * <p>find λ ≥ 0 with Σ λᵢ·sᵢ·(1, xᵢ) = 0 and Σ λᵢ = 2, where sᵢ is +1 for class 1 and −1 else. The
 * first row says that both classes get the same sum, so each gets 1. If there is such a λ, it is
 * the common point; if not, the multipliers of the rows are a separating hyperplane.
 *
 * <p>Rows hold integers over one common denominator, the last pivot, by which each new entry is
 * divisible (Edmonds, 1967); Bland's rule (1977) keeps the method from going in circles.
 */
final class ConvexHulls {
  private final double[][] examples;
  private final boolean[] ones;
  private final BigInteger scale;
  private final int n;
  private final int m;

  /** m rows and, below them, that of the objective: n examples, m artificial columns, the sum. */
  private final BigInteger[][] table;

  private final int[] basis;
  private BigInteger denominator = BigInteger.ONE;

  ConvexHulls(double[][] examples, boolean[] ones) {
    this.examples = examples;
    this.ones = ones;
    n = examples.length;
    int in = examples[0].length;
    m = in + 2;
    int digits = 0;
    for (double[] row : examples) {
      for (double v : row) {
        digits = Math.max(digits, new BigDecimal(v).scale());
      }
    }
    scale = BigInteger.TEN.pow(digits);
    table = new BigInteger[m + 1][n + m + 1];
    basis = new int[m];
    for (int r = 0; r < m; r++) {
      basis[r] = n + r;
      for (int i = 0; i < n; i++) {
        table[r][i] = entry(r, i);
      }
      for (int a = 0; a < m; a++) {
        table[r][n + a] = a == r ? BigInteger.ONE : BigInteger.ZERO;
      }
      table[r][n + m] = r == m - 1 ? scale.shiftLeft(1) : BigInteger.ZERO;
    }
    for (int c = 0; c <= n + m; c++) {
      BigInteger sum = BigInteger.ZERO;
      for (int r = 0; r < m; r++) {
        sum = sum.add(table[r][c]);
      }
      table[m][c] = c >= n && c < n + m ? BigInteger.ZERO : sum.negate();
    }
  }

  /**
   * Row 0 is the signs, then come the coordinates, and the last is all ones; all times the scale,
   * so that no row counts for more and the hyperplane keeps its distance.
   */
  private BigInteger entry(int row, int example) {
    if (row == m - 1) {
      return scale;
    }
    BigInteger v =
        row == 0
            ? scale
            : new BigDecimal(examples[example][row - 1])
                .multiply(new BigDecimal(scale))
                .toBigIntegerExact();
    return ones[example] ? v : v.negate();
  }

  Separability decide() {
    for (int column = entering(); column >= 0; column = entering()) {
      pivot(leaving(column), column);
    }
    return table[m][n + m].signum() == 0 ? mixtures() : hyperplane();
  }

  private int entering() {
    for (int c = 0; c < n + m; c++) {
      if (table[m][c].signum() < 0) {
        return c;
      }
    }
    return -1;
  }

  /** The row whose quotient is smallest; it exists, because the objective is bounded. */
  private int leaving(int column) {
    int best = -1;
    for (int r = 0; r < m; r++) {
      if (table[r][column].signum() <= 0) {
        continue;
      }
      if (best >= 0) {
        BigInteger here = table[r][n + m].multiply(table[best][column]);
        BigInteger there = table[best][n + m].multiply(table[r][column]);
        int order = here.compareTo(there);
        if (order > 0 || order == 0 && basis[r] > basis[best]) {
          continue;
        }
      }
      best = r;
    }
    return best;
  }

  private void pivot(int row, int column) {
    BigInteger pivot = table[row][column];
    for (int r = 0; r <= m; r++) {
      if (r == row) {
        continue;
      }
      BigInteger factor = table[r][column];
      for (int c = 0; c <= n + m; c++) {
        table[r][c] =
            table[r][c]
                .multiply(pivot)
                .subtract(factor.multiply(table[row][c]))
                .divide(denominator);
      }
    }
    basis[row] = column;
    denominator = pivot;
  }

  private Separability mixtures() {
    List<Separability.Share> of1 = new ArrayList<>();
    List<Separability.Share> of0 = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      for (int r = 0; r < m; r++) {
        if (basis[r] == i && table[r][n + m].signum() > 0) {
          (ones[i] ? of1 : of0).add(new Separability.Share(i, ratio(table[r][n + m], denominator)));
        }
      }
    }
    return new Separability.Inseparable(of1, of0, mixed(of1));
  }

  private List<Double> mixed(List<Separability.Share> shares) {
    double[] point = new double[m - 2];
    for (Separability.Share share : shares) {
      for (int k = 0; k < point.length; k++) {
        point[k] += share.part() * examples[share.example()][k];
      }
    }
    return Rows.list(point);
  }

  /** The multiplier of row r is 1 less the reduced cost of its artificial column. */
  private Separability hyperplane() {
    BigInteger[] y = new BigInteger[m];
    for (int r = 0; r < m; r++) {
      y[r] = denominator.subtract(table[m][n + r]);
    }
    BigInteger margin = y[m - 1]; // what every example keeps at least; scaled to 1
    double[] weights = new double[m - 2];
    for (int k = 0; k < weights.length; k++) {
      weights[k] = ratio(y[k + 1].negate(), margin);
    }
    return new Separability.Separable(Rows.list(weights), 0.0 + ratio(y[0].negate(), margin));
  }

  private static double ratio(BigInteger a, BigInteger b) {
    return new BigDecimal(a).divide(new BigDecimal(b), MathContext.DECIMAL128).doubleValue();
  }
}
