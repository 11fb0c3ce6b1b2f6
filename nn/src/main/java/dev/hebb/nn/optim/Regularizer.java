package dev.hebb.nn.optim;

import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import dev.hebb.tensor.Variable;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What keeps weights small or in bounds: a penalty that is added to the loss, or a constraint that
 * is restored after each update. Both are tensor expressions, so they are compiled into the step:
 *
 * <pre>{@code
 * var l2 = Regularizer.l2(1e-4);
 * var bound = Regularizer.maxNorm(3).on("0.dense");
 * var step = trainStep((x, y) -> {
 *   var loss = net.forward(x).crossEntropy(y);
 *   opt.update(loss.add(l2.penalty(net.params())).grad(net.params()));
 *   bound.constrain(net.params());
 *   return loss;
 * });
 * }</pre>
 *
 * <p>Hebb's own apply to weights: parameters of two axes or more, so neither to biases nor to the
 * scales of norms; or to those of certain parts of the network.
 */
public interface Regularizer {
  /**
   * What is added to the loss, a scalar; by default 0.
   *
   * @param params the parameters that are trained
   */
  default Tensor penalty(List<Variable> params) {
    return Tensor.full(Shape.of().as(params.getFirst().shape().dtype()), 0);
  }

  /**
   * Moves parameters back into their bounds, after an update; by default does nothing.
   *
   * @param params the parameters that are trained
   */
  default void constrain(List<Variable> params) {}

  /**
   * λ₁ Σ|w| + ½ λ₂ Σ w². Under plain gradient descent ½ λ₂ Σ w² is the optimiser's weight decay λ₂;
   * Keras leaves out the ½.
   *
   * @param l1 λ₁ ≥ 0, which makes weights exactly 0 (Tibshirani, 1996)
   * @param l2 λ₂ ≥ 0, which makes them small (Hoerl and Kennard, 1970)
   * @param parts the parts of the network, or names of parameters; empty for all weights
   */
  record Penalty(double l1, double l2, List<String> parts) implements Regularizer {
    /** Checks the ranges. */
    public Penalty {
      Tuning.check("l1", l1 >= 0 && l1 < Double.POSITIVE_INFINITY, l1);
      Tuning.check("l2", l2 >= 0 && l2 < Double.POSITIVE_INFINITY, l2);
      parts = List.copyOf(parts);
    }

    /** Only for these parts of the network ({@code "0.dense"}) or parameters. */
    public Penalty on(String... some) {
      return new Penalty(l1, l2, List.of(some));
    }

    @Override
    public Tensor penalty(List<Variable> params) {
      return select(parts, params).stream()
          .map(v -> of(v.tensor()))
          .reduce(Tensor::add)
          .orElseThrow();
    }

    private Tensor of(Tensor w) {
      Tensor square = w.square().sum().mul(l2 / 2);
      return l1 == 0 ? square : square.add(w.abs().sum().mul(l1));
    }
  }

  /**
   * A bound of weights. Norms are those of what comes into one unit: of a column of a matrix [in,
   * units], of the kernel of one output channel [channels, …].
   *
   * @param kind which bound
   * @param limit the largest norm; only {@link Kind#MAX_NORM} has one
   * @param parts the parts of the network, or names of parameters; empty for all weights
   */
  record Constraint(Kind kind, double limit, List<String> parts) implements Regularizer {
    /** What bounds there are. */
    public enum Kind {
      /** Longer vectors are shortened (Srebro and Shraibman, 2005; Srivastava et al., 2014). */
      MAX_NORM,
      /** All vectors get length 1. */
      UNIT_NORM,
      /** Negative weights become 0. */
      NON_NEGATIVE
    }

    private static final double SHORTEST = 1e-12; // a vector of zeros has no direction

    /** Checks the range. */
    public Constraint {
      Tuning.check("the largest norm", limit > 0, limit);
      parts = List.copyOf(parts);
    }

    /** Only for these parts of the network ({@code "0.dense"}) or parameters. */
    public Constraint on(String... some) {
      return new Constraint(kind, limit, List.of(some));
    }

    @Override
    public void constrain(List<Variable> params) {
      select(parts, params).forEach(v -> v.set(bounded(v.tensor())));
    }

    private Tensor bounded(Tensor w) {
      return switch (kind) {
        case MAX_NORM -> w.mul(norms(w).maximum(limit).reciprocal().mul(limit));
        case UNIT_NORM -> w.div(norms(w).maximum(SHORTEST));
        case NON_NEGATIVE -> w.maximum(0);
      };
    }

    private static Tensor norms(Tensor w) {
      int first = w.rank() > 2 ? 1 : 0; // a kernel's outputs come first, a matrix's last
      int last = w.rank() == 2 ? 1 : w.rank();
      int[] axes = IntStream.range(first, last).toArray();
      return w.norm(axes).keepDims(w, axes);
    }
  }

  /** λ Σ|w|, which makes weights exactly 0. */
  static Penalty l1(double lambda) {
    return new Penalty(lambda, 0, List.of());
  }

  /** ½ λ Σ w², which makes weights small. */
  static Penalty l2(double lambda) {
    return new Penalty(0, lambda, List.of());
  }

  /** What comes into a unit has at most this norm; 3 or 4 is usual beside dropout. */
  static Constraint maxNorm(double limit) {
    return new Constraint(Constraint.Kind.MAX_NORM, limit, List.of());
  }

  /** What comes into a unit has norm 1. */
  static Constraint unitNorm() {
    return new Constraint(Constraint.Kind.UNIT_NORM, 1, List.of());
  }

  /** No weight is negative. */
  static Constraint nonNegative() {
    return new Constraint(Constraint.Kind.NON_NEGATIVE, 1, List.of());
  }

  /**
   * The weights among parameters, or those of certain parts.
   *
   * @throws HebbException if there are none, or a part has none
   */
  private static List<Variable> select(List<String> parts, List<Variable> params) {
    for (String part : parts) {
      if (params.stream().noneMatch(v -> takes(part, v))) {
        throw new HebbException(
            "regularizer: no weight in \"%s\" is trained; there are %s"
                .formatted(part, params.stream().map(Variable::name).toList()));
      }
    }
    List<Variable> chosen =
        params.stream()
            .filter(v ->
                parts.isEmpty()
                    ? v.shape().rank() >= 2
                    : parts.stream().anyMatch(part -> takes(part, v)))
            .toList();
    if (chosen.isEmpty()) {
      throw new HebbException(
          "regularizer: there are no weights among %s; name parameters with on(…)"
              .formatted(params.stream().map(Variable::name).toList()));
    }
    return chosen;
  }

  private static boolean takes(String part, Variable v) {
    return v.name().equals(part) || v.name().startsWith(part + ".") && v.shape().rank() >= 2;
  }
}
