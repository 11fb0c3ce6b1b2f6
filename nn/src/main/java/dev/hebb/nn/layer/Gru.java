package dev.hebb.nn.layer;

import dev.hebb.nn.Block;
import dev.hebb.nn.Init;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Params;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.util.List;

/**
 * A gated recurrent unit (Cho et al., 2014). One gate mixes the old output with a new one, another
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
 * <p>Here the reset gate acts behind the product, as in cuDNN, Keras and PyTorch's {@code nn.GRU},
 * whose biases are b and v: {@code bias_ih + bias_hh} for r and z, {@code bias_ih} for n in b, and
 * {@code bias_hh} for n in v. {@link #resetBefore} places it as Cho et al. did: tanh(x_n + (r ⊙
 * h_{t−1})·u_n). The gates, all within [0, 1], are shown by {@link dev.hebb.nn.Net#activations} as
 * {@code reset} and {@code update}, each [n, steps, units].
 *
 * @param recurrence the length of h, in which directions, how many layers, and whether every h is
 *     given, [n, steps, units], or only the last, [n, units]. With two directions the outputs of
 *     the one from the end stand behind the others, [n, steps, 2 · units], and the last ones are
 *     those after each has read everything (Schuster and Paliwal, 1997)
 * @param resetsBefore whether the reset gate acts in front of the product
 * @param init how each gate's part of w starts
 * @param recurrentInit how each gate's part of u starts
 */
public record Gru(Recurrence recurrence, boolean resetsBefore, Init init, Init recurrentInit)
    implements Layer {
  private static final int GATES = 3;

  /** Gives only the output after the last step, [n, units], as a classifier of sequences needs. */
  public Gru last() {
    return new Gru(recurrence.last(), resetsBefore, init, recurrentInit);
  }

  /** With a second layer that reads from the end. */
  public Gru bidirectional() {
    return new Gru(recurrence.bidirectional(), resetsBefore, init, recurrentInit);
  }

  /** So many of these layers one after the other; all but the last give every step. */
  public Gru layers(int n) {
    return new Gru(recurrence.layers(n), resetsBefore, init, recurrentInit);
  }

  /** In training, numbers between the layers are dropped with this probability. */
  public Gru dropout(double rate) {
    return new Gru(recurrence.dropout(rate), resetsBefore, init, recurrentInit);
  }

  /** With the reset gate in front of the product, as Cho et al. have it; v is not there then. */
  public Gru resetBefore() {
    return new Gru(recurrence, true, init, recurrentInit);
  }

  /**
   * With h_0 from the {@link dev.hebb.nn.Side} value of this name, [n, layers · directions, units].
   */
  public Gru startFrom(String name) {
    return new Gru(recurrence.startFrom(name), resetsBefore, init, recurrentInit);
  }

  /** With other initial weights of the input. */
  public Gru init(Init weights) {
    return new Gru(recurrence, resetsBefore, weights, recurrentInit);
  }

  /** With other initial weights of the output before. */
  public Gru recurrentInit(Init weights) {
    return new Gru(recurrence, resetsBefore, init, weights);
  }

  @Override
  public Block build(Shape in, Params p) {
    return recurrence.build(this, in, p, List.of(), this::direction);
  }

  private Recurrence.Direction direction(int features, Params p) {
    int units = recurrence.units();
    int width = GATES * units;
    Tensor w = p.param("w", Shape.of(features, width), Init.parts(GATES, init));
    Tensor u = p.param("u", Shape.of(units, width), Init.parts(GATES, recurrentInit));
    Tensor b = p.zeros("b", width);
    if (resetsBefore) {
      return new Recurrence.Direction(p, w, b, (x, before, g) -> before(x, before, u, g));
    }
    Tensor v = p.zeros("v", units);
    return new Recurrence.Direction(p, w, b, (x, before, g) -> behind(x, before, u, v, g));
  }

  private List<Tensor> behind(
      Tensor x, List<Tensor> before, Tensor u, Tensor v, Recurrence.Gates gates) {
    if (before.isEmpty()) {
      Tensor r = shown("reset", gate(x, 0), gates);
      return mixed(gate(x, 1), gate(x, 2).add(r.mul(v)).tanh(), before, gates);
    }
    Tensor a = before.getFirst().matmul(u);
    Tensor r = shown("reset", gate(x, 0).add(gate(a, 0)), gates);
    Tensor n = gate(x, 2).add(r.mul(gate(a, 2).add(v))).tanh();
    return mixed(gate(x, 1).add(gate(a, 1)), n, before, gates);
  }

  private List<Tensor> before(Tensor x, List<Tensor> before, Tensor u, Recurrence.Gates gates) {
    if (before.isEmpty()) {
      shown("reset", gate(x, 0), gates);
      return mixed(gate(x, 1), gate(x, 2).tanh(), before, gates);
    }
    Tensor h = before.getFirst();
    int units = recurrence.units();
    Tensor a = h.matmul(u.narrow(1, 0, 2 * units));
    Tensor r = shown("reset", gate(x, 0).add(gate(a, 0)), gates);
    Tensor n = gate(x, 2).add(r.mul(h).matmul(gate(u, 2))).tanh();
    return mixed(gate(x, 1).add(gate(a, 1)), n, before, gates);
  }

  /** (1 − z) ⊙ n + z ⊙ h. */
  private static List<Tensor> mixed(
      Tensor a, Tensor n, List<Tensor> before, Recurrence.Gates gates) {
    Tensor z = shown("update", a, gates);
    Tensor old = before.isEmpty() ? n.neg() : before.getFirst().sub(n);
    return List.of(n.add(z.mul(old)));
  }

  private static Tensor shown(String name, Tensor a, Recurrence.Gates gates) {
    Tensor gate = a.sigmoid();
    gates.see(name, gate);
    return gate;
  }

  private Tensor gate(Tensor a, int number) {
    return recurrence.gate(a, number);
  }

  @Override
  public String toString() {
    return recurrence.text("Gru") + (resetsBefore ? ".resetBefore()" : "");
  }
}
