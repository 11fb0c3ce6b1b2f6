package dev.hebb.conformance;

import dev.hebb.nn.Init;
import dev.hebb.nn.layer.ConvTranspose2d;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What U-Net and DCGAN make pictures larger with. */
class TransposedConvolutionTest {
  @ParameterizedTest
  @CsvSource({
    "conv_transpose2d, 3, 1, 0",
    "conv_transpose2d-stride2, 3, 2, 0",
    "conv_transpose2d-stride2-padding1, 3, 2, 1",
    "conv_transpose2d-4x4-stride2-padding1, 4, 2, 1",
  })
  void valuesAndGradients(String fixture, int kernel, int stride, int pad) {
    var layer = new ConvTranspose2d(4, kernel, stride, pad, true, Init.heNormal());
    Proof.of("convolutions/" + fixture).layer(layer, "weight", "bias");
  }

  @ParameterizedTest
  @CsvSource({"conv_transpose2d-no_bias"})
  void withoutABias(String fixture) {
    var layer = new ConvTranspose2d(4, 2, 1, 0, false, Init.heNormal());
    Proof.of("convolutions/" + fixture).layer(layer, "weight");
  }
}
