package dev.hebb.nn.layer;

import dev.hebb.nn.Block;
import dev.hebb.nn.Init;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Params;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.util.List;

/**
 * A gated recurrent unit (Cho et al., 2014), in the form whose reset gate acts behind the product,
 * as in cuDNN and PyTorch's {@code nn.GRU}. One gate mixes the old output with a new one, another
 * says how much of the old the new one sees:
 *
 * <pre>{@code
 * [x_r x_z x_n] = x_t·w + b,   [h_r h_z h_n] = h_{t−1}·u
 * r = σ(x_r + h_r),   z = σ(x_z + h_z)
 * h_t = (1 − z) ⊙ tanh(x_n + r ⊙ (h_n + v)) + z ⊙ h_{t−1},   h_0 = 0
 * }</pre>
 *
 * <p>x is [n, steps, features], w [features, 3 · units], u [units, 3 · units], b [3 · units] and v
 * [units], the gates side by side in the order r, z, n; with two directions each has its own,
 * {@code forward.w}, {@code backward.w} and so on. For each gate w starts by Glorot's rule, u
 * orthogonal; b and v at 0.
 *
 * @param units the length of h, ≥ 1
 * @param sequence whether every h is given, [n, steps, units]; else only the last, [n, units]
 * @param twoWay whether a second layer with weights of its own reads the sequence from its end, its
 *     outputs behind those of the first: [n, steps, 2 · units]; the last ones are those after each
 *     has read everything (Schuster and Paliwal, 1997)
 * @param init how each gate's part of w starts
 * @param recurrentInit how each gate's part of u starts
 */
public record Gru(int units, boolean sequence, boolean twoWay, Init init, Init recurrentInit)
    implements Layer {
  private static final int GATES = 3;

  /** Checks the range. */
  public Gru {
    Recurrence.requireUnits("gru", units);
  }

  /** Gives only the output after the last step, [n, units], as a classifier of sequences needs. */
  public Gru last() {
    return new Gru(units, false, twoWay, init, recurrentInit);
  }

  /** With a second layer that reads from the end. */
  public Gru bidirectional() {
    return new Gru(units, sequence, true, init, recurrentInit);
  }

  /** With other initial weights of the input. */
  public Gru init(Init weights) {
    return new Gru(units, sequence, twoWay, weights, recurrentInit);
  }

  /** With other initial weights of the output before. */
  public Gru recurrentInit(Init weights) {
    return new Gru(units, sequence, twoWay, init, weights);
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
    Tensor v = p.zeros("v", units);
    return new Recurrence.Direction(
        w,
        p.zeros("b", width),
        (x, before) -> List.of(before.isEmpty() ? first(x, v) : step(x, before.getFirst(), u, v)));
  }

  private Tensor first(Tensor x, Tensor v) {
    Tensor n = gate(x, 2).add(gate(x, 0).sigmoid().mul(v)).tanh();
    return n.sub(gate(x, 1).sigmoid().mul(n));
  }

  private Tensor step(Tensor x, Tensor h, Tensor u, Tensor v) {
    Tensor a = h.matmul(u);
    Tensor r = gate(x, 0).add(gate(a, 0)).sigmoid();
    Tensor z = gate(x, 1).add(gate(a, 1)).sigmoid();
    Tensor n = gate(x, 2).add(r.mul(gate(a, 2).add(v))).tanh();
    return n.add(z.mul(h.sub(n)));
  }

  private Tensor gate(Tensor a, int number) {
    return Recurrence.gate(a, number, units);
  }

  @Override
  public String toString() {
    return Recurrence.text("Gru", units, sequence, twoWay);
  }
}
