package dev.hebb.train;

import dev.hebb.nn.metric.Metric;
import dev.hebb.tensor.Tensor;
import dev.hebb.train.data.Batch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The mean loss and the metrics of the batches seen so far. */
final class Tally {
  private final List<Metric> metrics;
  private final List<Metric.Accumulator> accumulators = new ArrayList<>();
  private double lossSum;
  private long examples;

  Tally(List<Metric> metrics) {
    this(metrics, 0, 0);
  }

  /** Goes on from the losses of a checkpoint. */
  Tally(List<Metric> metrics, double lossSum, long examples) {
    this.metrics = metrics;
    this.lossSum = lossSum;
    this.examples = examples;
    metrics.forEach(m -> accumulators.add(m.start()));
  }

  void add(Batch batch, double loss, Tensor predictions) {
    lossSum += loss * batch.size();
    examples += batch.size();
    for (var accumulator : accumulators) {
      accumulator.add(predictions, batch.y());
    }
  }

  double lossSum() {
    return lossSum;
  }

  long examples() {
    return examples;
  }

  /** {@code loss} and the metrics' names, each with the prefix in front. */
  Map<String, Double> values(String prefix) {
    var values = new LinkedHashMap<String, Double>();
    values.put(prefix + "loss", lossSum / examples);
    for (int i = 0; i < metrics.size(); i++) {
      values.put(prefix + metrics.get(i).name(), accumulators.get(i).value());
    }
    return values;
  }
}
