package dev.hebb.train;

import dev.hebb.nn.Loss;
import dev.hebb.nn.Net;
import dev.hebb.nn.metric.Metric;
import dev.hebb.tensor.Step;
import dev.hebb.tensor.Tensor;
import dev.hebb.train.data.Batch;
import dev.hebb.train.data.Loader;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** Measures a network on data, batch by batch; recorded once per size of batch. */
final class Evaluator {
  private final Step step;
  private final List<Metric> metrics;

  Evaluator(Net net, Loss loss, List<Metric> metrics) {
    this.metrics = metrics;
    this.step =
        Step.of(
            false,
            in -> {
              Tensor predictions = net.forward(in.get(0));
              return List.of(loss.of(predictions, in.get(1)), predictions);
            });
  }

  /**
   * The mean loss over the examples, and the metrics, by name with the prefix in front.
   *
   * @param predicted is shown each batch with what the network's last layer computed for it
   */
  Map<String, Double> run(Loader data, String prefix, BiConsumer<Batch, Tensor> predicted) {
    var tally = new Tally(metrics);
    for (Batch batch : data.batches(0, 0)) {
      List<Tensor> results = step.runAll(batch.x(), batch.y());
      tally.add(batch, results.get(0).item(), results.get(1));
      predicted.accept(batch, results.get(1));
    }
    return tally.values(prefix);
  }
}
