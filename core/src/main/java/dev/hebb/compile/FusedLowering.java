package dev.hebb.compile;

import dev.hebb.ir.Graph;
import dev.hebb.op.Elementwise;
import dev.hebb.op.Leaf;
import dev.hebb.op.RandomUniform;
import dev.hebb.op.Reduce;
import dev.hebb.op.View;
import dev.hebb.runtime.Accumulator;
import dev.hebb.runtime.FusedKernel;
import dev.hebb.runtime.FusedKernel.Kind;
import dev.hebb.runtime.FusedKernel.Place;
import dev.hebb.runtime.Kernel;
import dev.hebb.runtime.TileOp;
import dev.hebb.runtime.simd.Combine;
import dev.hebb.runtime.simd.Loop;
import dev.hebb.runtime.simd.Loops;
import dev.hebb.runtime.simd.Reductions;
import dev.hebb.runtime.simd.StridedLoad;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.Variable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * Turns a fused group into a kernel: chooses for each value a register or its buffer, loads what
 * does not lie in order, and orders the operations.
 */
final class FusedLowering {
  /** Tiles of a few vectors cost more in calls than in loads and stores. */
  private static final int SMALLEST_CHAINED = 256;

  private final Graph graph;
  private final Schedule schedule;
  private final Homes homes;
  private final Fusion.Group group;
  private final List<Lowering.Ref> operands = new ArrayList<>();
  private final List<Place> places = new ArrayList<>();
  private final Map<Integer, TileOp.Scalar> scalars = new LinkedHashMap<>();
  private final List<TileOp> ops = new ArrayList<>();
  private final List<TileOp> stores = new ArrayList<>();
  private final List<Accumulator> accumulators = new ArrayList<>();
  private final Map<Object, Integer> placeOf = new HashMap<>();
  private final Map<Object, Integer> lastUse = new HashMap<>();
  private final Map<Kind, List<Integer>> free = new HashMap<>();
  private final List<TileOp> repeated = new ArrayList<>();
  private final int period;
  private final int[] registers = new int[Kind.values().length];

  /** A value that is loaded: where it lies and whether it has one element a row. */
  private record Load(Access access, boolean perRow) {}

  /** One number a row, repeated along the row. */
  private record Repeat(int node) {}

  FusedLowering(Graph graph, Schedule schedule, Homes homes, Fusion.Group group) {
    this.graph = graph;
    this.schedule = schedule;
    this.homes = homes;
    this.group = group;
    this.period = period();
    findLastUses();
    for (int i = 0; i < group.nodes.size(); i++) {
      lower(i, group.nodes.get(i));
      release(i);
    }
    ops.addAll(stores);
  }

  Kernel kernel() {
    Fusion.Pattern p = group.pattern;
    var setup = new ArrayList<TileOp>(scalars.values());
    setup.addAll(repeated);
    List<TileOp> chained =
        group.size < SMALLEST_CHAINED
            ? ops
            : Chaining.apply(places, scalars.keySet(), ops, accumulators);
    return new FusedKernel(
        p == null ? 1 : p.outer(),
        p == null ? group.size : p.reduced(),
        p == null ? 1 : p.inner(),
        group.row,
        period,
        places,
        setup,
        chained,
        accumulators);
  }

  List<Lowering.Ref> operands() {
    return operands;
  }

  String label() {
    return group.nodes.toString();
  }

  // ---- values

  private Graph.Node node(int v) {
    return graph.nodes().get(v);
  }

  private Access access(int i) {
    return Objects.requireNonNull(Access.of(graph.nodes(), i));
  }

  private boolean mine(int v) {
    return schedule.groupOf(v) == group;
  }

  private boolean perRow(int v) {
    return node(v).shape().size() != group.size;
  }

  static Kind kind(DType type) {
    return switch (type) {
      case FLOAT32, BOOL -> Kind.FLOAT;
      case FLOAT64 -> Kind.DOUBLE;
      case INT32, INT64 -> Kind.LONG;
    };
  }

  /** Whether memory holds the type as registers do. */
  private static boolean direct(DType type) {
    return type == DType.FLOAT32 || type == DType.FLOAT64 || type == DType.INT64;
  }

  /** What a value is known by: the node here, a load, or a repetition. */
  private Object key(int user, int i) {
    Access a = access(i);
    boolean rowUser =
        node(user).op() instanceof Reduce ? node(i).shape().size() != group.size : perRow(user);
    if (!mine(a.base())) {
      return new Load(a, rowUser);
    }
    return !rowUser && perRow(a.base()) ? new Repeat(a.base()) : (Object) a.base();
  }

  private void findLastUses() {
    for (int n = 0; n < group.nodes.size(); n++) {
      int v = group.nodes.get(n);
      int until = group.terminals.contains(v) ? Integer.MAX_VALUE : n;
      if (node(v).op() instanceof RandomUniform) {
        continue;
      }
      for (int i : node(v).in()) {
        Object key = key(v, i);
        lastUse.merge(key, until, Math::max);
        if (key instanceof Repeat r) {
          lastUse.merge(r.node, n, Math::max);
        }
      }
    }
    for (int v : group.nodes) {
      lastUse.putIfAbsent(v, group.nodes.indexOf(v));
      if (stored(v)) {
        lastUse.put(v, Integer.MAX_VALUE);
      }
    }
  }

  /** Whether a value is needed outside. */
  private boolean stored(int v) {
    if (group.terminals.contains(v)) {
      return false; // the reduction writes it
    }
    return schedule.stored.contains(v);
  }

  // ---- places

  private int operand(int node, int offset) {
    Lowering.Ref ref = Lowering.Ref.of(node, offset);
    int at = operands.indexOf(ref);
    if (at < 0) {
      at = operands.size();
      operands.add(ref);
    }
    return at;
  }

  private int register(Kind kind) {
    List<Integer> idle = free.computeIfAbsent(kind, k -> new ArrayList<>());
    int r = idle.isEmpty() ? registers[kind.ordinal()]++ : idle.removeLast();
    places.add(new Place(kind, r, -1, false));
    return places.size() - 1;
  }

  private int buffer(Kind kind, int operand, boolean perRow) {
    places.add(new Place(kind, -1, operand, perRow));
    return places.size() - 1;
  }

  /** Gives back the registers of values that were used for the last time. */
  private void release(int now) {
    lastUse
        .entrySet()
        .removeIf(e -> {
          if (e.getValue() > now || !placeOf.containsKey(e.getKey())) {
            return false;
          }
          Place p = places.get(Objects.requireNonNull(placeOf.get(e.getKey())));
          if (p.register() >= 0) {
            free.computeIfAbsent(p.kind(), k -> new ArrayList<>()).add(p.register());
          }
          return true;
        });
  }

  /** The place of an operand of a node, loaded or repeated if need be. */
  private int value(int user, int i) {
    Object key = key(user, i);
    Integer known = placeOf.get(key);
    if (known != null) {
      return known;
    }
    int place =
        switch (key) {
          case Load l -> load(l, node(i).shape().dtype());
          case Repeat r -> {
            int from = Objects.requireNonNull(placeOf.get(r.node));
            int to = register(places.get(from).kind());
            ops.add(new TileOp.RowRepeat(from, to, group.row));
            yield to;
          }
          default -> throw new IllegalStateException("%" + i + " is used before it is computed");
        };
    placeOf.put(key, place);
    return place;
  }

  /**
   * The length of what is broadcast along the walk, such as a bias along rows, if it is the same
   * for all operands: then tiles begin at its multiples and it is loaded once a task.
   */
  private int period() {
    int found = 0;
    for (int v : group.nodes) {
      for (int i : node(v).op() instanceof RandomUniform ? List.<Integer>of() : node(v).in()) {
        Access a = access(i);
        int length = mine(a.base()) ? 0 : a.period();
        if (length > 0 && length <= Fusion.LONGEST_ROW) {
          if (found != 0 && found != length) {
            return 0;
          }
          found = length;
        }
      }
    }
    Fusion.Pattern p = group.pattern;
    boolean fits =
        (group.row == 0 || group.row == found)
            && (p == null
                || (p.outer() == 1 && p.inner() == found && found <= FusedKernel.WIDEST_TILE));
    return fits ? found : 0;
  }

  private int load(Load l, DType type) {
    Access a = l.access;
    Kind kind = kind(type);
    if (node(a.base()).op() instanceof Leaf.Fill f) {
      return held(kind, l, new TileOp.Scalar(f.value(), -1, 0, places.size(), false));
    }
    if (a.isScalar()) {
      int from = operand(a.base(), 0);
      return held(kind, l, new TileOp.Scalar(0, from, a.offset(), places.size(), false));
    }
    if (a.isContiguous() && direct(type)) {
      return buffer(kind, operand(a.base(), a.offset()), l.perRow);
    }
    var load = new StridedLoad(a.dimArray(), a.strideArray());
    if (period > 0 && a.period() == period && !l.perRow) {
      lastUse.put(l, Integer.MAX_VALUE);
      places.add(new Place(kind, registers[kind.ordinal()]++, -1, false));
      int kept = places.size() - 1;
      repeated.add(new TileOp.Load(load, operand(a.base(), 0), a.offset(), kept, false));
      return kept;
    }
    int place = register(kind);
    ops.add(new TileOp.Load(load, operand(a.base(), 0), a.offset(), place, l.perRow));
    return place;
  }

  /** A register that keeps one number for the whole task. */
  private int held(Kind kind, Load l, TileOp.Scalar scalar) {
    lastUse.put(l, Integer.MAX_VALUE);
    places.add(new Place(kind, registers[kind.ordinal()]++, -1, false));
    scalars.put(scalar.d(), scalar);
    return scalar.d();
  }

  /** Says that all elements of a place are read, not only the first. */
  private int whole(int place) {
    scalars.computeIfPresent(
        place, (p, s) -> new TileOp.Scalar(s.value(), s.operand(), s.offset(), s.d(), true));
    return place;
  }

  /** Where a node's own value goes; written to its buffer directly if that is possible. */
  private int target(int position, int v) {
    DType type = node(v).shape().dtype();
    if (!stored(v)) {
      return register(kind(type));
    }
    if (homes.rows(v) instanceof Homes.Rows r) {
      int place = register(kind(type));
      stores.add(
          new TileOp.StoreRows(place, operand(r.concat(), r.offset()), r.width(), r.pitch()));
      return place;
    }
    int out = operand(v, 0);
    if (direct(type) && !overwritesTooEarly(position, v)) {
      return buffer(kind(type), out, perRow(v));
    }
    int place = register(kind(type));
    stores.add(new TileOp.Store(place, out, perRow(v)));
    return place;
  }

  /** Whether a variable that v replaces is still read by a later operation of this walk. */
  private boolean overwritesTooEarly(int position, int v) {
    Variable replaced = schedule.inPlace.get(v);
    if (replaced == null) {
      return false;
    }
    return group.nodes.stream()
        .skip(position + 1)
        .flatMap(u -> node(u).in().stream())
        .anyMatch(
            i -> node(access(i).base()).op() instanceof Leaf.Cell c && c.variable() == replaced);
  }

  // ---- operations

  private void lower(int position, int v) {
    Graph.Node n = node(v);
    switch (n.op()) {
      case Elementwise e -> elementwise(position, v, n, e);
      case Reduce r -> reduce(position, v, n, r);
      case RandomUniform u -> {
        Access counter = access(n.in().getFirst());
        int from = operand(counter.base(), counter.offset());
        int to = target(position, v);
        ops.add(new TileOp.Uniform(u.key(), from, to));
        placeOf.put(v, to);
      }
      default -> throw new IllegalStateException(n.op().name());
    }
  }

  private void elementwise(int position, int v, Graph.Node n, Elementwise e) {
    int[] in = n.in().stream().mapToInt(i -> value(v, i)).toArray();
    release(position); // an element may replace the one it is computed from
    int to = target(position, v);
    DType from = node(n.in().getLast()).shape().dtype();
    ops.add(
        new TileOp.Compute(
            e.f(),
            from,
            e.type(),
            loop(e, from, in),
            in[0],
            in[Math.min(1, in.length - 1)],
            in[in.length - 1],
            to,
            perRow(v)));
    placeOf.put(v, to);
  }

  /** The loop over the operands, one of which may be a single number. */
  private Loop loop(Elementwise e, DType from, int[] in) {
    if (in.length == 2 && kind(from) == Kind.FLOAT) {
      boolean first = scalars.containsKey(in[0]);
      boolean second = scalars.containsKey(in[1]);
      if (first != second) {
        return Loops.withScalar(e.f(), first ? 0 : 1);
      }
    }
    for (int place : in) {
      whole(place);
    }
    return Loops.of(e.f(), from, e.type());
  }

  private void reduce(int position, int v, Graph.Node n, Reduce r) {
    int x = n.in().getFirst();
    int from = whole(value(v, x));
    DType type = n.shape().dtype();
    Kind kind = kind(type);
    Combine combine = Combine.valueOf(r.kind().name());
    if (group.terminals.contains(v)) {
      boolean total = Fusion.Pattern.of(r, View.list(node(x).shape().dims())).isTotal();
      boolean rows = node(x).shape().size() != group.size;
      accumulators.add(new Accumulator(combine, type, kind, from, rows, total, operand(v, 0)));
      return;
    }
    int to = target(position, v);
    String name = r.kind().name().toLowerCase(Locale.ROOT);
    ops.add(new TileOp.RowReduce(name, Reductions.of(combine, type), from, to, group.row));
    placeOf.put(v, to);
  }
}
