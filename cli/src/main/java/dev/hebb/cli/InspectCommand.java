package dev.hebb.cli;

import dev.hebb.nn.Net;
import dev.hebb.onnx.OnnxModel;
import dev.hebb.tensor.Tensor;
import dev.hebb.train.io.ElementType;
import dev.hebb.train.io.TensorFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows what is in a file of tensors or a model. */
@Command(
    name = "inspect",
    mixinStandardHelpOptions = true,
    description = {
      "Shows what is in a file: its tensors with shapes and statistics; of a model also its inputs,"
          + " operators or layers, and on request its graph as a picture.",
      "",
      "It knows .hebb, .onnx, .safetensors, NumPy's .npy and .npz, PyTorch's .pt and .pth, and"
          + " Keras's .keras and .h5. Nothing in a file is ever executed.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  hebb inspect weights.safetensors",
      "  hebb inspect model.onnx --svg model.svg",
      "  hebb inspect checkpoint.pt"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class InspectCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "FILE", description = "A model or a file of tensors.")
  private Path path;

  @Option(
      names = "--svg",
      paramLabel = "FILE",
      description = "Draw the model's graph into this file.")
  private @Nullable Path svg;

  @Override
  public Integer call() {
    var console = new Console(spec);
    ModelFile file = ModelFile.open(path);
    String drawn = svg == null ? "" : file.drawing().svg();
    switch (file) {
      case ModelFile.OfNet(var _, Net net) -> console.line(net.summary().toString());
      case ModelFile.OfOnnx(var _, OnnxModel model) -> onnx(console, model);
      case ModelFile.OfTensors(var _, TensorFile tensors) ->
          console.line("%s, %d tensor(s)", tensors.format(), tensors.entries().size());
    }
    file.metadata().forEach((name, value) -> console.line("  %s: %s", name, shortened(value)));
    console.line("");
    tensors(console, file.tensors(), file.types());
    if (svg != null) {
      Drawing.write(drawn, svg);
      console.line("graph  %s", svg);
    }
    return 0;
  }

  private static void onnx(Console console, OnnxModel model) {
    console.line(
        "ONNX model%s, operators of %s",
        model.producer().isEmpty() ? "" : " by " + model.producer(),
        model.opsets().entrySet().stream()
            .map(
                e -> "%s %d".formatted(e.getKey().isEmpty() ? "ai.onnx" : e.getKey(), e.getValue()))
            .collect(Collectors.joining(", ")));
    model.inputs().forEach(p -> console.line("  input   %s", p));
    model.outputs().forEach(p -> console.line("  output  %s", p));
    Map<String, Long> operators = new TreeMap<>();
    model.nodes().forEach(n -> operators.merge(n.operator(), 1L, Long::sum));
    console.line(
        "  %d nodes: %s",
        model.nodes().size(),
        operators.entrySet().stream()
            .map(e -> e.getValue() == 1 ? e.getKey() : e.getValue() + " " + e.getKey())
            .collect(Collectors.joining(", ")));
  }

  private static void tensors(
      Console console, Map<String, Tensor> tensors, Map<String, ElementType> types) {
    List<List<String>> rows = new ArrayList<>();
    long numbers = 0;
    for (var entry : tensors.entrySet()) {
      Tensor t = entry.getValue();
      Statistics s = Statistics.of(t);
      numbers += t.size();
      rows.add(
          List.of(
              entry.getKey(),
              types.getOrDefault(entry.getKey(), ElementType.of(t.dtype())).name(),
              t.shape().as(dev.hebb.tensor.DType.FLOAT32).toString(),
              Statistics.text(s.min()),
              Statistics.text(s.max()),
              Statistics.text(s.mean()),
              Statistics.text(s.deviation()),
              s.notFinite() == 0 ? "" : s.notFinite() + " not finite"));
    }
    console.line(
        Text.table(List.of("tensor", "type", "shape", "min", "max", "mean", "std", ""), rows));
    console.line("%d tensors, %,d numbers", tensors.size(), numbers);
  }

  private static String shortened(String text) {
    String line = text.replaceAll("\\s+", " ");
    return line.length() <= 100 ? line : line.substring(0, 99) + "…";
  }
}
