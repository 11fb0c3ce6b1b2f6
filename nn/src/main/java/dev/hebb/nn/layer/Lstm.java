package dev.hebb.nn.layer;

import dev.hebb.nn.Block;
import dev.hebb.nn.Init;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Params;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.util.List;

/**
 * Long short-term memory (Hochreiter and Schmidhuber, 1997, with the forget gate of Gers et al.,
 * 2000). Gates decide what a cell c takes in, keeps and shows, so that gradients pass through many
 * steps:
 *
 * <pre>{@code
 * [a_i a_f a_g a_o] = x_t·w + h_{t−1}·u + b
 * c_t = σ(a_f) ⊙ c_{t−1} + σ(a_i) ⊙ tanh(a_g)
 * h_t = σ(a_o) ⊙ tanh(c_t),   h_0 = c_0 = 0
 * }</pre>
 *
 * <p>x is [n, steps, features], w [features, 4 · units], u [units, 4 · units] and b [4 · units],
 * the gates side by side in the order i, f, g, o; with two directions each has its own, {@code
 * forward.w}, {@code backward.w} and so on. For each gate w starts by Glorot's rule, u orthogonal
 * and b at 0, but at 1 for the forget gate, so that a new cell remembers (Jozefowicz et al., 2015).
 * PyTorch's {@code nn.LSTM} is the same with the weights transposed and b split in two. The gates,
 * all within [0, 1], are shown by {@link dev.hebb.nn.Net#activations} as {@code in}, {@code forget}
 * and {@code out}, the state c as {@code cell}, each [n, steps, units].
 *
 * @param recurrence the length of h, in which directions, how many layers, and whether every h is
 *     given, [n, steps, units], or only the last, [n, units]. With two directions the outputs of
 *     the one from the end stand behind the others, [n, steps, 2 · units], and the last ones are
 *     those after each has read everything (Schuster and Paliwal, 1997)
 * @param forgetBias where the forget gate's part of b starts
 * @param init how each gate's part of w starts
 * @param recurrentInit how each gate's part of u starts
 */
public record Lstm(Recurrence recurrence, double forgetBias, Init init, Init recurrentInit)
    implements Layer {
  private static final int GATES = 4;

  /** Gives only the output after the last step, [n, units], as a classifier of sequences needs. */
  public Lstm last() {
    return new Lstm(recurrence.last(), forgetBias, init, recurrentInit);
  }

  /** With a second layer that reads from the end. */
  public Lstm bidirectional() {
    return new Lstm(recurrence.bidirectional(), forgetBias, init, recurrentInit);
  }

  /** So many of these layers one after the other; all but the last give every step. */
  public Lstm layers(int n) {
    return new Lstm(recurrence.layers(n), forgetBias, init, recurrentInit);
  }

  /** In training, numbers between the layers are dropped with this probability. */
  public Lstm dropout(double rate) {
    return new Lstm(recurrence.dropout(rate), forgetBias, init, recurrentInit);
  }

  /**
   * With h_0 from the {@link dev.hebb.nn.Side} value of this name and c_0 from that of {@code
   * name.cell}, each [n, layers · directions, units].
   */
  public Lstm startFrom(String name) {
    return new Lstm(recurrence.startFrom(name), forgetBias, init, recurrentInit);
  }

  /** With other initial weights of the input. */
  public Lstm init(Init weights) {
    return new Lstm(recurrence, forgetBias, weights, recurrentInit);
  }

  /** With other initial weights of the output before. */
  public Lstm recurrentInit(Init weights) {
    return new Lstm(recurrence, forgetBias, init, weights);
  }

  /** With another initial bias of the forget gate. */
  public Lstm forgetBias(double b) {
    return new Lstm(recurrence, b, init, recurrentInit);
  }

  @Override
  public Block build(Shape in, Params p) {
    return recurrence.build(this, in, p, List.of(".cell"), this::direction);
  }

  private Recurrence.Direction direction(int features, Params p) {
    int units = recurrence.units();
    int width = GATES * units;
    Tensor w = p.param("w", Shape.of(features, width), Init.parts(GATES, init));
    Tensor u = p.param("u", Shape.of(units, width), Init.parts(GATES, recurrentInit));
    List<Init> biases =
        List.of(Init.zeros(), Init.constant(forgetBias), Init.zeros(), Init.zeros());
    Tensor b = p.param("b", Shape.of(width), new Init.Parts(biases));
    return new Recurrence.Direction(p, w, b, (x, before, gates) -> step(x, before, u, gates));
  }

  private List<Tensor> step(Tensor x, List<Tensor> before, Tensor u, Recurrence.Gates gates) {
    Tensor a = before.isEmpty() ? x : x.add(before.getFirst().matmul(u));
    Tensor in = recurrence.gate(a, 0).sigmoid();
    Tensor forget = recurrence.gate(a, 1).sigmoid();
    Tensor out = recurrence.gate(a, 3).sigmoid();
    Tensor taken = in.mul(recurrence.gate(a, 2).tanh());
    Tensor c = before.isEmpty() ? taken : forget.mul(before.getLast()).add(taken);
    gates.see("in", in);
    gates.see("forget", forget);
    gates.see("out", out);
    gates.see("cell", c);
    return List.of(out.mul(c.tanh()), c);
  }

  @Override
  public String toString() {
    return recurrence.text("Lstm");
  }
}
