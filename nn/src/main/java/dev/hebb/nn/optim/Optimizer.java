package dev.hebb.nn.optim;

import dev.hebb.tensor.Shape;
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

  /** The names of the tensors, at first zero, that the rule keeps for each parameter. */
  List<String> moments();

  /** The shape of one of them, by default the parameter's. */
  default Shape momentShape(String moment, Shape param) {
    return param;
  }

  /**
   * The rule for one parameter, by default this one. Another rule brings its own learning rate,
   * schedule, moments and limit of single elements; the limit of the norm is this rule's.
   */
  default Optimizer ruleFor(Variable param) {
    return this;
  }

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

    /** The gradient of the loss with ½λ‖w‖² added: g + λw. */
    public Tensor decayed(double lambda) {
      return lambda == 0 ? grad : grad.add(param.mul(lambda));
    }

    /** The parameter shrunk by decay that is not part of the gradient: w − η·λ·w. */
    public Tensor shrunk(double lambda) {
      return lambda == 0 ? param : param.mul(scalar(rate.mul(-lambda).add(1)));
    }

    /** What is taken off for a direction: η·d. */
    public Tensor step(Tensor direction) {
      return direction.mul(scalar(rate));
    }
  }
}
