package dev.hebb.compile;

import dev.hebb.ir.Graph;
import dev.hebb.op.Leaf;
import dev.hebb.runtime.Kernel;
import dev.hebb.runtime.MoveKernel;
import dev.hebb.runtime.Program;
import dev.hebb.runtime.Program.Buffer;
import dev.hebb.runtime.Program.Buffer.Where;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Variable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Turns scheduled groups into kernels with buffers: the last pass. */
final class Lowering {
  /** An operand of a kernel: a node's value from an element on, or scratch memory. */
  record Ref(int node, int offset, MemoryPlan.@Nullable Piece scratch) {
    static Ref of(int node, int offset) {
      return new Ref(node, offset, null);
    }
  }

  private record Draft(Kernel kernel, List<Ref> operands, String label) {}

  private final Graph graph;
  private final Schedule schedule;
  private final List<Draft> drafts = new ArrayList<>();
  private final Map<Integer, Buffer> fixed = new HashMap<>();
  private final Map<Integer, MemoryPlan.Piece> planned = new HashMap<>();
  private final List<MemoryPlan.Piece> pieces = new ArrayList<>();
  private final List<Variable> variables = new ArrayList<>();
  private final List<Object> constants = new ArrayList<>();

  Lowering(Graph graph, Schedule schedule) {
    this.graph = graph;
    this.schedule = schedule;
  }

  Program program() {
    fixLeaves();
    for (int i = 0; i < graph.outputs().size(); i++) {
      int node = graph.outputs().get(i);
      fixed.put(node, new Buffer(Where.RESULT, type(node), i, 0));
    }
    for (Map.Entry<Integer, Variable> e : schedule.inPlace.entrySet()) {
      fixed.put(e.getKey(), variable(e.getValue()));
    }
    for (Fusion.Group g : schedule.order) {
      if (g.fused) {
        var fused = new FusedLowering(graph, schedule, g);
        emit(fused.kernel(), fused.operands(), fused.label());
      } else {
        int v = g.nodes.getFirst();
        OpaqueLowering.lower(graph, v, this::emit);
      }
    }
    for (Graph.Write w : graph.writes()) {
      if (!schedule.inPlace.containsKey(w.node())) {
        int n = w.variable().shape().size();
        int place = -1 - variableNumber(w.variable());
        fixed.put(place, variable(w.variable()));
        emit(
            new MoveKernel.Concat(1, List.of(n)),
            List.of(Ref.of(w.node(), 0), Ref.of(place, 0)),
            w.variable().name() + " ← %" + w.node());
      }
    }
    var plan = new MemoryPlan(pieces);
    return assemble(plan);
  }

  private DType type(int node) {
    return graph.nodes().get(node).shape().dtype();
  }

  private void fixLeaves() {
    for (int i = 0; i < graph.nodes().size(); i++) {
      switch (graph.nodes().get(i).op()) {
        case Leaf.Input in ->
            fixed.put(i, new Buffer(Where.INPUT, in.shape().dtype(), graph.inputs().indexOf(i), 0));
        case Leaf.Cell c -> fixed.put(i, variable(c.variable()));
        case Leaf.Iota iota -> {
          fixed.put(i, new Buffer(Where.CONSTANT, type(i), constants.size(), 0));
          constants.add(iota.reference(List.of(), iota.shape()).toArray());
        }
        default -> {}
      }
    }
  }

  private int variableNumber(Variable v) {
    int i = variables.indexOf(v);
    if (i < 0) {
      i = variables.size();
      variables.add(v);
    }
    return i;
  }

  private Buffer variable(Variable v) {
    return new Buffer(Where.VARIABLE, v.shape().dtype(), variableNumber(v), 0);
  }

  /** Adds a kernel; its last operand but scratch memory is what it defines, if that is new. */
  private void emit(Kernel kernel, List<Ref> operands, String label) {
    int now = drafts.size();
    var all = new ArrayList<>(operands);
    if (kernel.workspace() > 0) {
      var scratch =
          new MemoryPlan.Piece("scratch", DType.FLOAT32, Math.toIntExact(kernel.workspace()), now);
      pieces.add(scratch);
      all.add(new Ref(0, 0, scratch));
    }
    for (Ref r : operands) {
      if (!fixed.containsKey(r.node)) {
        MemoryPlan.Piece p =
            planned.computeIfAbsent(
                r.node,
                v -> {
                  Shape s = graph.nodes().get(v).shape();
                  var piece = new MemoryPlan.Piece("%" + v, s.dtype(), s.size(), now);
                  pieces.add(piece);
                  return piece;
                });
        p.last = now;
      }
    }
    drafts.add(new Draft(kernel, all, label));
  }

  private Program assemble(MemoryPlan plan) {
    assert verified(plan);
    var instructions = new ArrayList<Program.Instruction>();
    var text = new StringBuilder("program\n");
    for (Draft d : drafts) {
      List<Buffer> buffers = d.operands.stream().map(this::buffer).toList();
      text.append(
          "  %d  %s  %s%n      %s%n".formatted(instructions.size(), d.label, d.kernel, buffers));
      instructions.add(new Program.Instruction(d.kernel, buffers));
    }
    List<Variable> written = graph.writes().stream().map(Graph.Write::variable).toList();
    List<Program.Result> results =
        graph.outputs().stream()
            .map(i -> graph.nodes().get(i).shape())
            .map(s -> new Program.Result(s.dtype(), s.size()))
            .toList();
    return new Program(
        instructions,
        plan.totals(),
        variables,
        variables.stream().map(written::contains).toList(),
        results,
        constants,
        text.append(plan).toString());
  }

  private static boolean verified(MemoryPlan plan) {
    plan.verify();
    return true;
  }

  private Buffer buffer(Ref r) {
    Buffer known = r.scratch == null ? fixed.get(r.node) : null;
    if (known != null) {
      return new Buffer(known.where(), known.type(), known.number(), r.offset);
    }
    MemoryPlan.Piece p =
        r.scratch != null ? r.scratch : Objects.requireNonNull(planned.get(r.node));
    return new Buffer(Where.ARENA, p.type, 0, p.at + r.offset);
  }
}
