package dev.hebb.cli;

import dev.hebb.nn.Layer;
import dev.hebb.nn.Net;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Shape;
import dev.hebb.train.io.HebbFile;
import dev.hebb.train.io.Provenance;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows what a network consists of. */
@Command(
    name = "summary",
    mixinStandardHelpOptions = true,
    description = {
      "Shows the layers of a model or of a network: output shapes, parameters, memory, work; and of"
          + " a model where it comes from.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  hebb summary digits.hebb",
      "  hebb summary lenet",
      "  hebb summary mlp --shape 4 --outputs 3",
      "  hebb summary my-net.json --shape 3x64x64"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class SummaryCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "MODEL|NET",
      description =
          "A .hebb or .onnx file; or a network of the zoo ('hebb zoo'), or a .json file that describes"
              + " layers.")
  private String name;

  @Option(
      names = "--shape",
      paramLabel = "SHAPE",
      defaultValue = "1x28x28",
      description = "The shape of an example, for a NET; default: ${DEFAULT-VALUE}.")
  private String shape;

  @Option(
      names = "--outputs",
      paramLabel = "N",
      defaultValue = "10",
      description = "How many numbers a NET gives; default: ${DEFAULT-VALUE}.")
  private int outputs;

  @Override
  public Integer call() {
    var console = new Console(spec);
    if (ModelFile.isOnnx(Path.of(name))) {
      console.line(Net.load(Path.of(name)).summary().toString());
    } else if (name.endsWith(".hebb") || Files.exists(Path.of(name)) && !name.endsWith(".json")) {
      model(console);
    } else {
      Shape in = shape();
      Layer layers = Networks.shown(name, in, outputs);
      console.line(layers.summary(in).toString());
    }
    return 0;
  }

  private void model(Console console) {
    try (HebbFile file = HebbFile.open(Path.of(name))) {
      console.line(file.net(List.of()).summary().toString());
      Provenance p = file.provenance();
      console.line("");
      console.line(
          file.isCheckpoint() ? "a checkpoint: training can go on from here" : "a finished model");
      console.line("trained on  " + p.data());
      p.settings().forEach((what, value) -> console.line("%-11s %s".formatted(what, value)));
      p.metrics().forEach((what, value) -> console.line("%-20s %.4f", what, value));
      console.line(
          "%s by Hebb %s on Java %s, %s".formatted(p.time(), p.hebb(), p.java(), p.system()));
    }
  }

  private Shape shape() {
    if (!shape.matches("\\d{1,9}(x\\d{1,9}){0,3}") || outputs < 1) {
      throw new HebbException(
          "--shape %s --outputs %d: write a shape like 1x28x28 or 4, and at least 1 output"
              .formatted(shape, outputs));
    }
    return Shape.of(Arrays.stream(shape.split("x")).mapToInt(Integer::parseInt).toArray());
  }
}
