package dev.hebb.train.io;

import static dev.hebb.nn.Layers.attention;
import static dev.hebb.nn.Layers.batchNorm;
import static dev.hebb.nn.Layers.conv2d;
import static dev.hebb.nn.Layers.convTranspose2d;
import static dev.hebb.nn.Layers.dense;
import static dev.hebb.nn.Layers.dropout;
import static dev.hebb.nn.Layers.embedding;
import static dev.hebb.nn.Layers.flatten;
import static dev.hebb.nn.Layers.groupNorm;
import static dev.hebb.nn.Layers.gru;
import static dev.hebb.nn.Layers.layerNorm;
import static dev.hebb.nn.Layers.lstm;
import static dev.hebb.nn.Layers.prelu;
import static dev.hebb.nn.Layers.relu;
import static dev.hebb.nn.Layers.rnn;
import static dev.hebb.nn.Layers.sequential;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hebb.nn.Layer;
import dev.hebb.nn.Net;
import dev.hebb.nn.weights.WeightMapping;
import dev.hebb.nn.weights.WeightReport;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Networks of PyTorch's and Keras's, whose weights give the answers that they gave there. */
class WeightsTest {
  private static Map<String, Tensor> tensors(String name) {
    return TensorFile.open(TensorFilesTest.file(name)).tensors();
  }

  /** The answers of the other library to the same inputs, channels first. */
  private static void answers(Net net, String name) {
    Map<String, Tensor> known = tensors(name + "-answers.safetensors");
    Tensor x = known.get("x");
    boolean channelsLast = name.equals("keras-cnn");
    float[] y = net.predict(channelsLast ? x.permute(0, 3, 1, 2) : x).toFloats();
    float[] expected = known.get("y").toFloats();
    assertThat(y).hasSameSizeAs(expected);
    for (int i = 0; i < y.length; i++) {
      assertThat(y[i]).as("%s %d", name, i).isCloseTo(expected[i], within(2e-5f));
    }
  }

  private static Net cnn() {
    return sequential(
            conv2d(4, 3).stride(2),
            batchNorm(),
            relu(),
            convTranspose2d(3, 2),
            groupNorm(3),
            prelu(),
            flatten(),
            dense(6).tanh(),
            dense(3).noBias())
        .build(Shape.of(2, 7, 9), Seed.of(1));
  }

  private static Net build(Layer layers, Shape in) {
    return layers.build(in, Seed.of(1));
  }

  @Test
  void aConvolutionalNetworkOfPyTorchs() {
    Net net = cnn();
    WeightReport report = net.load(tensors("cnn.pt"), WeightMapping.pyTorch());
    assertThat(report.isComplete()).as(report.toString()).isTrue();
    answers(net, "cnn");
  }

  @Test
  void recurrentLayersAndAttentionOfPyTorchs() {
    Net net =
        build(
            sequential(
                embedding(7, 5),
                lstm(4).bidirectional().layers(2),
                gru(3),
                layerNorm(),
                attention(1),
                dense(2)),
            Shape.of(DType.INT64, 6));
    net.load(tensors("recurrent.pt"), WeightMapping.pyTorch());
    answers(net, "recurrent");
  }

  @ParameterizedTest
  @ValueSource(strings = {"keras-cnn.keras", "keras-cnn.weights.h5"})
  void aConvolutionalNetworkOfKerass(String file) {
    Net net =
        build(
            sequential(
                conv2d(4, 3).stride(2),
                batchNorm().epsilon(1e-3),
                relu(),
                conv2d(3, 2),
                flatten(),
                dropout(0.5),
                dense(6).tanh(),
                dense(3)),
            Shape.of(2, 7, 9));
    net.load(tensors(file), WeightMapping.keras());
    answers(net, "keras-cnn");
  }

  @ParameterizedTest
  @ValueSource(strings = {"keras-recurrent.keras", "keras-recurrent.weights.h5"})
  void recurrentLayersOfKerass(String file) {
    Net net =
        build(
            sequential(
                embedding(7, 5),
                lstm(4).bidirectional(),
                gru(3),
                layerNorm(),
                rnn(4).last(),
                dense(2)),
            Shape.of(DType.INT32, 6));
    net.load(tensors(file), WeightMapping.keras());
    answers(net, "keras-recurrent");
  }

  @Test
  void whereSomethingDoesNotFitNothingIsLoaded() {
    Net net = cnn();
    Map<String, Tensor> weights = new LinkedHashMap<>(tensors("cnn.pt"));
    weights.remove("7.bias");
    weights.put("9.weight", Tensor.ones(5, 6));
    weights.put("extra.weight", Tensor.ones(1));
    float[] before = net.variable("0.conv2d.w").value().toFloats();
    assertThatThrownBy(() -> net.load(weights, WeightMapping.pyTorch()))
        .isInstanceOf(HebbException.class)
        .hasMessageContaining("nothing was loaded")
        .hasMessageContaining(
            "12 of 14 variables matched, 1 missing, 1 of another shape; 1 tensors unused")
        .hasMessageContaining("missing      7.dense.b")
        .hasMessageContaining("9.weight is [6, 5]")
        .hasMessageContaining("unused       extra.weight");
    assertThat(net.variable("0.conv2d.w").value().toFloats()).isEqualTo(before);
    WeightReport report = net.load(weights, WeightMapping.pyTorch().partial());
    assertThat(report.count(WeightReport.Outcome.MATCHED)).isEqualTo(12);
    assertThat(net.variable("0.conv2d.w").value().toFloats())
        .isEqualTo(weights.get("0.weight").toFloats())
        .isNotEqualTo(before);
  }

  @Test
  void partsAreNamedAndTheRestIgnored() {
    Net net = build(sequential(dense(2).named("first"), dense(2).named("second")), Shape.of(2));
    Tensor a = Tensor.of(new float[] {1, 2, 3, 4}, Shape.of(2, 2));
    Tensor b = Tensor.of(new float[] {5, 6, 7, 8}, Shape.of(2, 2));
    Map<String, Tensor> weights = new LinkedHashMap<>();
    weights.put("late.weight", a);
    weights.put("late.bias", Tensor.zeros(2));
    weights.put("early.weight", b);
    weights.put("early.bias", Tensor.zeros(2));
    weights.put("aux.weight", a);
    net.load(
        weights,
        WeightMapping.pyTorch().rename("late", "second").rename("early", "first").ignore("aux"));
    assertThat(net.variable("second.w").value().toFloats()).containsExactly(1, 3, 2, 4);
    assertThat(net.variable("first.w").value().toFloats()).containsExactly(5, 7, 6, 8);
    assertThatThrownBy(() -> net.load(weights, WeightMapping.pyTorch().rename("late", "third")))
        .isInstanceOf(HebbException.class)
        .hasMessageContaining("no part \"third\"")
        .hasMessageContaining("[first, second]");
  }

  @Test
  void ownNamesAndOtherFloats() {
    Net net = build(sequential(dense(2).named("only")), Shape.of(2));
    Map<String, Tensor> weights =
        Map.of(
            "old.w", Tensor.of(new double[] {1, 2, 3, 4}, Shape.of(2, 2)), "old.b", Tensor.ones(2));
    net.load(weights, WeightMapping.hebb().rename("old", "only"));
    assertThat(net.variable("only.w").value().dtype()).isEqualTo(DType.FLOAT32);
    assertThat(net.variable("only.w").value().toFloats()).containsExactly(1, 2, 3, 4);
    Map<String, Tensor> integers = Map.of("only.w", Tensor.of(1, 2), "only.b", Tensor.ones(2));
    assertThatThrownBy(() -> net.load(integers, WeightMapping.hebb()))
        .hasMessageContaining("wrong shape");
  }
}
