package dev.hebb.onnx.export;

import static dev.hebb.nn.Layers.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.hebb.nn.Block;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Net;
import dev.hebb.nn.Params;
import dev.hebb.nn.Side;
import dev.hebb.onnx.proto.ModelProto;
import dev.hebb.onnx.proto.NodeProto;
import dev.hebb.onnx.proto.TensorProto;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Random;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import dev.hebb.tensor.Variable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an exported model says of itself, how it is written, and what cannot be exported. */
class OnnxExportTest {
  @TempDir Path folder;

  private static Net small() {
    return sequential(dense(4).relu(), dropout(0.5), dense(3)).build(Shape.of(6), Seed.of(3));
  }

  private static ModelProto model(OnnxExport export) {
    try {
      return ModelProto.parseFrom(export.toBytes());
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private static List<String> operators(Net net) {
    return model(OnnxExport.of(net)).getGraph().getNodeList().stream()
        .map(NodeProto::getOpType)
        .toList();
  }

  // ---- what is in it

  @Test
  void inputAndOutputHaveNamesAndAnyBatch() {
    OnnxExport export = OnnxExport.of(small()).input("row").output("scores");
    try (Ort ort = Ort.of(export.toBytes())) {
      assertThat(ort.inputs()).containsOnlyKeys("row");
      assertThat(ort.inputs().get("row")).containsExactly(-1, 6);
      assertThat(ort.outputDimensions()).containsExactly("batch", "");
    }
    Agreement.check(export);
  }

  @Test
  void oneBatchSizeIsWrittenDown() {
    try (Ort ort = Ort.of(OnnxExport.of(small()).batch(5).toBytes())) {
      assertThat(ort.inputs().get("input")).containsExactly(5, 6);
    }
    Agreement.check(OnnxExport.of(small()).batch(5));
  }

  @Test
  void weightsKeepTheirNamesAndBits() {
    Net net = small();
    Map<String, TensorProto> written = new TreeMap<>();
    model(OnnxExport.of(net)).getGraph().getInitializerList().forEach(t -> written.put(t.getName(), t));
    for (Variable v : net.variables()) {
      TensorProto t = written.get(v.name());
      assertThat(t).as(v.name()).isNotNull();
      ByteBuffer raw = t.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
      float[] values = new float[raw.remaining() / 4];
      raw.asFloatBuffer().get(values);
      assertThat(values).as(v.name()).isEqualTo(v.value().toFloats());
    }
  }

  @Test
  void whatOnnxHasOneOperatorForIsOneNode() {
    Net net =
        sequential(
                conv2d(4, 3),
                batchNorm(),
                mish(),
                maxPool(2),
                avgPool(2),
                dropout(0.5),
                flatten(),
                dense(6),
                layerNorm(),
                gelu(),
                dense(3),
                softmax())
            .build(Shape.of(1, 14, 14), Seed.of(1));
    assertThat(operators(net))
        .containsExactly(
            "Conv",
            "BatchNormalization",
            "Mish",
            "MaxPool",
            "AveragePool",
            "Reshape",
            "Gemm",
            "LayerNormalization",
            "Gelu",
            "Gemm",
            "Softmax");
  }

  @Test
  void attentionIsProductsAndSoftmax() {
    Net net = attention(2).build(Shape.of(5, 4), Seed.of(1));
    assertThat(operators(net))
        .contains("MatMul", "Softmax")
        .containsOnlyOnce("Softmax")
        .doesNotContain("Exp", "ReduceMax", "Expand", "Shape");
  }

  @Test
  void nodesAreNamedAfterTheirParts() {
    assertThat(model(OnnxExport.of(small())).getGraph().getNodeList())
        .extracting(NodeProto::getName)
        .containsExactly("0.dense/Gemm", "0.dense/Relu", "2.dense/Gemm");
  }

  /** The trained weights are those of the moment of the export. */
  @Test
  void laterChangesAreNotSeen() {
    Net net = small();
    byte[] before = OnnxExport.of(net).toBytes();
    Tensor x = Random.normalOnce(Shape.of(2, 6), Seed.of(1)).eval();
    Tensor expected = net.predict(x).eval();
    net.variables().forEach(v -> v.set(v.value().mul(2)));
    try (Ort ort = Ort.of(before)) {
      Agreement.check(expected, ort.run(Map.of("input", x)), "old weights");
    }
    Agreement.check(OnnxExport.of(net));
  }

  @Test
  void notesAreJsonInTheMetadata() {
    Net net =
        small()
            .note("labels", List.of("cat", "dog", "wren"))
            .note("output", "softmax")
            .note("licence", "CC0 \"1.0\"");
    try (Ort ort = Ort.of(OnnxExport.of(net).toBytes())) {
      assertThat(ort.metadata())
          .containsEntry("hebb.output", "\"softmax\"")
          .containsEntry("hebb.licence", "\"CC0 \\\"1.0\\\"\"");
      assertThat(ort.metadata().get("hebb.labels").replaceAll("\\s", ""))
          .isEqualTo("[\"cat\",\"dog\",\"wren\"]");
    }
  }

  // ---- around the network

  @Test
  void normalisationAndProbabilitiesCanBePartOfIt() {
    Net net = sequential(flatten(), dense(3)).build(Shape.of(1, 2, 2), Seed.of(3));
    OnnxExport export =
        OnnxExport.of(net)
            .preprocessing(Shape.of(2, 2), x -> x.sub(0.5).div(0.25).unsqueeze(1))
            .postprocessing(y -> y.softmax(-1));
    Tensor raw = Random.uniformOnce(Shape.of(3, 2, 2), Seed.of(1)).eval();
    Tensor expected = net.predict(raw.sub(0.5).div(0.25).unsqueeze(1)).softmax(-1);
    try (Ort ort = Ort.of(export.toBytes())) {
      assertThat(ort.inputs().get("input")).containsExactly(-1, 2, 2);
      Agreement.check(expected, ort.run(Map.of("input", raw)), "with both");
    }
  }

  @Test
  void sideValuesAreInputsOfTheirName() {
    Net net = lstm(3).build(Shape.of(5, 4), Seed.of(1));
    OnnxExport export = OnnxExport.of(net).side(Side.LENGTHS, Shape.of(DType.INT64));
    Tensor x = Random.normalOnce(Shape.of(2, 5, 4), Seed.of(1)).eval();
    Tensor lengths = Tensor.of(new long[] {5, 2}, Shape.of(2));
    try (Ort ort = Ort.of(export.toBytes())) {
      assertThat(ort.inputs()).containsOnlyKeys("input", "lengths");
      Tensor y = ort.run(Map.of("input", x, "lengths", lengths));
      Agreement.check(net.predict(x, Side.lengths(lengths)), y, "lengths 5 and 2");
    }
  }

  // ---- layers of one's own

  /** Rows minus the batch's mean: the result depends on the size of the batch. */
  record Centred() implements Layer {
    @Override
    public Block build(Shape in, Params p) {
      Tensor w = p.ones("w", in.last());
      return Block.of(in, x -> x.sub(x.mean(0)).mul(w));
    }
  }

  @Test
  void ownLayersNeedNothing() {
    Agreement.check(OnnxExport.of(Net.of(new Centred(), Shape.of(4), Seed.of(1))));
  }

  @Test
  void twoDimensionsMayDependOnTheBatch() {
    // Every example's products with all others: [n, k] → [n, n].
    Agreement.check(
        OnnxExport.of(
            lambda("gram", x -> x.matmul(x.transpose()).sum(1).unsqueeze(1).mul(x))
                .build(Shape.of(4), Seed.of(1))));
    Agreement.check(
        OnnxExport.of(
            lambda("count", x -> Tensor.arange(x.dim(0)).unsqueeze(1).cast(x.dtype()).add(x))
                .build(Shape.of(4), Seed.of(1))));
    Agreement.check(
        OnnxExport.of(
            lambda("flip", x -> x.flip(0).concat(1, x.flip(1))).build(Shape.of(4), Seed.of(1))));
    Agreement.check(
        OnnxExport.of(
            lambda("rest", x -> x.mod(Tensor.of(0.7f)).add(x.mod(Tensor.of(-0.4f))).add(x.round()))
                .build(Shape.of(9), Seed.of(1))));
  }

  @Test
  void shortFloatsAreRoundedAsHere() {
    Agreement.check(
        OnnxExport.of(
            lambda("half", x -> x.toFloat16().concat(1, x.toBfloat16()))
                .build(Shape.of(50), Seed.of(1))));
  }

  // ---- files

  @Test
  void aFileIsTheModel() throws IOException {
    Net net = small();
    Path file = folder.resolve("small.onnx");
    Files.writeString(file, "an older file");
    OnnxExport.of(net).save(file);
    assertThat(Files.readAllBytes(file)).isEqualTo(OnnxExport.of(net).toBytes());
    assertThat(names()).containsExactly("small.onnx");
  }

  @Test
  void manyWeightsLieBesideTheModel() throws IOException {
    Net net = sequential(dense(300).tanh(), dense(5)).build(Shape.of(20), Seed.of(3));
    Path file = folder.resolve("large.onnx");
    OnnxExport.of(net).save(file, 1000);
    assertThat(names()).containsExactly("large.onnx", "large.onnx.data");
    assertThat(Files.size(file)).isLessThan(4000);
    Tensor x = Random.normalOnce(Shape.of(2, 20), Seed.of(1)).eval();
    try (Ort ort = Ort.of(file)) {
      Agreement.check(net.predict(x), ort.run(Map.of("input", x)), "external data");
    }
  }

  private List<String> names() throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void whatCannotBeWrittenSaysSo() {
    OnnxExport export = OnnxExport.of(small());
    assertThatThrownBy(() -> export.save(folder))
        .isInstanceOf(HebbException.class)
        .hasMessageContaining("is a folder");
    assertThatThrownBy(() -> export.save(folder.resolve("none/a.onnx")))
        .isInstanceOf(HebbException.class)
        .hasMessageContaining("none does not exist; create it");
  }

  // ---- what cannot be exported

  @Test
  void whatIsRandomInEvaluationIsNamed() {
    Net net =
        sequential(dense(3), lambda("noise", x -> x.add(Random.normal(x.shape()))))
            .build(Shape.of(4), Seed.of(1));
    assertThatThrownBy(() -> OnnxExport.of(net).toBytes())
        .isInstanceOf(HebbException.class)
        .hasMessageContaining("\"1.lambda\" draws random numbers")
        .hasMessageContaining("Mode.isTraining()");
  }

  @Test
  void whatDependsOnTheBatchOtherwiseNeedsOneSize() {
    Net net =
        lambda("odd", x -> x.dim(0) % 2 == 0 ? x.neg() : x).build(Shape.of(4), Seed.of(1));
    assertThatThrownBy(() -> OnnxExport.of(net).toBytes())
        .isInstanceOf(HebbException.class)
        .hasMessageContaining("batch(n)");
    Agreement.check(OnnxExport.of(net).batch(2));
    Agreement.check(OnnxExport.of(net).batch(3));
    Net root =
        lambda("root", x -> x.mul(Math.sqrt(x.dim(0)))).build(Shape.of(4), Seed.of(1));
    assertThatThrownBy(() -> OnnxExport.of(root).toBytes())
        .isInstanceOf(HebbException.class)
        .hasMessageContaining("\"0.lambda\"")
        .hasMessageContaining("batch(n)");
    Agreement.check(OnnxExport.of(root).batch(3));
    assertThatThrownBy(() -> OnnxExport.of(root).batch(-1)).isInstanceOf(HebbException.class);
  }

  @Test
  void aValueThatNobodyGivesIsNamed() {
    Net net = decoderBlock(2, 7).build(Shape.of(5, 4), Seed.of(1));
    assertThatThrownBy(() -> OnnxExport.of(net).toBytes())
        .isInstanceOf(HebbException.class)
        .hasMessageContaining("memory");
  }

  @Test
  void aGradientHasNoOperator() {
    Net net =
        lambda(
                "gradient",
                x -> {
                  Tensor pooled = x.maxPool2d(dev.hebb.tensor.Window2d.of(2));
                  return pooled.sum().grad(x).getFirst();
                })
            .build(Shape.of(1, 4, 4), Seed.of(1));
    assertThatThrownBy(() -> OnnxExport.of(net).toBytes())
        .isInstanceOf(HebbException.class)
        .hasMessageContaining("pool_scatter")
        .hasMessageContaining("no operator");
  }
}
