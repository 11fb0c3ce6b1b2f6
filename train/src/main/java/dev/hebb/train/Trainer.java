package dev.hebb.train;

import dev.hebb.nn.Loss;
import dev.hebb.nn.Net;
import dev.hebb.nn.metric.Metric;
import dev.hebb.nn.optim.Averaging;
import dev.hebb.nn.optim.Optimizer;
import dev.hebb.nn.optim.Regularizer;
import dev.hebb.tensor.HebbException;
import dev.hebb.train.data.Loader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Trains a network: for each batch, computes the predictions and the loss, asks for the gradients,
 * has the optimiser update the weights; until all epochs are done or a rule says that it is enough.
 *
 * <pre>{@code
 * var run = Trainer.of(net, Losses.crossEntropy(), Adam.of(1e-3))
 *     .metrics(accuracy())
 *     .with(progress(), earlyStop("val.loss", 3), checkpoint(Path.of("digits.hebb")))
 *     .fit(digits.train().shuffle().batch(128), digits.test().batch(512), 20);
 * IO.println(run.ending() + ", best accuracy " + run.best("val.accuracy"));
 * }</pre>
 *
 * <p>A trainer is immutable but for its controls: {@link #pause}, {@link #resume()}, {@link #stop}
 * and {@link #learningRate} may be called from any thread while it trains.
 */
public final class Trainer {
  private final Learning learning;
  private final List<Metric> metrics;
  private final List<Subscriber> subscribers;
  private final @Nullable Path checkpoint;
  private final Control control = new Control();

  private Trainer(
      Learning learning,
      List<Metric> metrics,
      List<Subscriber> subscribers,
      @Nullable Path checkpoint) {
    this.learning = learning;
    this.metrics = List.copyOf(metrics);
    this.subscribers = List.copyOf(subscribers);
    this.checkpoint = checkpoint;
  }

  /** A trainer of the network's unfrozen parameters. */
  public static Trainer of(Net net, Loss loss, Optimizer optimizer) {
    var learning = new Learning(net, loss, optimizer, 1, null, List.of());
    return new Trainer(learning, List.of(), List.of(), null);
  }

  private Trainer learning(Learning changed) {
    return new Trainer(changed, metrics, subscribers, checkpoint);
  }

  /**
   * Makes one update follow several batches, as it would follow one batch of their size that does
   * not fit into memory. At the end of an epoch an update may follow fewer. Schedules count
   * updates; events and checkpoints count batches.
   *
   * @param batches how many, at least 1
   */
  public Trainer accumulate(int batches) {
    return learning(learning.accumulate(batches));
  }

  /**
   * Averages the weights over the updates. Validation measures the averaged weights, subscribers
   * find them in the network when they are told of {@link TrainEvent.EpochDone}, and the run ends
   * with them; if the rule asks for it, running statistics are measured anew on the training data.
   * Checkpoints hold both.
   *
   * @param rule {@code Averaging.ema(0.999)} or {@code Averaging.swa(from, every)}
   */
  public Trainer average(Averaging rule) {
    return learning(learning.averaging(rule));
  }

  /**
   * Adds penalties to what is minimised (not to the reported loss), or bounds to the weights.
   *
   * @param more {@code Regularizer.l2(1e-4)}, {@code Regularizer.maxNorm(3).on("0.dense")}, …
   */
  public Trainer regularize(Regularizer... more) {
    var all = new ArrayList<>(learning.regularizers());
    all.addAll(Arrays.asList(more));
    return learning(learning.regularizers(all));
  }

  /** Measures these too, on the training and on the validation data. */
  public Trainer metrics(Metric... more) {
    var all = new ArrayList<>(metrics);
    all.addAll(Arrays.asList(more));
    return new Trainer(learning, all, subscribers, checkpoint);
  }

  /** Tells these too what happens; see {@link Subscribers} for what there is. */
  public Trainer with(Subscriber... more) {
    var all = new ArrayList<>(subscribers);
    all.addAll(Arrays.asList(more));
    return new Trainer(learning, metrics, all, checkpoint);
  }

  /**
   * Goes on where a checkpoint was written. With the same network, data and settings, the weights
   * at the end are those of a run that was never interrupted, bit by bit. Only the number of epochs
   * may be another one.
   *
   * <p>The training metrics (not the loss) of the epoch in which the run goes on are those of the
   * batches since.
   */
  public Trainer resume(Path file) {
    return new Trainer(learning, metrics, subscribers, file);
  }

  /**
   * Trains, and after each epoch measures the network on the validation data.
   *
   * <p>The network is noted (see {@link Net#note}) with the data's preprocessing and labels, so
   * that they are saved with it.
   *
   * @param train what is learned from
   * @param validation what is measured; it changes no weight
   * @param epochs how many times the training data are gone through at most
   * @return what came of it
   * @throws Diverged if the loss is no longer a finite number
   * @throws HebbException if the data do not fit the network, or a checkpoint the run; or if this
   *     trainer is training already
   */
  public Run fit(Loader train, Loader validation, int epochs) {
    return run(train, validation.size() == 0 ? null : validation, epochs);
  }

  /** Trains without validation. */
  public Run fit(Loader train, int epochs) {
    return run(train, null, epochs);
  }

  /** Measures the network as it is: {@code loss} and the metrics, by name. */
  public Map<String, Double> evaluate(Loader data) {
    return new Evaluator(learning.net(), learning.loss(), metrics)
        .run(data, "", (batch, outputs) -> {});
  }

  /** Lets the run wait after its current step, until {@link #resume()}. */
  public void pause() {
    control.pause(true);
  }

  /** Lets a paused run go on. */
  public void resume() {
    control.pause(false);
  }

  /** Ends the run after its current step; if none is running, the next one after no step at all. */
  public void stop() {
    control.stop();
  }

  /**
   * Changes the optimiser's base learning rate from the next step on; a schedule multiplies it as
   * before. Nothing is compiled anew.
   *
   * @param rate the new rate, above 0
   */
  public void learningRate(double rate) {
    if (!(rate > 0 && rate < Double.POSITIVE_INFINITY)) {
      throw new HebbException("learningRate(" + rate + "): it must be above 0 and finite");
    }
    control.learningRate(rate);
  }

  private Run run(Loader train, @Nullable Loader validation, int epochs) {
    if (epochs < 1) {
      throw new HebbException("fit: " + epochs + " epochs; train for at least 1");
    }
    if (!control.begin()) {
      throw new HebbException("fit: this trainer is training already; make another one");
    }
    try {
      return new Loop(this, train, validation, epochs).run();
    } finally {
      control.finish();
    }
  }

  Learning learning() {
    return learning;
  }

  List<Metric> metrics() {
    return metrics;
  }

  List<Subscriber> subscribers() {
    return subscribers;
  }

  @Nullable Path checkpoint() {
    return checkpoint;
  }

  Control control() {
    return control;
  }
}
