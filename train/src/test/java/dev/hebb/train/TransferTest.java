package dev.hebb.train;

import static dev.hebb.nn.Layers.conv2d;
import static dev.hebb.nn.Layers.dense;
import static dev.hebb.nn.Layers.flatten;
import static dev.hebb.nn.Layers.sequential;
import static dev.hebb.nn.metric.Metrics.accuracy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hebb.nn.Layer;
import dev.hebb.nn.Losses;
import dev.hebb.nn.Net;
import dev.hebb.nn.optim.Adam;
import dev.hebb.tensor.Seed;
import dev.hebb.train.data.Dataset;
import dev.hebb.train.data.Digits;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a network learned of ten digits helps it to tell even from odd with a hundred pictures. */
class TransferTest {
  private static final int PICTURES = 100;

  private static Layer layers(int classes) {
    return sequential(
        conv2d(16, 5).stride(2).relu(),
        conv2d(32, 3).stride(2).relu(),
        flatten(),
        dense(64).relu(),
        dense(classes));
  }

  private static Dataset parity(Dataset digits) {
    float[] x = new float[digits.size() * 784];
    int[] y = new int[digits.size()];
    for (int i = 0; i < y.length; i++) {
      System.arraycopy(digits.input(i), 0, x, i * 784, 784);
      y[i] = digits.label(i) % 2;
    }
    return Dataset.ofClasses(digits.shape(), x, y, List.of("even", "odd"));
  }

  private static double learn(Net net, double rate, Dataset train, Dataset test, int epochs) {
    return Trainer.of(net, Losses.crossEntropy(), Adam.of(rate))
        .metrics(accuracy())
        .fit(train.shuffle(Seed.of(1)).batch(20), test.batch(500), epochs)
        .last("val.accuracy");
  }

  @Test
  void l46TheHeadAloneAndEverythingAtASmallRateBeatTrainingFromScratch() {
    Dataset digits = Digits.load().train();
    Dataset few = parity(digits.skip(8000).take(PICTURES));
    Dataset test = parity(Digits.load().test());
    Net base = layers(10).build(digits.shape(), Seed.of(1));
    assertThat(learn(base, 2e-3, digits.take(3000), Digits.load().test(), 3)).isGreaterThan(0.9);

    double scratch = learn(layers(2).build(digits.shape(), Seed.of(2)), 2e-3, few, test, 20);

    Net head = base.replaceHead(dense(2)).freeze("body");
    Map<String, List<Double>> before = Toys.values(head);
    double headAlone = learn(head, 1e-2, few, test, 20);
    Toys.values(head)
        .forEach((name, values) -> {
          if (name.startsWith("body.")) {
            assertThat(values).as("%s keeps its bits", name).isEqualTo(before.get(name));
          } else {
            assertThat(values).as("%s moves", name).isNotEqualTo(before.get(name));
          }
        });

    // A random head would tear the body along, so everything goes on from the learned one.
    double everything = learn(head.unfreeze(), 2e-4, few, test, 10);
    assertThat(head.params()).hasSize(8);
    assertThat(Toys.values(head).get("body.0.conv2d.w"))
        .isNotEqualTo(before.get("body.0.conv2d.w"));
    assertThat(headAlone).as("head; scratch %s", scratch).isGreaterThan(scratch + 0.02);
    assertThat(everything).as("all; scratch %s", scratch).isGreaterThan(scratch + 0.02);
  }
}
