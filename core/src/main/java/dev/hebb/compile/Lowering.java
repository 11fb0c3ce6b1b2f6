package dev.hebb.compile;

import dev.hebb.ir.Graph;
import dev.hebb.op.Leaf;
import dev.hebb.runtime.Kernel;
import dev.hebb.runtime.MoveKernel;
import dev.hebb.runtime.Phases;
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
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Turns scheduled groups into kernels with buffers: the last pass.
 *
 * <p>What depends on nothing but constants and variables that the program does not write goes into
 * a prologue, which runs only when such a variable has changed: a frozen network reorders and packs
 * its weights once.
 */
final class Lowering {
  /** An operand of a kernel: a node's value from an element on, or scratch memory. */
  record Ref(int node, int offset, MemoryPlan.@Nullable Piece scratch) {
    static Ref of(int node, int offset) {
      return new Ref(node, offset, null);
    }
  }

  private record Draft(Kernel kernel, List<Ref> operands, String label) {}

  /** Kernels that run one after the other and share planned memory. */
  private static final class Part {
    final Where memory;
    final List<Draft> drafts = new ArrayList<>();
    final List<MemoryPlan.Piece> pieces = new ArrayList<>();

    Part(Where memory) {
      this.memory = memory;
    }

    MemoryPlan.Piece piece(String name, DType type, int size) {
      var piece = new MemoryPlan.Piece(name, type, size, drafts.size());
      pieces.add(piece);
      return piece;
    }
  }

  private static final Ref UNUSED = Ref.of(-1, -1);

  private final Graph graph;
  private final Schedule schedule;
  private final Frozen frozen;
  private final Homes homes;
  private final Part prologue = new Part(Where.FROZEN);
  private final Part body = new Part(Where.ARENA);
  private final Set<Matrix> sharedFactors;
  private final Map<Object, MemoryPlan.Piece> shared = new HashMap<>();
  private final Map<Integer, Buffer> fixed = new HashMap<>();
  private final Map<Integer, MemoryPlan.Piece> planned = new HashMap<>();
  private final List<Variable> variables = new ArrayList<>();
  private final List<Object> constants = new ArrayList<>();

  Lowering(Graph graph, Schedule schedule) {
    this.graph = graph;
    this.schedule = schedule;
    this.frozen = new Frozen(graph, schedule);
    this.homes = new Homes(graph, schedule, frozen);
    this.sharedFactors = OpaqueLowering.sharedFactors(graph);
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
      Part part = frozen.groups.contains(g) ? prologue : body;
      if (g.fused) {
        var fused = new FusedLowering(graph, schedule, homes, g);
        emit(part, fused.kernel(), fused.operands(), fused.label(), null);
      } else if (homes.copies(g) instanceof List<Homes.Copy> copies) {
        int node = g.nodes.getFirst();
        for (Homes.Copy c : copies) {
          Access a = Objects.requireNonNull(Access.of(graph.nodes(), c.operand()));
          copy(part, c.size(), Ref.of(a.base(), a.offset()), Ref.of(node, c.offset()), "%" + node);
        }
      } else {
        OpaqueLowering.lower(
            graph,
            g,
            homes,
            frozen.nodes,
            sharedFactors,
            (kernel, refs, label, key) -> emit(part, kernel, refs, label, key));
      }
    }
    for (Graph.Write w : graph.writes()) {
      if (!schedule.inPlace.containsKey(w.node())) {
        int n = w.variable().shape().size();
        int place = -2 - variableNumber(w.variable());
        fixed.put(place, variable(w.variable()));
        copy(body, n, Ref.of(w.node(), 0), Ref.of(place, 0), w.variable().name());
      }
    }
    return assemble();
  }

  private void copy(Part part, int size, Ref from, Ref to, String name) {
    var kernel = new MoveKernel.Concat(1, List.of(size));
    emit(part, kernel, List.of(from, to), name + " ← %" + from.node, null);
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

  /**
   * Adds a kernel; an operand that is new, but for scratch memory, is what it defines. If its first
   * phase only prepares an operand, that is done once for all kernels with the same key, and in the
   * prologue if the operand is frozen.
   */
  private void emit(
      Part part, Kernel kernel, List<Ref> operands, String label, @Nullable Object key) {
    int prepared = kernel.prepares();
    if (prepared >= 0 && (key != null || isEarly(part, operands.get(prepared)))) {
      Part home = isEarly(part, operands.get(prepared)) ? prologue : part;
      MemoryPlan.Piece held = key == null ? null : shared.get(key);
      if (held == null) {
        held = scratch(home, kernel.prepared());
        List<Ref> first =
            IntStream.range(0, operands.size())
                .mapToObj(i -> i == prepared ? operands.get(i) : UNUSED)
                .toList();
        add(home, new Phases(kernel, 0, 1), first, List.of(new Ref(0, 0, held)), label);
        if (key != null) {
          shared.put(key, held);
        }
      }
      held.last = home == part ? part.drafts.size() : MemoryPlan.KEPT;
      List<Ref> memory = new ArrayList<>(List.of(new Ref(0, 0, held)));
      addScratch(memory, part, kernel.workspace());
      add(part, new Phases(kernel, 1, kernel.phases() - 1), operands, memory, label);
    } else {
      List<Ref> memory = new ArrayList<>();
      addScratch(memory, part, kernel.prepared());
      addScratch(memory, part, kernel.workspace());
      add(part, kernel, operands, memory, label);
    }
  }

  /** Whether a kernel of the body reads what is known before. */
  private boolean isEarly(Part part, Ref operand) {
    return part == body && frozen.nodes[operand.node];
  }

  private static void addScratch(List<Ref> memory, Part part, long size) {
    if (size > 0) {
      memory.add(new Ref(0, 0, scratch(part, size)));
    }
  }

  private static MemoryPlan.Piece scratch(Part part, long size) {
    return part.piece("scratch", DType.FLOAT32, Math.toIntExact(size));
  }

  private void add(Part part, Kernel kernel, List<Ref> operands, List<Ref> memory, String label) {
    for (Ref r : operands) {
      if (r != UNUSED && !fixed.containsKey(r.node)) {
        int owner = settled(r).node;
        MemoryPlan.Piece p = planned.get(owner);
        if (p == null) {
          Shape s = graph.nodes().get(owner).shape();
          p = part.piece("%" + owner, s.dtype(), s.size());
          planned.put(owner, p);
        }
        p.last = part.pieces.contains(p) ? part.drafts.size() : MemoryPlan.KEPT;
      }
    }
    var all = new ArrayList<>(operands);
    all.addAll(memory);
    part.drafts.add(new Draft(kernel, all, label));
  }

  /** The same memory as a part of the value that owns it. */
  private Ref settled(Ref r) {
    Homes.Home h = homes.place(r.node);
    return Ref.of(h.concat(), h.offset() + r.offset);
  }

  private Program assemble() {
    var early = new MemoryPlan(prologue.pieces);
    var plan = new MemoryPlan(body.pieces);
    assert verified(early);
    assert verified(plan);
    List<Program.Instruction> before = instructions(prologue);
    List<Program.Instruction> instructions = instructions(body);
    List<String> labelsBefore = labels(prologue);
    List<String> labels = labels(body);
    List<Variable> written = graph.writes().stream().map(Graph.Write::variable).toList();
    List<Program.Result> results =
        graph.outputs().stream()
            .map(i -> graph.nodes().get(i).shape())
            .map(s -> new Program.Result(s.dtype(), s.size()))
            .toList();
    return new Program(
        new Program.Code(before, early.totals()),
        new Program.Code(instructions, plan.totals()),
        variables,
        variables.stream().map(written::contains).toList(),
        results,
        constants,
        () ->
            (before.isEmpty() ? "" : text("prologue", before, labelsBefore) + early)
                + text("program", instructions, labels)
                + plan);
  }

  private List<Program.Instruction> instructions(Part part) {
    return part.drafts.stream()
        .map(d -> new Program.Instruction(d.kernel, d.operands.stream().map(this::buffer).toList()))
        .toList();
  }

  private static List<String> labels(Part part) {
    return part.drafts.stream().map(Draft::label).toList();
  }

  private static String text(
      String title, List<Program.Instruction> instructions, List<String> labels) {
    var text = new StringBuilder(title).append('\n');
    for (int i = 0; i < labels.size(); i++) {
      Program.Instruction in = instructions.get(i);
      text.append(
          "  %d  %s  %s%n      %s%n".formatted(i, labels.get(i), in.kernel(), in.operands()));
    }
    return text.toString();
  }

  private static boolean verified(MemoryPlan plan) {
    plan.verify();
    return true;
  }

  private Buffer buffer(Ref r) {
    if (r == UNUSED) {
      return Buffer.UNUSED;
    }
    Buffer known = r.scratch == null ? fixed.get(r.node) : null;
    if (known != null) {
      return new Buffer(known.where(), known.type(), known.number(), r.offset);
    }
    Ref at = r.scratch == null ? settled(r) : r;
    MemoryPlan.Piece p =
        at.scratch != null ? at.scratch : Objects.requireNonNull(planned.get(at.node));
    Where where = prologue.pieces.contains(p) ? prologue.memory : body.memory;
    return new Buffer(where, p.type, 0, p.at + at.offset);
  }
}
