package dev.hebb.onnx.export;

import com.google.protobuf.ByteString;
import dev.hebb.onnx.ElementType;
import dev.hebb.onnx.proto.AttributeProto;
import dev.hebb.onnx.proto.AttributeProto.AttributeType;
import dev.hebb.onnx.proto.NodeProto;
import dev.hebb.onnx.proto.TensorProto;
import dev.hebb.onnx.proto.TensorShapeProto;
import dev.hebb.onnx.proto.TypeProto;
import dev.hebb.onnx.proto.ValueInfoProto;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** An ONNX graph that grows: nodes in order, weights and constants, each value with its name. */
final class OnnxGraph {
  private static final Pattern NUMBER = Pattern.compile("_\\d+$");

  private final List<NodeProto.Builder> nodes = new ArrayList<>();
  private final Map<String, Tensor> weights = new LinkedHashMap<>();
  private final List<ValueInfoProto> inputs = new ArrayList<>();
  private final Set<String> taken = new HashSet<>();
  private final Map<Object, String> shared = new HashMap<>();
  private ValueInfoProto result = ValueInfoProto.getDefaultInstance();

  /**
   * An input of a model.
   *
   * @param name its name
   * @param type its element type
   * @param dims its dimensions; the first one's first is the batch
   */
  record Input(String name, DType type, List<Extent> dims) {}

  /** A name like this one that nothing else has. */
  String unique(String wish) {
    String name = wish;
    for (int i = 2; !taken.add(name); i++) {
      name = wish + "_" + i;
    }
    return name;
  }

  /** Declares an input and returns its name. */
  String input(Input input) {
    String name = unique(input.name());
    inputs.add(info(name, input.type(), input.dims()));
    return name;
  }

  /** Adds a node with one result and returns the result's name. */
  String node(String type, String place, List<String> in, Map<String, ?> attributes) {
    String name = unique(place.isEmpty() ? type : place + "/" + type);
    NodeProto.Builder node =
        NodeProto.newBuilder().setName(name).setOpType(type).addAllInput(in).addOutput(name);
    attributes.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(e -> node.addAttribute(attribute(e.getKey(), e.getValue())));
    nodes.add(node);
    return name;
  }

  /** Adds a weight or a constant and returns its name. */
  String weight(String wish, Tensor value) {
    String name = unique(wish);
    weights.put(name, value);
    return name;
  }

  /** The name of a constant of int64, one for all that need these numbers. */
  String integers(List<Long> values) {
    return shared.computeIfAbsent(
        values,
        _ ->
            weight(
                "constant." + shared.size(),
                Tensor.of(
                    values.stream().mapToLong(Long::longValue).toArray(),
                    Shape.of(values.size()))));
  }

  /** The name of a scalar constant. */
  String number(DType type, double value) {
    return shared.computeIfAbsent(
        Map.entry(type, value),
        _ -> weight("constant." + shared.size(), Tensor.full(Shape.of(type), value)));
  }

  /** The name of an int64 vector, which is computed from the batch size where it depends on it. */
  String vector(List<Extent> values) {
    if (values.stream().allMatch(Extent::isFixed)) {
      return integers(values.stream().map(Extent::constant).toList());
    }
    String known = shared.get(values);
    if (known == null) {
      known = line(values);
      shared.put(values, known);
    }
    return known;
  }

  private String line(List<Extent> values) {
    List<Long> slopes = values.stream().map(Extent::slope).toList();
    List<Long> constants = values.stream().map(Extent::constant).toList();
    String name = batch();
    if (!slopes.equals(List.of(1L))) {
      name = node("Mul", "batch", List.of(name, integers(slopes)), Map.of());
    }
    return constants.stream().allMatch(c -> c == 0)
        ? name
        : node("Add", "batch", List.of(name, integers(constants)), Map.of());
  }

  /** The name of the batch size, an int64 vector of one number. */
  private String batch() {
    String known = shared.get("batch");
    if (known == null) {
      String x = inputs.getFirst().getName();
      known = node("Shape", "batch", List.of(x), Map.of("start", 0L, "end", 1L));
      shared.put("batch", known);
    }
    return known;
  }

  private static AttributeProto attribute(String name, Object value) {
    var a = AttributeProto.newBuilder().setName(name);
    return switch (value) {
      case Long i -> a.setType(AttributeType.INT).setI(i).build();
      case Double f -> a.setType(AttributeType.FLOAT).setF(f.floatValue()).build();
      case String s -> a.setType(AttributeType.STRING).setS(ByteString.copyFromUtf8(s)).build();
      case TensorProto t -> a.setType(AttributeType.TENSOR).setT(t).build();
      case List<?> list -> {
        list.forEach(v -> a.addInts(((Number) v).longValue()));
        yield a.setType(AttributeType.INTS).build();
      }
      default -> throw new IllegalArgumentException(name + ": " + value.getClass());
    };
  }

  /** The declaration of a value. */
  static ValueInfoProto info(String name, DType type, List<Extent> dims) {
    var shape = TensorShapeProto.newBuilder();
    for (Extent d : dims) {
      var dim = TensorShapeProto.Dimension.newBuilder();
      shape.addDim(d.isFixed() ? dim.setDimValue(d.constant()) : dim.setDimParam(d.toString()));
    }
    var tensor =
        TypeProto.Tensor.newBuilder().setElemType(ElementType.of(type).number()).setShape(shape);
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }

  // ---- the finished graph

  /** Gives a value the name of the model's output, and drops what does not lead to it. */
  void finish(String value, String wish, DType type, List<Extent> dims) {
    String output = unique(wish);
    result = info(output, type, dims);
    boolean isComputed = nodes.stream().anyMatch(n -> n.getOutput(0).equals(value));
    if (isComputed) {
      for (NodeProto.Builder n : nodes) {
        for (int i = 0; i < n.getInputCount(); i++) {
          if (n.getInput(i).equals(value)) {
            n.setInput(i, output);
          }
        }
        if (n.getOutput(0).equals(value)) {
          n.setOutput(0, output);
        }
      }
    } else {
      String name = node("Identity", "", List.of(value), Map.of());
      nodes.getLast().setOutput(0, output);
      taken.remove(name);
    }
    Set<String> read = new HashSet<>(Set.of(output));
    for (int i = nodes.size() - 1; i >= 0; i--) {
      if (read.contains(nodes.get(i).getOutput(0))) {
        read.addAll(nodes.get(i).getInputList());
      } else {
        nodes.remove(i);
      }
    }
    weights.keySet().retainAll(read);
    renumber();
  }

  /** Names nodes anew, without the gaps that dropped ones left. */
  private void renumber() {
    Map<String, Integer> count = new HashMap<>();
    Map<String, String> renamed = new HashMap<>();
    for (NodeProto.Builder n : nodes) {
      String wish = NUMBER.matcher(n.getName()).replaceFirst("");
      int nth = count.merge(wish, 1, Integer::sum);
      n.setName(nth == 1 ? wish : wish + "_" + nth);
      for (int i = 0; i < n.getInputCount(); i++) {
        n.setInput(i, renamed.getOrDefault(n.getInput(i), n.getInput(i)));
      }
      if (!n.getOutput(0).equals(result.getName())) {
        renamed.put(n.getOutput(0), n.getName());
        n.setOutput(0, n.getName());
      }
    }
  }

  List<NodeProto> nodes() {
    return nodes.stream().map(NodeProto.Builder::build).toList();
  }

  /** Weights and constants by name. */
  Map<String, Tensor> weights() {
    return weights;
  }

  ValueInfoProto output() {
    return result;
  }

  List<ValueInfoProto> inputs() {
    return inputs;
  }
}
