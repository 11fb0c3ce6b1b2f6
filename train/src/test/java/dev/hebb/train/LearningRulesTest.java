package dev.hebb.train;

import static dev.hebb.nn.Layers.batchNorm;
import static dev.hebb.nn.Layers.dense;
import static dev.hebb.nn.Layers.sequential;
import static dev.hebb.nn.Layers.tanh;
import static dev.hebb.nn.metric.Metrics.accuracy;
import static dev.hebb.train.Subscribers.checkpoint;
import static dev.hebb.train.Subscribers.earlyStop;
import static dev.hebb.train.Subscribers.plateau;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hebb.nn.Loss;
import dev.hebb.nn.Losses;
import dev.hebb.nn.Net;
import dev.hebb.nn.optim.Adam;
import dev.hebb.nn.optim.AdamW;
import dev.hebb.nn.optim.Averaging;
import dev.hebb.nn.optim.Regularizer;
import dev.hebb.nn.optim.Schedule;
import dev.hebb.nn.optim.Sgd;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import dev.hebb.train.data.Batch;
import dev.hebb.train.data.Iris;
import dev.hebb.train.data.Loader;
import dev.hebb.train.data.Mix;
import dev.hebb.train.data.Splits;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Accumulated gradients, averaged weights, regularisers and plateaus in a run. */
@Timeout(60)
class LearningRulesTest {
  @TempDir private Path folder;

  private static void close(Net a, Net b, double within) {
    var expected = Toys.values(a);
    Toys.values(b)
        .forEach((name, values) -> {
          for (int i = 0; i < values.size(); i++) {
            assertThat(values.get(i))
                .as(name)
                .isCloseTo(
                    java.util.Objects.requireNonNull(expected.get(name)).get(i), within(within));
          }
        });
  }

  @Test
  void anAccumulatedUpdateIsThatOfOneLargeBatch() {
    // 90 examples: batches of 8, four to an update; the last update of an epoch follows 26 examples
    Loader large = Toys.circle(90, 1).batch(32);
    Loader small = Toys.circle(90, 1).batch(8);
    Net one = Toys.net();
    Net other = Toys.net();
    var rule = Adam.of(0.01).schedule(Schedule.linear(20)).clipNorm(1);
    Run expected = Trainer.of(one, Losses.crossEntropy(), rule).fit(large, 4);
    Run run = Trainer.of(other, Losses.crossEntropy(), rule).accumulate(4).fit(small, 4);
    close(one, other, 2e-5);
    assertThat(expected.steps()).isEqualTo(12);
    assertThat(run.steps()).isEqualTo(48);
    assertThat(run.last("loss")).isCloseTo(expected.last("loss"), within(1e-2));
    assertThatThrownBy(() -> Trainer.of(one, Losses.crossEntropy(), rule).accumulate(0))
        .isInstanceOf(HebbException.class)
        .hasMessageContaining("accumulate(0)");
  }

  @Test
  void theRunEndsWithTheAverageAndValidatesIt() {
    Net plain = Toys.net();
    var sums = new LinkedHashMap<String, double[]>();
    var validated = new ArrayList<Double>();
    Trainer.of(plain, Losses.crossEntropy(), Sgd.of(0.2))
        .with(e -> {
          if (e instanceof TrainEvent.StepDone) { // the corrected average of all weights so far
            plain
                .variables()
                .forEach(v -> {
                  double[] w = v.value().toDoubles();
                  double[] m = sums.computeIfAbsent(v.name(), _ -> new double[w.length]);
                  for (int i = 0; i < m.length; i++) {
                    m[i] = 0.9 * m[i] + 0.1 * w[i];
                  }
                });
          }
        })
        .fit(Toys.train(), Toys.validation(), 3);
    double real = 1 - Math.pow(0.9, 18);
    Net averaged = Toys.net();
    AtomicReference<Map<String, List<Double>>> seen = new AtomicReference<>();
    Trainer trainer =
        Trainer.of(averaged, Losses.crossEntropy(), Sgd.of(0.2))
            .average(Averaging.ema(0.9))
            .with(e -> {
              if (e instanceof TrainEvent.Validated v) {
                validated.add(v.values().get("val.loss"));
              } else if (e instanceof TrainEvent.EpochDone) {
                seen.set(Toys.values(averaged));
              }
            });
    trainer.fit(Toys.train(), Toys.validation(), 3);
    Map<String, List<Double>> end = Toys.values(averaged);
    sums.forEach((name, m) -> {
      for (int i = 0; i < m.length; i++) {
        assertThat(end.get(name).get(i)).as(name).isCloseTo(m[i] / real, within(1e-5));
      }
    });
    assertThat(seen.get()).as("what subscribers see after an epoch").isEqualTo(end);
    assertThat(trainer.evaluate(Toys.validation()).get("loss"))
        .isCloseTo(validated.getLast(), within(1e-9));
  }

  @Test
  void earlyStoppingKeepsTheBestAverage() {
    Net net = Toys.net();
    Trainer trainer =
        Trainer.of(net, Losses.crossEntropy(), Sgd.of(0.5))
            .average(Averaging.ema(0.8))
            .with(earlyStop("val.loss", 100));
    Run run = trainer.fit(Toys.train(), Toys.validation(), 12);
    assertThat(trainer.evaluate(Toys.validation()).get("loss"))
        .isCloseTo(run.best("val.loss"), within(1e-7));
  }

  @Test
  void stochasticWeightAveragingMeasuresBatchNormAnew() {
    Net net = sequential(dense(8), batchNorm(), tanh(), dense(2)).build(Shape.of(2), Seed.of(5));
    Trainer.of(net, Losses.crossEntropy(), Sgd.of(0.2))
        .average(Averaging.swa(7, 6))
        .fit(Toys.train(), 4);
    double[] mean = new double[8];
    for (Batch b : Toys.train().batches(0, 0)) {
      Tensor z = net.activations(b.x()).get("0.dense");
      double[] m = java.util.Objects.requireNonNull(z).mean(0).toDoubles();
      for (int i = 0; i < 8; i++) {
        mean[i] += m[i] / 6;
      }
    }
    double[] actual = net.variable("1.batchNorm.mean").value().toDoubles();
    for (int i = 0; i < 8; i++) {
      assertThat(actual[i]).isCloseTo(mean[i], within(1e-5));
    }
  }

  @Test
  void l44RegularisersAreFollowed() {
    Net free = Toys.net();
    Net bound = Toys.net();
    Trainer.of(free, Losses.crossEntropy(), Adam.of(0.03)).fit(Toys.train(), 10);
    Run run =
        Trainer.of(bound, Losses.crossEntropy(), Adam.of(0.03))
            .regularize(Regularizer.l2(0.05), Regularizer.maxNorm(0.5).on("2.dense"))
            .fit(Toys.train(), 10);
    assertThat(squares(bound, "0.dense.w")).isLessThan(squares(free, "0.dense.w") / 2);
    assertThat(squares(bound, "2.dense.w")).isLessThan(2 * 0.25 + 1e-6);
    assertThat(squares(free, "2.dense.w")).isGreaterThan(1);
    assertThat(run.last("loss")).as("without the penalty").isLessThan(0.7);
  }

  private static double squares(Net net, String name) {
    return net.variable(name).value().square().sum().item();
  }

  @Test
  void aPlateauLowersTheRate() {
    Net net = Toys.net();
    var rates = new ArrayList<Double>();
    // a rate of 1e-9 changes nothing that validation could see, so only the first epoch improves
    Trainer.of(net, Losses.crossEntropy(), Sgd.of(1e-9))
        .with(
            plateau("val.loss", 2, 0.5),
            e -> {
              if (e instanceof TrainEvent.EpochDone done) {
                rates.add(done.result().learningRate());
              }
            })
        .fit(Toys.train(), Toys.validation(), 7);
    assertThat(rates).containsExactly(1e-9, 1e-9, 1e-9, 5e-10, 5e-10, 2.5e-10, 2.5e-10);
    assertThatThrownBy(() -> plateau("accuracy", 2, 0.5)).hasMessageContaining("val.accuracy");
    assertThatThrownBy(() -> plateau("loss", 0, 0.5)).hasMessageContaining("patience");
    assertThatThrownBy(() -> plateau("loss", 1, 1)).hasMessageContaining("factor");
    assertThatThrownBy(() ->
            Trainer.of(net, Losses.crossEntropy(), Sgd.of(1))
                .with(plateau("val.f1", 1, 0.5))
                .fit(Toys.train(), 1))
        .hasMessageContaining("val.f1");
  }

  @Test
  void embeddingsOfOneClassComeTogether() {
    Splits iris = Iris.load();
    for (Loss loss : List.of(Losses.triplet(1), Losses.contrastive(2))) {
      Net net = sequential(dense(8).tanh(), dense(2)).build(iris.shape(), Seed.of(1));
      Trainer.of(net, loss, Adam.of(0.02)).fit(iris.train().shuffle().batch(30), 40);
      Batch all = iris.test().batch(1000).batches(0, 0).iterator().next();
      float[] at = net.predict(all.x()).toFloats();
      int[] labels = all.y().toInts();
      int right = 0;
      for (int i = 0; i < labels.length; i++) {
        int nearest = i == 0 ? 1 : 0;
        for (int j = 0; j < labels.length; j++) {
          nearest = j != i && distance(at, i, j) < distance(at, i, nearest) ? j : nearest;
        }
        right += labels[nearest] == labels[i] ? 1 : 0;
      }
      assertThat((double) right / labels.length).as("%s", loss).isGreaterThan(0.85);
    }
  }

  private static double distance(float[] at, int i, int j) {
    return Math.hypot(at[2 * i] - at[2 * j], at[2 * i + 1] - at[2 * j + 1]);
  }

  // ---- resuming

  private static final int EPOCHS = 4;

  private static Loader train() {
    return Toys.train().mix(Mix.mixup(0.3));
  }

  private static Trainer everything(Net net) {
    return Trainer.of(
            net,
            Losses.crossEntropy(),
            AdamW.of(0.05).schedule(Schedule.polynomial(10, 2)).clipNorm(1))
        .accumulate(4)
        .average(Averaging.swa(2, 2))
        .regularize(Regularizer.l1(1e-3), Regularizer.maxNorm(1))
        .metrics(accuracy())
        .with(earlyStop("val.loss", 3), plateau("val.loss", 1, 0.5));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 6, 7, 14, 21})
  void aResumedRunEndsWithTheSameBits(int steps) {
    Net whole = Toys.moody();
    Run expected = everything(whole).fit(train(), Toys.validation(), EPOCHS);
    Path file = folder.resolve("run.hebb");
    var self = new AtomicReference<Trainer>();
    self.set(
        everything(Toys.moody())
            .with(
                checkpoint(file),
                e -> {
                  if (e instanceof TrainEvent.StepDone done && done.total() == steps) {
                    self.get().stop();
                  }
                }));
    self.get().fit(train(), Toys.validation(), EPOCHS);
    Net again = Toys.moody();
    Run run = everything(again).resume(file).fit(train(), Toys.validation(), EPOCHS);
    assertThat(Toys.values(again)).isEqualTo(Toys.values(whole));
    assertThat(run.last("val.loss")).isEqualTo(expected.last("val.loss"));
    assertThat(run.ending()).isEqualTo(expected.ending());
  }

  @Test
  void otherRulesAreRefusedByName() {
    Path file = folder.resolve("run.hebb");
    everything(Toys.moody()).with(checkpoint(file)).fit(train(), Toys.validation(), 1);
    Trainer base =
        Trainer.of(
            Toys.moody(),
            Losses.crossEntropy(),
            AdamW.of(0.05).schedule(Schedule.polynomial(10, 2)).clipNorm(1));
    assertThatThrownBy(() -> base.resume(file).fit(train(), Toys.validation(), 2))
        .hasMessageContaining("accumulation is 4 batches, this run's is none");
    assertThatThrownBy(() -> base.accumulate(4).resume(file).fit(train(), Toys.validation(), 2))
        .hasMessageContaining("averaging is Swa");
    assertThatThrownBy(() ->
            base.accumulate(4)
                .average(Averaging.swa(2, 2))
                .resume(file)
                .fit(train(), Toys.validation(), 2))
        .hasMessageContaining("regularisation");
  }
}
