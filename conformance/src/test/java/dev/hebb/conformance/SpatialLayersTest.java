package dev.hebb.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.hebb.nn.Layer;
import dev.hebb.nn.Layers;
import dev.hebb.nn.layer.AdaptivePool;
import dev.hebb.nn.layer.Conv1d;
import dev.hebb.nn.layer.Conv3d;
import dev.hebb.nn.layer.ConvTranspose1d;
import dev.hebb.nn.layer.ConvTranspose3d;
import dev.hebb.nn.layer.DepthwiseConv2d;
import dev.hebb.nn.layer.GlobalMaxPool;
import dev.hebb.nn.layer.GroupNorm;
import dev.hebb.nn.layer.LpPool;
import dev.hebb.nn.layer.Pad;
import dev.hebb.nn.layer.PixelShuffle;
import dev.hebb.nn.layer.Pool1d;
import dev.hebb.nn.layer.Pool3d;
import dev.hebb.nn.layer.RmsNorm;
import dev.hebb.nn.layer.SeparableConv2d;
import dev.hebb.nn.layer.Upsample;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Layers for signals, pictures and volumes: values, and gradients of inputs and weights. */
class SpatialLayersTest {
  private static DynamicTest proof(String path, Layer layer, String... weights) {
    return dynamicTest(path, () -> Proof.of(path).layer(layer, weights));
  }

  private static DynamicTest conv(String fixture, Layer layer) {
    return proof("convolutions/" + fixture, layer, "weight", "bias");
  }

  private static Conv1d line(int channels, int kernel) {
    return Layers.conv1d(channels, kernel);
  }

  private static Conv3d volume(int channels, int kernel) {
    return Layers.conv3d(channels, kernel);
  }

  private static ConvTranspose1d longer(int channels, int kernel) {
    return Layers.convTranspose1d(channels, kernel);
  }

  private static ConvTranspose3d larger(int channels, int kernel) {
    return Layers.convTranspose3d(channels, kernel);
  }

  @TestFactory
  Stream<DynamicTest> convolutionsOfSignals() {
    return Stream.of(
        conv("conv1d", line(5, 3)),
        proof("convolutions/conv1d-no_bias", line(5, 3).noBias(), "weight"),
        conv("conv1d-1x1", line(5, 1)),
        conv("conv1d-stride2", line(4, 3).stride(2)),
        conv("conv1d-padding1", line(4, 3).pad(1)),
        conv("conv1d-stride2-padding1", line(4, 3).stride(2).pad(1)),
        conv("conv1d-dilation2", line(3, 2).pad(1).dilation(2)),
        conv("conv1d-groups2", line(6, 2).pad(1).groups(2)),
        conv("conv1d-depthwise", line(6, 2).groups(3)),
        conv("conv1d-depthwise-stride2-padding1", line(3, 3).stride(2).pad(1).groups(3)));
  }

  @TestFactory
  Stream<DynamicTest> convolutionsOfVolumes() {
    return Stream.of(
        conv("conv3d", volume(5, 3)),
        proof("convolutions/conv3d-no_bias", volume(5, 2).noBias(), "weight"),
        conv("conv3d-1x1", volume(5, 1)),
        conv("conv3d-stride2", volume(4, 3).stride(2)),
        conv("conv3d-padding1", volume(4, 3).pad(1)),
        conv("conv3d-stride2-padding1", volume(4, 3).stride(2).pad(1)),
        conv("conv3d-dilation2", volume(3, 2).pad(1).dilation(2)),
        conv("conv3d-groups2", volume(6, 2).pad(1).groups(2)),
        conv("conv3d-depthwise", volume(6, 2).groups(3)),
        conv("conv3d-depthwise-stride2-padding1", volume(3, 3).stride(2).pad(1).groups(3)));
  }

  @TestFactory
  Stream<DynamicTest> transposedConvolutions() {
    return Stream.of(
        conv("conv_transpose1d", longer(4, 3)),
        proof("convolutions/conv_transpose1d-no_bias", longer(4, 2).noBias(), "weight"),
        conv("conv_transpose1d-stride2", longer(4, 3).stride(2)),
        conv("conv_transpose1d-stride2-padding1", longer(4, 3).stride(2).pad(1)),
        conv(
            "conv_transpose1d-stride2-padding1-output_padding1",
            longer(4, 3).stride(2).pad(1).outputPadding(1)),
        conv("conv_transpose1d-dilation2", longer(3, 2).pad(1).dilation(2)),
        conv("conv_transpose1d-groups2", longer(6, 2).stride(2).groups(2)),
        conv("conv_transpose1d-depthwise", longer(3, 2).stride(2).groups(3)),
        conv("conv_transpose3d", larger(4, 3)),
        proof("convolutions/conv_transpose3d-no_bias", larger(4, 2).noBias(), "weight"),
        conv("conv_transpose3d-stride2", larger(4, 3).stride(2)),
        conv("conv_transpose3d-stride2-padding1", larger(4, 3).stride(2).pad(1)),
        conv(
            "conv_transpose3d-stride2-padding1-output_padding1",
            larger(4, 3).stride(2).pad(1).outputPadding(1)),
        conv("conv_transpose3d-dilation2", larger(3, 2).pad(1).dilation(2)),
        conv("conv_transpose3d-groups2", larger(6, 2).stride(2).groups(2)),
        conv("conv_transpose3d-depthwise", larger(3, 2).stride(2).groups(3)));
  }

  @TestFactory
  Stream<DynamicTest> separableConvolutions() {
    DepthwiseConv2d depthwise = Layers.depthwiseConv2d(3).pad(1).multiplier(2).noBias();
    SeparableConv2d separable = Layers.separableConv2d(4, 3).pad(1);
    return Stream.of(
        proof(
            "convolutions/conv2d-depthwise",
            Layers.depthwiseConv2d(2).multiplier(2),
            "weight",
            "bias"),
        proof(
            "convolutions/separable",
            Layers.chain(depthwise, Layers.conv2d(4, 1)),
            "depthwise",
            "pointwise",
            "bias"),
        // With one kernel for each channel it is one layer.
        dynamicTest(
            "separable as a layer",
            () -> assertThat(separable.build(Shape.of(3, 7, 5), Seed.of(1)).params()).hasSize(3)));
  }

  @TestFactory
  Stream<DynamicTest> pooling() {
    Pool1d max = Layers.maxPool1d(2);
    Pool1d max3 = Layers.maxPool1d(3).stride(2);
    Pool1d mean = Layers.avgPool1d(2);
    Pool3d deepMax3 = Layers.maxPool3d(3).stride(2);
    Pool3d deepMean = Layers.avgPool3d(2);
    return Stream.of(
        proof("pooling/max_pool1d", max),
        proof("pooling/max_pool1d-3-stride2-padding1", max3.pad(1)),
        proof("pooling/max_pool1d-3-stride1", max3.stride(1)),
        proof("pooling/max_pool1d-3-stride2-ceil", max3.ceilMode()),
        proof("pooling/avg_pool1d", mean),
        proof(
            "pooling/avg_pool1d-3-stride2-padding1-exclude_pad",
            Layers.avgPool1d(3).stride(2).pad(1)),
        proof("pooling/avg_pool1d-2-ceil-exclude_pad", mean.ceilMode()),
        proof(
            "pooling/avg_pool1d-3-stride2-padding1",
            Layers.avgPool1d(3).stride(2).pad(1).countPadding()),
        proof("pooling/avg_pool1d-2-ceil", mean.ceilMode().countPadding()),
        proof("pooling/max_pool3d", Layers.maxPool3d(2)),
        proof("pooling/max_pool3d-3-stride2-padding1", deepMax3.pad(1)),
        proof("pooling/max_pool3d-3-stride1", deepMax3.stride(1)),
        proof("pooling/max_pool3d-3-stride2-ceil", deepMax3.ceilMode()),
        proof("pooling/avg_pool3d", deepMean),
        proof(
            "pooling/avg_pool3d-3-stride2-padding1-exclude_pad",
            Layers.avgPool3d(3).stride(2).pad(1)),
        proof("pooling/avg_pool3d-2-ceil-exclude_pad", deepMean.ceilMode()),
        proof(
            "pooling/avg_pool3d-3-stride2-padding1",
            Layers.avgPool3d(3).stride(2).pad(1).countPadding()),
        proof("pooling/avg_pool3d-2-ceil", deepMean.ceilMode().countPadding()));
  }

  @TestFactory
  Stream<DynamicTest> poolingToASizeOrANorm() {
    LpPool norm = Layers.lpPool(2, 2);
    LpPool cubes = Layers.lpPool(3, 3).stride(2);
    AdaptivePool line = Layers.adaptiveAvgPool(3);
    GlobalMaxPool all = Layers.globalMaxPool();
    return Stream.of(
        proof("pooling/lp_pool2d", norm),
        proof("pooling/lp_pool2d-p3-kernel3-stride2", cubes),
        proof("pooling/lp_pool1d", norm),
        proof("pooling/lp_pool1d-p3-kernel3-stride2", cubes),
        proof("pooling/lp_pool3d", norm),
        proof("pooling/lp_pool3d-p3-kernel3-stride2", cubes),
        proof("pooling/adaptive_avg_pool1d", line),
        proof("pooling/adaptive_max_pool1d", Layers.adaptiveMaxPool(3)),
        proof("pooling/adaptive_avg_pool2d", Layers.adaptiveAvgPool(3, 2)),
        proof("pooling/adaptive_max_pool2d", Layers.adaptiveMaxPool(3, 2)),
        proof("pooling/adaptive_avg_pool3d", Layers.adaptiveAvgPool(3, 2, 4)),
        proof("pooling/adaptive_max_pool3d", Layers.adaptiveMaxPool(3, 2, 4)),
        proof("pooling/global_avg_pool1d", Layers.globalAveragePool()),
        proof("pooling/global_avg_pool3d", Layers.globalAveragePool()),
        proof("pooling/global_max_pool1d", all),
        proof("pooling/global_max_pool2d", all),
        proof("pooling/global_max_pool3d", all));
  }

  @TestFactory
  Stream<DynamicTest> normalisation() {
    GroupNorm instance = Layers.instanceNorm();
    RmsNorm rms = Layers.rmsNorm().epsilon(1e-6);
    Stream<DynamicTest> groups =
        Stream.of(
                "-features-groups1",
                "-features-groups2",
                "-features-groups3",
                "1d-groups2",
                "1d-groups3",
                "2d-groups1",
                "2d-groups2",
                "2d-groups3",
                "2d-groups6",
                "3d-groups2",
                "3d-groups3")
            .map(name -> {
              int number = name.charAt(name.length() - 1) - '0';
              return normal("group_norm" + name, Layers.groupNorm(number), "weight", "bias");
            });
    Stream<DynamicTest> others =
        Stream.of(
            normal("instance_norm1d", instance.affine(true), "weight", "bias"),
            normal("instance_norm1d-plain", instance),
            normal("instance_norm2d", instance.affine(true), "weight", "bias"),
            normal("instance_norm2d-plain", instance),
            normal("instance_norm3d", instance.affine(true), "weight", "bias"),
            normal("instance_norm3d-plain", instance),
            normal("rms_norm", rms, "weight"),
            normal("rms_norm-sequence", rms, "weight"),
            normal("rms_norm-epsilon1e-5", Layers.rmsNorm(), "weight"),
            normal("rms_norm-epsilon1e-5-sequence", Layers.rmsNorm(), "weight"));
    return Stream.concat(groups, others);
  }

  /** What is divided by small deviations is less exact in float32. */
  private static DynamicTest normal(String fixture, Layer layer, String... weights) {
    String path = "normalization/" + fixture;
    return dynamicTest(path, () -> Proof.of(path).single(2e-4).layer(layer, weights));
  }

  @TestFactory
  Stream<DynamicTest> shapes() {
    PixelShuffle pixels = Layers.pixelShuffle(2);
    Upsample twice = Layers.upsampleBilinear(2);
    Stream<DynamicTest> pads =
        Stream.of(Pad.With.REFLECT, Pad.With.REPLICATE, Pad.With.CIRCULAR)
            .flatMap(with -> {
              String name = with.name().toLowerCase(java.util.Locale.ROOT);
              return Stream.of(
                  proof("shaping/pad1d-" + name, Layers.pad(with, 1, 2)),
                  proof("shaping/pad2d-" + name, Layers.pad(with, 1, 2, 0, 3)),
                  proof("shaping/pad3d-" + name, Layers.pad(with, 1, 2, 0, 1, 2, 1)));
            });
    Stream<DynamicTest> others =
        Stream.of(
            proof("shaping/pad1d-zero", Layers.pad(1, 2)),
            proof("shaping/pad2d-constant", Layers.pad(1, 2, 0, 3).value(1.5)),
            proof("shaping/pad3d-constant", Layers.pad(1, 2, 0, 1, 2, 1).value(1.5)),
            proof("shaping/crop2d", Layers.pad(-1, -2, 0, -1)),
            proof("shaping/pixel_shuffle-2", pixels),
            proof("shaping/pixel_shuffle-3", Layers.pixelShuffle(3)),
            proof("shaping/pixel_unshuffle-2", Layers.pixelUnshuffle(2)),
            proof("shaping/upsample_nearest2d-x2", Layers.upsample(2)),
            proof("shaping/upsample_nearest2d-x3", Layers.upsample(3)),
            proof("shaping/upsample_nearest1d-x2", Layers.upsample(2)),
            proof("shaping/upsample_nearest1d-x3", Layers.upsample(3)),
            proof("shaping/upsample_nearest3d-x2", Layers.upsample(2)),
            proof("shaping/upsample_nearest3d-x3", Layers.upsample(3)),
            proof("shaping/upsample_linear1d-x2", twice),
            proof("shaping/upsample_linear1d-x3", Layers.upsampleBilinear(3)),
            proof("shaping/upsample_linear1d-x2-align_corners", twice.aligned()),
            proof("shaping/upsample_trilinear3d-x2", twice),
            proof("shaping/upsample_trilinear3d-x3", Layers.upsampleBilinear(3)),
            proof("shaping/upsample_trilinear3d-x2-align_corners", twice.aligned()),
            proof("shaping/upsample_bilinear2d-x2", twice),
            proof("shaping/upsample_bilinear2d-x3", Layers.upsampleBilinear(3)),
            proof("shaping/upsample_bilinear2d-x2-align_corners", twice.aligned()),
            proof(
                "shaping/upsample_bilinear2d-x3-align_corners",
                Layers.upsampleBilinear(3).aligned()));
    return Stream.concat(pads, others);
  }
}
