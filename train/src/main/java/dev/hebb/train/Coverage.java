package dev.hebb.train;

import dev.hebb.tensor.HebbException;
import java.util.Arrays;

/** How much of the variety of real examples a generator reaches. */
public final class Coverage {
  private Coverage() {}

  /**
   * The share of real examples that have a generated one in their neighbourhood, the ball that
   * reaches to their k-th nearest real neighbour: near 1 where all modes are covered.
   *
   * @param real the real examples, more than k, all of one length
   * @param generated the generated ones
   * @param k how many real neighbours a neighbourhood has; 5 is usual
   * @see <a href="https://arxiv.org/abs/2002.09797">Naeem et al., “Reliable fidelity and diversity
   *     metrics for generative models”, 2020</a>
   */
  public static double of(float[][] real, float[][] generated, int k) {
    if (k < 1 || real.length <= k) {
      throw new HebbException(
          "coverage: needs k of at least 1 and more than k real examples, not k = %d and %d"
              .formatted(k, real.length));
    }
    int covered = 0;
    for (int i = 0; i < real.length; i++) {
      double[] own = new double[real.length];
      for (int j = 0; j < real.length; j++) {
        own[j] = squared(real[i], real[j]);
      }
      Arrays.sort(own); // the first is its distance from itself
      boolean reached = false;
      for (int j = 0; j < generated.length && !reached; j++) {
        reached = squared(real[i], generated[j]) <= own[k];
      }
      covered += reached ? 1 : 0;
    }
    return (double) covered / real.length;
  }

  /**
   * How many examples lie within a radius of each of some centres, counted for the nearest.
   *
   * @param examples the examples
   * @param centres the middles of the modes, each as long as an example
   * @param radius how far from its centre an example may lie
   */
  public static int[] modes(float[][] examples, float[][] centres, double radius) {
    int[] counts = new int[centres.length];
    for (float[] x : examples) {
      int best = 0;
      for (int c = 1; c < centres.length; c++) {
        best = squared(x, centres[c]) < squared(x, centres[best]) ? c : best;
      }
      counts[best] += squared(x, centres[best]) <= radius * radius ? 1 : 0;
    }
    return counts;
  }

  private static double squared(float[] a, float[] b) {
    if (a.length != b.length) {
      throw new HebbException(
          "coverage: examples of %d and of %d numbers have no distance"
              .formatted(a.length, b.length));
    }
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      double d = (double) a[i] - b[i];
      sum += d * d;
    }
    return sum;
  }
}
