package dev.hebb.nn.classic;

import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Random;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.util.Arrays;

/**
 * Groups examples without labels: k centres such that the squared distances of the examples to
 * their nearest centre add up to little. Two steps take turns until nothing changes: each example
 * joins its nearest centre, and each centre moves to the mean of its examples (Lloyd, 1957). The
 * first centres are examples, each drawn with a probability proportional to its squared distance
 * from those before it (k-means++, Arthur and Vassilvitskii, 2007).
 *
 * @param centres float64 [k, in]
 * @param error the mean squared distance of an example to its centre
 * @param rounds how often the two steps were taken
 */
public record KMeans(Tensor centres, double error, int rounds) {
  private static final int MAX_ROUNDS = 1000;

  /**
   * Finds the centres. Another seed may find others; the fewest errors of several are the best.
   *
   * @param x examples [n, in], finite
   * @param k how many centres, 1 to n
   * @param seed the same seed gives the same centres
   */
  public static KMeans fit(Tensor x, int k, Seed seed) {
    double[][] rows = Rows.toLearn("KMeans", x);
    if (k < 1 || k > rows.length) {
      throw new HebbException(
          "KMeans: %d examples have 1 to %d centres, not %d"
              .formatted(rows.length, rows.length, k));
    }
    double[][] centres = first(rows, k, seed);
    int[] nearest = new int[rows.length];
    Arrays.fill(nearest, -1);
    int rounds = 0;
    boolean changed = true;
    while (changed && rounds < MAX_ROUNDS) {
      changed = false;
      for (int i = 0; i < rows.length; i++) {
        int c = nearest(rows[i], centres);
        changed |= c != nearest[i];
        nearest[i] = c;
      }
      move(centres, rows, nearest);
      rounds++;
    }
    double error = 0;
    for (int i = 0; i < rows.length; i++) {
      error += distance(rows[i], centres[nearest[i]]) / rows.length;
    }
    double[] flat = Arrays.stream(centres).flatMapToDouble(Arrays::stream).toArray();
    return new KMeans(Tensor.of(flat, Shape.of(k, rows[0].length)), error, rounds);
  }

  private static double[][] first(double[][] rows, int k, Seed seed) {
    double[] draws = Random.uniformOnce(Shape.of(k), seed).toDoubles();
    double[][] centres = new double[k][];
    double[] left = new double[rows.length]; // squared distance to the nearest centre so far
    Arrays.fill(left, 1);
    for (int c = 0; c < k; c++) {
      int chosen = pick(left, draws[c]);
      centres[c] = rows[chosen].clone();
      for (int i = 0; i < rows.length; i++) {
        double d = distance(rows[i], centres[c]);
        left[i] = c == 0 ? d : Math.min(left[i], d);
      }
    }
    return centres;
  }

  /** An index with a probability proportional to its weight; any if all weights are 0. */
  private static int pick(double[] weights, double draw) {
    double target = draw * Arrays.stream(weights).sum();
    int last = 0;
    for (int i = 0; i < weights.length; i++) {
      if (weights[i] > 0) {
        last = i;
        target -= weights[i];
        if (target < 0) {
          break;
        }
      }
    }
    return last;
  }

  /** Each centre to the mean of its examples; one that has none stays. */
  private static void move(double[][] centres, double[][] rows, int[] nearest) {
    int in = rows[0].length;
    double[][] sums = new double[centres.length][in];
    int[] counts = new int[centres.length];
    for (int i = 0; i < rows.length; i++) {
      counts[nearest[i]]++;
      for (int d = 0; d < in; d++) {
        sums[nearest[i]][d] += rows[i][d];
      }
    }
    for (int c = 0; c < centres.length; c++) {
      for (int d = 0; d < in && counts[c] > 0; d++) {
        centres[c][d] = sums[c][d] / counts[c];
      }
    }
  }

  private static int nearest(double[] row, double[][] centres) {
    int best = 0;
    for (int c = 1; c < centres.length; c++) {
      best = distance(row, centres[c]) < distance(row, centres[best]) ? c : best;
    }
    return best;
  }

  private static double distance(double[] a, double[] b) {
    double sum = 0;
    for (int d = 0; d < a.length; d++) {
      sum += (a[d] - b[d]) * (a[d] - b[d]);
    }
    return sum;
  }

  /** How many centres. */
  public int clusters() {
    return centres.dim(0);
  }

  /**
   * The number of the nearest centre.
   *
   * @param x [n, in] or [in]
   * @return integers [n]
   */
  public Tensor of(Tensor x) {
    Tensor rows = Rows.of("KMeans", x, centres.dim(1));
    return rows.unsqueeze(1).sub(centres).square().sum(-1).argMin(-1);
  }
}
