package dev.hebb.onnx.op;

import dev.hebb.tensor.DType;
import dev.hebb.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Recurrent networks, step after step. The products of the inputs with their weights are one
 * product for all steps.
 */
final class Recurrent {
  private Recurrent() {}

  static void register(Registry.Entries r) {
    r.add("RNN", c -> run(c, 1, 1, Recurrent::rnn));
    r.add("GRU", c -> run(c, 3, 2, Recurrent::gru));
    r.add("LSTM", c -> run(c, 4, 3, Recurrent::lstm));
  }

  /**
   * One direction of a node.
   *
   * @param r weights of the state [gates · hidden, hidden]
   * @param b biases of the state [gates · hidden]
   * @param p peepholes [3 · hidden], or null
   * @param f its activations
   */
  private record Cell(
      Call c, int hidden, Tensor r, Tensor b, @Nullable Tensor p, List<UnaryOperator<Tensor>> f) {
    Tensor part(Tensor x, int gate) {
      return x.narrow(-1, gate * hidden, hidden);
    }

    /** The product of the state with the weights of some gates, with their biases. */
    Tensor product(Tensor h, int from, int gates) {
      Tensor w = r.narrow(0, from * hidden, gates * hidden);
      return h.matmul(w.transpose()).add(b.narrow(0, from * hidden, gates * hidden));
    }

    Tensor bend(int i, Tensor x) {
      double clip = c.attributes().real("clip", 0);
      return f.get(i).apply(clip > 0 ? x.clamp(-clip, clip) : x);
    }

    Tensor peep(int i, Tensor state) {
      return p == null
          ? Normalisation.zeros(state.dtype())
          : state.mul(p.narrow(0, i * hidden, hidden));
    }
  }

  /** A step: the state of a cell (h, and for LSTM c) from the one before. */
  @FunctionalInterface
  private interface Step {
    Tensor[] next(Cell cell, Tensor x, Tensor[] state);
  }

  private static Tensor[] rnn(Cell k, Tensor x, Tensor[] s) {
    return new Tensor[] {k.bend(0, x.add(k.product(s[0], 0, 1)))};
  }

  private static Tensor[] gru(Cell k, Tensor x, Tensor[] s) {
    Tensor h = s[0];
    Tensor gates = k.product(h, 0, 2);
    Tensor z = k.bend(0, k.part(x, 0).add(k.part(gates, 0)));
    Tensor r = k.bend(0, k.part(x, 1).add(k.part(gates, 1)));
    Tensor inner =
        k.c.attributes().flag("linear_before_reset", false)
            ? r.mul(k.product(h, 2, 1))
            : k.product(r.mul(h), 2, 1);
    Tensor n = k.bend(1, k.part(x, 2).add(inner));
    return new Tensor[] {n.add(z.mul(h.sub(n)))};
  }

  private static Tensor[] lstm(Cell k, Tensor x, Tensor[] s) {
    Tensor c = s[1];
    Tensor g = x.add(k.product(s[0], 0, 4)); // input, output, forget, cell
    Tensor i = k.bend(0, k.part(g, 0).add(k.peep(0, c)));
    Tensor f =
        k.c.attributes().flag("input_forget", false)
            ? i.neg().add(1)
            : k.bend(0, k.part(g, 2).add(k.peep(2, c)));
    Tensor next = f.mul(c).add(i.mul(k.bend(1, k.part(g, 3))));
    Tensor o = k.bend(0, k.part(g, 1).add(k.peep(1, next)));
    return new Tensor[] {o.mul(k.bend(2, next)), next};
  }

  private static List<Value> run(Call c, int gates, int bends, Step step) {
    boolean batchFirst = c.attributes().flag("layout", false);
    Tensor x = batchFirst ? c.x(0).transpose(0, 1) : c.x(0);
    if (x.rank() != 3 || c.x(1).rank() != 3 || c.x(2).rank() != 3) {
      throw c.error("takes [steps, n, inputs] and weights of three axes, not " + x.shape());
    }
    int hidden = c.x(2).dim(2);
    String direction = c.attributes().text("direction", "forward");
    int directions = direction.equals("bidirectional") ? 2 : 1;
    if (c.x(1).dim(0) != directions || c.x(2).dim(0) != directions) {
      throw c.error("the weights are not those of the direction " + direction);
    }
    boolean memory = gates == 4;
    List<Tensor> ys = new ArrayList<>();
    List<Tensor[]> last = new ArrayList<>();
    for (int d = 0; d < directions; d++) {
      boolean back = d == 1 || direction.equals("reverse");
      Tensor[] state = new Tensor[memory ? 2 : 1];
      for (int i = 0; i < state.length; i++) {
        state[i] = initial(c, 5 + i, d, batchFirst, x.dtype(), x.dim(1), hidden);
      }
      Cell cell =
          new Cell(
              c,
              hidden,
              c.x(2).narrow(0, d, 1).squeeze(0),
              bias(c, d, 1, gates * hidden, x.dtype()),
              memory && c.has(7) ? c.x(7).narrow(0, d, 1).squeeze(0) : null,
              bends(c, d, bends));
      Tensor in =
          x.matmul(c.x(1).narrow(0, d, 1).squeeze(0).transpose())
              .add(bias(c, d, 0, gates * hidden, x.dtype()));
      ys.add(steps(c, cell, in, state, back, step));
      last.add(state);
    }
    return results(c, ys, last, batchFirst);
  }

  /** Computes all steps; the state is the last one afterwards. */
  private static Tensor steps(
      Call c, Cell cell, Tensor in, Tensor[] state, boolean back, Step step) {
    int n = in.dim(0);
    Tensor lengths = c.maybe(4);
    Tensor[] ys = new Tensor[n];
    for (int i = 0; i < n; i++) {
      int t = back ? n - 1 - i : i;
      Tensor[] next = step.next(cell, in.narrow(0, t, 1).squeeze(0), state);
      ys[t] = next[0];
      Tensor real = lengths == null ? null : lengths.gt(t).unsqueeze(1);
      for (int k = 0; k < state.length; k++) {
        state[k] = real == null ? next[k] : real.where(next[k], state[k]);
      }
      ys[t] = real == null ? ys[t] : real.where(ys[t], 0);
    }
    return ys[0].stack(0, Arrays.copyOfRange(ys, 1, n));
  }

  private static Tensor initial(
      Call c, int i, int d, boolean batchFirst, DType type, int n, int hidden) {
    if (!c.has(i)) {
      return Normalisation.zeros(type, n, hidden);
    }
    Tensor all = batchFirst ? c.x(i).transpose(0, 1) : c.x(i);
    return all.narrow(0, d, 1).squeeze(0);
  }

  /** The biases of the inputs (0) or of the state (1). */
  private static Tensor bias(Call c, int d, int which, int size, DType type) {
    return c.has(3)
        ? c.x(3).narrow(0, d, 1).squeeze(0).narrow(0, which * size, size)
        : Normalisation.zeros(type, size);
  }

  private static List<UnaryOperator<Tensor>> bends(Call c, int d, int count) {
    List<String> usual =
        count == 1
            ? List.of("Tanh")
            : count == 2 ? List.of("Sigmoid", "Tanh") : List.of("Sigmoid", "Tanh", "Tanh");
    List<String> given = c.attributes().texts("activations");
    var alphas = new Settings(c.attributes().reals("activation_alpha"));
    var betas = new Settings(c.attributes().reals("activation_beta"));
    List<UnaryOperator<Tensor>> f = new ArrayList<>();
    for (int i = 0; i < (d + 1) * count; i++) {
      Activations.Curve curve =
          Activations.curve(c, i < given.size() ? given.get(i) : usual.get(i % count));
      double alpha = curve.numbers() > 0 ? alphas.next(curve.alpha()) : 0;
      double beta = curve.numbers() > 1 ? betas.next(curve.beta()) : 0;
      f.add(x -> curve.f().of(x, alpha, beta));
    }
    return f.subList(d * count, f.size());
  }

  /** Numbers that lie in the order of the activations that have use for one. */
  private static final class Settings {
    private final double @Nullable [] values;
    private int used;

    Settings(double @Nullable [] values) {
      this.values = values;
    }

    double next(double usual) {
      return values != null && used < values.length ? values[used++] : usual;
    }
  }

  private static List<Value> results(
      Call c, List<Tensor> ys, List<Tensor[]> last, boolean batchFirst) {
    Tensor y = ys.getFirst().stack(1, ys.subList(1, ys.size()).toArray(Tensor[]::new));
    List<Value> out = new ArrayList<>();
    out.addAll(c.same(batchFirst ? y.permute(2, 0, 1, 3) : y));
    for (int k = 0; k < last.getFirst().length; k++) {
      int part = k;
      Tensor[] states = last.stream().map(s -> s[part]).toArray(Tensor[]::new);
      Tensor all = states[0].stack(0, Arrays.copyOfRange(states, 1, states.length));
      out.addAll(c.same(batchFirst ? all.transpose(0, 1) : all));
    }
    return out;
  }
}
