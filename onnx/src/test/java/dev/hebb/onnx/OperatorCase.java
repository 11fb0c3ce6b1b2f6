package dev.hebb.onnx;

import com.google.protobuf.ByteString;
import dev.hebb.onnx.proto.AttributeProto;
import dev.hebb.onnx.proto.GraphProto;
import dev.hebb.onnx.proto.ModelProto;
import dev.hebb.onnx.proto.NodeProto;
import dev.hebb.onnx.proto.OperatorSetIdProto;
import dev.hebb.onnx.proto.TensorProto;
import dev.hebb.onnx.proto.TensorShapeProto;
import dev.hebb.onnx.proto.TypeProto;
import dev.hebb.onnx.proto.ValueInfoProto;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A model of one node, and inputs for it, from a line of a file:
 *
 * <pre>Gather@13 axis=-1 | float[2,3] | int64[2]=0,-1 -&gt; float</pre>
 *
 * <p>An input with numbers behind {@code =} is an initialiser, behind {@code :} it is given when
 * the model is run; without numbers it is drawn from a generator, between the bounds in parentheses
 * if there are any; then float16 can hold it, too. {@code -} is an input or output that is left
 * away. Outputs are float unless told.
 */
@SuppressWarnings("ArrayRecordComponent")
record OperatorCase(String line, byte[] model, Map<String, Tensor> inputs, int outputs) {
  private static final Pattern INPUT =
      Pattern.compile("(\\w+)(?:\\[([\\d,]*)])?(?:\\((\\S+),(\\S+)\\))?(?:([=:])(.*))?");

  /** The cases of a file beside this class; lines that begin with # are remarks. */
  static Stream<OperatorCase> all(String file) {
    try (InputStream in = OperatorCase.class.getResourceAsStream(file)) {
      String text =
          new String(Objects.requireNonNull(in, file).readAllBytes(), StandardCharsets.UTF_8);
      return text.lines()
          .map(String::strip)
          .filter(l -> !l.isEmpty() && !l.startsWith("#"))
          .map(OperatorCase::of);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** The operator's name. */
  String operator() {
    return line.substring(0, line.indexOf('@'));
  }

  @Override
  public String toString() {
    return line;
  }

  static OperatorCase of(String line) {
    String[] sides = line.split(" -> ");
    String[] parts = sides[0].split("\\|");
    String[] head = parts[0].strip().split("\\s+");
    String[] name = head[0].split("@");
    var node = NodeProto.newBuilder().setOpType(name[0]);
    for (int i = 1; i < head.length; i++) {
      String[] a = head[i].split("=", 2);
      node.addAttribute(attribute(a[0], a[1]));
    }
    var graph = GraphProto.newBuilder().setName("case");
    Map<String, Tensor> given = new LinkedHashMap<>();
    var random = new SplittableRandom(line.hashCode());
    for (int i = 1; i < parts.length; i++) {
      String text = parts[i].strip();
      node.addInput(text.equals("-") ? "" : input(text, "in" + i, graph, given, random));
    }
    String[] types = sides.length == 1 ? new String[] {"float"} : sides[1].strip().split("\\s+");
    for (int i = 0; i < types.length; i++) {
      node.addOutput(types[i].equals("-") ? "" : "out" + i);
    }
    graph.addNode(node);
    int outputs = 0;
    for (int i = 0; i < types.length; i++) {
      if (!types[i].equals("-")) {
        ElementType type = type(types[i]);
        ElementType carrier = ElementType.of(type.dtype());
        String shown = type == carrier ? "out" + i : cast("out" + i, carrier, graph);
        graph.addOutput(port(shown, carrier, null));
        outputs++;
      }
    }
    byte[] model =
        ModelProto.newBuilder()
            .setIrVersion(10)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(Long.parseLong(name[1])))
            .setGraph(graph)
            .build()
            .toByteArray();
    return new OperatorCase(line, model, given, outputs);
  }

  static ElementType type(String label) {
    return Arrays.stream(ElementType.values())
        .filter(t -> t.label().equals(label))
        .findFirst()
        .orElseThrow(() -> new AssertionError(label));
  }

  // ---- inputs

  private static String input(
      String text,
      String name,
      GraphProto.Builder graph,
      Map<String, Tensor> given,
      SplittableRandom random) {
    Matcher m = INPUT.matcher(text);
    if (!m.matches()) {
      throw new AssertionError(text);
    }
    ElementType type = type(m.group(1));
    ElementType carrier = ElementType.of(type.dtype());
    boolean drawn = m.group(6) == null;
    double[] numbers = drawn ? new double[0] : numbers(m.group(6));
    int[] dims = m.group(2) == null ? new int[] {numbers.length} : ints(m.group(2));
    Shape shape = Shape.of(dims);
    if (drawn) {
      double low = m.group(3) == null ? -2 : Double.parseDouble(m.group(3));
      double high = m.group(4) == null ? 2 : Double.parseDouble(m.group(4));
      boolean whole = !type.isFloating();
      numbers =
          random
              .doubles(shape.size(), low, whole ? high + 1 : high)
              .map(v ->
                  whole ? Math.floor(v) : Float.float16ToFloat(Float.floatToFloat16((float) v)))
              .toArray();
    }
    Tensor value = Tensor.of(numbers, shape.as(DType.FLOAT64)).cast(carrier.dtype()).eval();
    if ("=".equals(m.group(5))) {
      graph.addInitializer(initialiser(name, carrier, value));
    } else {
      given.put(name, value);
      graph.addInput(port(name, carrier, dims));
    }
    return type == carrier ? name : cast(name, type, graph);
  }

  private static double[] numbers(String text) {
    return text.isBlank()
        ? new double[0]
        : Arrays.stream(text.strip().split(",")).mapToDouble(OperatorCase::number).toArray();
  }

  private static double number(String text) {
    return switch (text) {
      case "inf" -> Double.POSITIVE_INFINITY;
      case "-inf" -> Double.NEGATIVE_INFINITY;
      case "nan" -> Double.NaN;
      case "true" -> 1;
      case "false" -> 0;
      default -> Double.parseDouble(text);
    };
  }

  private static int[] ints(String text) {
    return text.isEmpty()
        ? new int[0]
        : Arrays.stream(text.split(",")).mapToInt(Integer::parseInt).toArray();
  }

  private static TensorProto initialiser(String name, ElementType type, Tensor value) {
    var t = TensorProto.newBuilder().setName(name).setDataType(type.number());
    for (int d : value.shape().dims()) {
      t.addDims(d);
    }
    switch (value.dtype()) {
      case FLOAT32 -> {
        for (float v : value.toFloats()) {
          t.addFloatData(v);
        }
      }
      case FLOAT64 -> Arrays.stream(value.toDoubles()).forEach(t::addDoubleData);
      case INT64 -> Arrays.stream(value.toLongs()).forEach(t::addInt64Data);
      case INT32 -> Arrays.stream(value.toInts()).forEach(t::addInt32Data);
      case BOOL -> {
        for (boolean v : value.toBooleans()) {
          t.addInt32Data(v ? 1 : 0);
        }
      }
    }
    return t.build();
  }

  // ---- pieces of models

  /** Adds a node that makes a value another type; its name. */
  private static String cast(String name, ElementType to, GraphProto.Builder graph) {
    String result = name + "_" + to.label();
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType("Cast")
            .addInput(name)
            .addOutput(result)
            .addAttribute(attribute("to", String.valueOf(to.number()))));
    return result;
  }

  static ValueInfoProto port(String name, ElementType type, int @Nullable [] dims) {
    var tensor = TypeProto.Tensor.newBuilder().setElemType(type.number());
    if (dims != null) {
      var shape = TensorShapeProto.newBuilder();
      for (int d : dims) {
        shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(d));
      }
      tensor.setShape(shape);
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }

  /** An attribute: integers, numbers with a point, or texts, several of them in brackets. */
  static AttributeProto attribute(String name, String value) {
    var a = AttributeProto.newBuilder().setName(name);
    boolean several = value.startsWith("[");
    String inner = several ? value.substring(1, value.length() - 1) : value;
    List<String> items =
        inner.isEmpty() ? List.of() : several ? List.of(inner.split(",")) : List.of(inner);
    if (items.stream().allMatch(v -> v.matches("-?\\d+"))) {
      items.forEach(v -> a.addInts(Long.parseLong(v)));
      return several
          ? a.setType(AttributeProto.AttributeType.INTS).build()
          : a.setI(a.getInts(0)).clearInts().setType(AttributeProto.AttributeType.INT).build();
    }
    if (items.stream().allMatch(v -> v.matches("-?[\\d.]+(e-?\\d+)?"))) {
      items.forEach(v -> a.addFloats(Float.parseFloat(v)));
      return several
          ? a.setType(AttributeProto.AttributeType.FLOATS).build()
          : a.setF(a.getFloats(0))
              .clearFloats()
              .setType(AttributeProto.AttributeType.FLOAT)
              .build();
    }
    items.forEach(v -> a.addStrings(ByteString.copyFromUtf8(v)));
    return several
        ? a.setType(AttributeProto.AttributeType.STRINGS).build()
        : a.setS(a.getStrings(0))
            .clearStrings()
            .setType(AttributeProto.AttributeType.STRING)
            .build();
  }
}
