package dev.hebb.onnx.export;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hebb.nn.Net;
import dev.hebb.nn.Side;
import dev.hebb.onnx.Onnx;
import dev.hebb.onnx.OnnxModel;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.Random;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/** A network, and its exported model in ONNX Runtime and read again, on the same numbers. */
final class Agreement {
  /** Of the output's largest number. */
  private static final double TOLERANCE = 1e-5;

  private Agreement() {}

  /** Exports a network and compares it at several batch sizes. */
  static void check(OnnxExport export) {
    byte[] model = export.toBytes();
    OnnxModel own = Onnx.read(ByteBuffer.wrap(model));
    try (Ort ort = Ort.of(model)) {
      for (int batch : export.batch() == 0 ? new int[] {1, 4} : new int[] {export.batch()}) {
        var inputs = new LinkedHashMap<String, Tensor>();
        inputs.put(export.input(), numbers(export.net().in().prepend(batch), batch));
        export.side().forEach((name, s) -> inputs.put(name, numbers(s.prepend(batch), batch)));
        Tensor expected = expected(export.net(), inputs);
        check(expected, ort.run(inputs), "ONNX Runtime, batch " + batch);
        check(expected, own.run(inputs).get(export.output()), "read again, batch " + batch);
      }
    }
  }

  /** What the network gives for inputs by name; the first is its own. */
  static Tensor expected(Net net, Map<String, Tensor> inputs) {
    Side side = null;
    Tensor x = null;
    for (Map.Entry<String, Tensor> e : inputs.entrySet()) {
      if (x == null) {
        x = e.getValue();
      } else {
        side = side == null ? Side.of(e.getKey(), e.getValue()) : side.and(e.getKey(), e.getValue());
      }
    }
    return side == null ? net.predict(x) : net.predict(x, side);
  }

  static void check(Tensor expected, Tensor actual, String what) {
    assertThat(actual.shape()).as(what).isEqualTo(expected.shape());
    double[] e = expected.toDoubles();
    double[] a = actual.toDoubles();
    double largest = 1;
    for (double v : e) {
      largest = Math.max(largest, Math.abs(v));
    }
    for (int i = 0; i < e.length; i++) {
      if (!(Math.abs(a[i] - e[i]) <= TOLERANCE * largest)) {
        throw new AssertionError(
            "%s: number %d of %s is %s, not %s".formatted(what, i, actual.shape(), a[i], e[i]));
      }
    }
  }

  /** Numbers that tell layers apart: normal ones, small whole ones, or truth values. */
  static Tensor numbers(Shape shape, int seed) {
    Shape floats = shape.as(DType.FLOAT32);
    Tensor uniform = Random.uniformOnce(floats, Seed.of(seed));
    return switch (shape.dtype()) {
      case FLOAT32, FLOAT64 -> Random.normalOnce(shape, Seed.of(seed)).eval();
      case INT32, INT64 -> uniform.mul(4).cast(shape.dtype()).eval();
      // The first step is always real, so that no sequence is empty.
      case BOOL -> uniform.lt(0.6).eval();
    };
  }
}
