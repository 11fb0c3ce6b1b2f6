package dev.hebb.train.data;

import dev.hebb.tensor.Seed;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Random division of examples that keeps the proportions of their groups. */
final class Stratify {
  private Stratify() {}

  /**
   * The indices of the first and of the second part, each in random order.
   *
   * @param group each example's group, 0 or more; all 0 for a plain random split
   */
  static int[][] split(int[] group, double fraction, Seed seed) {
    int n = group.length;
    if (!(fraction > 0 && fraction < 1)) {
      throw new DataException(
          "split(%s): the training part's share must lie between 0 and 1, for instance 0.8"
              .formatted(fraction));
    }
    if (n < 2) {
      throw new DataException(
          "split(%s): %d example(s) cannot be divided into two parts; at least 2 are needed"
              .formatted(fraction, n));
    }
    int groups = Arrays.stream(group).max().orElse(0) + 1;
    int[] count = new int[groups];
    for (int g : group) {
      count[g]++;
    }
    int[] quota = quotas(count, fraction);
    int[] first = new int[Arrays.stream(quota).sum()];
    int[] second = new int[n - first.length];
    int a = 0;
    int b = 0;
    // One random order serves both purposes: who goes where, and the order within the parts.
    for (int i : new Draws(seed.split("split")).permutation(n)) {
      if (quota[group[i]] > 0) {
        quota[group[i]]--;
        first[a++] = i;
      } else {
        second[b++] = i;
      }
    }
    return new int[][] {first, second};
  }

  /**
   * How many of each group go to the first part: the rounded-down share, the rest by the largest
   * remainder; then at least one on either side for groups of two or more.
   */
  private static int[] quotas(int[] count, double fraction) {
    int[] quota = new int[count.length];
    Arrays.setAll(quota, g -> (int) (count[g] * fraction));
    long rest = Math.round(Arrays.stream(count).asLongStream().sum() * fraction);
    rest -= Arrays.stream(quota).sum();
    int[] byRemainder =
        IntStream.range(0, count.length)
            .boxed()
            .sorted(Comparator.comparingDouble(g -> quota[g] - count[g] * fraction))
            .mapToInt(Integer::intValue)
            .toArray();
    for (int i = 0; i < rest; i++) {
      quota[byRemainder[i]]++;
    }
    for (int g = 0; g < count.length; g++) {
      quota[g] = count[g] >= 2 ? Math.clamp(quota[g], 1, count[g] - 1) : count[g];
    }
    return quota;
  }
}
