package dev.hebb.compile;

import dev.hebb.ir.Graph;
import dev.hebb.op.Contraction;
import dev.hebb.op.Index;
import dev.hebb.op.Op;
import dev.hebb.op.Reduce;
import dev.hebb.op.Window;
import dev.hebb.runtime.ArgReduce;
import dev.hebb.runtime.Kernel;
import dev.hebb.runtime.MoveKernel;
import dev.hebb.runtime.OpKernel;
import dev.hebb.runtime.ScatterAdd;
import dev.hebb.runtime.simd.Conv2dForward;
import dev.hebb.runtime.simd.Conv2dInputGrad;
import dev.hebb.runtime.simd.Conv2dWeightGrad;
import dev.hebb.runtime.simd.ConvShape;
import dev.hebb.runtime.simd.Epilogue;
import dev.hebb.runtime.simd.Gemm;
import dev.hebb.runtime.simd.GemmShape;
import dev.hebb.runtime.simd.Pool2d;
import dev.hebb.runtime.simd.PoolShape;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the kernel of a node that is not fused: products, windows, index operations, positions.
 */
final class OpaqueLowering {
  /**
   * Takes a kernel, its operands and a label; kernels with equal keys can share what the first of
   * them prepares.
   */
  interface Emitter {
    void emit(Kernel kernel, List<Lowering.Ref> operands, String label, @Nullable Object key);
  }

  /** Rows of the left operands from which packing their common right one costs little. */
  private static final int MANY_ROWS = 256;

  /** The right operands that several products of a graph read in the same way. */
  static Set<Matrix> sharedFactors(Graph graph) {
    Map<Matrix, Integer> rows = new HashMap<>();
    Set<Matrix> shared = new HashSet<>();
    for (Graph.Node n : graph.nodes()) {
      if (n.op() instanceof Contraction && n.shape().dtype() == DType.FLOAT32) {
        Matrix b = Objects.requireNonNull(Matrix.of(graph.nodes(), n.in().get(1)));
        int own = n.shape().dim(n.shape().rank() - 2);
        if (rows.merge(b, own, Integer::sum) > Math.max(own, MANY_ROWS - 1)) {
          shared.add(b);
        }
      }
    }
    return shared;
  }

  private record Factor(Matrix b, GemmShape shape, Epilogue epilogue) {}

  private OpaqueLowering() {}

  /** Whether the kernel of a node has an epilogue. */
  static boolean takesEpilogue(Graph.Node n) {
    return n.shape().dtype() == DType.FLOAT32
        && (n.op() instanceof Contraction
            || n.op() instanceof Window w && w.kind() == Window.Kind.CONV);
  }

  /** Whether the kernel of a group can write rows of so many elements apart from each other. */
  static boolean writesRows(Graph graph, Fusion.Group group, int width) {
    Graph.Node n = graph.nodes().get(group.nodes.getFirst());
    boolean hasResidual = group.tail != null && group.tail.epilogue().residual();
    return takesEpilogue(n) && n.shape().last() == width && !hasResidual;
  }

  /**
   * Emits the kernel of a group.
   *
   * @param homes where its rows are to lie
   * @param frozen for each node, whether its value is known before the program's body runs
   * @param shared the right operands that several products read
   */
  static void lower(
      Graph graph,
      Fusion.Group group,
      Homes homes,
      boolean[] frozen,
      Set<Matrix> shared,
      Emitter out) {
    int v = group.nodes.getFirst();
    Fusion.Tail tail = group.tail;
    int result = tail == null ? v : tail.result();
    Epilogue epilogue = tail == null ? Epilogue.NONE : tail.epilogue();
    Homes.Rows rows = homes.rows(result);
    Lowering.Ref to =
        rows == null ? Lowering.Ref.of(result, 0) : Lowering.Ref.of(rows.concat(), rows.offset());
    Graph.Node n = graph.nodes().get(v);
    List<Shape> in = n.in().stream().map(i -> graph.nodes().get(i).shape()).toList();
    boolean single = n.shape().dtype() == DType.FLOAT32;
    String label = "%" + result + " = " + n.op().name() + (tail == null ? "" : tail.label());
    Op op = n.op();
    if (op instanceof Contraction && single) {
      Matrix a = Objects.requireNonNull(Matrix.of(graph.nodes(), n.in().get(0)));
      Matrix b = Objects.requireNonNull(Matrix.of(graph.nodes(), n.in().get(1)));
      var refs = new ArrayList<Lowering.Ref>();
      refs.add(Lowering.Ref.of(a.base(), a.offset()));
      refs.add(Lowering.Ref.of(b.base(), b.offset()));
      refs.add(to);
      addTail(graph, tail, refs);
      int pitch = rows == null ? n.shape().last() : rows.pitch();
      GemmShape shape = gemm(in.get(0), n.shape(), a, b, pitch);
      Kernel product =
          frozen[b.base()]
              ? Gemm.frozen(shape, epilogue)
              : shared.contains(b) ? Gemm.prepared(shape, epilogue) : Gemm.of(shape, epilogue);
      out.emit(product, refs, label, new Factor(b, shape, epilogue));
      return;
    }
    List<Integer> order = n.in();
    Kernel kernel =
        switch (op) {
          case Window w when single && w.kind() == Window.Kind.CONV -> {
            ConvShape dense = conv(w.g());
            ConvShape shape = rows == null ? dense : dense.pitch(rows.pitch());
            yield frozen[operandBase(graph, order.get(1))]
                ? Conv2dForward.prepared(shape, epilogue)
                : Conv2dForward.of(shape, epilogue);
          }
          case Window w when single -> window(w);
          case Index.Gather g -> {
            Shape x = in.get(0);
            yield new MoveKernel.Gather(
                outer(x, g.axis()), x.dim(g.axis()), inner(x, g.axis()), in.get(1).size());
          }
          case Index.ScatterAdd s when n.shape().dtype().isFloating() ->
              new ScatterAdd(
                  outer(n.shape(), s.axis()),
                  s.size(),
                  inner(n.shape(), s.axis()),
                  in.get(1).size());
          case Index.Concat c ->
              new MoveKernel.Concat(
                  outer(n.shape(), c.axis()),
                  in.stream().map(s -> s.drop(c.axis()).size()).toList());
          case Index.Place p -> new MoveKernel.Place(p, in.getFirst(), n.shape());
          case Reduce r -> new ArgReduce(r.kind(), n.shape().size(), in.getFirst().last());
          default -> new OpKernel(op, in, n.shape());
        };
    if (op instanceof Window w && single && w.kind() == Window.Kind.CONV_INPUT_GRAD) {
      order = order.reversed(); // the kernel takes the gradient first
    }
    var refs = new ArrayList<Lowering.Ref>();
    for (int i : order) {
      refs.add(operand(graph, i));
    }
    refs.add(to);
    addTail(graph, tail, refs);
    out.emit(kernel, refs, label, null);
  }

  private static void addTail(Graph graph, Fusion.@Nullable Tail tail, List<Lowering.Ref> refs) {
    if (tail != null) {
      for (int v : tail.added()) {
        Access a = Objects.requireNonNull(Access.of(graph.nodes(), v));
        refs.add(Lowering.Ref.of(a.base(), a.offset()));
      }
    }
  }

  private static Lowering.Ref operand(Graph graph, int i) {
    Access a = Objects.requireNonNull(Access.of(graph.nodes(), i));
    if (!a.isContiguous()) {
      throw new IllegalStateException("%" + i + " is not in order\n" + graph);
    }
    return Lowering.Ref.of(a.base(), a.offset());
  }

  private static int operandBase(Graph graph, int i) {
    return Objects.requireNonNull(Access.of(graph.nodes(), i)).base();
  }

  private static int outer(Shape s, int axis) {
    return product(s, 0, axis);
  }

  private static int inner(Shape s, int axis) {
    return s.drop(axis + 1).size();
  }

  private static int product(Shape s, int from, int to) {
    int p = 1;
    for (int i = from; i < to; i++) {
      p *= s.dim(i);
    }
    return p;
  }

  private static GemmShape gemm(Shape left, Shape out, Matrix a, Matrix b, int pitch) {
    int m = out.dim(-2);
    int n = out.last();
    int k = left.last();
    return new GemmShape(
        product(out, 0, out.rank() - 2),
        m,
        n,
        k,
        a.transposed(),
        b.transposed(),
        a.leading(),
        b.leading(),
        pitch,
        a.batchStride(),
        b.batchStride(),
        m * pitch);
  }

  private static Kernel window(Window w) {
    Window.Geometry g = w.g();
    var pool =
        new PoolShape(
            g.n(),
            g.h(),
            g.w(),
            g.cin(),
            g.kh(),
            g.kw(),
            g.strideH(),
            g.strideW(),
            g.padTop(),
            g.padLeft(),
            g.dilH(),
            g.dilW(),
            g.outH(),
            g.outW());
    return switch (w.kind()) {
      case CONV -> Conv2dForward.of(conv(g));
      case CONV_INPUT_GRAD -> Conv2dInputGrad.of(conv(g));
      case CONV_WEIGHT_GRAD -> Conv2dWeightGrad.of(conv(g));
      case POOL_TAKE -> Pool2d.of(Pool2d.Op.MAX_TAKE, pool);
      case POOL_SCATTER -> Pool2d.of(Pool2d.Op.MAX_SCATTER, pool);
      case POOL_SUM -> Pool2d.of(Pool2d.Op.SUM, pool);
      case POOL_SUM_SCATTER -> Pool2d.of(Pool2d.Op.SUM_SCATTER, pool);
    };
  }

  private static ConvShape conv(Window.Geometry g) {
    return new ConvShape(
        g.n(),
        g.h(),
        g.w(),
        g.cin(),
        g.cout(),
        g.kh(),
        g.kw(),
        g.strideH(),
        g.strideW(),
        g.padTop(),
        g.padLeft(),
        g.padBottom(),
        g.padRight(),
        g.dilH(),
        g.dilW(),
        g.groups());
  }
}
