package dev.hebb.cli;

import dev.hebb.nn.Layer;
import dev.hebb.nn.Net;
import dev.hebb.nn.zoo.Zoo;
import dev.hebb.runtime.Gang;
import dev.hebb.studio.StudioOptions;
import dev.hebb.tensor.Seed;
import dev.hebb.tensorboard.TensorBoard;
import dev.hebb.train.Subscriber;
import dev.hebb.train.data.Catalog;
import dev.hebb.train.data.Splits;
import dev.hebb.train.data.Table;
import dev.hebb.train.data.TablePrep;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Trains a network on data and saves it. */
@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Trains a network on data and saves it as a model.",
      "",
      "What is not said is chosen from the data: pictures get a convolutional network, tables a"
          + " small perceptron; the learning rate rises and falls once; pictures are varied a"
          + " little.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  hebb train digits                        a digit recogniser, about a minute",
      "  hebb train iris --net linear             softmax regression on a table",
      "  hebb train mnist --data ~/mnist          the files are in this folder",
      "  hebb train loans.csv --target paid       a table of your own; see 'predict' for its use",
      "  hebb train names                         learns to invent names; see 'generate'",
      "  hebb train plays.txt --net gpt           learns to write like a text of your own",
      "  hebb train photos/                       one sub-folder of pictures per class",
      "  hebb train digits --epochs 3 --lr 0.002 --batch 128 --net lenet",
      "  hebb train photos/ --from digits.hebb --freeze body    transfer: learn the output layer",
      "  hebb train digits --from mnist.onnx --lr 1e-4 --tensorboard runs/fine",
      "  hebb train digits --studio               watch it in the browser",
      "  hebb train digits --resume               go on after an interruption (same options)",
      "",
      "Ctrl-C ends the training after the current step and keeps a checkpoint."
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class TrainCommand implements Callable<Integer> {
  private static final double TRAIN_SHARE = 0.8;
  private static final double VALIDATION_SHARE = 0.15;

  /** What was learned before should not be torn along by the first steps. */
  private static final double FINE_TUNING = 0.1;

  /** Fewer rows are better learned from than spared for validation. */
  private static final int MIN_TO_DIVIDE = 50;

  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "DATA",
      description =
          "digits, mnist, fashion, iris, credit, names (see 'hebb data'), a .csv, .arff or .txt"
              + " file, or a folder of pictures.")
  private String data;

  @Option(
      names = "--net",
      paramLabel = "NET",
      description =
          "The network: mlp, lenet, resnet20, … ('hebb zoo' lists them), or a .json file that"
              + " describes layers.")
  private @Nullable String net;

  @Option(
      names = "--target",
      paramLabel = "COLUMN",
      description = "The column to predict; default: the last.")
  private @Nullable String target;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "How many times to go through the data.")
  private @Nullable Integer epochs;

  @Option(names = "--batch", paramLabel = "N", description = "How many examples per step.")
  private @Nullable Integer batch;

  @Option(names = "--lr", paramLabel = "RATE", description = "The highest learning rate.")
  private @Nullable Double rate;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "42",
      description =
          "The origin of all randomness; default: ${DEFAULT-VALUE}. The same seed gives the same"
              + " model.")
  private long seed;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "How many threads compute; default: one per processor. The result is the same.")
  private @Nullable Integer threads;

  @Option(
      names = "--data",
      paramLabel = "FOLDER",
      description = "Where data sets are that do not ship with Hebb.")
  private @Nullable Path folder;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description =
          "Where the model goes; default: DATA.hebb in the current folder. The report goes beside"
              + " it, as PNG.")
  private @Nullable Path out;

  @Option(
      names = "--resume",
      description = "Go on from the checkpoint that an interrupted run left in the model's file.")
  private boolean resume;

  @Option(
      names = "--divisions",
      paramLabel = "N",
      defaultValue = "20",
      description =
          "A small table's test part says little: train on N other random divisions and report the"
              + " average; default: ${DEFAULT-VALUE}, 0 for none.")
  private int divisions;

  @Option(
      names = "--studio",
      description =
          "Show the training on a page in the browser, live; see 'hebb studio'. On a terminal the"
              + " page stays until Ctrl-C.")
  private boolean studio;

  @Option(
      names = "--runs",
      paramLabel = "FOLDER",
      description = "Where --studio records the run; default: .hebb/runs in the home folder.")
  private @Nullable Path runs;

  @Option(
      names = "--from",
      paramLabel = "MODEL",
      description =
          "Go on from this .hebb or .onnx model instead of from nothing. Where its classes are"
              + " others, it gets a new output layer.")
  private @Nullable Path from;

  @Option(
      names = "--freeze",
      paramLabel = "PART",
      description =
          "With --from: body, so that only the output layer learns; or none, so that everything"
              + " does, at a tenth of the usual learning rate; default: none.")
  private Transfer.@Nullable Freeze freeze;

  @Option(
      names = "--examples",
      paramLabel = "N",
      description = "Learn from the first N examples only, to see what data are worth.")
  private @Nullable Integer examples;

  @Option(
      names = "--tensorboard",
      paramLabel = "FOLDER",
      description = "Write the run into this folder, for 'tensorboard --logdir'.")
  private @Nullable Path tensorboard;

  @Override
  public Integer call() throws InterruptedException {
    positive("--examples", examples);
    if (from == null && freeze != null) {
      throw misused("--freeze is for learning that goes on --from a model");
    }
    if (from != null && net != null) {
      throw misused("--net and --from exclude each other: the model has its network");
    }
    positive("--epochs", epochs);
    positive("--batch", batch);
    positive("--threads", threads);
    positive("--lr", rate);
    if (threads != null) {
      Gang.threads(threads);
    }
    Console console = new Console(spec);
    if (studio) {
      Zoo.Entry entry = Networks.generative(net);
      if (entry != null && entry.kind() == Zoo.Kind.GENERATOR) {
        throw misused(
            "--studio shows one network learning; %s is two against each other".formatted(net));
      }
      trainWatched(console);
    } else if (runs != null) {
      throw misused("--runs says where --studio records; add --studio, or leave --runs out");
    } else {
      train(console);
    }
    return 0;
  }

  private void trainWatched(Console console) throws InterruptedException {
    var beside = new StudioBeside(console, options(), stem());
    try {
      train(console.with(beside::recorder));
      if (StudioCommand.isWatched()) {
        console.line("the studio stays open; Ctrl-C ends it");
        StudioCommand.serve();
      }
    } finally {
      beside.stop();
    }
  }

  private StudioOptions options() {
    StudioOptions options = StudioOptions.local();
    return runs == null ? options : options.runs(runs);
  }

  private void train(Console console) {
    Path file = out == null ? Path.of(stem() + ".hebb") : out;
    Splits splits = open(Seed.of(seed));
    Zoo.Entry generative = Networks.generative(net);
    if (generative != null) {
      if (resume) {
        throw misused("--resume: the training of %s cannot be resumed".formatted(net));
      }
      if (tensorboard != null) {
        throw misused("--tensorboard: the training of %s cannot be recorded".formatted(net));
      }
      Generative.of(
              console, splits, or(epochs), or(batch), rate == null ? 0 : rate, Seed.of(seed), file)
          .run(generative);
    } else if (from == null) {
      fromNothing(console, splits, file);
    } else {
      fromModel(console, from, splits, file);
    }
  }

  private void fromNothing(Console console, Splits opened, Path file) {
    Splits splits = divided(limited(opened));
    String name = net == null ? Networks.suited(splits) : net;
    Layer layers = Networks.of(name, splits.shape(), splits.outputs(), splits.train().size());
    Net network = layers.build(splits.shape(), Seed.of(seed));
    var training = new Training(console, splits, network, recipe(splits), Seed.of(seed), file);
    training.introduce(name);
    boolean finished = training.run(resume, watchers());
    if (finished && divisions > 0 && isSmallTable(splits)) {
      training.repeat(divisions, layers, this::open);
    }
  }

  private void fromModel(Console console, Path model, Splits opened, Path file) {
    Transfer.Freeze frozen = freeze == null ? Transfer.Freeze.NONE : freeze;
    Transfer transfer = Transfer.of(model, opened, Path.of(data), frozen, Seed.of(seed));
    Splits splits = divided(limited(transfer.data()));
    Recipe usual = recipe(splits);
    Recipe recipe =
        rate == null && frozen == Transfer.Freeze.NONE
            ? usual.with(0, 0, usual.rate() * FINE_TUNING)
            : usual;
    var training = new Training(console, splits, transfer.net(), recipe, Seed.of(seed), file);
    training.introduce(
        model + (frozen == Transfer.Freeze.BODY ? ", only its output layer" : ", all of it"));
    training.run(resume, watchers());
  }

  private Recipe recipe(Splits splits) {
    return Recipe.of(splits).with(or(epochs), or(batch), rate == null ? 0 : rate);
  }

  private List<Subscriber> watchers() {
    return tensorboard == null ? List.of() : List.of(TensorBoard.into(tensorboard));
  }

  /** With examples spared to decide when to end, where the recipe asks for it. */
  private Splits divided(Splits splits) {
    return recipe(splits).patience() > 0
            && splits.validation().size() == 0
            && splits.train().size() >= MIN_TO_DIVIDE
        ? splits.withValidation(VALIDATION_SHARE, Seed.of(seed))
        : splits;
  }

  /** The same with fewer examples to learn from. */
  private Splits limited(Splits all) {
    if (examples == null || examples >= all.train().size()) {
      return all;
    }
    return new Splits(
        all.name(), all.train().take(examples), all.validation(), all.test(), all.notes());
  }

  private ParameterException misused(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private static boolean isSmallTable(Splits splits) {
    return splits.preprocessing() instanceof TablePrep && splits.train().size() < Zoo.SMALL_TABLE;
  }

  private Splits open(Seed division) {
    if (target == null) {
      return Catalog.open(data, folder, division);
    }
    String lower = data.toLowerCase(Locale.ROOT);
    boolean arff = lower.endsWith(".arff");
    if (!arff && !lower.endsWith(".csv") && !lower.endsWith(".tsv")) {
      throw new ParameterException(
          spec.commandLine(), "--target names a column of a .csv or .arff file, not of " + data);
    }
    Table table = arff ? Table.arff(Path.of(data)) : Table.csv(Path.of(data));
    return table.target(target).split(TRAIN_SHARE, division);
  }

  /** {@code loans} for {@code some/loans.csv}. */
  private String stem() {
    Path name = Path.of(data).toAbsolutePath().normalize().getFileName();
    String text = name == null ? "model" : name.toString();
    return text.replaceFirst("(?<=.)\\.(csv|tsv|arff|txt|CSV|TSV|ARFF|TXT)$", "");
  }

  private void positive(String option, @Nullable Number value) {
    if (value != null && !(value.doubleValue() > 0 && Double.isFinite(value.doubleValue()))) {
      throw new ParameterException(
          spec.commandLine(), "%s must be above 0, not %s".formatted(option, value));
    }
  }

  private static int or(@Nullable Integer value) {
    return value == null ? 0 : value;
  }
}
