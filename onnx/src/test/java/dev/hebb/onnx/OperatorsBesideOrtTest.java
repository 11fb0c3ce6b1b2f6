package dev.hebb.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hebb.onnx.export.Ort;
import dev.hebb.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One operator at a time, beside ONNX Runtime; each line of the files is a case. */
class OperatorsBesideOrtTest {
  /** Sums are added up in another order. */
  private static final double RELATIVE = 1e-4;

  private static final double ABSOLUTE = 1e-5;

  static Stream<OperatorCase> cases() {
    return Stream.of(
            "arithmetic.txt",
            "indexing.txt",
            "windows.txt",
            "quantised.txt",
            "recurrent.txt",
            "signals.txt")
        .flatMap(OperatorCase::all);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void agreesWithOnnxRuntime(OperatorCase c) {
    List<Tensor> got = List.copyOf(Onnx.read(ByteBuffer.wrap(c.model())).run(c.inputs()).values());
    try (Ort judge = Ort.unfused(c.model())) {
      assertClose(got, judge.runAll(c.inputs()));
    }
    assertThat(got).hasSize(c.outputs());
  }

  /** Integers and truths are equal, floats close; so are shapes and types. */
  static void assertClose(List<Tensor> got, List<Tensor> want) {
    assertThat(got).hasSameSizeAs(want);
    for (int i = 0; i < got.size(); i++) {
      String what = "output " + i;
      assertThat(got.get(i).shape()).as(what).isEqualTo(want.get(i).shape());
      if (!want.get(i).dtype().isFloating()) {
        assertThat(got.get(i).toLongs()).as(what).isEqualTo(want.get(i).toLongs());
        continue;
      }
      double[] a = got.get(i).toDoubles();
      double[] b = want.get(i).toDoubles();
      for (int k = 0; k < a.length; k++) {
        boolean same = Double.compare(a[k], b[k]) == 0 || a[k] == b[k];
        if (!same && !(Math.abs(a[k] - b[k]) <= ABSOLUTE + RELATIVE * Math.abs(b[k]))) {
          throw new AssertionError("%s at %d: %s, not %s".formatted(what, k, a[k], b[k]));
        }
      }
    }
  }
}
