package dev.hebb.tensorboard;

import dev.hebb.tensorboard.proto.Histogram;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.Optional;

/** Numbers counted in buckets of equal width. */
final class Histograms {
  private static final int BUCKETS = 30;

  private Histograms() {}

  /** The histogram of the finite numbers; empty if there is none. */
  static Optional<Histogram> of(double[] values) {
    double[] finite = Arrays.stream(values).filter(Double::isFinite).toArray();
    DoubleSummaryStatistics all = Arrays.stream(finite).summaryStatistics();
    if (all.getCount() == 0) {
      return Optional.empty();
    }
    int buckets = all.getMin() == all.getMax() ? 1 : BUCKETS;
    double width = (all.getMax() - all.getMin()) / buckets;
    double[] counts = new double[buckets];
    double squares = 0;
    for (double v : finite) {
      counts[width == 0 ? 0 : Math.min((int) ((v - all.getMin()) / width), buckets - 1)]++;
      squares += v * v;
    }
    var histogram =
        Histogram.newBuilder()
            .setMin(all.getMin())
            .setMax(all.getMax())
            .setNum(all.getCount())
            .setSum(all.getSum())
            .setSumSquares(squares);
    for (int i = 0; i < buckets; i++) {
      double right = i == buckets - 1 ? all.getMax() : all.getMin() + (i + 1) * width;
      histogram.addBucketLimit(right).addBucket(counts[i]);
    }
    return Optional.of(histogram.build());
  }
}
