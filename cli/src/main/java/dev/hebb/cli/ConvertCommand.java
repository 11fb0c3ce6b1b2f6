package dev.hebb.cli;

import dev.hebb.nn.Net;
import dev.hebb.nn.weights.WeightMapping;
import dev.hebb.nn.weights.WeightReport;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Tensor;
import dev.hebb.train.io.ElementType;
import dev.hebb.train.io.NumPy;
import dev.hebb.train.io.SafeTensors;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes a model or tensors in another format. */
@Command(
    name = "convert",
    mixinStandardHelpOptions = true,
    description = {
      "Writes a model or tensors in the format that the second file's name asks for.",
      "",
      "A model (.hebb, .onnx) becomes another model, or its weights alone (.safetensors, .npz)."
          + " Tensors (.safetensors, .npz, .npy, .pt, .pth, .keras, .h5) become tensors, or with"
          + " --into the weights of a model.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  hebb convert digits.hebb digits.onnx            run it anywhere",
      "  hebb convert model.onnx model.hebb              go on with it here",
      "  hebb convert digits.hebb weights.safetensors    the weights alone",
      "  hebb convert big.safetensors half.safetensors --type f16",
      "  hebb convert torch.pt new.hebb --into net.hebb  PyTorch's weights in a network of yours"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class ConvertCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "FROM", description = "What there is.")
  private Path from;

  @Parameters(index = "1", paramLabel = "TO", description = "What to write.")
  private Path to;

  @Option(
      names = "--into",
      paramLabel = "MODEL",
      description = "The model whose network gets the weights, where FROM has nothing but these.")
  private @Nullable Path into;

  @Option(
      names = "--layout",
      paramLabel = "LAYOUT",
      description =
          "How weights for --into lie: hebb, pytorch or keras; default: by the ending of FROM.")
  private WeightMapping.@Nullable Layout layout;

  @Option(
      names = "--type",
      paramLabel = "TYPE",
      description = "How floats are stored: f64, f32, f16, bf16, f8_e4m3 or f8_e5m2.")
  private @Nullable ElementType type;

  @Override
  public Integer call() {
    if (type != null && !type.isFloating()) {
      throw new HebbException("--type %s: give a type of floats, such as f16".formatted(type));
    }
    if (Files.exists(from) && Files.exists(to) && isSameFile()) {
      throw new HebbException("%s and %s are the same file".formatted(from, to));
    }
    boolean toModel = ModelFile.isHebb(to) || ModelFile.isOnnx(to);
    if (toModel) {
      if (type != null) {
        throw new HebbException("--type is for files of tensors, not for " + to);
      }
      model();
    } else {
      tensors();
    }
    return 0;
  }

  private boolean isSameFile() {
    try {
      return Files.isSameFile(from, to);
    } catch (java.io.IOException e) {
      return false;
    }
  }

  private void model() {
    var console = new Console(spec);
    Net net;
    if (ModelFile.isHebb(from) || ModelFile.isOnnx(from)) {
      if (into != null) {
        throw new HebbException(from + " is a model already; leave --into out");
      }
      net = Net.load(from);
    } else {
      Map<String, Tensor> weights = ModelFile.open(from).tensors();
      if (into == null) {
        throw new HebbException(
            "%s holds weights without a network: name a model of the same layers with --into MODEL.hebb"
                .formatted(from));
      }
      net = Net.load(into);
      WeightReport report = net.load(weights, mapping().partial());
      if (!report.isComplete()) {
        console.line(report.toString());
        throw new HebbException(
            "the weights of %s do not fit %s, and nothing was written: %s"
                .formatted(from, into, report.summary()));
      }
    }
    net.save(to);
    console.line(
        "%s  (%s → %s, %,d parameters)", to, net.in(), net.out(), net.summary().parameters());
  }

  private WeightMapping mapping() {
    WeightMapping.Layout chosen = layout;
    if (chosen == null) {
      String name = from.getFileName().toString().toLowerCase(Locale.ROOT);
      chosen =
          name.matches(".*\\.(pt|pth|bin)")
              ? WeightMapping.Layout.PYTORCH
              : name.matches(".*\\.(keras|h5)")
                  ? WeightMapping.Layout.KERAS
                  : WeightMapping.Layout.HEBB;
    }
    return switch (chosen) {
      case HEBB -> WeightMapping.hebb();
      case PYTORCH -> WeightMapping.pyTorch();
      case KERAS -> WeightMapping.keras();
    };
  }

  private void tensors() {
    String name = to.getFileName().toString().toLowerCase(Locale.ROOT);
    if (!name.matches(".*\\.(safetensors|npz|npy)")) {
      throw new HebbException(
          to + ": what can be written are .hebb, .onnx, .safetensors, .npz and .npy");
    }
    ModelFile file = ModelFile.open(from);
    Map<String, Tensor> tensors = file.tensors();
    Map<String, ElementType> types = new LinkedHashMap<>(file.types());
    ElementType floats = type;
    if (floats != null) {
      tensors.forEach((key, t) -> {
        if (t.dtype().isFloating()) {
          types.put(key, floats);
        }
      });
    }
    if (name.endsWith(".safetensors")) {
      SafeTensors.write(tensors, types, file.metadata(), to);
    } else {
      if (type == null) {
        // NumPy has no such types; float32 holds their values.
        types.replaceAll((_, t) ->
            t.isFloating() && t.bytes() < 4 && t != ElementType.F16 ? ElementType.F32 : t);
      }
      if (name.endsWith(".npz")) {
        NumPy.write(tensors, types, to);
      } else if (tensors.size() == 1) {
        Map.Entry<String, Tensor> only = tensors.entrySet().iterator().next();
        Tensor tensor = only.getValue();
        NumPy.write(tensor, types.getOrDefault(only.getKey(), ElementType.of(tensor.dtype())), to);
      } else {
        throw new HebbException(
            "%s has %d tensors, and a .npy file holds one; write a .npz file"
                .formatted(from, tensors.size()));
      }
    }
    new Console(spec).line("%s  (%d tensors)", to, tensors.size());
  }
}
