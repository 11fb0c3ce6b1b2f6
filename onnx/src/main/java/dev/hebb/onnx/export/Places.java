package dev.hebb.onnx.export;

import dev.hebb.onnx.proto.TensorProto;
import dev.hebb.op.Index;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Elements that are moved: looked up, added at places, put into zeros, joined. */
final class Places {
  private final Translation t;

  Places(Translation t) {
    this.t = t;
  }

  void translate(int i, Index index) {
    List<String> in = t.graph.get(i).in().stream().map(t.values::read).toList();
    switch (index) {
      case Index.Gather(int axis) -> t.emit(i, "Gather", in, Map.of("axis", (long) axis));
      case Index.Concat(int axis) -> t.emit(i, "Concat", in, Map.of("axis", (long) axis));
      case Index.ScatterAdd s -> scatterAdd(i, s, in);
      case Index.Place p -> place(i, p, in.getFirst());
    }
  }

  /** ONNX adds slices at places of the first axes only. */
  private void scatterAdd(int i, Index.ScatterAdd s, List<String> in) {
    String place = t.graph.get(i).origin().place();
    int axis = s.axis();
    int indices = t.graph.get(t.graph.get(i).in().getLast()).rank();
    int rank = t.graph.get(t.graph.get(i).in().getFirst()).rank();
    List<Integer> front =
        IntStream.concat(
                IntStream.range(axis, axis + indices),
                IntStream.concat(
                    IntStream.range(0, axis), IntStream.range(axis + indices, rank)))
            .boxed()
            .toList();
    List<Extent> dims = t.graph.dims(i);
    var moved = new ArrayList<Extent>();
    moved.add(dims.get(axis));
    IntStream.range(0, dims.size()).filter(a -> a != axis).mapToObj(dims::get).forEach(moved::add);
    DType type = t.graph.get(i).dtype();
    TensorProto zero = TensorData.inline("", Tensor.full(Shape.of(type, 1), 0).eval());
    String zeros =
        t.out.node("ConstantOfShape", place, List.of(t.out.vector(moved)), Map.of("value", zero));
    String at = t.out.node("Cast", place, List.of(in.getLast()), Map.of("to", 7L));
    String rows =
        t.out.node("Unsqueeze", place, List.of(at, t.out.integers(List.of(-1L))), Map.of());
    String values = t.values.read(t.graph.get(i).in().getFirst(), front);
    String sums =
        t.out.node(
            "ScatterND", place, List.of(zeros, rows, values), Map.of("reduction", "add"));
    List<Integer> back = new ArrayList<>();
    for (int a = 0; a < dims.size(); a++) {
      back.add(a == axis ? 0 : a < axis ? a + 1 : a);
    }
    t.values.is(i, sums, back);
  }

  private void place(int i, Index.Place p, String x) {
    int operand = t.graph.get(i).in().getFirst();
    List<Extent> sizes = t.graph.dims(operand);
    List<Extent> whole = t.graph.dims(i);
    String spread = x;
    var before = new ArrayList<Extent>();
    var after = new ArrayList<Extent>();
    var extents = new ArrayList<>(sizes);
    for (int a = 0; a < sizes.size(); a++) {
      int axis = a;
      int step = p.steps().get(a);
      Extent start = t.extent(i, op -> ((Index.Place) op).starts().get(axis));
      if (step < 1) {
        throw new HebbException(
            "ONNX export: %s puts values into zeros in reverse order, for which ONNX has no operator; use flip(axis) first"
                .formatted(t.graph.get(i).origin().where()));
      }
      if (step > 1) {
        spread = spread(i, spread, extents, axis, step);
        // The zeros behind the last value are cut off or kept as the padding's size says.
        extents.set(axis, sizes.get(axis).times(step));
      }
      before.add(start);
      Extent end = start.plus(extents.get(axis));
      after.add(whole.get(axis).plus(end.times(-1)));
    }
    var pads = new ArrayList<Extent>(before);
    pads.addAll(after);
    t.emit(i, "Pad", List.of(spread, t.out.vector(pads)), Map.of());
  }

  /** Puts step − 1 zeros behind each value along an axis. */
  private String spread(int i, String x, List<Extent> dims, int axis, int step) {
    String place = t.graph.get(i).origin().place();
    List<Long> behind = List.of(axis + 1L);
    String split = t.out.node("Unsqueeze", place, List.of(x, t.out.integers(behind)), Map.of());
    var pads = new ArrayList<Long>();
    for (int k = 0; k < 2 * (dims.size() + 1); k++) {
      pads.add(k == dims.size() + 1 + axis + 1 ? step - 1L : 0L);
    }
    String wide = t.out.node("Pad", place, List.of(split, t.out.integers(pads)), Map.of());
    var joined = new ArrayList<>(dims);
    joined.set(axis, dims.get(axis).times(step));
    return t.out.node("Reshape", place, List.of(wide, t.out.vector(joined)), Map.of());
  }
}
