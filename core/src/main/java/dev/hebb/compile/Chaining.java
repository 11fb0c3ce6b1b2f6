package dev.hebb.compile;

import dev.hebb.runtime.Accumulator;
import dev.hebb.runtime.FusedKernel.Kind;
import dev.hebb.runtime.FusedKernel.Place;
import dev.hebb.runtime.TileOp;
import dev.hebb.runtime.simd.Chain;
import dev.hebb.runtime.simd.ChainLoops;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds runs of float32 operations over whole tiles and makes a chain of each, whose values stay in
 * vector registers. What stands between them without need, such as a load, is done first.
 */
final class Chaining {
  private final List<Place> places;
  private final Set<Integer> numbers;
  private final List<TileOp> ops;
  private final List<Accumulator> accumulators;
  private final List<TileOp> result = new ArrayList<>();
  private final List<TileOp.Compute> run = new ArrayList<>();
  private int at;

  private Chaining(
      List<Place> places, Set<Integer> numbers, List<TileOp> ops, List<Accumulator> accumulators) {
    this.places = places;
    this.numbers = numbers;
    this.ops = ops;
    this.accumulators = accumulators;
  }

  /**
   * The operations of a fused kernel with chains in place of runs.
   *
   * @param numbers places that hold the same number all over
   */
  static List<TileOp> apply(
      List<Place> places, Set<Integer> numbers, List<TileOp> ops, List<Accumulator> accumulators) {
    return new Chaining(places, numbers, ops, accumulators).apply();
  }

  private List<TileOp> apply() {
    for (at = 0; at < ops.size(); at++) {
      TileOp op = ops.get(at);
      if (op instanceof TileOp.Compute c && chains(c)) {
        run.add(c);
      } else if (canGoFirst(op)) {
        result.add(op);
      } else {
        close();
        result.add(op);
      }
    }
    close();
    return result;
  }

  private boolean chains(TileOp.Compute c) {
    return !c.perRow() && isFloat(c.d()) && isFloat(c.a()) && ChainLoops.accepts(op(c, List.of()));
  }

  private boolean isFloat(int place) {
    return places.get(place).kind() == Kind.FLOAT;
  }

  /**
   * Whether an operation may be done before the open run: neither touches what the other writes.
   */
  private boolean canGoFirst(TileOp op) {
    if (op.d() < 0) {
      return false;
    }
    Place target = places.get(op.d());
    for (TileOp.Compute c : run) {
      if (op.reads().contains(c.d()) || sameRegister(target, c.d())) {
        return false;
      }
      for (int place : c.reads()) {
        if (sameRegister(target, place)) {
          return false;
        }
      }
      for (int place : op.reads()) {
        if (sameRegister(places.get(place), c.d())) {
          return false;
        }
      }
    }
    return target.register() >= 0;
  }

  private boolean sameRegister(Place p, int place) {
    Place q = places.get(place);
    return p.kind() == q.kind() && p.register() >= 0 && p.register() == q.register();
  }

  /** Ends the open run, of which a single operation stays what it is. */
  private void close() {
    if (run.size() > 1) {
      result.add(chain());
    } else {
      result.addAll(run);
    }
    run.clear();
  }

  private TileOp chain() {
    List<Integer> values = new ArrayList<>();
    Set<Integer> computed = new HashSet<>();
    for (TileOp.Compute c : run) {
      for (int place : c.reads()) {
        if (!values.contains(place)) {
          values.add(place);
        }
      }
      values.add(c.d());
      computed.add(c.d());
    }
    List<Chain.Role> roles = new ArrayList<>();
    for (int place : values) {
      roles.add(role(place, computed));
    }
    List<Chain.Op> chainOps = run.stream().map(c -> op(c, values)).toList();
    int[] place = values.stream().mapToInt(Integer::intValue).toArray();
    return new TileOp.Chained(List.copyOf(run), ChainLoops.of(new Chain(chainOps, roles)), place);
  }

  private Chain.Role role(int place, Set<Integer> computed) {
    if (!computed.contains(place)) {
      return numbers.contains(place) ? Chain.Role.NUMBER : Chain.Role.OPERAND;
    }
    boolean needed =
        places.get(place).operand() >= 0
            || ops.subList(at, ops.size()).stream().anyMatch(op -> op.reads().contains(place))
            || accumulators.stream().anyMatch(a -> a.place() == place);
    return needed ? Chain.Role.RESULT : Chain.Role.INNER;
  }

  private static Chain.Op op(TileOp.Compute c, List<Integer> values) {
    return new Chain.Op(
        c.op(),
        c.from(),
        c.to(),
        values.indexOf(c.a()),
        values.indexOf(c.b()),
        values.indexOf(c.c()),
        values.indexOf(c.d()));
  }
}
