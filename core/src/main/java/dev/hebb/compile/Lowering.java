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
import java.util.HashSet;
import java.util.LinkedHashSet;
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

  private record Draft(Kernel kernel, List<Ref> operands, String label, Waves.Need need) {}

  /** Kernels that share planned memory. */
  private static final class Part {
    final Where memory;
    final List<Draft> drafts = new ArrayList<>();
    final Set<MemoryPlan.Piece> pieces = new LinkedHashSet<>();

    Part(Where memory) {
      this.memory = memory;
    }

    MemoryPlan.Piece piece(String name, DType type, int size) {
      var piece = new MemoryPlan.Piece(name, type, size);
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
        emit(part, fused.kernel(), fused.operands(), fused.label(), null, results(g));
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
            (kernel, refs, label, key) -> emit(part, kernel, refs, label, key, results(g)));
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
    String label = name + " ← %" + from.node;
    emit(part, kernel, List.of(from, to), label, null, Set.of(to.node));
  }

  /** What a group computes, and the concatenations into which it writes rows. */
  private Set<Integer> results(Fusion.Group g) {
    var results = new HashSet<>(g.nodes);
    for (int v : g.nodes) {
      if (homes.rows(v) instanceof Homes.Rows r) {
        results.add(r.concat());
      }
    }
    return results;
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
   * Adds a kernel. If its first phase only prepares an operand, that is done once for all kernels
   * with the same key, and in the prologue if the operand is frozen.
   *
   * @param results the nodes whose values it writes
   */
  private void emit(
      Part part,
      Kernel kernel,
      List<Ref> operands,
      String label,
      @Nullable Object key,
      Set<Integer> results) {
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
        Ref to = new Ref(0, 0, held);
        add(home, new Phases(kernel, 0, 1), first, List.of(to), label, Set.of(), Set.of(held));
        if (key != null) {
          shared.put(key, held);
        }
      }
      held.last = home == part ? held.last : MemoryPlan.KEPT;
      List<Ref> memory = new ArrayList<>(List.of(new Ref(0, 0, held)));
      addScratch(memory, part, kernel.workspace());
      Kernel rest = new Phases(kernel, 1, kernel.phases() - 1);
      add(part, rest, operands, memory, label, results, Set.of());
    } else {
      List<Ref> memory = new ArrayList<>();
      addScratch(memory, part, kernel.prepared());
      addScratch(memory, part, kernel.workspace());
      add(part, kernel, operands, memory, label, results, Set.of());
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

  private void add(
      Part part,
      Kernel kernel,
      List<Ref> operands,
      List<Ref> memory,
      String label,
      Set<Integer> results,
      Set<Object> prepared) {
    for (Ref r : operands) {
      if (r != UNUSED && !fixed.containsKey(r.node)) {
        int owner = settled(r).node;
        MemoryPlan.Piece p = planned.get(owner);
        if (p == null) {
          Shape s = graph.nodes().get(owner).shape();
          p = part.piece("%" + owner, s.dtype(), s.size());
          planned.put(owner, p);
        }
        p.last = part.pieces.contains(p) ? p.last : MemoryPlan.KEPT;
      }
    }
    var all = new ArrayList<>(operands);
    all.addAll(memory);
    part.drafts.add(new Draft(kernel, all, label, need(kernel, all, results, prepared)));
  }

  /** What a kernel has to wait for; the memory of variables has a value before. */
  private Waves.Need need(
      Kernel kernel, List<Ref> operands, Set<Integer> results, Set<Object> prepared) {
    Set<Object> reads = new HashSet<>();
    Set<Object> writes = new HashSet<>(prepared);
    Set<Object> overwrites = new HashSet<>();
    for (Ref r : operands) {
      if (r != UNUSED) {
        boolean isResult = r.scratch == null && results.contains(r.node);
        (isResult ? writes : reads).add(memory(r));
        if (isResult && memory(r) instanceof Buffer b) {
          overwrites.add(b);
        }
      }
    }
    reads.removeAll(prepared);
    for (int v : results) {
      writes.add(v);
      for (int i : v < 0 ? List.<Integer>of() : graph.nodes().get(v).in()) {
        reads.addAll(Access.awaited(graph.nodes(), i));
      }
    }
    reads.removeAll(results);
    int tasks = IntStream.range(0, kernel.phases()).map(kernel::tasks).max().orElse(0);
    return new Waves.Need(reads, writes, overwrites, tasks);
  }

  /**
   * Names the memory of an operand: a piece, a buffer that is not ours, or the node that owns it.
   */
  private Object memory(Ref r) {
    if (r.scratch != null) {
      return r.scratch;
    }
    Buffer known = fixed.get(r.node);
    return known != null ? known : settled(r).node;
  }

  /** The same memory as a part of the value that owns it. */
  private Ref settled(Ref r) {
    Homes.Home h = homes.place(r.node);
    return Ref.of(h.concat(), h.offset() + r.offset);
  }

  private Program assemble() {
    List<List<Draft>> before = prologue.drafts.stream().map(List::of).toList();
    List<List<Draft>> waves =
        Waves.of(body.drafts.stream().map(Draft::need).toList()).stream()
            .map(wave -> wave.stream().map(body.drafts::get).toList())
            .toList();
    setLives(prologue, before);
    setLives(body, waves);
    var early = new MemoryPlan(List.copyOf(prologue.pieces));
    var plan = new MemoryPlan(List.copyOf(body.pieces));
    assert verified(early);
    assert verified(plan);
    List<List<Program.Instruction>> first = instructions(before);
    List<List<Program.Instruction>> rest = instructions(waves);
    List<Variable> written = graph.writes().stream().map(Graph.Write::variable).toList();
    List<Program.Result> results =
        graph.outputs().stream()
            .map(i -> graph.nodes().get(i).shape())
            .map(s -> new Program.Result(s.dtype(), s.size()))
            .toList();
    return new Program(
        new Program.Code(first, early.totals()),
        new Program.Code(rest, plan.totals()),
        variables,
        variables.stream().map(written::contains).toList(),
        results,
        constants,
        () ->
            (first.isEmpty() ? "" : text("prologue", first, before) + early)
                + text("program", rest, waves)
                + plan);
  }

  /** Says when memory is needed. */
  private void setLives(Part part, List<List<Draft>> waves) {
    for (int w = 0; w < waves.size(); w++) {
      for (Draft d : waves.get(w)) {
        for (Ref r : d.operands) {
          MemoryPlan.Piece p = r == UNUSED ? null : piece(r);
          if (p != null && part.pieces.contains(p)) {
            p.useIn(w);
          }
        }
      }
    }
  }

  /** The planned memory of an operand, or null if it has none. */
  private MemoryPlan.@Nullable Piece piece(Ref r) {
    return r.scratch != null || fixed.containsKey(r.node)
        ? r.scratch
        : planned.get(settled(r).node);
  }

  private List<List<Program.Instruction>> instructions(List<List<Draft>> waves) {
    return waves.stream().map(wave -> wave.stream().map(this::instruction).toList()).toList();
  }

  private Program.Instruction instruction(Draft d) {
    return new Program.Instruction(d.kernel, d.operands.stream().map(this::buffer).toList());
  }

  /** Instructions of the same number run at the same time. */
  private static String text(
      String title, List<List<Program.Instruction>> waves, List<List<Draft>> drafts) {
    var text = new StringBuilder(title).append('\n');
    for (int w = 0; w < waves.size(); w++) {
      for (int i = 0; i < waves.get(w).size(); i++) {
        Program.Instruction in = waves.get(w).get(i);
        String label = drafts.get(w).get(i).label;
        text.append("  %d  %s  %s%n      %s%n".formatted(w, label, in.kernel(), in.operands()));
      }
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
