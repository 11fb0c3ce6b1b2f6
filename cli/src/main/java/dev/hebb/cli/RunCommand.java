package dev.hebb.cli;

import dev.hebb.nn.Net;
import dev.hebb.onnx.OnnxModel;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Tensor;
import dev.hebb.train.io.NumPy;
import dev.hebb.train.io.TensorFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Computes a model's outputs for tensors. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = {
      "Computes what a model makes of tensors.",
      "",
      "An input is a .npy file, for a model with several inputs as NAME=FILE, or a .npz or"
          + " .safetensors file with a tensor for each name. 'hebb inspect MODEL' tells the names"
          + " and shapes.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  hebb run mnist.onnx --input digit.npy",
      "  hebb run bert.onnx --input ids=ids.npy --input mask=mask.npy --output out.npz",
      "  hebb run digits.hebb --input pictures.npy --output scores.npz"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class RunCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "MODEL", description = "A .onnx or .hebb file.")
  private Path path;

  @Option(
      names = "--input",
      required = true,
      paramLabel = "[NAME=]FILE",
      description = "An input; may be given several times.")
  private List<String> inputs;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description = "Write the outputs to this .npz file; else they are printed.")
  private @Nullable Path output;

  @Override
  public Integer call() {
    var console = new Console(spec);
    if (output != null && !output.toString().endsWith(".npz")) {
      throw new HebbException("--output %s: give the name of a .npz file".formatted(output));
    }
    Map<String, Tensor> results =
        switch (ModelFile.open(path)) {
          case ModelFile.OfOnnx(var _, OnnxModel model) ->
              model.run(given(model.inputs().stream().map(OnnxModel.Port::name).toList()));
          case ModelFile.OfNet(var _, Net net) -> {
            Tensor x = given(List.of("input")).values().iterator().next();
            yield Map.of("output", net.predict(x.cast(net.in().dtype())));
          }
          case ModelFile.OfTensors _ ->
              throw new HebbException(path + " holds tensors and no model to run");
        };
    results.forEach((name, y) -> console.line("%s %s", name, output == null ? y : y.shape()));
    if (output != null) {
      NumPy.write(results, Map.of(), output);
      console.line("written to %s", output);
    }
    return 0;
  }

  /** The tensors that were given, by the model's names. */
  private Map<String, Tensor> given(List<String> names) {
    Map<String, Tensor> given = new LinkedHashMap<>();
    List<String> free = new ArrayList<>(names);
    for (String input : inputs) {
      int equals = input.indexOf('=');
      Map<String, Tensor> read = TensorFile.open(Path.of(input.substring(equals + 1))).tensors();
      if (read.size() == 1) {
        String name = equals < 0 ? next(free, names, input) : input.substring(0, equals);
        put(given, free, name, read.values().iterator().next());
      } else if (equals < 0) {
        read.forEach((name, t) -> put(given, free, name, t));
      } else {
        throw new HebbException(
            "--input %s: the file holds %d tensors and not one".formatted(input, read.size()));
      }
    }
    return given;
  }

  private static String next(List<String> free, List<String> names, String input) {
    if (free.isEmpty()) {
      throw new HebbException(
          "--input %s is one more than the model has inputs %s".formatted(input, names));
    }
    return free.getFirst();
  }

  private static void put(Map<String, Tensor> given, List<String> free, String name, Tensor value) {
    if (given.put(name, value) != null) {
      throw new HebbException("the input \"%s\" is given twice".formatted(name));
    }
    free.remove(name);
  }
}
