package dev.hebb.onnx.export;

import dev.hebb.onnx.ElementType;
import dev.hebb.op.Leaf;
import dev.hebb.op.View;
import dev.hebb.onnx.proto.TensorProto;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The names under which the results of nodes are found in the ONNX graph.
 *
 * <p>Leaves and views that move nothing are written down only where somebody needs them as they
 * are: ONNX's operators broadcast by themselves, and the permutations between Hebb's channels-last
 * windows and ONNX's channels-first ones cancel.
 */
final class Values {
  /** Larger constants are computed by the model instead of stored in it. */
  private static final int MOST_FOLDED = 1 << 20;

  private final BatchGraph graph;
  private final OnnxGraph out;
  private final @Nullable String[] names;
  private final boolean[] constant;
  private final Map<Integer, List<Integer>> stored = new HashMap<>();
  private final Map<Object, String> moved = new HashMap<>();

  Values(BatchGraph graph, OnnxGraph out) {
    this.graph = graph;
    this.out = out;
    this.names = new String[graph.nodes().size()];
    this.constant = graph.constants();
  }

  /** Whether a node is written down only where it is read. */
  boolean isLazy(int i) {
    return switch (graph.get(i).op()) {
      case Leaf _, View.Permute _, View.Expand _ -> true;
      default -> isFolded(i);
    };
  }

  /** Whether a node is a constant that the model stores. */
  private boolean isFolded(int i) {
    return constant[i] && graph.get(i).shapes().getFirst().size() <= MOST_FOLDED;
  }

  /** Says where a node's result is found. */
  void is(int i, String name) {
    names[i] = name;
  }

  /** Says that a node's result is found with its axes in another order: these make it right. */
  void is(int i, String name, List<Integer> order) {
    names[i] = name;
    stored.put(i, order);
  }

  /** The name of a node's result. */
  String read(int i) {
    return read(i, natural(graph.get(i).rank()));
  }

  /** The name of a node's result with its axes in another order. */
  String read(int i, List<Integer> order) {
    if (graph.get(i).op() instanceof View.Permute(List<Integer> inner) && !isFolded(i)) {
      return read(graph.get(i).in().getFirst(), after(inner, order));
    }
    String name = name(i);
    List<Integer> whole = stored.containsKey(i) ? after(stored.get(i), order) : order;
    if (whole.equals(natural(whole.size()))) {
      return name;
    }
    return moved.computeIfAbsent(
        List.of(name, whole),
        _ -> out.node("Transpose", place(i), List.of(name), Map.of("perm", whole)));
  }

  /** Axis a of the result is axis inner[order[a]] of what lies below. */
  private static List<Integer> after(List<Integer> inner, List<Integer> order) {
    return order.stream().map(inner::get).toList();
  }

  private static List<Integer> natural(int rank) {
    return IntStream.range(0, rank).boxed().toList();
  }

  private String place(int i) {
    return graph.get(i).origin().place();
  }

  /** Whether a matrix is another one transposed. */
  boolean isTransposed(int i) {
    return graph.get(i).op() instanceof View.Permute(List<Integer> order)
        && order.equals(List.of(1, 0))
        && !isFolded(i);
  }

  /** The name of a node's result, or of something that broadcasts to it in its batch axes. */
  String batchOf(int i) {
    BatchGraph.Node n = graph.get(i);
    if (!(n.op() instanceof View.Expand)) {
      return read(i);
    }
    int x = n.in().getFirst();
    List<Extent> wide = graph.dims(i);
    List<Extent> narrow = graph.dims(x);
    int matrix = n.rank() - 2;
    return wide.subList(matrix, n.rank()).equals(narrow.subList(matrix, n.rank()))
        ? read(x)
        : read(i);
  }

  private String name(int i) {
    String name = names[i];
    if (name == null) {
      name = written(i);
      names[i] = name;
    }
    return name;
  }

  private String written(int i) {
    BatchGraph.Node n = graph.get(i);
    Tensor tensor = n.origin().tensor();
    if (n.op() instanceof Leaf.Cell(var variable)) {
      return out.weight(variable.name(), variable.value());
    }
    if (n.op() instanceof Leaf.Fill && n.isSame()) {
      return filled(n);
    }
    if (isFolded(i) || tensor.valueOrNull() != null) {
      return out.weight(wish(i), tensor.eval());
    }
    return switch (n.op()) {
      case Leaf.Fill _ -> expanded(i, scalar(i));
      case Leaf.Iota _ -> counted(i);
      case View.Expand _ -> expanded(i, read(n.in().getFirst()));
      case Leaf.Input _ ->
          throw new HebbException(
              "ONNX export: %s reads a tensor of a step that is being recorded; export outside of it"
                  .formatted(graph.get(i).origin().where()));
      default -> throw new IllegalStateException("not translated: " + n.op().name());
    };
  }

  private String wish(int i) {
    return place(i).isEmpty() ? "constant" : place(i) + "/constant";
  }

  private String filled(BatchGraph.Node n) {
    var fill = (Leaf.Fill) n.op();
    if (n.rank() == 0) {
      return out.number(n.dtype(), fill.value());
    }
    List<Long> dims = Arrays.stream(fill.shape().dims()).mapToObj(Long::valueOf).toList();
    TensorProto value =
        TensorData.inline("", Tensor.full(Shape.of(n.dtype(), 1), fill.value()).eval());
    return out.node(
        "ConstantOfShape", n.origin().place(), List.of(out.integers(dims)), Map.of("value", value));
  }

  private String expanded(int i, String x) {
    return out.node("Expand", place(i), List.of(x, out.vector(graph.dims(i))), Map.of());
  }

  /** 0, 1, … to before a number that depends on the batch. */
  private String counted(int i) {
    DType type = graph.get(i).dtype();
    String end = out.node("Squeeze", "batch", List.of(out.vector(graph.dims(i))), Map.of());
    String count =
        out.node("Cast", "batch", List.of(end), Map.of("to", (long) ElementType.of(type).number()));
    return out.node(
        "Range",
        place(i),
        List.of(out.number(type, 0), count, out.number(type, 1)),
        Map.of());
  }

  /** The name of a scalar that is what a {@code Fill} has everywhere. */
  String scalar(int i) {
    BatchGraph.Node n = graph.get(i);
    List<Double> all = n.ops().stream().map(op -> ((Leaf.Fill) op).value()).toList();
    double first = all.getFirst();
    if (all.stream().allMatch(v -> v == first || Double.isNaN(v) && Double.isNaN(first))) {
      return out.number(n.dtype(), first);
    }
    // The one that occurs: a mean over the batch is multiplied by c / n.
    double c = first * graph.sizes().getFirst();
    for (int k = 0; k < all.size(); k++) {
      if (!(Math.abs(all.get(k) * graph.sizes().get(k) - c) <= 1e-12 * Math.abs(c))) {
        throw new HebbException(
            "ONNX export: %s uses the number %s for batches of %s, which is no constant over the batch; export for one batch size with batch(n)"
                .formatted(graph.get(i).origin().where(), all, graph.sizes()));
      }
    }
    String size = out.vector(List.of(new Extent(1, 0)));
    String scalar = out.node("Squeeze", "batch", List.of(size), Map.of());
    String cast =
        out.node(
            "Cast",
            "batch",
            List.of(scalar),
            Map.of("to", (long) ElementType.of(n.dtype()).number()));
    return out.node("Div", place(i), List.of(out.number(n.dtype(), c), cast), Map.of());
  }
}
