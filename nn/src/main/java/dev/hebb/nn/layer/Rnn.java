package dev.hebb.nn.layer;

import dev.hebb.nn.Block;
import dev.hebb.nn.Init;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Params;
import dev.hebb.op.Activation;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.util.List;

/**
 * A simple recurrent layer (Elman, “Finding structure in time”, 1990): from the input of each step
 * and its own output h of the step before,
 *
 * <pre>{@code h_t = f(x_t·w + h_{t−1}·u + b),   h_0 = 0}</pre>
 *
 * <p>x is [n, steps, features], w [features, units], u [units, units] and b [units]; with two
 * directions each has its own, {@code forward.w}, {@code backward.w} and so on. w starts by
 * Glorot's rule, u orthogonal, b at 0. PyTorch's {@code nn.RNN} is the same with b split in two.
 * Over many steps its gradients vanish or explode (Bengio et al., 1994): take {@link Lstm} or
 * {@link Gru} to remember for longer than some ten.
 *
 * @param units the length of h, ≥ 1
 * @param sequence whether every h is given, [n, steps, units]; else only the last, [n, units]
 * @param twoWay whether a second layer with weights of its own reads the sequence from its end, its
 *     outputs behind those of the first: [n, steps, 2 · units]; the last ones are those after each
 *     has read everything (Schuster and Paliwal, 1997)
 * @param activation f
 * @param init how w starts
 * @param recurrentInit how u starts
 */
public record Rnn(
    int units,
    boolean sequence,
    boolean twoWay,
    Activation activation,
    Init init,
    Init recurrentInit)
    implements Layer {
  /** Checks the range. */
  public Rnn {
    Recurrence.requireUnits("rnn", units);
  }

  /** Gives only the output after the last step, [n, units], as a classifier of sequences needs. */
  public Rnn last() {
    return new Rnn(units, false, twoWay, activation, init, recurrentInit);
  }

  /** With a second layer that reads from the end. */
  public Rnn bidirectional() {
    return new Rnn(units, sequence, true, activation, init, recurrentInit);
  }

  /** With other initial weights of the input. */
  public Rnn init(Init weights) {
    return new Rnn(units, sequence, twoWay, activation, weights, recurrentInit);
  }

  /** With other initial weights of the output before. */
  public Rnn recurrentInit(Init weights) {
    return new Rnn(units, sequence, twoWay, activation, init, weights);
  }

  /** With f in the recurrence, in place of tanh. */
  @Override
  public Rnn activation(Activation f) {
    return new Rnn(units, sequence, twoWay, f, init, recurrentInit);
  }

  @Override
  public Block build(Shape in, Params p) {
    return new Recurrence(this, units, sequence, twoWay)
        .build(in, p, scope -> direction(in.last(), scope));
  }

  private Recurrence.Direction direction(int features, Params p) {
    Tensor w = p.param("w", Shape.of(features, units), init);
    Tensor u = p.param("u", Shape.of(units, units), recurrentInit);
    return new Recurrence.Direction(w, p.zeros("b", units), (x, before) -> step(x, before, u));
  }

  private List<Tensor> step(Tensor x, List<Tensor> before, Tensor u) {
    return List.of(activation.of(before.isEmpty() ? x : x.add(before.getFirst().matmul(u))));
  }

  @Override
  public String toString() {
    String f = activation == Activation.TANH ? "" : "." + activation.title() + "()";
    return Recurrence.text("Rnn", units, sequence, twoWay) + f;
  }
}
