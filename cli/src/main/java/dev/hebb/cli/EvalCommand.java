package dev.hebb.cli;

import dev.hebb.tensor.HebbException;
import dev.hebb.train.Model;
import dev.hebb.train.data.Dataset;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Measures a model on data. */
@Command(
    name = "eval",
    mixinStandardHelpOptions = true,
    description = {
      "Measures a model on data with known answers.",
      "",
      "Of data that the model was trained on, only the part that was held out is used.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  hebb eval digits.hebb digits             the 1,000 digits that were held out",
      "  hebb eval digits.hebb mnist --data ~/mnist",
      "  hebb eval loans.hebb last-year.csv",
      "  hebb eval pets.hebb more-pictures/       one sub-folder per class"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class EvalCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "MODEL", description = "A .hebb or .onnx file.")
  private Path file;

  @Parameters(
      index = "1",
      paramLabel = "DATA",
      description = "As for 'hebb train': a name, a .csv or .arff file, or a folder of pictures.")
  private String data;

  @Option(
      names = "--data",
      paramLabel = "FOLDER",
      description = "Where data sets are that do not ship with Hebb.")
  private @Nullable Path folder;

  @Override
  public Integer call() {
    Model model = Model.load(file);
    if (!model.isClassifier() && model.labels().isEmpty() && model.net().out().rank() != 1) {
      throw new HebbException(
          file + " gives no vector per example, so there is nothing to compare");
    }
    Examples examples = Examples.of(model, data, folder);
    Dataset known = examples.data();
    Outcome.print(new Console(spec), model, known, examples.what());
    return 0;
  }
}
