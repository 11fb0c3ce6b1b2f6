package dev.hebb.train;

import static dev.hebb.nn.metric.Metrics.accuracy;
import static dev.hebb.train.Subscribers.earlyStop;
import static dev.hebb.train.Subscribers.tolerance;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hebb.nn.Losses;
import dev.hebb.nn.Net;
import dev.hebb.nn.optim.Adam;
import dev.hebb.nn.optim.Schedule;
import dev.hebb.nn.optim.Sgd;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.ShapeError;
import dev.hebb.tensor.Tensor;
import dev.hebb.train.data.Dataset;
import dev.hebb.train.data.Preprocessing;
import dev.hebb.train.io.Notes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TrainerTest {
  private static Trainer trainer(Net net) {
    return Trainer.of(net, Losses.crossEntropy(), Adam.of(0.03)).metrics(accuracy());
  }

  @Test
  void learnsWhatNoLineCanTellApart() {
    Net net = Toys.net();
    Run run = trainer(net).fit(Toys.train(), Toys.validation(), 40);
    assertThat(run.history()).hasSize(40);
    assertThat(run.ending().rule()).isEqualTo(Ending.EPOCHS);
    assertThat(run.last("loss")).isLessThan(run.history().getFirst().values().get("loss") / 3);
    assertThat(run.last("val.accuracy")).isGreaterThan(0.85);
    assertThat(run.steps()).isEqualTo(40 * 6);
    assertThat(run.best("val.loss")).isLessThanOrEqualTo(run.last("val.loss"));
    assertThat(run.best("val.accuracy")).isGreaterThanOrEqualTo(run.last("val.accuracy"));
    assertThat(run.warnings()).isEmpty();
    assertThatThrownBy(() -> run.last("f1"))
        .isInstanceOf(HebbException.class)
        .hasMessageContaining("f1")
        .hasMessageContaining("val.accuracy");
  }

  @Test
  void theSameSeedsGiveTheSameWeights() {
    Net a = Toys.moody();
    Net b = Toys.moody();
    trainer(a).fit(Toys.train(), 3);
    trainer(b).fit(Toys.train().prefetch(), 3);
    assertThat(Toys.values(a)).isEqualTo(Toys.values(b)).isNotEqualTo(Toys.values(Toys.moody()));
  }

  @Test
  void anEpochsLossIsTheMeanOverItsExamples() {
    // A rate of 0 leaves the weights as they are; 96 examples in batches of 40 end with one of 16.
    Net net = Toys.net();
    Dataset data = Toys.circle(96, 1);
    Run run = Trainer.of(net, Losses.crossEntropy(), Sgd.of(0)).fit(data.batch(40), 1);
    double all = net.forward(data.all().x()).crossEntropy(data.all().y()).item();
    assertThat(run.last("loss")).isCloseTo(all, within(1e-5));
    Map<String, Double> measured = trainer(net).evaluate(data.batch(7));
    assertThat(measured.get("loss")).isCloseTo(all, within(1e-5));
  }

  @Test
  void eventsComeInOrder() {
    var names = new ArrayList<String>();
    trainer(Toys.net())
        .with(e -> names.add(e.getClass().getSimpleName()))
        .fit(Toys.circle(32, 1).batch(16), Toys.circle(20, 2).batch(16), 2);
    assertThat(names)
        .containsExactly(
            "RunStarted",
            "EpochStarted",
            "StepDone",
            "StepDone",
            "Predicted",
            "Predicted",
            "Validated",
            "EpochDone",
            "EpochStarted",
            "StepDone",
            "StepDone",
            "Predicted",
            "Predicted",
            "Validated",
            "EpochDone",
            "RunEnded");
  }

  @Test
  void validationTellsWhatTheNetworkSaidOfEachBatch() {
    Net net = Toys.net();
    Dataset data = Toys.circle(20, 2);
    var said = new ArrayList<TrainEvent.Predicted>();
    trainer(net)
        .with(e -> {
          if (e instanceof TrainEvent.Predicted p) {
            said.add(p);
          }
        })
        .fit(Toys.circle(32, 1).batch(16), data.batch(16), 1);
    assertThat(said).extracting(p -> p.batch().size()).containsExactly(16, 4);
    for (TrainEvent.Predicted p : said) { // the weights have not changed since
      assertThat(p.epoch()).isEqualTo(1);
      assertThat(p.outputs().toFloats()).isEqualTo(net.predict(p.batch().x()).toFloats());
    }
    float[] logits = said.get(0).outputs().toFloats();
    float[] first = {logits[0], logits[1]};
    assertThat(Model.of(net).meaning(first))
        .isEqualTo(Model.of(net).predict(data.input(0)))
        .satisfies(p -> assertThat((double) p[0] + p[1]).isCloseTo(1, within(1e-6)));
  }

  @Test
  void stepsTellTheRateOfTheirUpdate() {
    var rates = new ArrayList<Double>();
    Trainer.of(Toys.net(), Losses.crossEntropy(), Sgd.of(0.5).schedule(Schedule.step(2, 0.1)))
        .with(e -> {
          if (e instanceof TrainEvent.StepDone done) {
            rates.add(done.learningRate());
          }
        })
        .fit(Toys.circle(64, 1).batch(16), 1);
    assertThat(rates).hasSize(4);
    assertThat(rates.get(1)).isCloseTo(0.5, within(1e-9));
    assertThat(rates.get(2)).isCloseTo(0.05, within(1e-9));
  }

  @Test
  void theLearningRateCanBeChangedWhileItRuns() {
    var rates = new ArrayList<Double>();
    var self = new AtomicReference<Trainer>();
    Trainer trainer =
        trainer(Toys.net())
            .with(e -> {
              if (e instanceof TrainEvent.StepDone done) {
                rates.add(done.learningRate());
                self.get().learningRate(0.5);
              }
            });
    self.set(trainer);
    trainer.fit(Toys.circle(32, 1).batch(16), 1);
    assertThat(rates).containsExactly(0.03, 0.5);
    assertThatThrownBy(() -> trainer.learningRate(-1)).isInstanceOf(HebbException.class);
  }

  @Test
  void toleranceStopsAndSaysSo() {
    Run run = trainer(Toys.net()).with(tolerance(0.5)).fit(Toys.train(), 200);
    assertThat(run.ending().rule()).isEqualTo(Ending.TOLERANCE);
    assertThat(run.ending().why()).contains("0.5");
    assertThat(run.history().size()).isLessThan(200);
    assertThat(run.last("loss")).isLessThanOrEqualTo(0.5);
    int before = run.history().size() - 2;
    assertThat(run.history().get(before).values().get("loss")).isGreaterThan(0.5);
  }

  @Test
  void earlyStopEndsWithTheBestWeights() {
    Net net = Toys.net();
    // So high a rate that it soon gets worse again.
    Trainer trainer =
        Trainer.of(net, Losses.crossEntropy(), Sgd.of(8)).with(earlyStop("val.loss", 3));
    Run run = trainer.fit(Toys.train(), Toys.validation(), 100);
    assertThat(run.ending().rule()).isEqualTo(Ending.EARLY_STOP);
    EpochResult best = run.bestEpoch("val.loss");
    assertThat(run.history()).hasSize(best.epoch() + 3);
    assertThat(run.ending().why()).contains("epoch " + best.epoch());
    assertThat(trainer.evaluate(Toys.validation()).get("loss"))
        .isCloseTo(best.values().get("val.loss"), within(1e-6));
  }

  @Test
  void earlyStopRefusesWhatTheRunDoesNotMeasure() {
    assertThatThrownBy(() ->
            trainer(Toys.net())
                .with(earlyStop("val.f1", 3))
                .fit(Toys.train(), Toys.validation(), 1))
        .isInstanceOf(HebbException.class)
        .hasMessageContaining("val.f1")
        .hasMessageContaining("val.accuracy");
    assertThatThrownBy(
            () -> trainer(Toys.net()).with(earlyStop("val.loss", 3)).fit(Toys.train(), 1))
        .isInstanceOf(HebbException.class)
        .hasMessageContaining("val.loss");
    assertThatThrownBy(() -> earlyStop("accuracy", 3)).hasMessageContaining("val.accuracy");
    assertThatThrownBy(() -> earlyStop("val.loss", 0)).hasMessageContaining("patience");
  }

  @Test
  void anInfiniteLossStopsWithAdvice() {
    Net net = Toys.net();
    net.params().getFirst().set(Tensor.full(net.params().getFirst().shape(), Double.NaN));
    var events = new ArrayList<TrainEvent>();
    assertThatThrownBy(() -> trainer(net).with(events::add).fit(Toys.train(), 3))
        .isInstanceOfSatisfying(
            Diverged.class,
            e -> {
              assertThat(e)
                  .hasMessageContaining("epoch 1")
                  .hasMessageContaining("step 1")
                  .hasMessageContaining("learning rate");
              assertThat(e.run().ending().rule()).isEqualTo(Ending.DIVERGED);
            });
    assertThat(events).hasAtLeastOneElementOfType(TrainEvent.Warning.class);
    assertThat(events.getLast()).isInstanceOf(TrainEvent.RunEnded.class);
  }

  @Test
  void aFailingSubscriberBecomesAWarning() {
    var seen = new ArrayList<TrainEvent>();
    Subscriber bad =
        e -> {
          if (e instanceof TrainEvent.StepDone) {
            throw new IllegalStateException("out of paper");
          }
        };
    Run run = trainer(Toys.net()).with(bad).with(seen::add).fit(Toys.train(), 2);
    assertThat(run.history()).hasSize(2);
    assertThat(run.warnings()).singleElement().asString().contains("out of paper");
    assertThat(seen).filteredOn(TrainEvent.Warning.class::isInstance).hasSize(1);
  }

  @Test
  void aSubscriberMayRefuseTheRun() {
    Subscriber no =
        e -> {
          throw new IllegalStateException("not ready");
        };
    Net net = Toys.net();
    var before = Toys.values(net);
    assertThatThrownBy(() -> trainer(net).with(no).fit(Toys.train(), 1))
        .isInstanceOf(IllegalStateException.class);
    assertThat(Toys.values(net)).isEqualTo(before);
  }

  @Test
  void anotherThreadMayPauseAndStopIt() throws InterruptedException {
    var steps = new CountDownLatch(5);
    Trainer trainer =
        trainer(Toys.net())
            .with(e -> {
              if (e instanceof TrainEvent.StepDone) {
                steps.countDown();
              }
            });
    var result = new AtomicReference<Run>();
    Thread thread =
        Thread.ofVirtual().start(() -> result.set(trainer.fit(Toys.train(), 1_000_000)));
    assertThat(steps.await(30, TimeUnit.SECONDS)).isTrue();
    assertThatThrownBy(() -> trainer.fit(Toys.train(), 1)).hasMessageContaining("already");
    trainer.pause();
    thread.join(200);
    assertThat(thread.isAlive()).isTrue();
    trainer.resume();
    trainer.pause();
    trainer.stop(); // also ends a run that waits
    thread.join(30_000);
    assertThat(thread.isAlive()).isFalse();
    assertThat(result.get().ending().rule()).isEqualTo(Ending.STOPPED);
    assertThat(trainer.fit(Toys.train(), 1).ending().rule()).isEqualTo(Ending.EPOCHS);
  }

  @Test
  void dataAndNetworkMustFit() {
    Dataset wide =
        Dataset.ofClasses(Shape.of(3), new float[6], new int[] {0, 1}, List.of("a", "b"));
    assertThatThrownBy(() -> trainer(Toys.net()).fit(wide.batch(2), 1))
        .isInstanceOf(ShapeError.class)
        .hasMessageContaining("[2]")
        .hasMessageContaining("[3]");
    Dataset many =
        Dataset.ofClasses(Shape.of(2), new float[4], new int[] {0, 2}, List.of("a", "b", "c"));
    assertThatThrownBy(() -> trainer(Toys.net()).fit(many.batch(2), 1))
        .isInstanceOf(ShapeError.class)
        .hasMessageContaining("3 classes");
    assertThatThrownBy(() -> trainer(Toys.net()).fit(Toys.train(), 0))
        .hasMessageContaining("0 epochs");
  }

  @Test
  void theNetworkLearnsWhatItsNumbersMean() {
    Net net = Toys.net();
    trainer(net).fit(Toys.train(), 1);
    assertThat(Notes.labels(net)).containsExactly("outside", "inside");
    assertThat(Notes.output(net)).isEqualTo(Notes.Output.SOFTMAX);
    assertThat(Notes.preprocessing(net)).isEqualTo(Preprocessing.NONE);
    Answer answer = Model.of(net).classify(new float[] {0, 0});
    assertThat(answer.probabilities().values().stream().mapToDouble(p -> p).sum())
        .isCloseTo(1, within(1e-6));
  }

  @Test
  void progressGivesALinePerEpoch() {
    var lines = new ArrayList<String>();
    trainer(Toys.net()).with(Subscribers.progress(lines::add)).fit(Toys.train(), 3);
    assertThat(lines).hasSize(4);
    assertThat(lines.get(1)).startsWith("epoch 2/3").contains("loss ").contains("accuracy ");
    assertThat(lines.getLast()).contains("epochs");
    lines.clear();
    trainer(Toys.net()).with(Subscribers.progress(lines::add)).fit(Toys.circle(4, 1).batch(4), 300);
    assertThat(lines.size()).isBetween(20, 40);
  }
}
