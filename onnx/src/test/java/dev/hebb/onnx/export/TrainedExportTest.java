package dev.hebb.onnx.export;

import static dev.hebb.nn.Layers.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hebb.nn.Losses;
import dev.hebb.nn.Net;
import dev.hebb.nn.optim.Adam;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import dev.hebb.train.Trainer;
import dev.hebb.train.data.Batch;
import dev.hebb.train.data.Digits;
import dev.hebb.train.data.ImagePrep;
import dev.hebb.train.data.Splits;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A network that has learnt keeps what it has learnt. */
class TrainedExportTest {
  @Test
  void digitsAreReadAsWell() {
    Splits digits = Digits.load();
    Net net =
        sequential(conv2d(8, 3).stride(2).noBias(), batchNorm(), relu(), flatten(), dense(10))
            .build(digits.shape(), Seed.of(42));
    Trainer.of(net, Losses.crossEntropy(), Adam.of(2e-3))
        .fit(digits.train().shuffle().batch(64), digits.test().batch(500), 1);
    try (Ort ort = Ort.of(OnnxExport.of(net).toBytes())) {
      int right = 0;
      int rightHere = 0;
      int all = 0;
      for (Batch batch : digits.test().batch(500)) {
        int[] labels = batch.y().toInts();
        int[] theirs = classes(ort.run(Map.of("input", batch.x())));
        int[] ours = classes(net.predict(batch.x()));
        for (int i = 0; i < labels.length; i++) {
          right += theirs[i] == labels[i] ? 1 : 0;
          rightHere += ours[i] == labels[i] ? 1 : 0;
          all++;
        }
      }
      assertThat(all).isEqualTo(1000);
      assertThat(right).isEqualTo(rightHere).isGreaterThan(850);
      assertThat(ort.metadata())
          .containsKeys("hebb.preprocessing", "hebb.provenance", "hebb.output");
      assertThat(ort.metadata().get("hebb.preprocessing"))
          .contains("\"kind\"", "\"image\"", "\"labels\"", "\"mean\"");
    }
  }

  /** Mean and deviation inside the model: it takes what a picture has, 0 to 1. */
  @Test
  void normalisationCanMoveIntoTheModel() {
    Splits digits = Digits.load();
    Net net = sequential(flatten(), dense(10)).build(digits.shape(), Seed.of(1));
    var prep = new ImagePrep(28, 28, 1, List.of(0.13), List.of(0.31), ImagePrep.Style.DIGIT, List.of());
    float[] pixels = new float[28 * 28];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = i % 11 / 10f;
    }
    OnnxExport export = OnnxExport.of(net).preprocessing(prep.shape(), prep::encode);
    try (Ort ort = Ort.of(export.toBytes())) {
      Tensor y = ort.run(Map.of("input", Tensor.of(pixels, Shape.of(1, 1, 28, 28))));
      Tensor expected = Tensor.of(net.predict(prep.encode(pixels)), Shape.of(1, 10));
      Agreement.check(expected, y, "pixels");
      assertThat(prep.plain().encode(pixels)).isEqualTo(pixels);
    }
  }

  private static int[] classes(Tensor scores) {
    return scores.argMax(-1).toInts();
  }
}
