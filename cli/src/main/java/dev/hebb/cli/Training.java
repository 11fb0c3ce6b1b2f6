package dev.hebb.cli;

import dev.hebb.nn.Layer;
import dev.hebb.nn.Net;
import dev.hebb.nn.Summary;
import dev.hebb.nn.metric.Metric;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Seed;
import dev.hebb.train.Ending;
import dev.hebb.train.Model;
import dev.hebb.train.Run;
import dev.hebb.train.Sampler;
import dev.hebb.train.Subscriber;
import dev.hebb.train.Subscribers;
import dev.hebb.train.Trainer;
import dev.hebb.train.data.ImagePrep;
import dev.hebb.train.data.Loader;
import dev.hebb.train.data.Preprocessing;
import dev.hebb.train.data.Splits;
import dev.hebb.train.data.TablePrep;
import dev.hebb.train.data.TextPrep;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * One training run of the command, from what is going to happen to what came of it.
 *
 * @param console where to print
 * @param data the data, divided
 * @param net the network with its initial weights
 * @param recipe how to train it
 * @param seed of the order and augmentation of the data
 * @param file where checkpoints and then the model go
 */
record Training(Console console, Splits data, Net net, Recipe recipe, Seed seed, Path file) {
  private static final int TOKENS_WRITTEN = 120;
  private static final double TEMPERATURE = 0.8;
  private static final int VALIDATION_BATCH = 500;
  private static final int SECONDS_TO_STOP = 30;
  private static final Duration BETWEEN_CHECKPOINTS = Duration.ofSeconds(5);

  /** Says what is going to happen. */
  void introduce(String network) {
    console.line("%s: %s; %d to test on", data.name(), data.train(), data.test().size());
    data.notes().forEach(note -> console.line("  " + note));
    Summary summary = net.summary();
    console.line(
        "%s: %,d parameters in %d layer(s) of weights; %d epochs of %d steps of %d, learning rate"
            + " up to %s",
        network,
        summary.parameters(),
        summary.depth(),
        recipe.epochs(),
        train().size(),
        recipe.batch(),
        recipe.rate());
  }

  /**
   * Trains, measures, saves, draws.
   *
   * @param resume whether to go on from a checkpoint in the model's file
   * @param also who else is told what happens
   * @return whether it came to its end; else it was stopped
   */
  boolean run(boolean resume, List<Subscriber> also) {
    List<Subscriber> subscribers = subscribers();
    subscribers.addAll(also);
    Trainer trainer = trainer(subscribers);
    if (resume && Files.exists(file)) {
      trainer = trainer.resume(file);
    } else if (resume) {
      console.line("%s does not exist: beginning from the start", file);
    }
    Loader validation = (spared() ? data.validation() : data.test()).batch(VALIDATION_BATCH);
    Trainer running = trainer;
    var done = new CountDownLatch(1);
    var hook =
        new Thread(() -> {
          running.stop();
          await(done);
        });
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      Run run = trainer.fit(train(), validation, recipe.epochs());
      if (run.ending().rule().equals(Ending.STOPPED)) {
        console.line("stopped; %s is a checkpoint: go on with the same command and --resume", file);
      } else {
        finish(run);
      }
      return !run.ending().rule().equals(Ending.STOPPED);
    } finally {
      done.countDown();
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        // The JVM is going down already, and the hook has done its work.
      }
    }
  }

  /**
   * Trains on other random divisions of the same data, and prints what that gives on average: the
   * cross-validation of a small table by repeated random sub-sampling.
   *
   * @param divisions how many
   * @param layers the network
   * @param source gives the data, divided by the seed
   */
  void repeat(int divisions, Layer layers, Function<Seed, Splits> source) {
    boolean classes = data.train().isClassification();
    String measure = classes ? "accuracy" : "r2";
    var results = new DoubleSummaryStatistics();
    for (int i = 1; i <= divisions; i++) {
      Seed other = seed.split(i);
      Splits splits = source.apply(other);
      Net fresh = layers.build(splits.shape(), other);
      var again = new Training(console, splits, fresh, recipe, other, file);
      Trainer trainer = again.trainer(List.of());
      trainer.fit(again.train(), recipe.epochs());
      results.accept(
          trainer.evaluate(splits.test().batch(VALIDATION_BATCH)).getOrDefault(measure, 0.0));
    }
    console.line("");
    console.line(
        "%d other random divisions: %s on average (%s to %s)",
        divisions,
        classes
            ? Text.percent(results.getAverage()) + " right"
            : "R² " + number(results.getAverage()),
        classes ? Text.percent(results.getMin()) : number(results.getMin()),
        classes ? Text.percent(results.getMax()) : number(results.getMax()));
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }

  private Trainer trainer(List<Subscriber> subscribers) {
    return Trainer.of(net, Recipe.loss(data), recipe.optimizer(train().size()))
        .metrics(Recipe.metrics(data).toArray(Metric[]::new))
        .with(subscribers.toArray(Subscriber[]::new));
  }

  private List<Subscriber> subscribers() {
    var subscribers = new ArrayList<Subscriber>();
    subscribers.addAll(List.of(console.subscribers()));
    if (spared()) {
      subscribers.add(Subscribers.earlyStop("val.loss", recipe.patience()));
    }
    subscribers.add(Subscribers.checkpoint(file, BETWEEN_CHECKPOINTS));
    return subscribers;
  }

  private Loader train() {
    Loader loader = data.train().shuffle(seed).batch(recipe.batch()).prefetch();
    return recipe.augment() == null ? loader : loader.augment(recipe.augment());
  }

  /** Whether examples were spared to decide when to end; else the test examples are watched. */
  private boolean spared() {
    return data.validation().size() > 0 && recipe.patience() > 0;
  }

  private void finish(Run run) {
    Model model = Model.of(net);
    console.line("trained in %s", Text.duration(run.seconds()));
    console.line("");
    Findings findings;
    if (data.preprocessing() instanceof TextPrep prep) {
      findings = null;
      write(run, prep);
    } else {
      findings = Outcome.print(console, model, data.test(), "test examples");
    }
    net.save(file);
    console.line("model   %s   (%s)", file, use());
    Path report = report();
    try {
      String title =
          findings == null
              ? data.name()
              : "%s: %s of %d test examples right"
                  .formatted(data.name(), Text.percent(findings.accuracy()), findings.examples());
      Report.write(report, title, run, findings, data.test());
      console.line("report  %s", report);
    } catch (HebbException e) {
      console.line("no report: " + e.getMessage());
    }
  }

  /** Says how well the next token is known, and shows what the network writes. */
  private void write(Run run, TextPrep prep) {
    double loss = run.best("val.loss");
    console.line(
        "the next of %d tokens is known with a loss of %s (guessing: %s); it writes:",
        prep.size(), number(loss), number(Math.log(prep.size())));
    console.line("");
    Sampler sampler = Sampler.of(net).temperature(TEMPERATURE).seed(seed);
    String text = sampler.sample(GenerateCommand.beginning(prep), TOKENS_WRITTEN);
    text.strip().lines().forEach(line -> console.line("  %s", line));
    console.line("");
  }

  private String use() {
    return switch (data.preprocessing()) {
      case ImagePrep _ -> "hebb predict %s PICTURE.png".formatted(file);
      case TablePrep _ -> "hebb predict %s ROWS.csv".formatted(file);
      case TextPrep _ -> "hebb generate %s".formatted(file);
      case Preprocessing.None _ -> "Model.load in a program";
    };
  }

  private Path report() {
    String name = file.getFileName().toString().replaceFirst("\\.hebb$", "");
    return file.resolveSibling(name + ".png");
  }

  private static void await(CountDownLatch done) {
    try {
      if (!done.await(SECONDS_TO_STOP, TimeUnit.SECONDS)) {
        return; // the last checkpoint is on the disk in any case
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
