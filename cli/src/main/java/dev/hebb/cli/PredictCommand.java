package dev.hebb.cli;

import dev.hebb.tensor.HebbException;
import dev.hebb.train.Answer;
import dev.hebb.train.Model;
import dev.hebb.train.Sheet;
import dev.hebb.train.data.DataException;
import dev.hebb.train.data.ImagePrep;
import dev.hebb.train.data.Images;
import dev.hebb.train.data.Preprocessing;
import dev.hebb.train.data.TablePrep;
import dev.hebb.train.data.TextPrep;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Asks a model. */
@Command(
    name = "predict",
    mixinStandardHelpOptions = true,
    description = {
      "Asks a model about pictures or rows of a table.",
      "",
      "A picture may have any size and format (PNG, JPEG, BMP, GIF). It is prepared as the training"
          + " pictures were: a digit is made grey, inverted if it is dark on light, cut out, scaled"
          + " and centred.",
      "",
      "A table is a CSV file with the columns that the model was trained on, in any order; it is"
          + " printed with a column for the prediction, and one for its probability.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  hebb predict digits.hebb photo.png scan.jpg",
      "  hebb predict loans.hebb new-loans.csv > answered.csv"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class PredictCommand implements Callable<Integer> {
  private static final int SHOWN = 3;
  private static final double WORTH_SAYING = 1e-3;

  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "MODEL", description = "A .hebb or .onnx file.")
  private Path file;

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "INPUT",
      description = "Pictures, or CSV files.")
  private List<Path> inputs;

  @Override
  public Integer call() {
    Model model = Model.load(file);
    var console = new Console(spec);
    switch (model.preprocessing()) {
      case ImagePrep _ -> pictures(console, model);
      case TablePrep table -> inputs.forEach(input -> rows(console, model, table, input));
      case TextPrep _ ->
          throw new HebbException(
              "%s continues texts; use 'hebb generate %s --prompt TEXT'".formatted(file, file));
      case Preprocessing.None _ ->
          throw new HebbException(
              "%s reads numbers of shape %s, not files; use Model.predict in a program"
                  .formatted(file, model.net().in()));
    }
    return 0;
  }

  private void pictures(Console console, Model model) {
    for (Path input : inputs) {
      var picture = Images.read(input);
      String answer =
          model.isClassifier()
              ? text(model.classify(picture))
              : numbers(model.predict(model.encode(picture)));
      console.line("%s: %s", input, answer);
    }
  }

  /** {@code 7 (99.81 %), then 1 (0.12 %), 9 (0.04 %)}. */
  private static String text(Answer answer) {
    String others =
        answer.probabilities().entrySet().stream()
            .filter(e -> !e.getKey().equals(answer.label()) && e.getValue() >= WORTH_SAYING)
            .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
            .limit(SHOWN - 1)
            .map(e -> "%s (%s)".formatted(e.getKey(), Text.percent(e.getValue())))
            .collect(Collectors.joining(", "));
    return "%s (%s)%s"
        .formatted(
            answer.label(),
            Text.percent(answer.probability()),
            others.isEmpty() ? "" : ", then " + others);
  }

  private static void rows(Console console, Model model, TablePrep table, Path input) {
    Sheet sheet = Sheet.read(input);
    var predicted = new ArrayList<String>();
    var probabilities = new ArrayList<String>();
    float[][] encoded = new float[sheet.rows().size()][];
    for (int i = 0; i < encoded.length; i++) {
      try {
        encoded[i] = table.encode(sheet.row(i));
      } catch (DataException e) {
        throw new HebbException("%s, row %d: %s".formatted(input, i + 1, e.getMessage()), e);
      }
    }
    for (float[] out : model.predict(encoded)) {
      if (model.isClassifier()) {
        Answer answer = model.answer(out);
        predicted.add(answer.label());
        probabilities.add(String.format(Locale.ROOT, "%.4f", answer.probability()));
      } else {
        predicted.add(numbers(out));
      }
    }
    String name = table.target().name();
    Sheet answered = sheet.with("predicted " + name, predicted);
    if (model.isClassifier()) {
      answered = answered.with("probability", probabilities);
    }
    answered.write(console.out());
    console.out().flush();
  }

  private static String numbers(float[] values) {
    var texts = new ArrayList<String>();
    for (float v : values) {
      texts.add(Float.toString(v));
    }
    return String.join(" ", texts);
  }
}
