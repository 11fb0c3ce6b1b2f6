package dev.hebb.studio.inside;

import static dev.hebb.nn.Layers.dense;
import static dev.hebb.nn.Layers.reshape;
import static dev.hebb.nn.Layers.sequential;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hebb.nn.Losses;
import dev.hebb.nn.Net;
import dev.hebb.nn.optim.Sgd;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import dev.hebb.train.Model;
import dev.hebb.train.Trainer;
import dev.hebb.train.data.Batch;
import dev.hebb.train.data.Dataset;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is counted of a network's answers, on answers that are made up. */
class PredictionsTest {
  private static final Shape ONE = Shape.of(1);

  /** Examples 0, 1, 2 … of the classes given. */
  private static Dataset classes(int count, int... labels) {
    float[] inputs = new float[labels.length];
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = i;
    }
    List<String> names = IntStream.range(0, count).mapToObj(i -> "c" + i).toList();
    return Dataset.ofClasses(ONE, inputs, labels, names);
  }

  /** A model that answers with what the last layer computes for such data. */
  private static Model model(Dataset data, int outputs) {
    Net net = sequential(dense(outputs)).build(ONE, Seed.of(1));
    var loss = data.isClassification() ? Losses.crossEntropy() : Losses.mse();
    Trainer.of(net, loss, Sgd.of(0)).fit(data.batch(data.size()), 1);
    return Model.of(net);
  }

  private static Tensor logits(int classes, float... values) {
    return Tensor.of(values, Shape.of(values.length / classes, classes));
  }

  @Test
  void answersAreComparedBatchByBatch() {
    Dataset data = classes(3, 0, 1, 2, 1);
    var tally = new Predictions.Tally(model(data, 3), data);
    Iterator<Batch> batches = data.batch(2).batches(0, 0).iterator();
    tally.add(batches.next(), logits(3, 2, 0, 0, 0, 0, 1)); // right; 1 taken for 2
    tally.add(batches.next(), logits(3, 9, 0, 0, 0, 5, 0)); // 2 taken for 0, very sure; right
    Predictions all = tally.at(70);

    assertThat(all.step()).isEqualTo(70);
    assertThat(all.examples()).isEqualTo(4);
    assertThat(all.accuracy()).isEqualTo(0.5);
    assertThat(Objects.requireNonNull(all.confusion()))
        .isDeepEqualTo(new int[][] {{1, 0, 0}, {0, 1, 1}, {1, 0, 0}});
    Predictions.Mistake worst = all.mistakes().get(0);
    assertThat(worst.index()).isEqualTo(2);
    assertThat(worst.truth()).isEqualTo("c2");
    assertThat(worst.predicted()).isEqualTo("c0");
    assertThat(worst.probability()).isCloseTo(1 / (1 + 2 * Math.exp(-9)), within(1e-6));
    assertThat(worst.text()).isEqualTo("[2.0]"); // the example itself
    assertThat(all.mistakes()).extracting(Predictions.Mistake::index).containsExactly(2, 1);
  }

  @Test
  void oneLogitDecidesBetweenTwoClasses() {
    Dataset data = classes(2, 0, 1, 1);
    Net net = sequential(dense(1), reshape()).build(ONE, Seed.of(1));
    Trainer.of(net, Losses.bceWithLogits(), Sgd.of(0)).fit(data.batch(3), 1);
    var tally = new Predictions.Tally(Model.of(net), data);
    tally.add(data.all(), Tensor.of(new float[] {2, -3, 0.5f}));
    Predictions all = tally.at(1);
    assertThat(Objects.requireNonNull(all.confusion())).isDeepEqualTo(new int[][] {{0, 1}, {1, 1}});
    assertThat(all.mistakes()).extracting(Predictions.Mistake::index).containsExactly(1, 0);
    assertThat(all.mistakes().get(0).probability()).isCloseTo(1 / (1 + Math.exp(-3)), within(1e-6));
    assertThat(all.mistakes().get(1).probability()).isCloseTo(1 / (1 + Math.exp(-2)), within(1e-6));
  }

  @Test
  void ofManyMistakesTheSurestAreKept() {
    int n = 100;
    Dataset data = classes(2, new int[n]); // all of class 0
    float[] said = new float[2 * n];
    for (int i = 0; i < n; i++) {
      said[2 * i + 1] = 0.1f + (i * 37 % n) / 20f; // taken for 1, each as sure as no other
    }
    var tally = new Predictions.Tally(model(data, 2), data);
    tally.add(data.all(), logits(2, said));
    List<Integer> surest =
        IntStream.range(0, n)
            .boxed()
            .sorted((a, b) -> Integer.compare(b * 37 % n, a * 37 % n))
            .limit(40)
            .toList();
    assertThat(tally.at(1).mistakes())
        .extracting(Predictions.Mistake::index)
        .containsExactlyElementsOf(surest);
    assertThat(tally.at(1).accuracy()).isZero();
  }

  @Test
  void ofMixedExamplesTheLargestShareIsTheTruth() {
    Dataset data = classes(2, 0, 1);
    var tally = new Predictions.Tally(model(data, 2), data);
    Tensor shares = logits(2, 0.3f, 0.7f, 0.9f, 0.1f);
    tally.add(new Batch(data.all().x(), shares, 0), logits(2, 0, 1, 0, 1));
    assertThat(Objects.requireNonNull(tally.at(1).confusion()))
        .isDeepEqualTo(new int[][] {{0, 1}, {0, 1}});
  }

  @Test
  void numbersAreComparedByTheirDistance() {
    Dataset data = Dataset.ofValues(ONE, new float[] {0, 1, 2}, new float[] {5, -1, 7}, 1);
    var tally = new Predictions.Tally(model(data, 1), data);
    tally.add(data.all(), Tensor.of(new float[] {5.5f, 3, 7}, Shape.of(3, 1)));
    Predictions all = tally.at(1);
    assertThat(all.confusion()).isNull();
    assertThat(all.accuracy()).isNaN();
    assertThat(all.mistakes())
        .extracting(Predictions.Mistake::probability)
        .containsExactly(4.0, 0.5, 0.0);
    assertThat(all.mistakes().get(0).truth()).isEqualTo("-1.000");
    assertThat(all.mistakes().get(0).predicted()).isEqualTo("3.000");
  }
}
