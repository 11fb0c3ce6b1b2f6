package dev.hebb.conformance;

import static dev.hebb.nn.Layers.avgPool;
import static dev.hebb.nn.Layers.batchNorm;
import static dev.hebb.nn.Layers.conv2d;
import static dev.hebb.nn.Layers.convTranspose2d;
import static dev.hebb.nn.Layers.dense;
import static dev.hebb.nn.Layers.embedding;
import static dev.hebb.nn.Layers.globalAveragePool;
import static dev.hebb.nn.Layers.layerNorm;
import static dev.hebb.nn.Layers.maxPool;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.hebb.nn.Layer;
import dev.hebb.nn.Net;
import dev.hebb.nn.layer.ConvTranspose2d;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.Step;
import dev.hebb.tensor.Tensor;
import dev.hebb.tensor.Variable;
import dev.hebb.tensor.Window2d;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Layers that have no memory of a sequence: values, and gradients of inputs and weights. */
class LayersTest {
  private static DynamicTest proof(String path, Layer layer, String... weights) {
    return dynamicTest(path, () -> Proof.of(path).layer(layer, weights));
  }

  private static DynamicTest conv(String fixture, Layer layer) {
    return proof("convolutions/" + fixture, layer, "weight", "bias");
  }

  @TestFactory
  Stream<DynamicTest> convolutions() {
    return Stream.of(
        conv("conv2d", conv2d(5, 3)),
        proof("convolutions/conv2d-no_bias", conv2d(5, 3).noBias(), "weight"),
        conv("conv2d-1x1", conv2d(5, 1)),
        conv("conv2d-stride2", conv2d(4, 3).stride(2)),
        conv("conv2d-padding1", conv2d(4, 3).pad(1)),
        conv("conv2d-stride2-padding1", conv2d(4, 3).stride(2).pad(1)),
        conv("conv2d-dilation2", conv2d(3, 2).pad(1).dilation(2)),
        conv("conv2d-groups2", conv2d(6, 2).pad(1).groups(2)),
        conv("conv2d-depthwise", conv2d(6, 2).groups(3)),
        conv("conv2d-depthwise-stride2-padding1", conv2d(3, 3).stride(2).pad(1).groups(3)),
        conv("conv2d-5x5-padding2", conv2d(3, 5).pad(2)),
        conv(
            "conv2d-3x1-stride1x2-padding1x0", conv2d(4, Window2d.of(3, 1).stride(1, 2).pad(1, 0))),
        conv("conv2d-channels16", conv2d(17, 3).pad(1)),
        conv("conv2d-channels16-depthwise", conv2d(16, 3).pad(1).groups(16)),
        conv("conv2d-same", conv2d(4, 3).same()));
  }

  private static ConvTranspose2d transposed(int channels, int kernel) {
    return convTranspose2d(channels, kernel);
  }

  @TestFactory
  Stream<DynamicTest> transposedConvolutions() {
    return Stream.of(
        conv("conv_transpose2d", transposed(4, 3)),
        proof("convolutions/conv_transpose2d-no_bias", transposed(4, 2).noBias(), "weight"),
        conv("conv_transpose2d-stride2", transposed(4, 3).stride(2)),
        conv("conv_transpose2d-stride2-padding1", transposed(4, 3).stride(2).pad(1)),
        conv("conv_transpose2d-4x4-stride2-padding1", transposed(4, 4).stride(2).pad(1)),
        conv(
            "conv_transpose2d-stride2-padding1-output_padding1",
            transposed(4, 3).stride(2).pad(1).outputPadding(1)),
        conv("conv_transpose2d-dilation2", transposed(3, 2).pad(1).dilation(2)),
        conv("conv_transpose2d-groups2", transposed(6, 2).stride(2).groups(2)),
        conv("conv_transpose2d-depthwise", transposed(3, 2).stride(2).groups(3)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"linear", "linear-sequence"})
  void denseWithPytorchsWeightsTransposed(String fixture) {
    Proof.of("convolutions/" + fixture)
        .layer(dense(7), x -> List.of(x.get("weight").transpose(), x.get("bias")));
  }

  @Test
  void denseWithoutBias() {
    Proof.of("convolutions/linear-no_bias")
        .layer(dense(7).noBias(), x -> List.of(x.get("weight").transpose()));
  }

  @TestFactory
  Stream<DynamicTest> pooling() {
    return Stream.of(
        proof("pooling/max_pool2d", maxPool(2)),
        proof("pooling/max_pool2d-3-stride2-padding1", maxPool(3).stride(2).pad(1)),
        proof("pooling/max_pool2d-3-stride1", maxPool(3).stride(1)),
        proof("pooling/max_pool2d-3-stride2-ceil", maxPool(3).stride(2).ceilMode()),
        proof("pooling/max_pool2d-2-dilation2", maxPool(Window2d.of(2).dilation(2))),
        proof("pooling/max_pool2d-2x3-stride1x2", maxPool(Window2d.of(2, 3).stride(1, 2))),
        proof("pooling/max_pool2d-channels17", maxPool(3).stride(2).pad(1)),
        proof("pooling/avg_pool2d", avgPool(2)),
        proof("pooling/avg_pool2d-3-stride2-padding1-exclude_pad", avgPool(3).stride(2).pad(1)),
        proof("pooling/avg_pool2d-2-ceil-exclude_pad", avgPool(2).ceilMode()),
        proof("pooling/avg_pool2d-3-stride2-padding1", avgPool(3).stride(2).pad(1).countPadding()),
        proof("pooling/avg_pool2d-2-ceil", avgPool(2).ceilMode().countPadding()),
        proof("pooling/global_avg_pool2d", globalAveragePool()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-features", "1d", "2d", "3d"})
  void batchNormInTrainingAndEvaluation(String dims) {
    String[] weights = {"weight", "bias"};
    String path = "normalization/batch_norm" + dims;
    Proof.of(path + "-evaluation").state("running_mean", "running_var").layer(batchNorm(), weights);
    Proof.of(path + "-training").inTraining().single(1e-4).layer(batchNorm(), weights);
  }

  /** What evaluation will use: 0.9 of the old and 0.1 of the batch's, its variance unbiased. */
  @ParameterizedTest
  @ValueSource(strings = {"-features", "1d", "2d", "3d"})
  void batchNormTracksStatistics(String dims) {
    Proof proof =
        Proof.of("normalization/batch_norm" + dims + "-training")
            .state("running_mean", "running_var");
    Fixture fixture = proof.fixture();
    Tensor input = fixture.get("input");
    Net net = proof.net(batchNorm(), DType.FLOAT64, input.shape().drop(1));
    Step.of(true, x -> List.of(net.forward(x.getFirst()))).run(input);
    List<Variable> state = net.state();
    Proof.close(fixture + " mean", state.get(0).value(), fixture.get("output_mean"), 1e-12);
    Proof.close(fixture + " variance", state.get(1).value(), fixture.get("output_var"), 1e-12);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-sequence", "-small"})
  void layerNormOfVectors(String size) {
    Proof.of("normalization/layer_norm" + size)
        .single(2e-4) // of small numbers it divides by 0.003
        .layer(layerNorm(), "weight", "bias");
  }

  @Test
  void embeddingOfNumbers() {
    Proof.of("shaping/embedding").layer(embedding(7, 3), "weight");
  }
}
