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
  @CsvSource({"all-minilm-l6-v2.onnx, 1e-4", "all-minilm-l6-v2-q.onnx, 1e-4"})
  void theEmbeddingsAreThoseOfOnnxRuntime(String name, float tolerance) throws IOException {
    Path file = folder.resolve(name);
    try (InputStream in = MiniLmTest.class.getResourceAsStream("/" + name)) {
      assumeTrue(in != null, "run with -Plarge, which brings the model");
      Files.copy(in, file);
    }
    OnnxModel model = Onnx.load(file);
    String output = model.outputs().getFirst().name();
    // Where ONNX Runtime fuses quantised nodes, its own results differ by 5e-3.
    try (Ort ort = Ort.plain(file)) {
      for (int[] size : new int[][] {{1, 12}, {4, 64}}) {
        Map<String, Tensor> in = sentences(size[0], size[1]);
        float[] want = embeddings(ort.run(in));
        float[] got = embeddings(model.run(in).get(output));
        double worst = 0;
        for (int i = 0; i < want.length; i++) {
          worst = Math.max(worst, Math.abs(want[i] - got[i]));
        }
        assertThat(worst).as(name).isLessThan(tolerance);
      }
    }
  }
}
