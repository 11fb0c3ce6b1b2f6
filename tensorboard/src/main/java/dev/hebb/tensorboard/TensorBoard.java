package dev.hebb.tensorboard;

import dev.hebb.nn.Net;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Tensor;
import dev.hebb.tensor.Variable;
import dev.hebb.train.Ending;
import dev.hebb.train.Subscriber;
import dev.hebb.train.TrainEvent;
import dev.hebb.train.io.Provenance;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes a training run for TensorBoard: each step's loss and learning rate under {@code step/},
 * each epoch's loss and metrics under {@code train/} and {@code val/}, how the parameters are
 * distributed and what the filters of a first convolution look like after each epoch, the network
 * as a graph and as a table, what was set, and warnings.
 *
 * <pre>{@code
 * Trainer.of(net, Losses.crossEntropy(), Adam.of(1e-3))
 *     .with(TensorBoard.into(Path.of("runs/first"))).fit(train, test, 5);
 * // tensorboard --logdir runs
 * }</pre>
 *
 * <p>A run that goes on where it was interrupted goes on there as well. That the folder cannot be
 * written to is said before the run begins; a disk that is full later costs a warning and the
 * events from then on, not the training.
 */
public final class TensorBoard implements Subscriber {
  private final Path folder;
  private @Nullable Running running;

  private TensorBoard(Path folder) {
    this.folder = folder;
  }

  /** A run being written. */
  private record Running(EventFile file, Net net) {}

  /**
   * Writes into a folder.
   *
   * @param folder the run's own, in the one that TensorBoard is started with
   */
  public static TensorBoard into(Path folder) {
    return new TensorBoard(folder);
  }

  @Override
  public void on(TrainEvent event) {
    if (event instanceof TrainEvent.RunStarted started) {
      running = new Running(EventFile.create(folder), started.session().net());
      begin(running, started);
      return;
    }
    Running run = running;
    if (run == null) {
      throw new HebbException("TensorBoard was not told of the run's beginning");
    }
    EventFile file = run.file;
    switch (event) {
      case TrainEvent.StepDone e -> {
        file.scalar("step/loss", e.loss(), e.total());
        file.scalar("step/learning rate", e.learningRate(), e.total());
      }
      case TrainEvent.EpochDone e -> {
        int epoch = e.result().epoch();
        e.result().values().forEach((name, value) -> file.scalar(tag(name), value, epoch));
        file.scalar("train/seconds", e.result().seconds(), epoch);
        for (Variable v : run.net.variables()) {
          file.histogram(v.name().replace('.', '/'), v.value(), epoch);
        }
        filters(run, epoch);
      }
      case TrainEvent.Warning e -> file.text("warning", e.message(), 0);
      case TrainEvent.RunEnded e -> {
        file.text("ending", e.run().ending().toString(), e.run().steps());
        file.ended(!e.run().ending().rule().equals(Ending.STOPPED));
      }
      case TrainEvent.RunStarted _,
          TrainEvent.EpochStarted _,
          TrainEvent.Predicted _,
          TrainEvent.Validated _,
          TrainEvent.CheckpointWritten _ -> {}
    }
  }

  private static void begin(Running run, TrainEvent.RunStarted started) {
    Provenance p = started.provenance();
    Map<String, Object> settings = new LinkedHashMap<>();
    p.settings().forEach((name, value) -> settings.put(name, number(value)));
    settings.put("seed", p.seed());
    run.file.hyperParameters(
        settings, started.values().keySet().stream().map(TensorBoard::tag).toList());
    run.file.graph(run.net.graph());
    run.file.text("network", "```\n" + run.net.summary() + "\n```", 0);
    run.file.text("data", p.data(), 0);
  }

  /** A number where it reads as one, so that runs can be compared by it. */
  private static Object number(String value) {
    try {
      return Double.valueOf(value);
    } catch (NumberFormatException e) {
      return value;
    }
  }

  /** {@code val/loss} for {@code val.loss}, {@code train/loss} for {@code loss}. */
  private static String tag(String value) {
    return value.startsWith("val.") ? value.replaceFirst("\\.", "/") : "train/" + value;
  }

  /** The kernels of a first convolution, if they can be seen as grey or colour pictures. */
  private static void filters(Running run, int epoch) {
    List<Variable> params = run.net.variables();
    if (params.isEmpty() || params.getFirst().shape().rank() != 4) {
      return;
    }
    Tensor kernels = params.getFirst().value();
    if (kernels.dim(1) == 1 || kernels.dim(1) == 3) {
      // Not the histogram's tag: TensorBoard shows what came first under each.
      String tag = "filters/" + params.getFirst().name().replace('.', '/');
      run.file.image(tag, Mosaic.of(kernels), epoch);
    }
  }
}
