package dev.hebb.nn;

import dev.hebb.op.Contraction;
import dev.hebb.op.Elementwise;
import dev.hebb.op.Index;
import dev.hebb.op.Leaf;
import dev.hebb.op.RandomUniform;
import dev.hebb.op.Reduce;
import dev.hebb.op.View;
import dev.hebb.op.Window;
import dev.hebb.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What can be read off a computation without running it; so it holds for a user's own layers too.
 */
final class GraphFacts {
  private GraphFacts() {}

  /** The tensors and what they are computed from, operands first. */
  static List<Tensor> history(Tensor... results) {
    Set<Tensor> seen = new HashSet<>();
    List<Tensor> open = new ArrayList<>(List.of(results));
    while (!open.isEmpty()) {
      Tensor t = open.removeLast();
      if (seen.add(t)) {
        open.addAll(t.inputs());
      }
    }
    Collection<Tensor> all = new ArrayList<>(seen);
    return all.stream().sorted(Comparator.comparingLong(Tensor::id)).toList();
  }

  /** Whether y is x times a constant matrix plus a constant vector, whatever the parameters are. */
  static boolean isAffine(Tensor y, Tensor x) {
    Set<Tensor> depends = new HashSet<>(Set.of(x));
    for (Tensor t : history(y)) {
      List<Tensor> moving = t.inputs().stream().filter(depends::contains).toList();
      if (!moving.isEmpty()) {
        depends.add(t);
        if (!keepsAffine(t, depends)) {
          return false;
        }
      }
    }
    return true;
  }

  /** Whether one operation is affine in those of its operands that depend on x. */
  private static boolean keepsAffine(Tensor t, Set<Tensor> depends) {
    List<Tensor> in = t.inputs();
    long moving = in.stream().filter(depends::contains).count();
    return switch (t.op()) {
      case View _, Leaf _ -> true;
      case Reduce(Reduce.Kind kind, var _) -> kind == Reduce.Kind.SUM;
      case Contraction _ -> moving == 1;
      case Window(Window.Kind kind, var _) ->
          moving == 1
              && kind != Window.Kind.POOL_TAKE
              && (kind != Window.Kind.POOL_SCATTER || !depends.contains(in.getFirst()));
      case Index.Gather _, Index.ScatterAdd _ -> !depends.contains(in.get(1));
      case Index.Place _, Index.Concat _ -> true;
      case RandomUniform _ -> false;
      case Elementwise(var f, var type) ->
          switch (f) {
            case NEG, ADD, SUB -> true;
            case CAST -> type.isFloating();
            case MUL -> moving == 1;
            case DIV -> !depends.contains(in.get(1));
            case WHERE -> !depends.contains(in.getFirst());
            default -> false;
          };
    };
  }
}
