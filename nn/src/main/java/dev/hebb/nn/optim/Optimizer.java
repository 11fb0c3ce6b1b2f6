package dev.hebb.nn.optim;

import dev.hebb.tensor.Tensor;
import dev.hebb.tensor.Variable;
import java.util.List;

/**
 * A rule for changing parameters along their gradients, with its options. {@link #bind} joins it to
 * parameters; then {@link Bound#update} takes a step:
 *
 * <pre>{@code
 * var opt = Adam.of(1e-3).clipNorm(1).bind(net.params());
 * var step = trainStep((x, y) -> {
 *   var loss = net.forward(x).crossEntropy(y);
 *   opt.update(loss.grad(net.params()));
 *   return loss;
 * });
 * }</pre>
 *
 * <p>A rule of one's own says which moments it keeps and what a parameter becomes, in tensor
 * expressions, and is compiled into the step like Hebb's own.
 */
public interface Optimizer {
  /** Learning rate, schedule and clipping. */
  Tuning tuning();

  /** The names of the tensors, of each parameter's shape and at first zero, that the rule keeps. */
  List<String> moments();

  /**
   * The parameter's next value; sets the moments.
   *
   * @param u the parameter, its gradient and what belongs to them
   */
  Tensor next(Update u);

  /** Joins the rule to parameters; it starts with zero moments. */
  default Bound bind(List<Variable> params) {
    return new Bound(this, params);
  }

  /**
   * One parameter at one step. All scalars have the parameter's element type.
   *
   * @param param its value
   * @param grad its gradient, clipped
   * @param moments the rule's variables for it, in the order of {@link Optimizer#moments}
   * @param rate the learning rate of this step, a float64 scalar
   * @param t the number of this step, counted from 1, a float64 scalar
   */
  record Update(Tensor param, Tensor grad, List<Variable> moments, Tensor rate, Tensor t) {
    /** A float64 scalar in the parameter's element type. */
    public Tensor scalar(Tensor s) {
      return s.cast(param.dtype());
    }

    /** Changes a moment and returns its new value. */
    public Tensor set(int moment, Tensor value) {
      moments.get(moment).set(value);
      return value;
    }

    /** A moment's value. */
    public Tensor get(int moment) {
      return moments.get(moment).tensor();
    }

    /** The same with another gradient. */
    public Update grad(Tensor g) {
      return new Update(param, g, moments, rate, t);
    }
  }
}
