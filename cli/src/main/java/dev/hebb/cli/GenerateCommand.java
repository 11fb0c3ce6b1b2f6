package dev.hebb.cli;

import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Seed;
import dev.hebb.train.Model;
import dev.hebb.train.Sampler;
import dev.hebb.train.data.TextPrep;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes text with a model. */
@Command(
    name = "generate",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {"Writes text with a model that was trained on text, token by token.", ""},
    footer = {
      "",
      "Examples:",
      "  hebb generate names.hebb                            new names",
      "  hebb generate plays.hebb --prompt 'ROMEO:' --tokens 500 --temperature 0.7",
      "  hebb generate plays.hebb --top-k 20 --top-p 0.9 --seed 7"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class GenerateCommand implements Callable<Integer> {
  private static final String LINE = "\n";

  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "MODEL", description = "A .hebb file.")
  private Path file;

  @Option(
      names = "--prompt",
      paramLabel = "TEXT",
      description = "How the text begins; default: a new line.")
  private @Nullable String prompt;

  @Option(
      names = "--tokens",
      paramLabel = "N",
      defaultValue = "200",
      description = "How many tokens to write; default: ${DEFAULT-VALUE}.")
  private int tokens;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      defaultValue = "0.8",
      description =
          "Below 1 safer, above 1 more daring, 0 always the likeliest; default: ${DEFAULT-VALUE}.")
  private double temperature;

  @Option(
      names = "--top-k",
      paramLabel = "K",
      defaultValue = "0",
      description = "Draw from the K likeliest tokens only; default: from all.")
  private int topK;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      defaultValue = "1",
      description =
          "Draw from the likeliest tokens that together have this probability; default: from all.")
  private double topP;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "The same seed writes the same text; default: ${DEFAULT-VALUE}.")
  private long seed;

  @Override
  public Integer call() {
    Model model = Model.load(file);
    if (!(model.preprocessing() instanceof TextPrep prep)) {
      throw new HebbException(file + " was not trained on text; use 'hebb predict'");
    }
    if (tokens < 1) {
      throw new HebbException("--tokens must be at least 1, not " + tokens);
    }
    Sampler sampler =
        Sampler.of(model.net()).temperature(temperature).topK(topK).topP(topP).seed(Seed.of(seed));
    String begun = prompt == null ? beginning(prep) : prompt;
    new Console(spec).line("%s", (begun + sampler.sample(begun, tokens)).strip());
    return 0;
  }

  /** A new line where the text has lines, else any token. */
  static String beginning(TextPrep prep) {
    return prep.tokens().contains(LINE) ? LINE : prep.tokens().getLast();
  }
}
