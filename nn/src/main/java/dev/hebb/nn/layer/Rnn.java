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
 * @param recurrence the length of h, in which directions, how many layers, and whether every h is
 *     given, [n, steps, units], or only the last, [n, units]. With two directions the outputs of
 *     the one from the end stand behind the others, [n, steps, 2 · units], and the last ones are
 *     those after each has read everything (Schuster and Paliwal, 1997)
 * @param activation f
 * @param init how w starts
 * @param recurrentInit how u starts
 */
public record Rnn(Recurrence recurrence, Activation activation, Init init, Init recurrentInit)
    implements Layer {

  /** Gives only the output after the last step, [n, units], as a classifier of sequences needs. */
  public Rnn last() {
    return new Rnn(recurrence.last(), activation, init, recurrentInit);
  }

  /** With a second layer that reads from the end. */
  public Rnn bidirectional() {
    return new Rnn(recurrence.bidirectional(), activation, init, recurrentInit);
  }

  /** So many of these layers one after the other; all but the last give every step. */
  public Rnn layers(int n) {
    return new Rnn(recurrence.layers(n), activation, init, recurrentInit);
  }

  /** In training, numbers between the layers are dropped with this probability. */
  public Rnn dropout(double rate) {
    return new Rnn(recurrence.dropout(rate), activation, init, recurrentInit);
  }

  /**
   * With h_0 from the {@link dev.hebb.nn.Side} value of this name, [n, layers · directions, units].
   */
  public Rnn startFrom(String name) {
    return new Rnn(recurrence.startFrom(name), activation, init, recurrentInit);
  }

  /** With other initial weights of the input. */
  public Rnn init(Init weights) {
    return new Rnn(recurrence, activation, weights, recurrentInit);
  }

  /** With other initial weights of the output before. */
  public Rnn recurrentInit(Init weights) {
    return new Rnn(recurrence, activation, init, weights);
  }

  /** With f in the recurrence, in place of tanh. */
  @Override
  public Rnn activation(Activation f) {
    return new Rnn(recurrence, f, init, recurrentInit);
  }

  @Override
  public Block build(Shape in, Params p) {
    return recurrence.build(this, in, p, List.of(), this::direction);
  }

  private Recurrence.Direction direction(int features, Params p) {
    int units = recurrence.units();
    Tensor w = p.param("w", Shape.of(features, units), init);
    Tensor u = p.param("u", Shape.of(units, units), recurrentInit);
    return new Recurrence.Direction(
        p, w, p.zeros("b", units), (x, before, _) -> step(x, before, u));
  }

  private List<Tensor> step(Tensor x, List<Tensor> before, Tensor u) {
    return List.of(activation.of(before.isEmpty() ? x : x.add(before.getFirst().matmul(u))));
  }

  @Override
  public String toString() {
    String f = activation == Activation.TANH ? "" : "." + activation.title() + "()";
    return recurrence.text("Rnn") + f;
  }
}
