package dev.hebb.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hebb.onnx.export.Ort;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A sentence encoder of 22 million weights, beside ONNX Runtime; its jar comes with -Plarge. */
class MiniLmTest {
  @TempDir Path folder;

  private static Map<String, Tensor> sentences(int batch, int length) {
    long[] ids = new long[batch * length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = i % length == 0 ? 101 : i % length == length - 1 ? 102 : 1000 + 7919L * i % 28_000;
    }
    Shape shape = Shape.of(DType.INT64, batch, length);
    return Map.of(
        "input_ids", Tensor.of(ids, shape),
        "attention_mask", Tensor.full(shape, 1).eval(),
        "token_type_ids", Tensor.full(shape, 0).eval());
  }

  /** The mean of the tokens' vectors, of length 1, as the model's authors use it. */
  private static float[] embeddings(Tensor tokens) {
    Tensor mean = tokens.mean(1);
    return mean.div(mean.norm(1).unsqueeze(1)).toFloats();
  }

  @ParameterizedTest
  @CsvSource({
    "all-minilm-l6-v2.onnx, 1, 12",
    "all-minilm-l6-v2.onnx, 4, 64",
    "all-minilm-l6-v2-q.onnx, 1, 12",
    "all-minilm-l6-v2-q.onnx, 1, 64"
  })
  void theEmbeddingsAreThoseOfOnnxRuntime(String name, int batch, int length) throws IOException {
    Both both = embed(name, batch, length);
    double worst = 0;
    for (int i = 0; i < both.want.length; i++) {
      worst = Math.max(worst, Math.abs(both.want[i] - both.got[i]));
    }
    assertThat(worst).isLessThan(1e-4);
  }

  /**
   * Of many numbers, one lies so near to the middle of two integers that the last bit of a sum
   * decides, and later layers carry that on: ONNX Runtime with and without its fused kernels
   * differs as much. The cosine to the float32 model's embeddings is 0.98.
   */
  @Test
  void manyQuantisedEmbeddingsPointTheSameWay() throws IOException {
    Both both = embed("all-minilm-l6-v2-q.onnx", 4, 64);
    int n = both.want.length / 4;
    for (int i = 0; i < 4; i++) {
      double cosine = 0;
      for (int j = i * n; j < (i + 1) * n; j++) {
        cosine += (double) both.want[j] * both.got[j];
      }
      assertThat(cosine).isGreaterThan(0.99);
    }
  }

  /** The embeddings of ONNX Runtime and ours. */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares it
  private record Both(float[] want, float[] got) {}

  private Both embed(String name, int batch, int length) throws IOException {
    Path file = folder.resolve(name);
    try (InputStream in = MiniLmTest.class.getResourceAsStream("/" + name)) {
      assumeTrue(in != null, "run with -Plarge, which brings the model");
      Files.copy(in, file);
    }
    OnnxModel model = Onnx.load(file);
    Map<String, Tensor> in = sentences(batch, length);
    // Where ONNX Runtime fuses quantised nodes, its own results differ by 5e-3.
    try (Ort ort = Ort.plain(file)) {
      float[] want = embeddings(ort.run(in));
      return new Both(want, embeddings(model.run(in).get(model.outputs().getFirst().name())));
    }
  }
}
