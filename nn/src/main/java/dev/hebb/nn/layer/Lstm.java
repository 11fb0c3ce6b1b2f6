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
 * PyTorch's {@code nn.LSTM} is the same with the weights transposed and b split in two.
 *
 * @param units the length of h, ≥ 1
 * @param sequence whether every h is given, [n, steps, units]; else only the last, [n, units]
 * @param twoWay whether a second layer with weights of its own reads the sequence from its end, its
 *     outputs behind those of the first: [n, steps, 2 · units]; the last ones are those after each
 *     has read everything (Schuster and Paliwal, 1997)
 * @param forgetBias where the forget gate's part of b starts
 * @param init how each gate's part of w starts
 * @param recurrentInit how each gate's part of u starts
 */
public record Lstm(
    int units, boolean sequence, boolean twoWay, double forgetBias, Init init, Init recurrentInit)
    implements Layer {
  private static final int GATES = 4;

  /** Checks the range. */
  public Lstm {
    Recurrence.requireUnits("lstm", units);
  }

  /** Gives only the output after the last step, [n, units], as a classifier of sequences needs. */
  public Lstm last() {
    return new Lstm(units, false, twoWay, forgetBias, init, recurrentInit);
  }

  /** With a second layer that reads from the end. */
  public Lstm bidirectional() {
    return new Lstm(units, sequence, true, forgetBias, init, recurrentInit);
  }

  /** With other initial weights of the input. */
  public Lstm init(Init weights) {
    return new Lstm(units, sequence, twoWay, forgetBias, weights, recurrentInit);
  }

  /** With other initial weights of the output before. */
  public Lstm recurrentInit(Init weights) {
    return new Lstm(units, sequence, twoWay, forgetBias, init, weights);
  }

  /** With another initial bias of the forget gate. */
  public Lstm forgetBias(double b) {
    return new Lstm(units, sequence, twoWay, b, init, recurrentInit);
  }

  @Override
  public Block build(Shape in, Params p) {
    return new Recurrence(this, units, sequence, twoWay)
        .build(in, p, scope -> direction(in.last(), scope));
  }

  private Recurrence.Direction direction(int features, Params p) {
    int width = GATES * units;
    Tensor w = p.param("w", Shape.of(features, width), Init.parts(GATES, init));
    Tensor u = p.param("u", Shape.of(units, width), Init.parts(GATES, recurrentInit));
    List<Init> biases =
        List.of(Init.zeros(), Init.constant(forgetBias), Init.zeros(), Init.zeros());
    Tensor b = p.param("b", Shape.of(width), new Init.Parts(biases));
    return new Recurrence.Direction(w, b, (x, before) -> step(x, before, u));
  }

  private List<Tensor> step(Tensor x, List<Tensor> before, Tensor u) {
    Tensor a = before.isEmpty() ? x : x.add(before.getFirst().matmul(u));
    Tensor taken = gate(a, 0).sigmoid().mul(gate(a, 2).tanh());
    Tensor c = before.isEmpty() ? taken : gate(a, 1).sigmoid().mul(before.getLast()).add(taken);
    return List.of(gate(a, 3).sigmoid().mul(c.tanh()), c);
  }

  private Tensor gate(Tensor a, int number) {
    return Recurrence.gate(a, number, units);
  }

  @Override
  public String toString() {
    return Recurrence.text("Lstm", units, sequence, twoWay);
  }
}
