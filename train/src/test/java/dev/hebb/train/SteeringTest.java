package dev.hebb.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hebb.nn.Loss;
import dev.hebb.nn.Losses;
import dev.hebb.nn.Net;
import dev.hebb.nn.optim.Sgd;
import dev.hebb.tensor.HebbException;
import dev.hebb.train.data.Loader;
import dev.hebb.train.io.HebbFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A run is steered by a subscriber, from a thread of its own. */
@Timeout(60)
class SteeringTest {
  private static final int FOREVER = 1_000_000;

  @TempDir private Path folder;

  private final AtomicReference<Session> session = new AtomicReference<>();
  private final BlockingQueue<Path> written = new LinkedBlockingQueue<>();
  private final List<Double> rates = new ArrayList<>();
  private final CountDownLatch began = new CountDownLatch(1);
  private final Net net = Toys.net();
  private final Loss loss = Losses.crossEntropy();
  private final AtomicReference<Run> result = new AtomicReference<>();

  private void listen(TrainEvent event) {
    switch (event) {
      case TrainEvent.RunStarted started -> session.set(started.session());
      case TrainEvent.StepDone done -> {
        rates.add(done.learningRate());
        began.countDown();
      }
      case TrainEvent.CheckpointWritten done -> written.add(done.file());
      default -> {}
    }
  }

  private Thread train(Loader validation) throws InterruptedException {
    Trainer trainer = Trainer.of(net, loss, Sgd.of(0.01)).with(this::listen);
    var thread =
        Thread.ofPlatform().start(() -> result.set(trainer.fit(Toys.train(), validation, FOREVER)));
    assertThat(began.await(30, TimeUnit.SECONDS)).isTrue();
    return thread;
  }

  @Test
  void aSubscriberKnowsWhatIsLearnt() throws Exception {
    Loader validation = Toys.validation();
    Thread thread = train(validation);
    assertThat(session.get().loss()).isSameAs(loss);
    assertThat(session.get().net()).isSameAs(net);
    assertThat(session.get().validation()).isSameAs(validation);
    assertThat(session.get().train().data().shape()).isEqualTo(net.in());
    session.get().stop();
    thread.join();
  }

  @Test
  void aCheckpointIsWrittenWhileTheRunIsPaused() throws Exception {
    Thread thread = train(Toys.validation());
    session.get().pause();
    Path first = folder.resolve("first.hebb");
    session.get().checkpoint(first);
    assertThat(written.poll(30, TimeUnit.SECONDS)).isEqualTo(first);
    Path second = folder.resolve("second.hebb");
    session.get().checkpoint(second);
    assertThat(written.poll(30, TimeUnit.SECONDS)).isEqualTo(second);
    // Between two checkpoints of a paused run at most the step was done that was under way.
    assertThat(steps(second) - steps(first)).isBetween(0L, 1L);
    long paused = steps(second);
    session.get().resume();
    session.get().stop();
    thread.join();
    assertThat(result.get().ending().rule()).isEqualTo(Ending.STOPPED);
    assertThat(result.get().steps()).isGreaterThanOrEqualTo(paused);
    assertThat(Files.list(folder)).hasSize(2);
  }

  @Test
  void theLearningRateChangesFromTheNextStepOn() throws Exception {
    Thread thread = train(Toys.validation());
    assertThatThrownBy(() -> session.get().learningRate(-1))
        .isInstanceOf(HebbException.class)
        .hasMessageContaining("-1");
    session.get().pause();
    session.get().learningRate(0.125);
    Path file = folder.resolve("mark.hebb");
    session.get().checkpoint(file);
    written.poll(30, TimeUnit.SECONDS);
    session.get().checkpoint(file); // by now the step that was under way is done
    written.poll(30, TimeUnit.SECONDS);
    int before = rates.size();
    session.get().resume();
    while (rates.size() < before + 2) {
      Thread.onSpinWait();
    }
    session.get().stop();
    thread.join();
    assertThat(rates.getFirst()).isEqualTo(0.01);
    assertThat(rates.subList(before, rates.size())).containsOnly(0.125);
  }

  @Test
  void afterwardsTheNetworkHoldsItsFinalWeights() {
    var seen = new ArrayList<Object>();
    Trainer.of(net, loss, Sgd.of(0.5))
        .with(
            e -> {
              if (e instanceof TrainEvent.RunStarted started) {
                Session run = started.session();
                var initial = Toys.values(net);
                run.afterwards(() -> seen.add(Toys.values(net).equals(initial)));
              }
              if (e instanceof TrainEvent.RunEnded ended) {
                seen.add(ended.run().ending().rule());
              }
            },
            // Ends with the weights of the best epoch, which is the first one known: the initial.
            new Returning())
        .fit(Toys.train(), 1);
    assertThat(seen).containsExactly(Ending.EPOCHS, true);
  }

  /** Ends a run with the weights that it began with. */
  private static final class Returning implements Subscriber {
    private Runnable back = () -> {};

    @Override
    public void on(TrainEvent event) {
      if (event instanceof TrainEvent.RunStarted started) {
        var initial = new java.util.LinkedHashMap<String, dev.hebb.tensor.Tensor>();
        started.session().net().variables().forEach(v -> initial.put(v.name(), v.value()));
        back = () -> started.session().endWith(initial);
      } else if (event instanceof TrainEvent.RunEnded) {
        back.run();
      }
    }
  }

  private static long steps(Path checkpoint) {
    try (HebbFile file = HebbFile.open(checkpoint)) {
      return file.state(TrainState.class).steps();
    }
  }
}
