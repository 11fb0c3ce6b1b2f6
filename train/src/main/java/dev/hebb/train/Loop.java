package dev.hebb.train;

import dev.hebb.nn.Advice;
import dev.hebb.nn.Loss;
import dev.hebb.nn.Net;
import dev.hebb.nn.metric.Metric;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Tensor;
import dev.hebb.tensor.Variable;
import dev.hebb.train.data.Batch;
import dev.hebb.train.data.Loader;
import dev.hebb.train.io.HebbFile;
import dev.hebb.train.io.Notes;
import dev.hebb.train.io.Provenance;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** One run of a trainer: the loop of training, and what it has come to. */
final class Loop implements Session {
  private final Trainer trainer;
  private final Net net;
  private final Loader train;
  private final @Nullable Loader validation;
  private final int epochs;

  private final Learner learner;
  private final Evaluator evaluator;
  private final Map<String, String> identity;
  private final Provenance provenance;
  private final Announcer announcer;
  private final Speed speed = new Speed();
  private double learningRate = Double.NaN;

  // Where the run stands: everything here is in a checkpoint.
  private final List<EpochResult> history = new ArrayList<>();
  private Tally tally;
  private int batches;
  private long steps;
  private double secondsBefore;
  private double epochSecondsBefore;
  private @Nullable Ending ending;

  private long began = System.nanoTime();
  private long epochBegan = began;
  private final List<Runnable> afterwards = new ArrayList<>();
  private Map<String, Tensor> finalWeights = Map.of();

  Loop(Trainer trainer, Loader train, @Nullable Loader validation, int epochs) {
    this.trainer = trainer;
    this.net = trainer.learning().net();
    this.train = train;
    this.validation = validation;
    this.epochs = epochs;
    Loss loss = trainer.learning().loss();
    Setup.check(net, loss, train);
    Setup.note(net, loss, train.data());
    this.learner = new Learner(trainer.learning());
    this.evaluator = new Evaluator(net, loss, trainer.metrics());
    this.identity = Identity.of(trainer.learning(), train);
    this.provenance = provenance();
    this.announcer = new Announcer(trainer.subscribers());
    this.tally = new Tally(trainer.metrics());
  }

  Run run() {
    Path file = trainer.checkpoint();
    if (file == null) {
      announcer.begin(started());
      Advice.of(net, trainer.learning().loss()).forEach(announcer::warn);
      announcer.flush();
    } else {
      restore(file);
    }
    settle();
    while (ending == null && history.size() < epochs) {
      epoch();
    }
    return finish();
  }

  private void epoch() {
    int epoch = history.size() + 1;
    epochBegan = System.nanoTime();
    publish(new TrainEvent.EpochStarted(epoch, train.size()));
    speed.restart();
    for (Batch batch : train.batches(epoch - 1, batches)) {
      if (isToEnd()) {
        return;
      }
      learn(epoch, batch);
    }
    if (!isToEnd()) {
      complete(epoch);
    }
  }

  /** One step. */
  private void learn(int epoch, Batch batch) {
    double rate = trainer.control().takeLearningRate();
    if (!Double.isNaN(rate)) {
      learner.rate(rate);
    }
    List<Tensor> results = learner.learn(batch, steps, batch.index() + 1 == train.size());
    double loss = results.get(0).item();
    learningRate = results.get(2).item();
    batches++;
    steps++;
    if (!Double.isFinite(loss)) {
      diverge(epoch, loss);
      return;
    }
    tally.add(batch, loss, results.get(1));
    speed.add(batch.size());
    publish(
        new TrainEvent.StepDone(
            epoch,
            batches,
            steps,
            batch.size(),
            loss,
            learningRate,
            speed.perSecond(),
            tally.values("")));
  }

  private void diverge(int epoch, double loss) {
    String why =
        String.format(
            Locale.ROOT,
            "the loss is %s in epoch %d at step %d, so the weights are of no use. Try a smaller"
                + " learning rate (it was %.3g; try %.3g), clip the gradients (clipNorm(1)), or"
                + " look for extreme values in the data",
            loss,
            epoch,
            batches,
            learningRate,
            learningRate / 10);
    end(new Ending(Ending.DIVERGED, why));
    announcer.warn(why);
    announcer.flush();
  }

  /** Measures, and closes the epoch. */
  private void complete(int epoch) {
    var values = new LinkedHashMap<>(tally.values(""));
    Loader data = validation;
    if (data != null) {
      Map<String, Double> measured =
          learner.averaged(() ->
              evaluator.run(
                  data,
                  "val.",
                  (batch, outputs) ->
                      announcer.publish(new TrainEvent.Predicted(epoch, batch, outputs))));
      values.putAll(measured);
      publish(new TrainEvent.Validated(epoch, measured));
    }
    double seconds = epochSecondsBefore + secondsSince(epochBegan);
    var result = new EpochResult(epoch, values, learningRate, seconds);
    history.add(result);
    batches = 0;
    epochSecondsBefore = 0;
    epochBegan = System.nanoTime();
    tally = new Tally(trainer.metrics());
    learner.averaged(() -> {
      announcer.publish(new TrainEvent.EpochDone(result, epochs));
      return result;
    });
    settle(); // with the weights that are trained
  }

  private Run finish() {
    Ending last = ending;
    if (last == null) {
      last = new Ending(Ending.EPOCHS, "all " + history.size() + " epochs are done");
      ending = last;
    }
    net.note(Notes.PROVENANCE, provenance.with(metrics()));
    Run run = result(last);
    publish(new TrainEvent.RunEnded(run));
    learner.settle();
    for (Variable v : net.variables()) {
      Tensor value = finalWeights.get(v.name());
      if (value != null) {
        v.set(value);
      }
    }
    if (learner.needsCalibration() && steps > 0) {
      net.calibrate(inputs());
    }
    afterwards.forEach(Runnable::run);
    run = result(last); // with the warnings of the end
    if (last.rule().equals(Ending.DIVERGED)) {
      throw new Diverged(last.why(), run);
    }
    return run;
  }

  /** The inputs of an epoch's batches. */
  private Iterable<Tensor> inputs() {
    Iterable<Batch> batches = train.batches(0, 0);
    return () -> StreamSupport.stream(batches.spliterator(), false).map(Batch::x).iterator();
  }

  private Run result(Ending last) {
    return new Run(
        goals(), history, last, announcer.warnings(), provenance.with(metrics()), steps, seconds());
  }

  /** Whether the run is over, after waiting while it is paused. */
  private boolean isToEnd() {
    while (ending == null && trainer.control().isPaused()) {
      settle(); // a checkpoint may be wanted meanwhile
    }
    if (ending == null && trainer.control().isToEnd()) {
      end(
          new Ending(
              Ending.STOPPED,
              "it was asked to stop in epoch %d after step %d"
                  .formatted(history.size() + 1, batches)));
    }
    return ending != null;
  }

  // ---- for subscribers

  @Override
  public Net net() {
    return net;
  }

  @Override
  public Loss loss() {
    return trainer.learning().loss();
  }

  @Override
  public Loader train() {
    return train;
  }

  @Override
  public @Nullable Loader validation() {
    return validation;
  }

  @Override
  public void end(Ending why) {
    if (ending == null) {
      ending = why;
    }
  }

  @Override
  public void checkpoint(Path file) {
    trainer.control().checkpoint(file);
  }

  @Override
  public void pause() {
    trainer.pause();
  }

  @Override
  public void resume() {
    trainer.resume();
  }

  @Override
  public void stop() {
    trainer.stop();
  }

  @Override
  public void learningRate(double rate) {
    trainer.learningRate(rate);
  }

  @Override
  public void afterwards(Runnable action) {
    afterwards.add(action);
  }

  @Override
  public void scaleLearningRate(double factor) {
    learner.scaleRate(factor);
  }

  @Override
  public void endWith(Map<String, Tensor> values) {
    finalWeights = Map.copyOf(values);
  }

  private TrainEvent.RunStarted started() {
    return new TrainEvent.RunStarted(
        this, provenance, epochs, train.size(), history.size() + 1, batches, goals());
  }

  private Map<String, Goal> goals() {
    var goals = new LinkedHashMap<String, Goal>();
    for (String prefix : validation == null ? List.of("") : List.of("", "val.")) {
      goals.put(prefix + "loss", Goal.SMALLER);
      for (Metric m : trainer.metrics()) {
        goals.put(prefix + m.name(), m.higherIsBetter() ? Goal.LARGER : Goal.SMALLER);
      }
    }
    return goals;
  }

  private void publish(TrainEvent event) {
    announcer.publish(event);
    settle();
  }

  /** Does what subscribers asked for while they were told of an event. */
  private void settle() {
    for (Path file : trainer.control().takeCheckpoints()) {
      try {
        write(file);
        announcer.publish(new TrainEvent.CheckpointWritten(file, history.size() + 1, batches));
      } catch (HebbException e) {
        announcer.warn("no checkpoint was written: " + e.getMessage());
        announcer.flush();
      }
    }
  }

  // ---- checkpoints

  private void write(Path file) {
    for (Variable v : net.variables()) {
      if (!isFinite(v.value())) {
        throw new HebbException(
            "%s has values that are not finite; %s keeps the last good state".formatted(v, file));
      }
    }
    boolean over = ending != null && !Ending.STOPPED.equals(ending.rule());
    var state =
        new TrainState(
            identity,
            history.size(),
            batches,
            steps,
            tally.lossSum(),
            tally.examples(),
            batches == 0 ? 0 : epochSecondsBefore + secondsSince(epochBegan),
            seconds(),
            List.copyOf(history),
            announcer.numbers(),
            announcer.warnings(),
            over ? ending : null);
    net.note(Notes.PROVENANCE, provenance.with(metrics()));
    HebbFile.write(file, net, state, values(), announcer.tensors());
  }

  private static boolean isFinite(Tensor t) {
    for (double d : t.dtype().isFloating() ? t.toDoubles() : new double[0]) {
      if (!Double.isFinite(d)) {
        return false;
      }
    }
    return true;
  }

  private Map<String, Tensor> values() {
    var values = new LinkedHashMap<String, Tensor>();
    learner.variables().forEach(v -> values.put(v.name(), v.value()));
    return values;
  }

  private void restore(Path path) {
    TrainState state;
    Map<String, Tensor> memory;
    try (HebbFile file = HebbFile.open(path)) {
      state = file.state(TrainState.class);
      Identity.check(state.identity(), identity, path);
      if (state.epochs() != state.history().size() || state.batches() > train.size()) {
        throw new HebbException(path + " is damaged: its state contradicts itself");
      }
      memory = file.memory();
      file.optimizerInto(learner.variables());
      file.weightsInto(net);
    }
    history.addAll(state.history());
    batches = state.batches();
    steps = state.steps();
    secondsBefore = state.seconds();
    epochSecondsBefore = state.epochSeconds();
    ending = state.ending();
    tally = new Tally(trainer.metrics(), state.lossSum(), state.examples());
    announcer.begin(started());
    announcer.recall(state, memory);
  }

  private Provenance provenance() {
    var settings = new LinkedHashMap<>(identity);
    settings.put("epochs", Integer.toString(epochs));
    return Provenance.now(
        net.seed().value(),
        "%s, fingerprint %s".formatted(train.data(), identity.get("training data")),
        settings,
        Map.of());
  }

  private Map<String, Double> metrics() {
    return history.isEmpty() ? Map.of() : history.getLast().values();
  }

  private double seconds() {
    return secondsBefore + secondsSince(began);
  }

  private static double secondsSince(long nanos) {
    return (System.nanoTime() - nanos) / 1e9;
  }
}
