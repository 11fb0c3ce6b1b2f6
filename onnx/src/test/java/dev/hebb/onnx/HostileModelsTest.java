package dev.hebb.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.sun.management.ThreadMXBean;
import dev.hebb.onnx.proto.AttributeProto;
import dev.hebb.onnx.proto.AttributeProto.AttributeType;
import dev.hebb.onnx.proto.FunctionProto;
import dev.hebb.onnx.proto.GraphProto;
import dev.hebb.onnx.proto.ModelProto;
import dev.hebb.onnx.proto.NodeProto;
import dev.hebb.onnx.proto.OperatorSetIdProto;
import dev.hebb.onnx.proto.StringStringEntryProto;
import dev.hebb.onnx.proto.TensorProto;
import dev.hebb.onnx.proto.TensorShapeProto;
import dev.hebb.onnx.proto.TypeProto;
import dev.hebb.onnx.proto.ValueInfoProto;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Models that are damaged or made with evil intent are refused in words, without much memory. */
class HostileModelsTest {
  private static final int FLOAT = 1;
  private static final int INT64 = 7;

  /** Far more than small files need, far less than what they claim. */
  private static final long MOST_ALLOCATED = 32L << 20;

  @TempDir Path folder;

  // ---- how models are written here

  private static NodeProto.Builder node(String type, String output, String... inputs) {
    return NodeProto.newBuilder()
        .setOpType(type)
        .setName(type + " to " + output)
        .addAllInput(List.of(inputs))
        .addOutput(output);
  }

  private static AttributeProto ints(String name, long... values) {
    var a = AttributeProto.newBuilder().setName(name).setType(AttributeType.INTS);
    Arrays.stream(values).forEach(a::addInts);
    return a.build();
  }

  private static AttributeProto integer(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.INT)
        .setI(value)
        .build();
  }

  private static TensorProto tensor(String name, int type, byte[] raw, long... dims) {
    var t = TensorProto.newBuilder().setName(name).setDataType(type);
    Arrays.stream(dims).forEach(t::addDims);
    return t.setRawData(ByteString.copyFrom(raw)).build();
  }

  private static TensorProto numbers(String name, long... values) {
    var t = TensorProto.newBuilder().setName(name).setDataType(INT64).addDims(values.length);
    Arrays.stream(values).forEach(t::addInt64Data);
    return t.build();
  }

  private static ValueInfoProto value(String name, long... dims) {
    var shape = TensorShapeProto.newBuilder();
    for (long d : dims) {
      shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(d));
    }
    var type = TypeProto.Tensor.newBuilder().setElemType(FLOAT).setShape(shape);
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(type))
        .build();
  }

  private static GraphProto.Builder graph(NodeProto.Builder... nodes) {
    var g = GraphProto.newBuilder().setName("g").addInput(value("x", 2, 3));
    Arrays.stream(nodes).forEach(g::addNode);
    return g.addOutput(ValueInfoProto.newBuilder().setName("y"));
  }

  private static byte[] model(GraphProto.Builder g) {
    return ModelProto.newBuilder()
        .setIrVersion(9)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(20))
        .setGraph(g)
        .build()
        .toByteArray();
  }

  private static Tensor run(byte[] model) {
    Tensor x = Tensor.full(Shape.of(2, 3), 1);
    Tensor y = Onnx.read(ByteBuffer.wrap(model)).run(Map.of("x", x)).get("y");
    return y.eval();
  }

  private static byte[] good() {
    return model(
        graph(
                node("MatMul", "h", "x", "w"),
                node("Relu", "r", "h"),
                node("Reshape", "y", "r", "shape"))
            .addInitializer(tensor("w", FLOAT, new byte[48], 3, 4))
            .addInitializer(numbers("shape", 8)));
  }

  // ---- what they do

  static Stream<Arguments> hostile() {
    GraphProto.Builder cycle = graph(node("Relu", "a", "b"), node("Relu", "b", "a"));
    cycle.addNode(node("Add", "y", "a", "x"));
    NodeProto.Builder wrong = node("Softmax", "y", "x");
    wrong.addAttribute(
        AttributeProto.newBuilder()
            .setName("axis")
            .setType(AttributeType.STRING)
            .setS(ByteString.copyFromUtf8("last")));
    return Stream.of(
        Arguments.of("a cycle", model(cycle)),
        Arguments.of("a node that reads itself", model(graph(node("Add", "y", "x", "y")))),
        Arguments.of("nobody gives what is read", model(graph(node("Add", "y", "x", "nowhere")))),
        Arguments.of("nobody gives the output", model(graph(node("Relu", "z", "x")))),
        Arguments.of(
            "one name twice", model(graph(node("Relu", "y", "x"), node("Neg", "y", "x")))),
        Arguments.of("no operands", model(graph(node("MatMul", "y")))),
        Arguments.of("an unknown operator", model(graph(node("Teleport", "y", "x")))),
        Arguments.of("an attribute of another type", model(graph(wrong))),
        Arguments.of(
            "an axis far away",
            model(graph(node("Softmax", "y", "x").addAttribute(integer("axis", 1L << 40))))),
        Arguments.of(
            "more elements than bytes",
            model(
                graph(node("Add", "y", "x", "w"))
                    .addInitializer(tensor("w", FLOAT, new byte[24], 1L << 31, 1L << 31)))),
        Arguments.of(
            "a size that overflows to little",
            model(
                graph(node("Add", "y", "x", "w"))
                    .addInitializer(tensor("w", FLOAT, new byte[0], 1L << 32, 1L << 32)))),
        Arguments.of(
            "a negative size",
            model(
                graph(node("Add", "y", "x", "w"))
                    .addInitializer(tensor("w", FLOAT, new byte[24], -2, -3)))),
        Arguments.of(
            "too few bytes",
            model(
                graph(node("Add", "y", "x", "w"))
                    .addInitializer(tensor("w", FLOAT, new byte[23], 2, 3)))),
        Arguments.of(
            "elements of no type",
            model(
                graph(node("Add", "y", "x", "w"))
                    .addInitializer(tensor("w", 999, new byte[24], 2, 3)))),
        Arguments.of(
            "a huge constant",
            model(
                graph(node("ConstantOfShape", "c", "n"), node("Add", "y", "x", "c"))
                    .addInitializer(numbers("n", 1L << 20, 1L << 20)))),
        Arguments.of(
            "a huge expansion",
            model(
                graph(node("Expand", "y", "x", "n"))
                    .addInitializer(numbers("n", 1L << 30, 2, 3)))),
        Arguments.of(
            "a huge padding",
            model(
                graph(node("Pad", "y", "x", "n"))
                    .addInitializer(numbers("n", 0, 1L << 40, 0, 1L << 40)))),
        Arguments.of(
            "a huge repetition",
            model(
                graph(node("Tile", "y", "x", "n"))
                    .addInitializer(numbers("n", 1L << 20, 1L << 20)))),
        Arguments.of(
            "a window of a huge size",
            model(
                graph(
                    node("MaxPool", "y", "x")
                        .addAttribute(ints("kernel_shape", 1L << 40, 1L << 40))))),
        Arguments.of(
            "a stride of zero",
            model(
                graph(
                        node("Reshape", "p", "x", "n"),
                        node("MaxPool", "y", "p")
                            .addAttribute(ints("kernel_shape", 1, 1))
                            .addAttribute(ints("strides", 0, 0)))
                    .addInitializer(numbers("n", 1, 1, 2, 3)))),
        Arguments.of(
            "an order that is none",
            model(graph(node("Transpose", "y", "x").addAttribute(ints("perm", 0, 0))))),
        Arguments.of(
            "a step of zero",
            model(
                graph(node("Slice", "y", "x", "zero", "two", "zero", "zero"))
                    .addInitializer(numbers("zero", 0))
                    .addInitializer(numbers("two", 2)))),
        Arguments.of(
            "a loop that does not end",
            model(
                graph(
                        node("Loop", "y", "often", "", "x")
                            .addAttribute(
                                AttributeProto.newBuilder()
                                    .setName("body")
                                    .setType(AttributeType.GRAPH)
                                    .setG(body("Concat", "v", "v"))))
                    .addInitializer(numbers("often", Long.MAX_VALUE)))),
        Arguments.of(
            "a loop that goes on and on",
            model(
                graph(
                        node("Loop", "y", "often", "", "x")
                            .addAttribute(
                                AttributeProto.newBuilder()
                                    .setName("body")
                                    .setType(AttributeType.GRAPH)
                                    .setG(body("Relu", "v"))))
                    .addInitializer(numbers("often", Long.MAX_VALUE)))),
        Arguments.of(
            "a range without end",
            model(
                graph(
                        node("Range", "r", "zero", "end", "one"),
                        node("Cast", "f", "r").addAttribute(integer("to", FLOAT)),
                        node("ReduceSum", "s", "f"),
                        node("Add", "y", "x", "s"))
                    .addInitializer(scalar("zero", 0))
                    .addInitializer(scalar("end", Long.MAX_VALUE))
                    .addInitializer(scalar("one", 1)))),
        Arguments.of("a function that calls itself", functions("f", "f")),
        Arguments.of(
            "functions that double fifty times",
            functions(IntStream.range(0, 51).mapToObj(i -> "f" + i).toArray(String[]::new))),
        Arguments.of("graphs a thousand deep", deep()));
  }

  /** Written by hand, for Protocol Buffers themselves would not write it. */
  private static byte[] deep() {
    byte[] graph = graph(node("Relu", "y", "x")).build().toByteArray();
    AttributeProto.Builder branch =
        AttributeProto.newBuilder().setName("then_branch").setType(AttributeType.GRAPH);
    for (int i = 0; i < 1000; i++) {
      byte[] attribute = join(branch.build().toByteArray(), field(6, graph));
      byte[] node = join(node("If", "y", "x").build().toByteArray(), field(5, attribute));
      graph = join(graph().build().toByteArray(), field(1, node));
    }
    return join(model(graph()), field(7, graph));
  }

  private static byte[] field(int number, byte[] content) {
    var out = new ByteArrayOutputStream();
    out.write(number << 3 | 2);
    for (int n = content.length; ; n >>>= 7) {
      out.write(n < 128 ? n : n & 127 | 128);
      if (n < 128) {
        break;
      }
    }
    out.writeBytes(content);
    return out.toByteArray();
  }

  private static byte[] join(byte[] a, byte[] b) {
    byte[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }

  private static TensorProto scalar(String name, long value) {
    return TensorProto.newBuilder()
        .setName(name)
        .setDataType(INT64)
        .addInt64Data(value)
        .build();
  }

  /** A loop's body that changes its value. */
  private static GraphProto.Builder body(String type, String... in) {
    NodeProto.Builder change = node(type, "v2", in);
    if (in.length > 1) {
      change.addAttribute(integer("axis", 0));
    }
    return GraphProto.newBuilder()
        .setName("body")
        .addInput(ValueInfoProto.newBuilder().setName("i"))
        .addInput(ValueInfoProto.newBuilder().setName("c"))
        .addInput(ValueInfoProto.newBuilder().setName("v"))
        .addNode(node("Identity", "c2", "c"))
        .addNode(change)
        .addOutput(ValueInfoProto.newBuilder().setName("c2"))
        .addOutput(ValueInfoProto.newBuilder().setName("v2"));
  }

  /** A model with functions of these names, each of which calls the next one twice. */
  private static byte[] functions(String... names) {
    var opset = OperatorSetIdProto.newBuilder().setDomain("").setVersion(20);
    var own = OperatorSetIdProto.newBuilder().setDomain("own").setVersion(1);
    var model = ModelProto.newBuilder().setIrVersion(9).addOpsetImport(opset).addOpsetImport(own);
    for (int i = 0; i + 1 < names.length; i++) {
      model.addFunctions(
          FunctionProto.newBuilder()
              .setName(names[i])
              .setDomain("own")
              .addInput("a")
              .addOutput("b")
              .addOpsetImport(opset)
              .addOpsetImport(own)
              .addNode(node(names[i + 1], "h", "a").setDomain("own"))
              .addNode(node(names[i + 1], "b", "h").setDomain("own")));
    }
    String last = names[names.length - 1];
    if (!last.equals(names[0])) {
      model.addFunctions(
          FunctionProto.newBuilder()
              .setName(last)
              .setDomain("own")
              .addInput("a")
              .addOutput("b")
              .addOpsetImport(opset)
              .addNode(node("Neg", "b", "a")));
    }
    return model.setGraph(graph(node(names[0], "y", "x").setDomain("own"))).build().toByteArray();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void hostile(String what, byte[] model) {
    long before = allocated();
    assertThatThrownBy(() -> run(model))
        .as(what)
        .isInstanceOf(HebbException.class)
        .message()
        .isNotBlank()
        .doesNotContain("NullPointer", "IndexOutOf");
    assertThat(allocated() - before).as("bytes allocated").isLessThan(MOST_ALLOCATED);
  }

  @Test
  void theGoodOneRuns() {
    assertThat(run(good()).shape()).isEqualTo(Shape.of(8));
  }

  @Test
  void isRefusedWhereverItEnds() {
    byte[] model = good();
    for (int length = 0; length < model.length; length++) {
      readOrRefuse(Arrays.copyOf(model, length));
    }
  }

  @Test
  void isReadOrRefusedWithAnyBytesChanged() {
    Random random = new Random(5);
    byte[] model = good();
    for (int at = 0; at < model.length; at++) {
      byte was = model[at];
      for (int with : new int[] {0, 0x7f, 0x80, 0xff, was ^ 1 << random.nextInt(8)}) {
        model[at] = (byte) with;
        readOrRefuse(model.clone());
      }
      model[at] = was;
    }
    for (int i = 0; i < 3000; i++) {
      byte[] changed = good();
      for (int k = 0; k < 1 + random.nextInt(4); k++) {
        changed[random.nextInt(changed.length)] = (byte) random.nextInt();
      }
      readOrRefuse(changed);
    }
  }

  @Test
  void noiseIsRefused() {
    Random random = new Random(3);
    for (int i = 0; i < 2000; i++) {
      byte[] noise = new byte[random.nextInt(200)];
      random.nextBytes(noise);
      readOrRefuse(noise);
    }
  }

  /** Anything but an exception of Hebb's own fails the test. */
  private static void readOrRefuse(byte[] model) {
    try {
      Onnx.read(ByteBuffer.wrap(model)).initialisers();
    } catch (HebbException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  // ---- tensors outside of the file

  @Test
  void externalDataStayInTheFolder() throws IOException {
    Path inside = Files.createDirectory(folder.resolve("models"));
    Files.write(folder.resolve("secret"), new byte[24]);
    Files.write(inside.resolve("data"), new byte[24]);
    Files.createSymbolicLink(inside.resolve("link"), folder.resolve("secret"));
    assertThat(external(inside, "data", "0", "24").shape().dims()).containsExactly(2, 3);
    for (String location :
        List.of(
            "../secret",
            "./../secret",
            "nothing/../../secret",
            folder.resolve("secret").toString(),
            "link",
            "\0",
            "",
            ".",
            "missing")) {
      assertThatThrownBy(() -> external(inside, location, "0", "24"))
          .as("location \"%s\"", location)
          .isInstanceOf(HebbException.class);
    }
    for (String[] range :
        new String[][] {{"1", "24"}, {"-1", "24"}, {"0", "-24"}, {"0", "23"}, {"x", "24"},
          {"9223372036854775807", "24"}, {"0", "9223372036854775807"}}) {
      assertThatThrownBy(() -> external(inside, "data", range[0], range[1]))
          .as("offset %s, length %s", range[0], range[1])
          .isInstanceOf(HebbException.class);
    }
  }

  private static Tensor external(Path in, String location, String offset, String length)
      throws IOException {
    TensorProto w =
        TensorProto.newBuilder()
            .setName("w")
            .setDataType(FLOAT)
            .addDims(2)
            .addDims(3)
            .setDataLocation(TensorProto.DataLocation.EXTERNAL)
            .addExternalData(entry("location", location))
            .addExternalData(entry("offset", offset))
            .addExternalData(entry("length", length))
            .build();
    Path file = in.resolve("model.onnx");
    Files.write(file, model(graph(node("Add", "y", "x", "w")).addInitializer(w)));
    Tensor x = Tensor.full(Shape.of(2, 3), 1);
    Tensor y = Onnx.load(file).run(Map.of("x", x)).get("y");
    return y.eval();
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }

  private static long allocated() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
  }
}
