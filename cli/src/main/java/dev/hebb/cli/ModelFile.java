package dev.hebb.cli;

import dev.hebb.nn.Net;
import dev.hebb.nn.NetGraph;
import dev.hebb.onnx.Onnx;
import dev.hebb.onnx.OnnxModel;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Tensor;
import dev.hebb.train.io.ElementType;
import dev.hebb.train.io.TensorFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A file of any format that the command knows: what tensors it has, and what graph. */
sealed interface ModelFile {
  /** A network of Hebb's. */
  record OfNet(Path path, Net net) implements ModelFile {}

  /** An ONNX model. */
  record OfOnnx(Path path, OnnxModel model) implements ModelFile {}

  /** Tensors alone. */
  record OfTensors(Path path, TensorFile file) implements ModelFile {}

  /**
   * Opens a file of the format that its name tells.
   *
   * @throws HebbException if it is missing, damaged or of no known format
   */
  static ModelFile open(Path path) {
    if (isOnnx(path)) {
      if (!Files.isRegularFile(path)) {
        throw new HebbException(
            "%s does not exist (looked in %s)".formatted(path, path.toAbsolutePath().getParent()));
      }
      return new OfOnnx(path, Onnx.load(path));
    }
    if (isHebb(path)) {
      return new OfNet(path, Net.load(path));
    }
    if (TensorFile.handles(path)) {
      return new OfTensors(path, TensorFile.open(path));
    }
    throw unknown(path);
  }

  static HebbException unknown(Path path) {
    return new HebbException(
        "%s: the name must end in .hebb, .onnx, .safetensors, .npz, .npy, .pt, .pth, .keras or .h5"
            .formatted(path));
  }

  static boolean isOnnx(Path path) {
    return lower(path).endsWith(".onnx");
  }

  static boolean isHebb(Path path) {
    return lower(path).endsWith(".hebb");
  }

  private static String lower(Path path) {
    return String.valueOf(path.getFileName()).toLowerCase(Locale.ROOT);
  }

  /** Its tensors by name. */
  default Map<String, Tensor> tensors() {
    return switch (this) {
      case OfNet(var _, Net net) -> {
        Map<String, Tensor> all = new LinkedHashMap<>();
        net.variables().forEach(v -> all.put(v.name(), v.value()));
        yield all;
      }
      case OfOnnx(var _, OnnxModel model) -> model.initialisers();
      case OfTensors(var _, TensorFile file) -> file.tensors();
    };
  }

  /** How certain tensors are stored, where that is not how Hebb holds them. */
  default Map<String, ElementType> types() {
    Map<String, ElementType> types = new LinkedHashMap<>();
    if (this instanceof OfTensors(var _, TensorFile file)) {
      file.entries().forEach(e -> types.put(e.name(), e.type()));
    }
    return types;
  }

  /** Texts beside the tensors. */
  default Map<String, String> metadata() {
    return switch (this) {
      case OfNet _ -> Map.of();
      case OfOnnx(var _, OnnxModel model) -> model.metadata();
      case OfTensors(var _, TensorFile file) -> file.metadata();
    };
  }

  /**
   * Its graph, to be drawn.
   *
   * @throws HebbException if it has none
   */
  default Drawing drawing() {
    return switch (this) {
      case OfNet(var _, Net net) ->
          new Drawing(net.graph().nodes().stream().map(ModelFile::box).toList());
      case OfOnnx(var _, OnnxModel model) -> new Drawing(boxes(model));
      case OfTensors(Path path, var _) ->
          throw new HebbException(path + " holds tensors and no graph; --svg needs a model");
    };
  }

  private static Drawing.Box box(NetGraph.Node node) {
    List<String> lines = new ArrayList<>(List.of(node.kind(), node.name() + " → " + node.out()));
    if (node.parameters() > 0) {
      lines.add(Text.scaled(node.parameters()) + " parameters");
    }
    return new Drawing.Box(node.name(), lines, node.inputs());
  }

  private static List<Drawing.Box> boxes(OnnxModel model) {
    List<Drawing.Box> boxes = new ArrayList<>();
    Map<String, String> makers = new HashMap<>();
    for (OnnxModel.Port in : model.inputs()) {
      makers.put(in.name(), "in " + in.name());
      boxes.add(new Drawing.Box("in " + in.name(), List.of("input", in.toString()), List.of()));
    }
    List<OnnxModel.Node> nodes = model.nodes();
    for (int i = 0; i < nodes.size(); i++) {
      OnnxModel.Node node = nodes.get(i);
      String name = "node " + i;
      List<String> inputs =
          node.inputs().stream().filter(makers::containsKey).map(makers::get).distinct().toList();
      List<String> lines =
          node.name().isEmpty() ? List.of(node.operator()) : List.of(node.operator(), node.name());
      boxes.add(new Drawing.Box(name, lines, inputs));
      node.outputs().forEach(o -> makers.put(o, name));
    }
    for (OnnxModel.Port out : model.outputs()) {
      String maker = makers.get(out.name());
      boxes.add(
          new Drawing.Box(
              "out " + out.name(),
              List.of("output", out.toString()),
              maker == null ? List.of() : List.of(maker)));
    }
    return boxes;
  }
}
