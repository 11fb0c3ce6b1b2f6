package dev.hebb.nn;

import dev.hebb.nn.layer.Activated;
import dev.hebb.nn.layer.Named;
import dev.hebb.op.Activation;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;

/**
 * The description of a part of a network: what it is, without weights.
 *
 * <p>A layer is a record, so it can be compared, printed, saved as data and built any number of
 * times. It learns the size of its input when it is built, declares its parameters for it, and says
 * what it computes; saving, summary, gradient and device come by themselves:
 *
 * <pre>{@code
 * record Gate(int units) implements Layer {
 *   public Block build(Shape in, Params p) {
 *     var w = p.glorot("w", in.last(), units);
 *     var v = p.glorot("v", in.last(), units);
 *     return Block.of(in.withLast(units), x -> x.matmul(w).mul(x.matmul(v).sigmoid()));
 *   }
 * }
 * }</pre>
 *
 * <p>What a record's components may be, so that it can be saved, is listed at {@link LayerSpec}.
 */
@FunctionalInterface
public interface Layer {
  /**
   * Declares the parameters for inputs of a shape and says what is computed with them.
   *
   * @param in the shape of one example, without the batch axis
   * @param p where parameters are declared
   * @throws dev.hebb.tensor.ShapeError if the layer cannot take such examples
   */
  Block build(Shape in, Params p);

  /**
   * Builds this layer, or this chain of layers, as a network with initial weights.
   *
   * @param in the shape of one example, without the batch axis; float64 makes a float64 network
   * @param seed the origin of the initial weights and of the dropout masks
   * @throws dev.hebb.tensor.ShapeError naming the layer whose input does not fit
   */
  default Net build(Shape in, Seed seed) {
    return Net.of(this, in, seed);
  }

  /**
   * The parts of this layer with their shapes, parameters, memory and work, without drawing a
   * weight: what a large network would take costs nothing to ask.
   *
   * @param in the shape of one example, without the batch axis
   * @throws dev.hebb.tensor.ShapeError naming the layer whose input does not fit
   */
  default Summary summary(Shape in) {
    return Summary.of(this, in);
  }

  /** This layer followed by an activation. */
  default Layer activation(Activation f) {
    return new Activated(this, f);
  }

  /** This layer followed by max(x, 0). */
  default Layer relu() {
    return activation(Activation.RELU);
  }

  /** This layer followed by the hyperbolic tangent. */
  default Layer tanh() {
    return activation(Activation.TANH);
  }

  /** This layer followed by 1 / (1 + e⁻ˣ). */
  default Layer sigmoid() {
    return activation(Activation.SIGMOID);
  }

  /**
   * This layer under a name: its parameters become {@code name.w} instead of {@code 3.dense.w}, and
   * {@link Net#freeze} can be told it.
   */
  default Layer named(String name) {
    return new Named(name, this);
  }
}
