package dev.hebb.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.hebb.onnx.proto.GraphProto;
import dev.hebb.onnx.proto.ModelProto;
import dev.hebb.onnx.proto.NodeProto;
import dev.hebb.onnx.proto.OperatorSetIdProto;
import dev.hebb.onnx.proto.TensorProto;
import dev.hebb.onnx.proto.TypeProto;
import dev.hebb.onnx.proto.ValueInfoProto;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sums of products of small integers are exact, however long. */
class QuantisedTest {
  private static final int ROWS = 5;
  private static final int COLUMNS = 7;

  /** Integers of a type, row-major. */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares it
  private record Numbers(ElementType type, int[] values, int... dims) {
    static Numbers of(ElementType type, IntSupplier f, int... dims) {
      int[] v = new int[Shape.of(dims).size()];
      for (int i = 0; i < v.length; i++) {
        v[i] = f.getAsInt();
      }
      return new Numbers(type, v, dims);
    }

    static int least(ElementType type) {
      return type == ElementType.INT8 ? -128 : 0;
    }

    Tensor tensor() {
      return Tensor.of(values, Shape.of(DType.INT32, dims));
    }

    TensorProto proto(String name) {
      var t = TensorProto.newBuilder().setName(name).setDataType(type.number());
      for (int d : dims) {
        t.addDims(d);
      }
      byte[] bytes = new byte[values.length];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) values[i];
      }
      return t.setRawData(ByteString.copyFrom(bytes)).build();
    }

    /** Less the zero points, one for all or one for each place on the last axis. */
    long centred(int i, Numbers zero) {
      return values[i] - zero.values[zero.values.length == 1 ? 0 : i % zero.values.length];
    }
  }

  private static ValueInfoProto port(String name, ElementType type) {
    var tensor = TypeProto.Tensor.newBuilder().setElemType(type.number());
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }

  /** a · b with their zero points; b and its zero point are constants of the model, or inputs. */
  private static int[] product(Numbers a, Numbers b, Numbers za, Numbers zb, boolean constant) {
    NodeProto.Builder node = NodeProto.newBuilder().setOpType("MatMulInteger").addOutput("y");
    var graph = GraphProto.newBuilder().addOutput(port("y", ElementType.INT32));
    Map<String, Tensor> given = new HashMap<>();
    String[] names = {"a", "b", "za", "zb"};
    Numbers[] all = {a, b, za, zb};
    for (int i = 0; i < names.length; i++) {
      node.addInput(names[i]);
      if (constant && i % 2 == 1) {
        graph.addInitializer(all[i].proto(names[i]));
      } else {
        graph.addInput(port(names[i], all[i].type));
        given.put(names[i], all[i].tensor());
      }
    }
    byte[] model =
        ModelProto.newBuilder()
            .setIrVersion(8)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
            .setGraph(graph.addNode(node))
            .build()
            .toByteArray();
    return Onnx.read(ByteBuffer.wrap(model)).run(given).get("y").toInts();
  }

  private static void check(Numbers a, Numbers b, Numbers za, Numbers zb) {
    int k = b.dims[0];
    int[] want = new int[ROWS * COLUMNS];
    for (int i = 0; i < ROWS; i++) {
      for (int j = 0; j < COLUMNS; j++) {
        long sum = 0;
        for (int t = 0; t < k; t++) {
          sum += a.centred(i * k + t, za) * b.centred(t * COLUMNS + j, zb);
        }
        want[i * COLUMNS + j] = Math.toIntExact(sum);
      }
    }
    assertThat(product(a, b, za, zb, true)).as("constant weights").isEqualTo(want);
    assertThat(product(a, b, za, zb, false)).as("weights as an input").isEqualTo(want);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 257, 258, 259, 511, 512, 513, 514, 1024, 1025, 1536})
  void anyNumbers(int k) {
    var random = new Random(k);
    for (ElementType type : new ElementType[] {ElementType.INT8, ElementType.UINT8}) {
      IntSupplier byA = () -> random.nextInt(256);
      IntSupplier byB = () -> random.nextInt(256) + Numbers.least(type);
      check(
          Numbers.of(ElementType.UINT8, byA, ROWS, k),
          Numbers.of(type, byB, k, COLUMNS),
          Numbers.of(ElementType.UINT8, byA),
          Numbers.of(type, byB, COLUMNS));
    }
  }

  /**
   * The largest products, all of one sign: the sums pass 2²⁴, and odd ones are no longer float32
   * numbers.
   */
  @ParameterizedTest
  @CsvSource({
    "255, 0, 127, 0", "255, 0, -128, 0", "255, 0, 127, -128", "255, 0, -128, 127",
    "0, 255, 127, -128", "0, 255, -128, 127", "255, 128, 127, 0", "0, 128, -128, 0",
    "255, 0, -127, 0", "254, 1, 126, 1"
  })
  void extremes(int a, int za, int b, int zb) {
    for (int k : new int[] {1, 258, 259, 511, 514, 1024, 1025, 1536}) {
      check(
          Numbers.of(ElementType.UINT8, () -> a, ROWS, k),
          Numbers.of(ElementType.INT8, () -> b, k, COLUMNS),
          Numbers.of(ElementType.UINT8, () -> za),
          Numbers.of(ElementType.INT8, () -> zb));
    }
  }

  /** Only one column of the weights is large, and one product makes the sum odd at its end. */
  @ParameterizedTest
  @ValueSource(ints = {259, 515, 516, 517, 1025, 1536})
  void oneLargeColumn(int k) {
    int[] w = new int[k * COLUMNS];
    for (int t = 0; t < k; t++) {
      w[t * COLUMNS + 3] = t == k - 1 ? 1 : -128;
    }
    check(
        Numbers.of(ElementType.UINT8, () -> 255, ROWS, k),
        new Numbers(ElementType.INT8, w, k, COLUMNS),
        Numbers.of(ElementType.UINT8, () -> 0),
        Numbers.of(ElementType.INT8, () -> 0));
  }

  /** Every zero point of both types. */
  @ParameterizedTest
  @ValueSource(ints = {3, 600})
  void allZeroPoints(int k) {
    var random = new Random(k);
    Numbers a = Numbers.of(ElementType.UINT8, () -> random.nextInt(256), ROWS, k);
    Numbers b = Numbers.of(ElementType.INT8, () -> random.nextInt(256) - 128, k, COLUMNS);
    for (int z = 0; z < 256; z++) {
      int zero = z;
      check(
          a,
          b,
          Numbers.of(ElementType.UINT8, () -> zero),
          Numbers.of(ElementType.INT8, () -> zero - 128));
    }
  }

  @Test
  void sizesThatDoNotFitAreNamed() {
    Numbers a = Numbers.of(ElementType.UINT8, () -> 255, ROWS, 600);
    Numbers zero = Numbers.of(ElementType.UINT8, () -> 0);
    for (int k : new int[] {1, 599, 601, 1300}) {
      Numbers b = Numbers.of(ElementType.UINT8, () -> 255, k, COLUMNS);
      assertThatThrownBy(() -> product(a, b, zero, zero, true)).isInstanceOf(OnnxException.class);
      assertThatThrownBy(() -> product(a, b, zero, zero, false)).isInstanceOf(OnnxException.class);
    }
  }
}
