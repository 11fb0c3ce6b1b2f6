package dev.hebb.onnx.export;

import dev.hebb.onnx.ElementType;
import dev.hebb.op.Contraction;
import dev.hebb.op.Elementwise;
import dev.hebb.op.Index;
import dev.hebb.op.Leaf;
import dev.hebb.op.Op;
import dev.hebb.op.RandomUniform;
import dev.hebb.op.Reduce;
import dev.hebb.op.ScalarOp;
import dev.hebb.op.View;
import dev.hebb.op.Window;
import dev.hebb.tensor.HebbException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A computation said in ONNX's operators. Each kind of node is translated in one place.
 *
 * <p>Everything is translated in order, also what turns out to be a part of something larger (a
 * product that becomes a {@code Gemm} with its bias); what nothing reads is dropped at the end.
 */
final class Translation {
  final BatchGraph graph;
  final OnnxGraph out;
  final Values values;
  private final Elements elements;
  private final Windows windows;
  private final Places places;

  private Translation(BatchGraph graph, OnnxGraph out) {
    this.graph = graph;
    this.out = out;
    this.values = new Values(graph, out);
    this.elements = new Elements(this);
    this.windows = new Windows(this);
    this.places = new Places(this);
  }

  /**
   * Translates a graph.
   *
   * @param inputs the names of its inputs
   * @param output the name of its result
   * @throws HebbException if it does what ONNX cannot say
   */
  static OnnxGraph of(BatchGraph graph, List<OnnxGraph.Input> inputs, String output) {
    var out = new OnnxGraph();
    List<String> names = inputs.stream().map(out::input).toList();
    var translation = new Translation(graph, out);
    for (int i = 0; i < names.size(); i++) {
      if (graph.inputs().get(i) != BatchGraph.UNREAD) {
        translation.values.is(graph.inputs().get(i), names.get(i));
      }
    }
    for (int i = 0; i < graph.nodes().size(); i++) {
      translation.node(i);
    }
    int last = graph.output();
    String result = translation.values.read(last);
    out.finish(result, output, graph.get(last).dtype(), graph.dims(last));
    return out;
  }

  private void node(int i) {
    if (values.isLazy(i)) {
      return;
    }
    switch (graph.get(i).op()) {
      case Leaf _ -> throw new IllegalStateException("a leaf is read where it is needed");
      case Elementwise e -> elements.translate(i, e);
      case Reduce r -> reduce(i, r);
      case View v -> view(i, v);
      case Contraction _ -> contraction(i);
      case Window w -> windows.translate(i, w);
      case Index index -> places.translate(i, index);
      case RandomUniform _ ->
          throw new HebbException(
              "ONNX export: %s draws random numbers also in evaluation, which an exported network cannot; make it depend on Mode.isTraining()"
                  .formatted(graph.get(i).origin().where()));
    }
  }

  /** Emits a node for the result of {@code i}. */
  String emit(int i, String type, List<String> in, Map<String, ?> attributes) {
    String name = out.node(type, graph.get(i).origin().place(), in, attributes);
    values.is(i, name);
    return name;
  }

  // ---- reductions

  /** A reduction, by the name of its ONNX operator. */
  private record Reduction(String operator, int operand, List<Integer> axes) {}

  private void reduce(int i, Reduce r) {
    int x = graph.get(i).in().getFirst();
    if (!r.kind().isArg()) {
      reduce(i, Objects.requireNonNull(reduction(i)), 0);
      return;
    }
    String operator = r.kind() == Reduce.Kind.ARGMAX ? "ArgMax" : "ArgMin";
    Map<String, ?> attributes =
        Map.of("axis", (long) r.axes().getFirst(), "keepdims", 0L);
    String place = graph.get(i).origin().place();
    String at = out.node(operator, place, List.of(values.read(x)), attributes);
    emit(i, "Cast", List.of(at), Map.of("to", type(i)));
  }

  private void reduce(int i, Reduction r, long keepDims) {
    String axes = out.integers(r.axes.stream().map(Integer::longValue).toList());
    List<String> in = List.of(values.read(r.operand), axes);
    emit(i, r.operator, in, Map.of("keepdims", keepDims));
  }

  /** What a node reduces, if it does: a reduction, or a sum that is divided by its count. */
  private @Nullable Reduction reduction(int i) {
    BatchGraph.Node n = graph.get(i);
    if (n.op() instanceof Reduce(Reduce.Kind kind, List<Integer> axes) && !kind.isArg()) {
      String operator =
          switch (kind) {
            case SUM -> "ReduceSum";
            case PROD -> "ReduceProd";
            case MAX -> "ReduceMax";
            default -> "ReduceMin";
          };
      return new Reduction(operator, n.in().getFirst(), axes);
    }
    boolean isMean =
        Elements.is(n, ScalarOp.MUL)
            && graph.get(n.in().getFirst()).op() instanceof Reduce(Reduce.Kind kind, var _)
            && kind == Reduce.Kind.SUM
            && n.dtype().isFloating();
    if (!isMean) {
      return null;
    }
    BatchGraph.Node sum = graph.get(n.in().getFirst());
    int operand = sum.in().getFirst();
    List<Double> factors = elements.scalars(n.in().getLast());
    if (factors.isEmpty()) {
      return null;
    }
    for (int k = 0; k < factors.size(); k++) {
      double count =
          (double) graph.get(operand).shapes().get(k).size() / sum.shapes().get(k).size();
      if (!(Math.abs(factors.get(k) * count - 1) < 1e-12)) {
        return null;
      }
    }
    return new Reduction("ReduceMean", operand, ((Reduce) sum.op()).axes());
  }

  /** Translates a product that is the mean of a sum. */
  boolean mean(int i) {
    Reduction r = reduction(i);
    if (r != null) {
      reduce(i, r, 0);
    }
    return r != null;
  }

  // ---- views

  private void view(int i, View v) {
    switch (v) {
      case View.Reshape _ -> reshape(i);
      case View.Slice slice -> slice(i, slice);
      case View.Permute _, View.Expand _, View.Late _ ->
          throw new IllegalStateException("a view is read where it is needed");
    }
  }

  private void reshape(int i) {
    int x = graph.get(i).in().getFirst();
    List<Extent> from = graph.dims(x);
    List<Extent> to = graph.dims(i);
    Reduction r = reduction(x);
    if (r != null && to.equals(keepDims(r))) {
      reduce(i, r, 1);
    } else if (from.equals(to)) {
      values.is(i, values.read(x));
    } else if (!rowsTimesMatrix(i, x, to)) {
      emit(i, "Reshape", List.of(values.read(x), shape(from, to)), Map.of());
    }
  }

  private List<Extent> keepDims(Reduction r) {
    List<Extent> dims = new ArrayList<>(graph.dims(r.operand));
    r.axes.forEach(a -> dims.set(a, Extent.fixed(1)));
    return dims;
  }

  /** The product of many rows with one matrix, which Hebb computes on a matrix of all rows. */
  private boolean rowsTimesMatrix(int i, int product, List<Extent> to) {
    BatchGraph.Node p = graph.get(product);
    if (!(p.op() instanceof Contraction) || p.rank() != 2 || to.size() < 3) {
      return false;
    }
    BatchGraph.Node rows = graph.get(p.in().getFirst());
    if (!(rows.op() instanceof View.Reshape)) {
      return false;
    }
    int x = rows.in().getFirst();
    List<Extent> dims = new ArrayList<>(graph.dims(x));
    dims.set(dims.size() - 1, to.getLast());
    if (!dims.equals(to) || !graph.dims(x).getLast().equals(graph.dims(p.in().getFirst()).getLast())) {
      return false;
    }
    emit(i, "MatMul", List.of(values.read(x), values.read(p.in().getLast())), Map.of());
    return true;
  }

  /** The operand of a Reshape: −1 for the one dimension that depends on the batch, 0 for a copy. */
  private String shape(List<Extent> from, List<Extent> to) {
    var numbers = new ArrayList<Long>();
    int open = 0;
    boolean isEmpty = false;
    for (int a = 0; a < to.size(); a++) {
      Extent d = to.get(a);
      isEmpty |= d.isFixed() && d.constant() == 0;
      if (d.isFixed()) {
        numbers.add(d.constant());
      } else if (a < from.size() && from.get(a).equals(d)) {
        numbers.add(0L);
      } else {
        numbers.add(-1L);
        open++;
      }
    }
    return open > 1 || isEmpty ? out.vector(to) : out.integers(numbers);
  }

  private void slice(int i, View.Slice slice) {
    int x = graph.get(i).in().getFirst();
    List<Extent> whole = graph.dims(x);
    List<Extent> sizes = graph.dims(i);
    var starts = new ArrayList<Extent>();
    var ends = new ArrayList<Extent>();
    var axes = new ArrayList<Long>();
    var steps = new ArrayList<Long>();
    for (int a = 0; a < sizes.size(); a++) {
      int axis = a;
      Extent start = extent(i, op -> ((View.Slice) op).starts().get(axis));
      long step = slice.steps().get(a);
      if (step == 1 && sizes.get(a).equals(whole.get(a))) {
        continue;
      }
      Extent end = start.plus(sizes.get(a).times(step));
      boolean isBeforeFirst = step < 0 && end.isFixed() && end.constant() < 0;
      starts.add(start);
      // A negative end would count from the last element.
      ends.add(isBeforeFirst ? Extent.fixed(Integer.MIN_VALUE) : end);
      axes.add((long) a);
      steps.add(step);
    }
    if (axes.isEmpty()) {
      values.is(i, values.read(x));
      return;
    }
    List<String> in =
        List.of(
            values.read(x),
            out.vector(starts),
            out.vector(ends),
            out.integers(axes),
            out.integers(steps));
    emit(i, "Slice", in, Map.of());
  }

  /** A number of a node's operation as the batch decides it. */
  Extent extent(int i, Function<Op, Integer> number) {
    return graph.extent(graph.get(i).ops().stream().map(number).toList());
  }

  // ---- products

  private void contraction(int i) {
    BatchGraph.Node n = graph.get(i);
    int a = n.in().getFirst();
    int b = n.in().getLast();
    if (n.rank() == 2 && n.dtype().isFloating()) {
      if (values.isTransposed(a) || values.isTransposed(b)) {
        gemm(i, i, null);
        return;
      }
    }
    emit(i, "MatMul", List.of(values.batchOf(a), values.batchOf(b)), Map.of());
  }

  /** A product of matrices as the result of {@code i}, with what is added to each row. */
  void gemm(int i, int product, @Nullable String bias) {
    BatchGraph.Node n = graph.get(product);
    var in = new ArrayList<String>();
    var attributes = new HashMap<String, Object>();
    String[] flags = {"transA", "transB"};
    for (int k = 0; k < 2; k++) {
      int operand = n.in().get(k);
      boolean isTransposed = values.isTransposed(operand);
      in.add(isTransposed ? values.read(operand, List.of(1, 0)) : values.read(operand));
      if (isTransposed) {
        attributes.put(flags[k], 1L);
      }
    }
    if (bias != null) {
      in.add(bias);
    }
    emit(i, "Gemm", in, attributes);
  }

  /** The number of a node's element type in files. */
  long type(int i) {
    return ElementType.of(graph.get(i).dtype()).number();
  }

  /** Translates a window's sum that is divided by its count. */
  boolean averagePool(int i, ScalarOp f) {
    return windows.averagePool(i, f, elements.scalars(graph.get(i).in().getLast()));
  }

  /** A convolution as the result of {@code i}, with what is added to each channel. */
  boolean convolution(int i, int window, Window w, String bias) {
    return windows.convolution(i, window, w, bias);
  }
}
