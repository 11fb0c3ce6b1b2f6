package dev.hebb.compile;

import dev.hebb.ir.Graph;
import dev.hebb.op.Elementwise;
import dev.hebb.op.Index;
import dev.hebb.op.Leaf;
import dev.hebb.op.NdArray;
import dev.hebb.op.Op;
import dev.hebb.op.Reduce;
import dev.hebb.op.ScalarOp;
import dev.hebb.op.View;
import dev.hebb.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Rewrites a graph into an equal one with less to do: constants are folded, neutral operations
 * dropped, views merged, equal nodes shared; and axis permutations move outward through whatever
 * does not care about them, so that the reorders between channels-first expressions and the
 * channels-last kernels meet and vanish.
 */
final class Simplify {
  private final Graph.Builder out = new Graph.Builder();

  /** Elementwise nodes of which nothing but slices is needed. */
  private final Set<Integer> cut = new HashSet<>();

  private Simplify() {}

  static Graph run(Graph g) {
    var pass = new Simplify();
    boolean[] isCut = cut(g);
    int[] at = new int[g.nodes().size()];
    for (int i = 0; i < at.length; i++) {
      Graph.Node n = g.nodes().get(i);
      at[i] = pass.add(n.op(), n.in().stream().map(j -> at[j]).toList());
      if (isCut[i] && pass.op(at[i]) instanceof Elementwise) {
        pass.cut.add(at[i]);
      }
    }
    return Prune.run(
        pass.out.build(
            g.inputs().stream().map(i -> at[i]).toList(),
            g.outputs().stream().map(i -> at[i]).toList(),
            g.writes().stream().map(w -> new Graph.Write(w.variable(), at[w.node()])).toList()));
  }

  /**
   * Which nodes are only read through slices that together are no larger: they need not be computed
   * as a whole. A slice of such a node, or an elementwise node made of it, is one again if nothing
   * but slices of it is needed either.
   */
  private static boolean[] cut(Graph g) {
    int n = g.nodes().size();
    boolean[] isCut = new boolean[n];
    Arrays.fill(isCut, true);
    long[] needed = new long[n];
    g.outputs().forEach(i -> isCut[i] = false);
    g.writes().forEach(w -> isCut[w.node()] = false);
    for (int i = n - 1; i >= 0; i--) {
      Graph.Node node = g.nodes().get(i);
      boolean slices = node.op() instanceof View.Slice;
      boolean passes = slices || node.op() instanceof Elementwise;
      isCut[i] &= passes && needed[i] > 0 && needed[i] <= node.shape().size();
      for (int j : node.in()) {
        isCut[j] &= slices || isCut[i];
        needed[j] += node.shape().size();
      }
    }
    return isCut;
  }

  /** Adds an operation on nodes of the new graph, in its simplest form. */
  private int add(Op op, List<Integer> in) {
    return switch (op) {
      case View.Late l -> late(l, in);
      case View v -> view(v, in.getFirst());
      case Elementwise e -> elementwise(e, in);
      case Reduce r -> reduce(r, in.getFirst());
      case Index.Concat c -> concat(c, in);
      default -> plain(op, in);
    };
  }

  private int plain(Op op, List<Integer> in) {
    return out.add(op, in, op.infer(in.stream().map(i -> out.get(i).shape()).toList()));
  }

  private Shape shape(int i) {
    return out.get(i).shape();
  }

  private Op op(int i) {
    return out.get(i).op();
  }

  private int operand(int i) {
    return out.get(i).in().getFirst();
  }

  private int fill(Shape shape, double value) {
    return out.add(new Leaf.Fill(shape, value), List.of(), shape);
  }

  // ---- views

  private int view(View v, int x) {
    Shape to = v.infer(List.of(shape(x)));
    if (op(x) instanceof Leaf.Fill f) {
      return fill(to, f.value());
    }
    return switch (v) {
      case View.Reshape r -> {
        if (to.sameDims(shape(x))) {
          yield x;
        }
        yield op(x) instanceof View.Reshape ? view(r, operand(x)) : plain(r, List.of(x));
      }
      case View.Permute p -> permute(p.order(), x);
      case View.Expand e -> {
        if (to.sameDims(shape(x))) {
          yield x;
        }
        yield op(x) instanceof View.Expand ? view(e, operand(x)) : plain(e, List.of(x));
      }
      case View.Slice s -> {
        if (to.sameDims(shape(x)) && s.steps().stream().allMatch(k -> k == 1)) {
          yield x;
        }
        if (cut.contains(x)) {
          List<Integer> parts = out.get(x).in().stream().map(i -> view(s, i)).toList();
          yield elementwise((Elementwise) op(x), parts);
        }
        if (op(x) instanceof View.Permute p) {
          List<Integer> inverse = p.inverse();
          var inner =
              new View.Slice(
                  pick(s.starts(), inverse), pick(s.steps(), inverse), pick(s.sizes(), inverse));
          yield permute(p.order(), view(inner, operand(x)));
        }
        yield plain(s, List.of(x));
      }
      case View.Late _ -> throw new IllegalArgumentException("late takes more than one operand");
    };
  }

  /** Goes below views, so that these meet others; what it waits for are computed values. */
  private int late(View.Late l, List<Integer> in) {
    int x = in.getFirst();
    if (op(x) instanceof Leaf.Fill) {
      return x;
    }
    if (op(x) instanceof View v && !(v instanceof View.Late)) {
      List<Integer> below = new ArrayList<>(in);
      below.set(0, operand(x));
      return view(v, late(l, below));
    }
    List<Integer> operands = new ArrayList<>(List.of(x));
    in.stream().skip(1).map(this::computed).distinct().forEach(operands::add);
    return plain(l, List.copyOf(operands));
  }

  /** The node whose value a chain of views shows. */
  private int computed(int i) {
    return op(i) instanceof View ? computed(operand(i)) : i;
  }

  private static List<Integer> pick(List<Integer> values, List<Integer> order) {
    return order.stream().map(values::get).toList();
  }

  private int permute(List<Integer> order, int x) {
    if (isIdentity(order)) {
      return x;
    }
    Shape s = shape(x);
    if (op(x) instanceof Leaf.Fill) {
      return view(new View.Permute(order), x);
    }
    if (op(x) instanceof View.Permute inner) {
      return permute(pick(inner.order(), order), operand(x));
    }
    List<Integer> real = order.stream().filter(a -> s.dim(a) != 1).toList();
    if (real.equals(real.stream().sorted().toList())) { // only axes of length 1 move
      return view(new View.Reshape(order.stream().map(s::dim).toList()), x);
    }
    if (op(x) instanceof View.Expand) { // permute the smaller thing
      int inner = permute(order, operand(x));
      return view(new View.Expand(order.stream().map(s::dim).toList()), inner);
    }
    return plain(new View.Permute(order), List.of(x));
  }

  private static boolean isIdentity(List<Integer> order) {
    return IntStream.range(0, order.size()).allMatch(i -> order.get(i) == i);
  }

  // ---- elementwise

  private int elementwise(Elementwise e, List<Integer> in) {
    Shape to = e.infer(in.stream().map(this::shape).toList());
    if (in.stream().allMatch(i -> op(i) instanceof Leaf.Fill)) {
      return fold(e, in, to);
    }
    int neutral = neutral(e, in);
    if (neutral >= 0) {
      return neutral;
    }
    if (e.f() == ScalarOp.POW && isFill(in.get(1), 2)) {
      return elementwise(new Elementwise(ScalarOp.MUL, e.type()), List.of(in.get(0), in.get(0)));
    }
    List<Integer> order = sharedOrder(in, to);
    if (order != null) {
      List<Integer> inverse = new View.Permute(order).inverse();
      List<Integer> moved = in.stream().map(i -> permute(inverse, i)).toList();
      return permute(order, elementwise(e, moved));
    }
    return plain(e, in);
  }

  private int fold(Elementwise e, List<Integer> in, Shape to) {
    List<NdArray> values =
        in.stream()
            .map(i -> {
              Leaf.Fill f = (Leaf.Fill) op(i);
              Shape one = Shape.of(f.shape().dtype());
              return NdArray.of(one, rounded(new Leaf.Fill(one, f.value())));
            })
            .toList();
    return fill(to, e.reference(values, Shape.of(to.dtype())).get(0));
  }

  /** A constant as its element type holds it. */
  private static Object rounded(Leaf.Fill f) {
    return f.reference(List.of(), f.shape()).toArray();
  }

  private boolean isFill(int i, double value) {
    return op(i) instanceof Leaf.Fill f && f.value() == value;
  }

  /** The operand that the operation leaves as it is, or −1. */
  private int neutral(Elementwise e, List<Integer> in) {
    int a = in.getFirst();
    int b = in.getLast();
    return switch (e.f()) {
      case CAST -> shape(a).dtype() == e.type() ? a : -1;
      case ADD -> isFill(b, 0) ? a : isFill(a, 0) ? b : -1;
      case SUB -> isFill(b, 0) ? a : -1;
      case MUL -> isFill(b, 1) ? a : isFill(a, 1) ? b : -1;
      case DIV, POW -> isFill(b, 1) ? a : -1;
      case NEG -> op(a) instanceof Elementwise inner && inner.f() == ScalarOp.NEG ? operand(a) : -1;
      case WHERE -> op(a) instanceof Leaf.Fill f ? (f.value() != 0 ? in.get(1) : b) : -1;
      default -> -1;
    };
  }

  /**
   * The permutation to move behind the operation: the one that more of the large operands carry
   * than do not. At a tie it moves if it reorders a computed value and the others are views, which
   * is one direction only, so that nothing moves back and forth.
   */
  private @Nullable List<Integer> sharedOrder(List<Integer> in, Shape to) {
    List<Integer> order = null;
    int with = 0;
    int against = 0;
    boolean oneWay = true;
    for (int i : in) {
      if (op(i) instanceof View.Permute p && (order == null || order.equals(p.order()))) {
        order = p.order();
        with++;
        oneWay &= isComputed(operand(i));
      } else if (source(i) * 2 > to.size()) {
        against++;
        oneWay &= op(i) instanceof View.Reshape;
      }
    }
    return with > against || with == against && oneWay ? order : null;
  }

  private boolean isComputed(int i) {
    return op(i) instanceof View.Late
        ? isComputed(operand(i))
        : !(op(i) instanceof View) && !(op(i) instanceof Leaf);
  }

  /** How many elements stand behind a chain of views. */
  private long source(int i) {
    int base = computed(i);
    return op(base) instanceof Leaf.Fill ? 0 : shape(base).size();
  }

  // ---- reductions and concatenation

  private int reduce(Reduce r, int x) {
    Shape s = shape(x);
    if (r.axes().stream().allMatch(a -> s.dim(a) == 1) && !r.kind().isArg()) {
      return view(new View.Reshape(View.list(r.infer(List.of(s)).dims())), x);
    }
    if (op(x) instanceof View.Permute p && !r.kind().isArg()) {
      List<Integer> axes = r.axes().stream().map(p.order()::get).sorted().toList();
      int inner = reduce(new Reduce(r.kind(), axes), operand(x));
      List<Integer> kept = p.order().stream().filter(a -> !axes.contains(a)).toList();
      List<Integer> sorted = kept.stream().sorted().toList();
      return permute(kept.stream().map(sorted::indexOf).toList(), inner);
    }
    if (op(x) instanceof Leaf.Fill f && r.kind() == Reduce.Kind.SUM && s.size() > 0) {
      Shape to = r.infer(List.of(s));
      return fill(to, f.value() * s.size() / Math.max(to.size(), 1));
    }
    return plain(r, List.of(x));
  }

  private int concat(Index.Concat c, List<Integer> in) {
    if (op(in.getFirst()) instanceof View.Permute p
        && in.stream()
            .allMatch(i -> op(i) instanceof View.Permute q && q.order().equals(p.order()))) {
      var inner = new Index.Concat(p.order().get(c.axis()));
      return permute(p.order(), plain(inner, in.stream().map(this::operand).toList()));
    }
    return plain(c, new ArrayList<>(in));
  }
}
