package dev.hebb.onnx;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.hebb.nn.Block;
import dev.hebb.nn.Init;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Params;
import dev.hebb.nn.Side;
import dev.hebb.onnx.op.Origin;
import dev.hebb.onnx.op.Plan;
import dev.hebb.onnx.op.Registry;
import dev.hebb.onnx.op.TensorData;
import dev.hebb.onnx.op.Value;
import dev.hebb.onnx.op.Walk;
import dev.hebb.onnx.proto.ModelProto;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A part of an ONNX graph as a layer: from one value that has the examples on its first axis to the
 * next. Its weights are ordinary parameters.
 *
 * <p>It is data as any layer is, so a network of such parts can be saved and read again without the
 * file that it came from.
 *
 * @param operators what it computes, for people: {@code Conv, Relu}
 * @param graph the nodes, as an ONNX model in Base64; its first input is the layer's
 * @param parameters what training changes
 * @param state what is saved with the network, but not trained
 * @param side further inputs, read from {@link Side}
 * @param out the shape of the result for one example
 */
public record OnnxPart(
    String operators,
    String graph,
    List<Weight> parameters,
    List<Weight> state,
    List<Weight> side,
    Shape out)
    implements Layer {
  /**
   * A named tensor.
   *
   * @param initialiser its name in the graph
   * @param name its name in the layer
   * @param shape its shape; of a side input, that of one example
   */
  public record Weight(String initialiser, String name, Shape shape) {}

  /** Copies the lists. */
  public OnnxPart {
    parameters = List.copyOf(parameters);
    state = List.copyOf(state);
    side = List.copyOf(side);
  }

  @Override
  public Block build(Shape in, Params p) {
    ModelProto model = model();
    Plan plan =
        Plan.of(
            model.getGraph(),
            Registry.opsets(model.getOpsetImportList()),
            model.getFunctionsList());
    var port = model.getGraph().getInput(0);
    ElementType type = ElementType.of(port.getType().getTensorType().getElemType());
    Map<String, Tensor> weights = new HashMap<>();
    for (Weight w : parameters) {
      weights.put(w.initialiser, p.param(w.name, w.shape, Init.zeros()));
    }
    for (Weight w : state) {
      Tensor initial = Tensor.full(w.shape, 0);
      weights.put(w.initialiser, p.state(w.name, initial).tensor());
    }
    var constants = new Walk.Constants();
    ElementType floats = ElementType.of(p.dtype());
    return Block.of(
        out,
        x -> {
          Map<String, Value> given = new HashMap<>();
          given.put(port.getName(), new Value(x.cast(typeOf(type, x.dtype())), type, Origin.DATA));
          weights.forEach(
              (name, t) -> given.put(name, new Value(t, ElementType.of(t.dtype()), Origin.DATA)));
          for (Weight w : side) {
            Tensor t = Side.require(this, w.name, w.shape);
            Tensor cast = t.cast(w.shape.dtype());
            given.put(w.initialiser, new Value(cast, ElementType.of(cast.dtype()), Origin.DATA));
          }
          return Walk.of(constants, TensorData.Files.NONE, floats)
              .run(plan, given)
              .getFirst()
              .tensor();
        });
  }

  /** A float64 network computes what the file has in float32 with all its digits. */
  private static DType typeOf(ElementType type, DType given) {
    return type.isFloating() && given.isFloating() ? given : type.dtype();
  }

  private ModelProto model() {
    try {
      return ModelProto.parseFrom(Base64.getDecoder().decode(graph));
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      throw new OnnxException("a part of an ONNX model is damaged: " + e.getMessage(), e);
    }
  }

  @Override
  public String toString() {
    String weights =
        parameters.stream().map(w -> w.shape.toString()).collect(Collectors.joining(" "));
    return "Onnx(" + operators + (weights.isEmpty() ? "" : "; " + weights) + ")";
  }
}
