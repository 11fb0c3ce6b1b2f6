package dev.hebb.grad;

import dev.hebb.tensor.Checkpoint;
import dev.hebb.tensor.ShapeError;
import dev.hebb.tensor.Tensor;
import dev.hebb.tensor.Variable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reverse-mode differentiation as a transformation of graphs: the result is made of ordinary
 * tensors, so it is fused with everything else and can be differentiated again.
 */
public final class Gradients {
  private Gradients() {}

  /**
   * ∂y/∂x for each x; zeros where y does not depend on it.
   *
   * @param y a single floating-point number
   * @param wrt tensors that y was computed from, or variables' tensors
   * @throws ShapeError if y has more than one element
   */
  public static List<Tensor> of(Tensor y, List<Tensor> wrt) {
    if (y.size() != 1) {
      throw new ShapeError(
          "grad: only a single number has a gradient, not shape "
              + y.shape()
              + "; take its mean() or sum() first, or use Gradients.vjp");
    }
    return vjp(y, Tensor.full(y.shape(), 1), wrt);
  }

  /**
   * The vector-Jacobian product gᵀ·∂y/∂x for each x.
   *
   * @param y any floating-point tensor
   * @param g of y's shape
   */
  public static List<Tensor> vjp(Tensor y, Tensor g, List<Tensor> wrt) {
    if (!y.dtype().isFloating()) {
      throw new ShapeError(
          "grad: %s is not differentiable; gradients need float32 or float64"
              .formatted(y.dtype().label()));
    }
    if (!g.shape().equals(y.shape())) {
      throw new ShapeError("vjp: g has shape " + g.shape() + ", y has " + y.shape());
    }
    Set<Variable> variables = new HashSet<>();
    Set<Tensor> targets = new HashSet<>();
    for (Tensor x : wrt) {
      Tensor now = x.resolved();
      targets.add(now);
      if (now.source() != null) {
        variables.add(now.source());
      }
    }
    List<Tensor> path = path(y, targets, variables);
    Set<Tensor> onPath = new HashSet<>(path);
    Map<Tensor, Tensor> sums = new IdentityHashMap<>();
    Map<Variable, Tensor> variableSums = new HashMap<>();
    sums.put(y, g);
    for (Tensor t : path.reversed()) {
      Tensor d = sums.get(t);
      if (d == null) {
        continue;
      }
      if (t.source() != null) {
        variableSums.merge(t.source(), d, Tensor::add);
      }
      if (t.isDetached() || t.inputs().isEmpty()) {
        continue;
      }
      Checkpoint region = region(t, targets);
      List<Tensor> from =
          region == null ? t.inputs() : region.inputs().stream().filter(onPath::contains).toList();
      List<? extends @Nullable Tensor> parts =
          region == null ? t.op().gradient(from, t, d) : region.gradient(from, d, sums::get);
      for (int i = 0; i < parts.size(); i++) {
        Tensor part = parts.get(i);
        if (part != null && from.get(i).dtype().isFloating()) {
          sums.merge(from.get(i), part, Tensor::add);
        }
      }
    }
    var result = new ArrayList<Tensor>();
    for (Tensor x : wrt) {
      Tensor now = x.resolved();
      Tensor d = now.source() != null ? variableSums.get(now.source()) : sums.get(now);
      result.add(d == null ? Tensor.full(x.shape(), 0) : d);
    }
    return result;
  }

  /** The region to compute again for a tensor's gradient, or null. */
  private static @Nullable Checkpoint region(Tensor t, Set<Tensor> targets) {
    Checkpoint region = t.checkpoint();
    return region == null || region.computesAny(targets) ? null : region;
  }

  /** What a tensor's gradient goes to. */
  private static List<Tensor> operands(Tensor t, Set<Tensor> targets) {
    Checkpoint region = region(t, targets);
    return t.isDetached() ? List.of() : region == null ? t.inputs() : region.inputs();
  }

  /** The tensors between the targets and y, operands first. */
  private static List<Tensor> path(Tensor y, Set<Tensor> targets, Set<Variable> variables) {
    var seen = new HashSet<Tensor>();
    var open = new ArrayList<Tensor>();
    open.add(y);
    while (!open.isEmpty()) {
      Tensor t = open.removeLast();
      if (seen.add(t)) {
        open.addAll(operands(t, targets));
      }
    }
    var ordered = new ArrayList<>(seen);
    ordered.sort(Comparator.comparingLong(Tensor::id));
    var needed = new HashSet<Tensor>();
    for (Tensor t : ordered) {
      boolean leads = targets.contains(t) || t.source() != null && variables.contains(t.source());
      for (Tensor in : operands(t, targets)) {
        leads |= needed.contains(in);
      }
      if (leads) {
        needed.add(t);
      }
    }
    ordered.retainAll(needed);
    return ordered;
  }

  /**
   * Compares the gradient of a scalar function with central differences, everything in float64.
   *
   * @param f a function of the inputs that returns one number; it must draw no random numbers
   * @param inputs the point; converted to float64
   * @return the worst element, by name and index
   */
  public static GradientCheck check(Function<List<Tensor>, Tensor> f, List<Tensor> inputs) {
    return GradientCheck.run(f, inputs);
  }

  /**
   * The Hessian-vector product ∇(∇f · v) (Pearlmutter, 1994), without forming the Hessian.
   *
   * @param y a single number computed from x
   * @param v of x's shape
   */
  public static Tensor hvp(Tensor y, Tensor x, Tensor v) {
    Tensor gradient = of(y, List.of(x)).getFirst();
    return of(gradient.mul(v).sum(), List.of(x)).getFirst();
  }
}
