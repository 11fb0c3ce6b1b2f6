package dev.hebb.nn;

import static dev.hebb.nn.Layers.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hebb.nn.layer.AvgPool;
import dev.hebb.nn.layer.Merge;
import dev.hebb.nn.layer.Pad;
import dev.hebb.nn.layer.Permute;
import dev.hebb.nn.layer.Pool1d;
import dev.hebb.nn.layer.Repeat;
import dev.hebb.nn.layer.SqueezeExcite;
import dev.hebb.nn.layer.TimeDistributed;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Random;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.ShapeError;
import dev.hebb.tensor.Tensor;
import org.junit.jupiter.api.Test;

/**
 * Layers for signals, pictures and volumes, and those that only move numbers. Their values stand
 * beside PyTorch's in the conformance module.
 */
class SpatialTest {
  private static final Shape SIGNAL = Shape.of(4, 7);
  private static final Shape PICTURE = Shape.of(4, 5, 7);
  private static final Shape VOLUME = Shape.of(2, 5, 4, 3);

  @Test
  void convolutionsKeepTheContract() {
    LayerContract.of(conv1d(6, 3).stride(2).groups(2), SIGNAL, 6 * 2 * 3 + 6).check();
    LayerContract.of(conv1d(5, 3).same().noBias(), SIGNAL, 5 * 4 * 3).check();
    LayerContract.of(convTranspose1d(3, 3).stride(2).pad(1).outputPadding(1), SIGNAL, 4 * 3 * 3 + 3)
        .check();
    LayerContract.of(convTranspose2d(6, 3).stride(2).groups(2), PICTURE, 4 * 3 * 9 + 6).check();
    LayerContract.of(conv3d(3, 2).stride(2).same(), VOLUME, 3 * 2 * 8 + 3).check();
    LayerContract.of(convTranspose3d(2, 2).stride(2).noBias(), VOLUME, 2 * 2 * 8).check();
    LayerContract.of(depthwiseConv2d(3).multiplier(2).dilation(2), PICTURE, 8 * 9 + 8).check();
    LayerContract.of(separableConv2d(6, 3).same(), PICTURE, 4 * 9 + 4 * 6 + 6).check();
  }

  @Test
  void sameKeepsTheSizeInAnyDimension() {
    assertThat(conv1d(2, 4).same().build(SIGNAL, Seed.of(1)).out().dims()).containsExactly(2, 7);
    assertThat(conv3d(2, 4).same().build(VOLUME, Seed.of(1)).out().dims())
        .containsExactly(2, 5, 4, 3);
    assertThat(conv3d(2, 3).same().stride(2).build(VOLUME, Seed.of(1)).out().dims())
        .containsExactly(2, 3, 2, 2);
    assertThat(maxPool3d(3).stride(2).same().build(VOLUME, Seed.of(1)).out().dims())
        .containsExactly(2, 3, 2, 2);
  }

  @Test
  void poolingKeepsTheContract() {
    LayerContract.of(maxPool1d(3).stride(2), SIGNAL, 0).check();
    LayerContract.of(avgPool1d(2).ceilMode(), SIGNAL, 0).check();
    LayerContract.of(maxPool3d(2), VOLUME, 0).check();
    LayerContract.of(avgPool3d(2).stride(1), VOLUME, 0).check();
    LayerContract.of(avgPool(3).pad(1).countPadding(), PICTURE, 0).check();
    LayerContract.of(avgPool1d(3).pad(1).countPadding(), SIGNAL, 0).check();
    LayerContract.of(lpPool(3, 2), PICTURE, 0).check();
    LayerContract.of(lpPool(2, 3).stride(2), SIGNAL, 0).check();
    LayerContract.of(lpPool(2, 2).stride(1), VOLUME, 0).check();
    LayerContract.of(adaptiveAvgPool(2, 3), PICTURE, 0).check();
    LayerContract.of(adaptiveMaxPool(3), SIGNAL, 0).check();
    LayerContract.of(globalMaxPool(), VOLUME, 0).check();
    LayerContract.of(globalAveragePool(), SIGNAL, 0).check();
  }

  /** Corners see four of nine elements, edges six. */
  @Test
  void paddingCountsWhereItIsAskedFor() {
    Tensor ones = Tensor.ones(1, 1, 3, 3);
    AvgPool mean = avgPool(3).stride(2).pad(1);
    Shape in = Shape.of(1, 3, 3);
    assertThat(mean.build(in, Seed.of(1)).forward(ones).toFloats()).containsExactly(1, 1, 1, 1);
    assertThat(mean.countPadding().build(in, Seed.of(1)).forward(ones).toFloats())
        .containsExactly(4 / 9f, 4 / 9f, 4 / 9f, 4 / 9f);
    // An overhanging window counts its padding, but not what lies beyond.
    Pool1d line = avgPool1d(2).stride(2).pad(1).ceilMode();
    Tensor four = Tensor.ones(1, 1, 4);
    assertThat(line.countPadding().build(Shape.of(1, 4), Seed.of(1)).forward(four).toFloats())
        .containsExactly(0.5f, 1, 0.5f);
    assertThatThrownBy(() -> maxPool1d(2).countPadding()).hasMessageContaining("avgPool1d");
  }

  @Test
  void aWindowOfZerosHasTheNormZeroAndNoGradient() {
    Tensor x = Tensor.zeros(1, 1, 2, 2);
    Tensor y = lpPool(3, 2).build(Shape.of(1, 2, 2), Seed.of(1)).forward(x);
    assertThat(y.toFloats()).containsExactly(0);
    assertThat(y.sum().grad(x).getFirst().toFloats()).containsExactly(0, 0, 0, 0);
  }

  @Test
  void theFirstOfEqualMaximaGetsTheGradient() {
    Tensor x = Tensor.of(1f, 3, 3, 2).reshape(1, 1, 4).eval();
    Tensor y = globalMaxPool().build(Shape.of(1, 4), Seed.of(1)).forward(x);
    assertThat(y.sum().grad(x).getFirst().toFloats()).containsExactly(0, 1, 0, 0);
  }

  @Test
  void normalisationKeepsTheContract() {
    LayerContract.of(groupNorm(2), PICTURE, 8).check();
    LayerContract.of(instanceNorm(), PICTURE, 0).check();
    LayerContract.of(instanceNorm().affine(true), SIGNAL, 8).check();
    LayerContract.of(rmsNorm(), SIGNAL, 7).check();
    assertThatThrownBy(() -> groupNorm(0)).hasMessageContaining("at least one group");
    assertThatThrownBy(() -> groupNorm(3).build(PICTURE, Seed.of(1)))
        .isInstanceOf(ShapeError.class)
        .hasMessageContaining("4 channels do not divide into 3 groups");
  }

  @Test
  void whatMovesNumbersKeepsTheContract() {
    LayerContract.of(upsample(2), PICTURE, 0).check();
    LayerContract.of(upsample(3), VOLUME, 0).check();
    LayerContract.of(upsampleBilinear(3).aligned(), PICTURE, 0).check();
    LayerContract.of(upsampleBilinear(2), SIGNAL, 0).check();
    LayerContract.of(pad(1, 0, 2, 1).value(2), PICTURE, 0).check();
    LayerContract.of(pad(Pad.With.REFLECT, 2, 1), SIGNAL, 0).check();
    LayerContract.of(crop(1), PICTURE, 0).check();
    LayerContract.of(pixelShuffle(2), PICTURE, 0).check();
    LayerContract.of(pixelUnshuffle(2), Shape.of(3, 4, 6), 0).check();
    LayerContract.of(new Permute(java.util.List.of(2, 0, 1)), PICTURE, 0).check();
    LayerContract.of(new Repeat(3), Shape.of(4), 0).check();
    LayerContract.of(new TimeDistributed(dense(3).relu()), SIGNAL, 7 * 3 + 3).check();
    LayerContract.of(new SqueezeExcite(2), PICTURE, 4 * 2 + 2 + 2 * 4 + 4).check();
    Merge sum = add(conv2d(3, 1), conv2d(3, 1).noBias());
    LayerContract.of(sum, PICTURE, 4 * 3 + 3 + 4 * 3).check();
    LayerContract.of(multiply(chain(), chain().sigmoid()), SIGNAL, 0).check();
  }

  @Test
  void permutingAndShufflingBackGivesTheSame() {
    Tensor x = Random.normalOnce(PICTURE.prepend(2), Seed.of(1)).eval();
    var twice = sequential(permute(2, 0, 1), permute(1, 2, 0), pixelShuffle(2), pixelUnshuffle(2));
    assertThat(twice.build(PICTURE, Seed.of(1)).forward(x).toFloats()).isEqualTo(x.toFloats());
  }

  @Test
  void aLambdaComputesButCannotBeSaved() {
    var layer = lambda("halve", x -> x.mul(0.5));
    assertThat(sequential(layer).build(Shape.of(2), Seed.of(1)).predict(new float[] {2, 4}))
        .containsExactly(1, 2);
    assertThatThrownBy(() -> LayerSpec.describe(sequential(layer)))
        .isInstanceOf(HebbException.class)
        .hasMessageContaining("lambda 'halve'")
        .hasMessageContaining("record that implements Layer");
  }

  @Test
  void mistakesNameTheirFix() {
    assertThatThrownBy(() -> conv1d(2, 3).build(PICTURE, Seed.of(1)))
        .hasMessageContaining("signal per example (channels, length)");
    assertThatThrownBy(() -> conv3d(2, 3).build(PICTURE, Seed.of(1)))
        .hasMessageContaining("reshape(channels, depth, height, width)");
    assertThatThrownBy(() -> conv1d(2, 9).build(SIGNAL, Seed.of(1)))
        .hasMessageContaining("does not fit")
        .hasMessageContaining("same()");
    assertThatThrownBy(() -> conv3d(2, 6).build(VOLUME, Seed.of(1)))
        .hasMessageContaining("does not fit");
    assertThatThrownBy(
            () -> convTranspose2d(2, 3).stride(2).outputPadding(2).build(PICTURE, Seed.of(1)))
        .hasMessageContaining("0 to stride − 1");
    assertThatThrownBy(() -> convTranspose2d(2, 3).pad(9).build(PICTURE, Seed.of(1)))
        .hasMessageContaining("less padding");
    assertThatThrownBy(() -> conv1d(3, 3).groups(2)).hasMessageContaining("multiple of the groups");
    assertThatThrownBy(() -> pad(1)).hasMessageContaining("pairs");
    assertThatThrownBy(() -> pad(-4, -4).build(SIGNAL, Seed.of(1)))
        .hasMessageContaining("nothing is left");
    assertThatThrownBy(() -> pad(Pad.With.REFLECT, 7, 0).build(SIGNAL, Seed.of(1)))
        .hasMessageContaining("more than the 6");
    assertThatThrownBy(() -> pixelShuffle(3).build(PICTURE, Seed.of(1)))
        .hasMessageContaining("multiple of 9");
    assertThatThrownBy(() -> permute(0, 0)).hasMessageContaining("each axis");
    assertThatThrownBy(() -> adaptiveAvgPool(0)).hasMessageContaining("at least 1");
    assertThatThrownBy(() -> adaptiveAvgPool(2, 2).build(SIGNAL, Seed.of(1)))
        .isInstanceOf(ShapeError.class);
    assertThatThrownBy(() -> lpPool(0.5, 2)).hasMessageContaining("at least 1");
    assertThatThrownBy(() -> lpPool(2, 0)).hasMessageContaining("window and stride");
    assertThatThrownBy(() -> lpPool(2, 2).build(Shape.of(5), Seed.of(1)))
        .hasMessageContaining("signal, picture or volume");
    assertThatThrownBy(() -> upsample(0)).hasMessageContaining("at least 1");
    assertThatThrownBy(() -> add(conv2d(2, 1), conv2d(3, 1)).build(PICTURE, Seed.of(1)))
        .hasMessageContaining("branch 1");
    assertThatThrownBy(() -> timeDistributed(dense(2)).build(Shape.of(3), Seed.of(1)))
        .hasMessageContaining("sequence");
  }
}
