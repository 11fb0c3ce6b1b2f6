package dev.hebb.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.hebb.onnx.proto.GraphProto;
import dev.hebb.onnx.proto.ModelProto;
import dev.hebb.onnx.proto.NodeProto;
import dev.hebb.onnx.proto.OperatorSetIdProto;
import dev.hebb.onnx.proto.StringStringEntryProto;
import dev.hebb.onnx.proto.TensorProto;
import dev.hebb.onnx.proto.TypeProto;
import dev.hebb.onnx.proto.ValueInfoProto;
import dev.hebb.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models that cannot be computed say why, and do no harm. */
class WrongModelsTest {
  @TempDir Path folder;

  private static ValueInfoProto port(String name) {
    var tensor = TypeProto.Tensor.newBuilder().setElemType(ElementType.FLOAT.number());
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }

  private static NodeProto node(String op, String in, String out) {
    return NodeProto.newBuilder().setOpType(op).addInput(in).addOutput(out).build();
  }

  private static GraphProto.Builder graph(NodeProto... nodes) {
    GraphProto.Builder g = GraphProto.newBuilder().addInput(port("x")).addOutput(port("y"));
    for (NodeProto n : nodes) {
      g.addNode(n);
    }
    return g;
  }

  private static byte[] model(GraphProto.Builder graph) {
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
        .setGraph(graph)
        .build()
        .toByteArray();
  }

  private static OnnxModel read(GraphProto.Builder graph) {
    return Onnx.read(ByteBuffer.wrap(model(graph)));
  }

  @Test
  void everythingThatIsNotSupportedIsListedAtOnce() {
    assertThatThrownBy(() ->
            read(
                graph(
                    node("Wavelet", "x", "a"),
                    node("Relu", "a", "b"),
                    node("StringNormalizer", "b", "c"),
                    NodeProto.newBuilder()
                        .setOpType("FusedGelu")
                        .setDomain("com.example")
                        .setName("late")
                        .addInput("c")
                        .addOutput("y")
                        .build())))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("Wavelet")
        .hasMessageContaining("opset 17")
        .hasMessageContaining("StringNormalizer")
        .hasMessageContaining("texts are not tensors")
        .hasMessageContaining("\"late\"")
        .hasMessageContaining("com.example");
  }

  @Test
  void cyclesAndMissingValuesAreFound() {
    assertThatThrownBy(() -> read(graph(node("Relu", "b", "a"), node("Relu", "a", "b"))))
        .hasMessageContaining("computed later or from itself");
    assertThatThrownBy(() -> read(graph(node("Relu", "nothing", "y"))))
        .hasMessageContaining("nothing defines");
    assertThatThrownBy(() -> read(graph(node("Relu", "x", "y"), node("Abs", "x", "y"))))
        .hasMessageContaining("second time");
    assertThatThrownBy(() -> read(graph())).hasMessageContaining("computed by no node");
  }

  @Test
  void claimsAreComparedWithBytesBeforeMemoryIsTaken() {
    TensorProto huge =
        TensorProto.newBuilder()
            .setName("w")
            .setDataType(ElementType.FLOAT.number())
            .addDims(1 << 20)
            .addDims(1 << 10)
            .setRawData(ByteString.copyFrom(new byte[8]))
            .build();
    var add = NodeProto.newBuilder().setOpType("Add").addInput("x").addInput("w").addOutput("y");
    OnnxModel model = read(graph(add.build()).addInitializer(huge));
    assertThatThrownBy(() -> model.run(Map.of("x", Tensor.of(1f, 2f))))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("should have 4294967296 bytes");
    TensorProto overflow = huge.toBuilder().addDims(1L << 40).build();
    OnnxModel second = read(graph(add.build()).addInitializer(overflow));
    assertThatThrownBy(() -> second.run(Map.of("x", Tensor.of(1f, 2f))))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("too large");
  }

  @Test
  void externalDataStaysInTheFolder() throws IOException {
    Path outside = Files.write(folder.resolve("secret"), new byte[] {0, 0, -128, 63});
    Path inside = Files.createDirectory(folder.resolve("model"));
    Files.write(inside.resolve("w.bin"), new byte[] {9, 9, 0, 0, -128, 63});
    for (String location : new String[] {"w.bin", "../secret", outside.toString(), "link"}) {
      TensorProto w =
          TensorProto.newBuilder()
              .setName("w")
              .setDataType(ElementType.FLOAT.number())
              .addDims(1)
              .setDataLocation(TensorProto.DataLocation.EXTERNAL)
              .addExternalData(entry("location", location))
              .addExternalData(entry("offset", location.equals("w.bin") ? "2" : "0"))
              .build();
      var add = NodeProto.newBuilder().setOpType("Add").addInput("x").addInput("w").addOutput("y");
      Path file = inside.resolve("m.onnx");
      Files.write(file, model(graph(add.build()).addInitializer(w)));
      if (location.equals("link")) {
        Files.createSymbolicLink(inside.resolve("link"), outside);
      }
      OnnxModel model = Onnx.load(file);
      Map<String, Tensor> x = Map.of("x", Tensor.of(1f, 2f));
      if (location.equals("w.bin")) {
        assertThat(model.run(x).get("y").toFloats()).containsExactly(2, 3);
      } else {
        assertThatThrownBy(() -> model.run(x))
            .isInstanceOf(OnnxException.class)
            .hasMessageContaining("outside of the model's folder");
      }
    }
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }

  @Test
  void whatIsNoModelSaysSo() {
    assertThatThrownBy(() -> Onnx.read(ByteBuffer.wrap(new byte[] {1, 2, 3})))
        .isInstanceOf(OnnxException.class);
    assertThatThrownBy(() -> Onnx.read(ByteBuffer.wrap(new byte[0])))
        .hasMessageContaining("not an ONNX model");
    byte[] whole = model(graph(node("Relu", "x", "y")));
    for (int n = 0; n < whole.length - 1; n++) {
      byte[] part = java.util.Arrays.copyOf(whole, n);
      assertThatThrownBy(() -> Onnx.read(ByteBuffer.wrap(part))).isInstanceOf(OnnxException.class);
    }
  }

  @Test
  void inputsAreChecked() {
    OnnxModel model = read(graph(node("Relu", "x", "y")));
    assertThatThrownBy(() -> model.run(Map.of()))
        .hasMessageContaining("x float")
        .hasMessageContaining("missing");
    Tensor t = Tensor.of(1f, -2f);
    assertThatThrownBy(() -> model.run(Map.of("x", t, "z", t)))
        .hasMessageContaining("no input \"z\"");
    assertThat(model.run(Map.of("x", t)).get("y").toFloats()).containsExactly(1, 0);
  }
}
