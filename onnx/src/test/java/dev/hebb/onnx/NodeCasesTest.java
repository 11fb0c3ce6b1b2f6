package dev.hebb.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.hebb.onnx.op.TensorData;
import dev.hebb.onnx.op.Value;
import dev.hebb.onnx.proto.ModelProto;
import dev.hebb.onnx.proto.TensorProto;
import dev.hebb.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The conformance cases of the ONNX project: one node each, with inputs and expected outputs. */
class NodeCasesTest {
  /** The tolerances of ONNX's own runner. */
  private static final double RELATIVE = 1e-3;

  private static final double ABSOLUTE = 1e-7;

  private static final Scoreboard SCORES = new Scoreboard();

  static Stream<NodeCases.Case> cases() {
    List<NodeCases.Case> all = NodeCases.all();
    assumeTrue(!all.isEmpty(), NodeCases.MISSING);
    return all.stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void agreesWithTheExpectedOutputs(NodeCases.Case c) throws InvalidProtocolBufferException {
    var node = ModelProto.parseFrom(c.model()).getGraph().getNode(0);
    String domain = node.getDomain().isEmpty() ? "ai.onnx" : node.getDomain();
    boolean passed = false;
    try {
      check(c);
      passed = true;
    } finally {
      SCORES.add(domain + ":" + node.getOpType(), passed);
    }
  }

  @AfterAll
  static void thePageIsUpToDate() throws IOException {
    if (SCORES.cases() != NodeCases.all().size() || SCORES.cases() == 0) {
      return; // only some were run
    }
    if (Boolean.getBoolean("hebb.write")) {
      Files.writeString(Scoreboard.page(), SCORES.markdown());
    }
    assertThat(Scoreboard.page()).as(Scoreboard.REFRESH).hasContent(SCORES.markdown());
  }

  private static void check(NodeCases.Case c) throws InvalidProtocolBufferException {
    OnnxModel model = Onnx.read(ByteBuffer.wrap(c.model()));
    var graph = ModelProto.parseFrom(c.model()).getGraph();
    for (NodeCases.DataSet set : c.sets()) {
      Map<String, Tensor> in = new LinkedHashMap<>();
      for (int i = 0; i < set.inputs().size(); i++) {
        in.put(graph.getInput(i).getName(), value(set.inputs().get(i)).tensor());
      }
      List<Tensor> out = List.copyOf(model.run(in).values());
      for (int i = 0; i < set.outputs().size(); i++) {
        Value want = value(set.outputs().get(i));
        assertThat(model.outputs().get(i).type()).as(c.name()).isEqualTo(want.type());
        assertClose(c.name() + ", output " + i, out.get(i), want.tensor());
      }
    }
  }

  private static Value value(byte[] bytes) throws InvalidProtocolBufferException {
    return TensorData.value(TensorProto.parseFrom(bytes), TensorData.Files.NONE);
  }

  private static void assertClose(String what, Tensor got, Tensor want) {
    assertThat(got.shape()).as(what).isEqualTo(want.shape());
    if (!want.dtype().isFloating()) {
      assertThat(got.toLongs()).as(what).isEqualTo(want.toLongs());
      return;
    }
    double[] a = got.toDoubles();
    double[] b = want.toDoubles();
    for (int i = 0; i < a.length; i++) {
      boolean same = Double.compare(a[i], b[i]) == 0 || a[i] == b[i];
      if (!same && !(Math.abs(a[i] - b[i]) <= ABSOLUTE + RELATIVE * Math.abs(b[i]))) {
        throw new AssertionError("%s at %d: %s, not %s".formatted(what, i, a[i], b[i]));
      }
    }
  }
}
