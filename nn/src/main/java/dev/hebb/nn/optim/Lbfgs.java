package dev.hebb.nn.optim;

import dev.hebb.tensor.DType;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Step;
import dev.hebb.tensor.Tensor;
import dev.hebb.tensor.Variable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Limited-memory BFGS: minimises a smooth function of all its data with the curvature that its last
 * steps have shown (Liu and Nocedal, “On the limited memory BFGS method for large scale
 * optimization”, 1989), with a line search by the strong Wolfe conditions.
 *
 * <pre>{@code
 * var minimum = Lbfgs.of().minimize(net.params(), () -> net.forward(x).crossEntropy(y));
 * }</pre>
 *
 * <p>It is for small networks on data that fit in one batch, such as logistic regression, where it
 * needs some tens of evaluations. It is no {@link Optimizer}: an iteration evaluates the loss
 * several times at different weights and must get the same function each time, which batches, a
 * compiled single update and {@code Trainer} do not offer. For the same reason the loss is computed
 * in evaluation mode: nothing is dropped, and batch norm uses its running statistics. Steps are
 * computed in float64 and need 2·{@code history} numbers for each parameter; loss and gradient have
 * the network's element type.
 *
 * @param history from how many steps curvature is taken, ≥ 1
 * @param iterations how many iterations are made at most, ≥ 1
 * @param tolerance it has converged when no element of the gradient is larger, ≥ 0
 */
public record Lbfgs(int history, int iterations, double tolerance) {
  /** Checks the ranges. */
  public Lbfgs {
    Tuning.check("the history", history >= 1, history);
    Tuning.check("the number of iterations", iterations >= 1, iterations);
    Tuning.check("the tolerance", tolerance >= 0, tolerance);
  }

  /** With a history of 10, 200 iterations and a tolerance of 1e-7. */
  public static Lbfgs of() {
    return new Lbfgs(10, 200, 1e-7);
  }

  /** With curvature from more or fewer steps. */
  public Lbfgs history(int steps) {
    return new Lbfgs(steps, iterations, tolerance);
  }

  /** With more or fewer iterations. */
  public Lbfgs iterations(int most) {
    return new Lbfgs(history, most, tolerance);
  }

  /** With another tolerance. */
  public Lbfgs tolerance(double largest) {
    return new Lbfgs(history, iterations, largest);
  }

  /**
   * Changes parameters until the loss is (locally) least.
   *
   * @param params what is changed
   * @param loss one number, computed from the parameters and always the same data
   * @throws HebbException if there are no parameters, or the loss is not finite at the start
   */
  public Minimum minimize(List<Variable> params, Supplier<Tensor> loss) {
    if (params.isEmpty()) {
      throw new HebbException("minimize: there are no parameters; is everything frozen?");
    }
    return new Search(List.copyOf(params), loss).run();
  }

  /** What one iteration has shown: how far it went, and how the gradient changed. */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares it
  private record Pair(double[] s, double[] y, double sy) {}

  private final class Search {
    private final List<Variable> params;
    private final Step step;
    private final Deque<Pair> pairs = new ArrayDeque<>(); // the newest first
    private final List<Double> losses = new ArrayList<>();
    private int evaluations;

    Search(List<Variable> params, Supplier<Tensor> loss) {
      this.params = params;
      this.step =
          Step.of(
              false,
              in -> {
                Tensor value = loss.get();
                List<Tensor> results = new ArrayList<>(List.of(value));
                results.addAll(value.grad(params));
                return results;
              });
    }

    Minimum run() {
      LineSearch.Point now = evaluate(0, start(), new double[0]);
      if (now.isWorseThan(Double.MAX_VALUE)) {
        throw new HebbException("minimize: the loss is " + now.f() + " at the start");
      }
      losses.add(now.f());
      Minimum.Ending ending = ending(now);
      while (ending == null) {
        LineSearch.Point next = next(now);
        if (next == null && !pairs.isEmpty()) {
          pairs.clear(); // what was learnt of curvature no longer holds; straight down
          next = next(now);
        }
        if (next == null) {
          ending = Minimum.Ending.NO_PROGRESS;
        } else {
          learn(now, next);
          now = next;
          losses.add(now.f());
          ending = ending(now);
        }
      }
      place(now.x());
      return new Minimum(now.f(), largest(now.gradient()), evaluations, ending, losses);
    }

    private Minimum.@Nullable Ending ending(LineSearch.Point now) {
      return largest(now.gradient()) <= tolerance
          ? Minimum.Ending.CONVERGED
          : losses.size() > iterations ? Minimum.Ending.ITERATIONS : null;
    }

    private LineSearch.@Nullable Point next(LineSearch.Point now) {
      double[] d = direction(now.gradient());
      double slope = dot(d, now.gradient());
      if (!(slope < 0)) {
        return null;
      }
      double first =
          pairs.isEmpty() ? Math.min(1, 1 / Math.sqrt(dot(now.gradient(), now.gradient()))) : 1;
      var start = new LineSearch.Point(0, now.f(), slope, now.x(), now.gradient());
      return LineSearch.search(a -> evaluate(a, moved(now.x(), a, d), d), start, first);
    }

    /** −H·g by the two-loop recursion (Nocedal, 1980). */
    private double[] direction(double[] gradient) {
      double[] q = gradient.clone();
      double[] alpha = new double[pairs.size()];
      int i = 0;
      for (Pair p : pairs) {
        alpha[i] = dot(p.s, q) / p.sy;
        add(q, -alpha[i], p.y);
        i++;
      }
      double scale = pairs.isEmpty() ? 1 : pairs.getFirst().sy / dot2(pairs.getFirst().y);
      for (int k = 0; k < q.length; k++) {
        q[k] *= -scale;
      }
      for (Iterator<Pair> oldest = pairs.descendingIterator(); oldest.hasNext(); ) {
        Pair p = oldest.next();
        i--;
        add(q, -alpha[i] - dot(p.y, q) / p.sy, p.s);
      }
      return q;
    }

    private void learn(LineSearch.Point from, LineSearch.Point to) {
      double[] s = moved(to.x(), -1, from.x());
      double[] y = moved(to.gradient(), -1, from.gradient());
      double sy = dot(s, y);
      if (sy > 1e-10 * dot2(y)) { // else the function is not convex there
        pairs.addFirst(new Pair(s, y, sy));
        if (pairs.size() > history) {
          pairs.removeLast();
        }
      }
    }

    private LineSearch.Point evaluate(double a, double[] x, double[] direction) {
      place(x);
      evaluations++;
      List<Tensor> results = step.runAll();
      double[] gradient = new double[x.length];
      int at = 0;
      for (Tensor g : results.subList(1, results.size())) {
        double[] part = g.toDoubles();
        System.arraycopy(part, 0, gradient, at, part.length);
        at += part.length;
      }
      double slope = direction.length == 0 ? 0 : dot(gradient, direction);
      return new LineSearch.Point(a, results.getFirst().item(), slope, x, gradient);
    }

    private double[] start() {
      return params.stream().flatMapToDouble(p -> Arrays.stream(p.value().toDoubles())).toArray();
    }

    private void place(double[] x) {
      int at = 0;
      for (Variable p : params) {
        Shape shape = p.shape();
        double[] part = Arrays.copyOfRange(x, at, at + shape.size());
        p.set(Tensor.of(part, shape.as(DType.FLOAT64)).cast(shape.dtype()));
        at += part.length;
      }
    }
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static double dot2(double[] a) {
    return dot(a, a);
  }

  private static void add(double[] to, double factor, double[] what) {
    for (int i = 0; i < to.length; i++) {
      to[i] += factor * what[i];
    }
  }

  private static double[] moved(double[] from, double factor, double[] what) {
    double[] to = from.clone();
    add(to, factor, what);
    return to;
  }

  private static double largest(double[] v) {
    double most = 0;
    for (double x : v) {
      most = Math.max(most, Math.abs(x));
    }
    return most;
  }
}
