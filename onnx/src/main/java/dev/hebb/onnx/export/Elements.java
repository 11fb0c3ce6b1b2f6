package dev.hebb.onnx.export;

import dev.hebb.onnx.ElementType;
import dev.hebb.op.Contraction;
import dev.hebb.op.Elementwise;
import dev.hebb.op.Leaf;
import dev.hebb.op.ScalarOp;
import dev.hebb.op.View;
import dev.hebb.op.Window;
import dev.hebb.tensor.DType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Elementwise nodes, and the operators of ONNX that take one along. */
final class Elements {
  private final Translation t;
  private final BatchGraph graph;
  private final Idiom.Finder idioms;
  private final int[] uses;

  Elements(Translation t) {
    this.t = t;
    this.graph = t.graph;
    this.idioms = new Idiom.Finder(graph);
    this.uses = graph.uses();
  }

  /** Whether a node is this function of its operands. */
  static boolean is(BatchGraph.Node n, ScalarOp f) {
    return n.op() instanceof Elementwise e && e.f() == f;
  }

  void translate(int i, Elementwise e) {
    if (!idiom(i) && !bias(i, e.f()) && !mean(i, e.f())) {
      plain(i, e.f());
    }
  }

  private boolean mean(int i, ScalarOp f) {
    return t.mean(i) || t.averagePool(i, f);
  }

  private boolean idiom(int i) {
    List<Idiom.Finder.Found> all = idioms.find(i);
    if (all.isEmpty()) {
      return false;
    }
    Idiom.Finder.Found found = all.getFirst();
    Idiom idiom = found.idiom();
    var in = new ArrayList<>(found.operands().stream().map(t.values::read).toList());
    if (idiom.limits()) {
      found.numbers().forEach(v -> in.add(t.out.number(graph.get(i).dtype(), v)));
    }
    t.emit(i, idiom.operator(), in, idiom.attributes().apply(found.numbers()));
    return true;
  }

  // ---- what is added to a product or a convolution

  private boolean bias(int i, ScalarOp f) {
    if (f != ScalarOp.ADD) {
      return false;
    }
    List<Integer> in = graph.get(i).in();
    for (int k = 0; k < 2; k++) {
      int product = in.get(k);
      BatchGraph.Node n = graph.get(product);
      if (uses[product] != 1) {
        continue;
      }
      if (n.op() instanceof Contraction && n.rank() == 2 && n.dtype().isFloating()) {
        String row = perChannel(in.get(1 - k), 1, n.rank());
        if (row != null) {
          t.gemm(i, product, row);
          return true;
        }
      }
      if (n.op() instanceof View.Permute(List<Integer> order)
          && order.equals(Windows.CHANNELS_FIRST)
          && uses[n.in().getFirst()] == 1
          && graph.get(n.in().getFirst()).op() instanceof Window w) {
        String row = perChannel(in.get(1 - k), 1, n.rank());
        if (row != null && t.convolution(i, n.in().getFirst(), w, row)) {
          return true;
        }
      }
    }
    return false;
  }

  /** The vector that a node has along one axis, the same along all others; null if it has none. */
  private @Nullable String perChannel(int i, int axis, int rank) {
    Extent count = graph.dims(i).get(axis);
    int x = i;
    while (true) {
      BatchGraph.Node n = graph.get(x);
      List<Extent> dims = graph.dims(x);
      if (dims.equals(List.of(count))) {
        return t.values.read(x);
      }
      if (n.op() instanceof View.Expand) {
        x = n.in().getFirst();
        if (!graph.dims(x).get(graph.dims(x).size() - rank + axis).equals(count)) {
          return null;
        }
      } else if (n.op() instanceof View.Reshape && isColumn(dims, count, rank - axis)) {
        x = n.in().getFirst();
      } else {
        return null;
      }
    }
  }

  /** Whether there is one axis of this size, so far from the end, and all others have length 1. */
  private static boolean isColumn(List<Extent> dims, Extent count, int fromEnd) {
    Extent one = Extent.fixed(1);
    for (int a = 0; a < dims.size(); a++) {
      if (!dims.get(a).equals(a == dims.size() - fromEnd ? count : one)) {
        return false;
      }
    }
    return dims.size() >= fromEnd;
  }

  // ---- one function

  private void plain(int i, ScalarOp f) {
    List<String> in = operands(i);
    DType type = graph.get(i).dtype();
    String place = graph.get(i).origin().place();
    switch (f) {
      case CAST -> t.emit(i, "Cast", in, Map.of("to", t.type(i)));
      case EXPM1 -> {
        String exp = t.out.node("Exp", place, in, Map.of());
        t.emit(i, "Sub", List.of(exp, t.out.number(type, 1)), Map.of());
      }
      case LOG1P -> {
        String sum = t.out.node("Add", place, List.of(in.getFirst(), t.out.number(type, 1)), Map.of());
        t.emit(i, "Log", List.of(sum), Map.of());
      }
      case NE -> {
        String equal = t.out.node("Equal", place, in, Map.of());
        t.emit(i, "Not", List.of(equal), Map.of());
      }
      case MOD -> mod(i, in);
      case TO_FLOAT16 -> shortened(i, in, ElementType.FLOAT16);
      case TO_BFLOAT16 -> shortened(i, in, ElementType.BFLOAT16);
      case LT, LE, GT, GE -> t.emit(i, name(f), comparable(i, in), Map.of());
      default -> t.emit(i, name(f), in, Map.of());
    }
  }

  private static String name(ScalarOp f) {
    String name = f.onnx();
    if (name == null) {
      throw new IllegalStateException("no ONNX operator for " + f);
    }
    return name;
  }

  /** ONNX's Mod has the divisor's sign only for integers. */
  private void mod(int i, List<String> in) {
    if (!graph.get(i).dtype().isFloating()) {
      t.emit(i, "Mod", in, Map.of());
      return;
    }
    String place = graph.get(i).origin().place();
    String quotient = t.out.node("Div", place, in, Map.of());
    String floor = t.out.node("Floor", place, List.of(quotient), Map.of());
    String whole = t.out.node("Mul", place, List.of(floor, in.getLast()), Map.of());
    t.emit(i, "Sub", List.of(in.getFirst(), whole), Map.of());
  }

  /** Rounds to a short type, and goes on with the long one. */
  private void shortened(int i, List<String> in, ElementType to) {
    String place = graph.get(i).origin().place();
    String rounded = t.out.node("Cast", place, in, Map.of("to", (long) to.number()));
    t.emit(i, "Cast", List.of(rounded), Map.of("to", t.type(i)));
  }

  /** ONNX compares numbers by size, but not truth values. */
  private List<String> comparable(int i, List<String> in) {
    if (graph.get(graph.get(i).in().getFirst()).dtype() != DType.BOOL) {
      return in;
    }
    long type = ElementType.of(DType.INT32).number();
    return in.stream()
        .map(x -> t.out.node("Cast", graph.get(i).origin().place(), List.of(x), Map.of("to", type)))
        .toList();
  }

  // ---- broadcasting

  /** What ONNX broadcasts to a node's operands, without the expansions that Hebb writes out. */
  private List<String> operands(int i) {
    List<Integer> in = graph.get(i).in();
    List<Integer> roots = in.stream().map(this::root).toList();
    List<Extent> dims = graph.dims(i);
    Set<Integer> open = new HashSet<>();
    for (int a = 0; a < dims.size(); a++) {
      open.add(a);
    }
    for (int r : roots) {
      open.removeAll(covered(r, dims));
    }
    var names = new ArrayList<String>();
    for (int k = 0; k < in.size(); k++) {
      // If all are expanded along some axis, one of them has to be.
      boolean isWhole = k == 0 && !open.isEmpty();
      int r = roots.get(k);
      names.add(
          isWhole
              ? t.values.read(in.get(k))
              : graph.get(r).op() instanceof Leaf.Fill ? t.values.scalar(r) : t.values.read(r));
    }
    return names;
  }

  /** What a node expands: behind expansions, and new axes of length 1 in front. */
  private int root(int i) {
    BatchGraph.Node n = graph.get(i);
    if (n.op() instanceof View.Expand) {
      return root(n.in().getFirst());
    }
    if (n.op() instanceof View.Reshape) {
      List<Extent> from = graph.dims(n.in().getFirst());
      List<Extent> to = graph.dims(i);
      int more = to.size() - from.size();
      boolean isFront =
          more > 0
              && to.subList(more, to.size()).equals(from)
              && to.subList(0, more).stream().allMatch(Extent.fixed(1)::equals);
      return isFront ? root(n.in().getFirst()) : i;
    }
    return i;
  }

  private Set<Integer> covered(int root, List<Extent> dims) {
    Set<Integer> axes = new HashSet<>();
    List<Extent> own = graph.get(root).op() instanceof Leaf.Fill ? List.of() : graph.dims(root);
    for (int a = 0; a < dims.size(); a++) {
      int at = own.size() - dims.size() + a;
      boolean isOne = dims.get(a).equals(Extent.fixed(1));
      if (isOne || at >= 0 && own.get(at).equals(dims.get(a))) {
        axes.add(a);
      }
    }
    return axes;
  }

  /** The number that a node has everywhere, at each batch size; empty if it is none. */
  List<Double> scalars(int i) {
    BatchGraph.Node n = graph.get(root(i));
    return n.op() instanceof Leaf.Fill
        ? n.ops().stream().map(op -> ((Leaf.Fill) op).value()).toList()
        : List.of();
  }
}
