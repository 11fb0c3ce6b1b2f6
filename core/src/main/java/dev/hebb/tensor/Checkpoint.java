package dev.hebb.tensor;

import dev.hebb.grad.Gradients;
import dev.hebb.op.Leaf;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A part of a computation whose inner values are not kept for the gradient but computed again when
 * it needs them: memory for time (Griewank and Walther, 2000; Chen et al., 2016, <a
 * href="https://arxiv.org/abs/1604.06174">“Training deep nets with sublinear memory cost”</a>).
 *
 * <pre>{@code
 * Tensor h = x;
 * for (Block b : blocks) {
 *   Tensor in = h;
 *   h = Checkpoint.of(() -> b.apply(in)); // of each block only its input is kept
 * }
 * }</pre>
 *
 * <p>The body runs once. The values are the same: random numbers are drawn again from the same
 * place, and variables that the body sets are set once. Regions may lie in each other. A gradient
 * with respect to a value inside keeps the values inside, as if there were no region.
 */
public final class Checkpoint {
  private final Tensor root;
  private final List<Tensor> inner;
  private final List<Tensor> inputs;

  private Checkpoint(Tensor root, List<Tensor> inner, List<Tensor> inputs) {
    this.root = root;
    this.inner = inner;
    this.inputs = inputs;
  }

  /**
   * What the body computes; of its inner values none is kept for the gradient.
   *
   * @param body a pure expression of tensors, except that it may set variables
   */
  public static Tensor of(Supplier<Tensor> body) {
    long before = Tensor.lastId();
    Tensor root = body.get();
    if (isGiven(root, before) || root.isDetached() || !root.dtype().isFloating()) {
      return root;
    }
    Set<Tensor> seen = new HashSet<>();
    var open = new ArrayList<Tensor>(List.of(root));
    while (!open.isEmpty()) {
      Tensor t = open.removeLast();
      if (seen.add(t) && !isGiven(t, before)) {
        open.addAll(t.inputs());
        if (t.checkpoint() != null) {
          open.add(t.checkpoint().root);
        }
      }
    }
    var inner = new ArrayList<>(seen);
    inner.sort(Comparator.comparingLong(Tensor::id));
    List<Tensor> inputs = inner.stream().filter(t -> isGiven(t, before)).toList();
    inner.removeAll(new HashSet<>(inputs));
    return root.resultOf(new Checkpoint(root, List.copyOf(inner), inputs));
  }

  /** Whether a tensor comes from outside: leaves do, wherever they were made. */
  private static boolean isGiven(Tensor t, long before) {
    return t.id() <= before || t.op() instanceof Leaf;
  }

  /** What the region is computed from. */
  public List<Tensor> inputs() {
    return inputs;
  }

  /** Whether one of these is computed inside. */
  public boolean computesAny(Set<Tensor> tensors) {
    return inner.stream().anyMatch(tensors::contains);
  }

  /**
   * The vector-Jacobian product for some inputs, by way of the inner values computed again: not
   * before g is known, and not before what was added up so far of the gradients that this one is
   * added to, so that regions on the same inputs are computed again one after the other.
   *
   * @param wanted some of the inputs
   * @param g the gradient of the region's result
   * @param soFar what is known of an input's gradient, or null
   */
  public List<Tensor> gradient(
      List<Tensor> wanted, Tensor g, Function<Tensor, @Nullable Tensor> soFar) {
    Map<Tensor, Tensor> again = new IdentityHashMap<>();
    for (Tensor in : inputs) {
      Tensor sum = soFar.apply(in);
      again.put(in, in.late(sum == null ? List.of(g) : List.of(g, sum)));
    }
    for (Tensor t : inner) {
      Checkpoint region = t.checkpoint();
      again.put(t, t.on(mapped(t.inputs(), again), region == null ? null : region.mapped(again)));
    }
    return Gradients.vjp(Objects.requireNonNull(again.get(root)), g, mapped(wanted, again));
  }

  private Checkpoint mapped(Map<Tensor, Tensor> to) {
    return new Checkpoint(
        Objects.requireNonNull(to.get(root)), mapped(inner, to), mapped(inputs, to));
  }

  private static List<Tensor> mapped(List<Tensor> tensors, Map<Tensor, Tensor> to) {
    return tensors.stream().map(t -> Objects.requireNonNull(to.get(t))).toList();
  }
}
