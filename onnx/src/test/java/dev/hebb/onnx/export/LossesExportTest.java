package dev.hebb.onnx.export;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hebb.nn.Loss;
import dev.hebb.nn.Losses;
import dev.hebb.onnx.proto.ModelProto;
import dev.hebb.onnx.proto.OperatorSetIdProto;
import dev.hebb.op.Leaf;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Step;
import dev.hebb.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Graphs that are no network: losses, whose mean over the batch depends on its size. */
class LossesExportTest {
  private static final Shape LOGITS = Shape.of(5);
  private static final Shape LABEL = Shape.of(DType.INT32);

  static Stream<Arguments> losses() {
    return Stream.of(
        Arguments.of(Losses.crossEntropy(), LOGITS, LABEL),
        Arguments.of(Losses.mse(), LOGITS, LOGITS),
        Arguments.of(Losses.mae(), LOGITS, LOGITS),
        Arguments.of(Losses.huber(0.7), LOGITS, LOGITS),
        Arguments.of(Losses.logCosh(), LOGITS, LOGITS),
        Arguments.of(Losses.hinge(), Shape.of(1), Shape.of(1)),
        Arguments.of(Losses.bceWithLogits(), LOGITS, Shape.of(DType.BOOL, 5)),
        Arguments.of(Losses.halfSquaredError(), LOGITS, LOGITS),
        Arguments.of(Losses.focal(2), LOGITS, LABEL),
        Arguments.of(Losses.multiHinge(), LOGITS, LABEL),
        Arguments.of(Losses.binaryFocal(2), LOGITS, Shape.of(DType.BOOL, 5)),
        Arguments.of(Losses.gaussian(), Shape.of(6), Shape.of(3)),
        Arguments.of(Losses.cosine(), LOGITS, LOGITS),
        Arguments.of(positive(Losses.bce()), LOGITS, Shape.of(DType.BOOL, 5)),
        Arguments.of(positive(Losses.klDivergence()), LOGITS, LOGITS),
        Arguments.of(positive(Losses.poisson()), LOGITS, LOGITS));
  }

  /** With predictions and targets between 0 and 1. */
  private static Loss positive(Loss loss) {
    return (y, t) -> loss.of(y.sigmoid(), t.sigmoid());
  }

  @ParameterizedTest
  @MethodSource("losses")
  void givesTheSameInOnnxRuntime(Loss loss, Shape output, Shape target) throws Exception {
    List<Integer> sizes = List.of(2, 3, 5);
    List<BatchGraph.Recording> recordings =
        sizes.stream().map(n -> record(loss, output, target, n)).toList();
    BatchGraph graph = BatchGraph.of(sizes, recordings);
    Extent batch = new Extent(1, 0);
    OnnxGraph onnx =
        Translation.of(
            graph,
            List.of(
                new OnnxGraph.Input("y", output.dtype(), dims(batch, output)),
                new OnnxGraph.Input("t", target.dtype(), dims(batch, target))),
            "loss");
    var model = ModelProto.newBuilder().setIrVersion(9);
    model.addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OnnxExport.OPSET));
    model.getGraphBuilder().setName("loss").addAllInput(onnx.inputs()).addOutput(onnx.output());
    model.getGraphBuilder().addAllNode(onnx.nodes());
    try (Ort ort = Ort.of(ModelFile.whole(model, onnx.weights()).toByteArray())) {
      for (int n : new int[] {1, 4}) {
        Tensor y = Agreement.numbers(output.prepend(n), n);
        Tensor t = Agreement.numbers(target.prepend(n), n + 10);
        Tensor expected = loss.of(y, t.dtype() == DType.BOOL ? t.cast(DType.FLOAT32) : t);
        Agreement.check(expected, ort.run(Map.of("y", y, "t", t)), loss + " of " + n);
        assertThat(expected.item()).isNotNaN();
      }
    }
  }

  private static BatchGraph.Recording record(Loss loss, Shape output, Shape target, int n) {
    return Step.rehearse(() -> {
      Tensor y = Tensor.apply(new Leaf.Input(output.prepend(n)));
      Tensor t = Tensor.apply(new Leaf.Input(target.prepend(n)));
      Tensor value = loss.of(y, t.dtype() == DType.BOOL ? t.cast(DType.FLOAT32) : t);
      return new BatchGraph.Recording(List.of(y, t), value, Map.of());
    });
  }

  private static List<Extent> dims(Extent batch, Shape example) {
    return Stream.concat(
            Stream.of(batch), example.rank() == 0 ? Stream.of() : Stream.of(Extent.fixed(example.dim(0))))
        .toList();
  }
}
