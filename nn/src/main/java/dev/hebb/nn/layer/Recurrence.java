package dev.hebb.nn.layer;

import dev.hebb.nn.Block;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Params;
import dev.hebb.nn.Side;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.ShapeError;
import dev.hebb.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What recurrent layers have in common: a cell is applied to one step of a sequence after the
 * other, forward, or in both directions with weights of their own; and such layers can be stacked.
 *
 * <p>Where steps are padding, by {@link Side#MASK} or {@link Side#LENGTHS}, they are skipped: the
 * state stays, the output is 0, and the direction from the end begins at each sequence's own end.
 * So the last output is that of the last real step, as with PyTorch's {@code pack_padded_sequence}.
 *
 * <p>States begin as zeros, or as what a {@link Side} gives: where a sequence goes on that began in
 * another batch, or where another network has said what is to be told.
 *
 * @param units the length of a step's output, for each direction, ≥ 1
 * @param sequence whether every step's output is wanted, not only the last
 * @param twoWay whether a second cell walks from the end to the beginning
 * @param layers how many of these one after the other, ≥ 1; with more than one, their parameters
 *     are called {@code 0.w}, {@code 1.w} and so on
 * @param dropout the probability that a number between two of the layers is dropped in training, in
 *     [0, 1)
 * @param start the name in {@link Side} of the states before the first step, [n, layers ·
 *     directions, units]; empty for zeros
 */
public record Recurrence(
    int units, boolean sequence, boolean twoWay, int layers, double dropout, String start) {
  // Inside, time is the first axis and joined with the batch: the input's product x·w + b is one
  // for all steps, and each step's rows and outputs lie together.

  /** Checks the ranges. */
  public Recurrence {
    if (units < 1) {
      throw new HebbException("a recurrent layer needs at least one unit, not " + units);
    }
    if (layers < 1) {
      throw new HebbException("a recurrent layer is at least one layer, not " + layers);
    }
    Rates.check("dropout between recurrent layers", dropout);
  }

  /** One layer of so many units, forward, with the output of every step. */
  public static Recurrence of(int units) {
    return new Recurrence(units, true, false, 1, 0, "");
  }

  Recurrence last() {
    return new Recurrence(units, false, twoWay, layers, dropout, start);
  }

  Recurrence bidirectional() {
    return new Recurrence(units, sequence, true, layers, dropout, start);
  }

  Recurrence layers(int n) {
    return new Recurrence(units, sequence, twoWay, n, dropout, start);
  }

  Recurrence dropout(double rate) {
    return new Recurrence(units, sequence, twoWay, layers, rate, start);
  }

  Recurrence startFrom(String name) {
    return new Recurrence(units, sequence, twoWay, layers, dropout, name);
  }

  /** What is computed in one step. */
  interface Cell {
    /**
     * The states after a step.
     *
     * @param x the step's rows of x·w + b: [n, gates · units]
     * @param before the states after the step before, each [n, units], the output first; empty
     *     before the first step, where all are 0 and {@link #start} names nothing else
     * @param gates is told the gates by name, each [n, units]
     */
    List<Tensor> step(Tensor x, List<Tensor> before, Gates gates);
  }

  /** Is told what gates are. */
  interface Gates {
    void see(String name, Tensor value);
  }

  /** One direction: where its parameters are, the weights of the input, and the cell. */
  record Direction(Params place, Tensor w, Tensor b, Cell cell) {
    /** The output of every step in the order of time, and the one after the last step. */
    private Outputs outputs(Walk in, int number, boolean fromEnd) {
      int steps = in.steps;
      Tensor mask = in.mask;
      Tensor all = in.rows.matmul(w).add(b);
      int n = in.rows.dim(0) / steps;
      Tensor[] out = new Tensor[steps];
      Map<String, Tensor[]> gates = new LinkedHashMap<>();
      List<Tensor> state = in.begun.stream().map(s -> s.narrow(1, number, 1).squeeze(1)).toList();
      for (int i = 0; i < steps; i++) {
        int t = fromEnd ? steps - 1 - i : i;
        Gates seen =
            (name, value) -> gates.computeIfAbsent(name, _ -> new Tensor[steps])[t] = value;
        List<Tensor> before = state;
        state = cell.step(all.narrow(0, t * n, n), before, seen);
        if (mask == null) {
          out[t] = state.getFirst();
        } else {
          Tensor real = mask.narrow(1, t, 1);
          out[t] = real.where(state.getFirst(), 0);
          state = kept(real, state, before);
        }
      }
      if (place.isWatched()) {
        gates.forEach((name, g) -> place.show(name, g[0].stack(1, rest(List.of(g)))));
      }
      return new Outputs(List.of(out), state.getFirst());
    }

    private static List<Tensor> kept(Tensor real, List<Tensor> after, List<Tensor> before) {
      List<Tensor> kept = new ArrayList<>();
      for (int i = 0; i < after.size(); i++) {
        Tensor now = after.get(i);
        kept.add(before.isEmpty() ? real.where(now, 0) : real.where(now, before.get(i)));
      }
      return kept;
    }
  }

  /** Every step's output, each [n, width], and the last. */
  private record Outputs(List<Tensor> steps, Tensor last) {
    private Outputs with(Outputs other) {
      List<Tensor> both = new ArrayList<>();
      for (int t = 0; t < steps.size(); t++) {
        both.add(steps.get(t).concat(-1, other.steps.get(t)));
      }
      return new Outputs(both, last.concat(-1, other.last));
    }

    /** [steps · n, width]. */
    private Tensor rows() {
      return steps.getFirst().concat(0, rest(steps));
    }
  }

  /** The part of [n, gates · units] that belongs to one gate. */
  Tensor gate(Tensor x, int number) {
    return x.narrow(1, number * units, units);
  }

  /** How a layer with these options is written. */
  String text(String name) {
    return "%s(%d%s%s%s%s%s)"
        .formatted(
            name,
            units,
            layers > 1 ? ", " + layers + " layers" : "",
            dropout > 0 ? ", dropout " + dropout : "",
            twoWay ? ", bidirectional" : "",
            start.isEmpty() ? "" : ", from " + start,
            sequence ? "" : ", last");
  }

  /**
   * Builds the layer.
   *
   * @param layer the layer, for messages
   * @param states the ends of the names of a cell's other states, behind {@link #start}
   * @param make declares one direction's parameters for a number of features
   */
  Block build(Layer layer, Shape in, Params p, List<String> states, Make make) {
    if (in.rank() != 2 || in.dim(0) == 0) {
      throw p.mismatch(
          layer,
          "a sequence of at least one step per example",
          in,
          in.rank() == 1
              ? "reshape(steps, features) or embedding(vocabulary, units)"
              : "reshape(steps, features)");
    }
    int width = twoWay ? 2 * units : units;
    List<Function<Walk, Outputs>> stack = new ArrayList<>();
    for (int i = 0; i < layers; i++) {
      Params place = layers == 1 ? p : p.scope(Integer.toString(i));
      stack.add(one(i, i == 0 ? in.last() : width, place, make));
    }
    Seed seed = p.seed().split("between");
    Shape out = (sequence ? in.withLast(width) : Shape.of(width)).as(p.dtype());
    return Block.of(
        out,
        x -> {
          int steps = x.dim(1);
          Tensor mask = Side.maskOf(layer, x);
          Tensor rows = x.permute(1, 0, 2).reshape(steps * x.dim(0), x.dim(2));
          List<Tensor> begun = begun(layer, p, states);
          Outputs result = stack.getFirst().apply(new Walk(rows, steps, mask, begun));
          for (int i = 1; i < layers; i++) {
            rows = Dropout.drop(result.rows(), dropout, seed.split(i));
            result = stack.get(i).apply(new Walk(rows, steps, mask, begun));
          }
          return sequence
              ? result.rows().reshape(steps, x.dim(0), width).permute(1, 0, 2)
              : result.last;
        });
  }

  /** The states before the first step, of all layers and directions; none where they are 0. */
  private List<Tensor> begun(Layer layer, Params p, List<String> others) {
    if (start.isEmpty()) {
      return List.of();
    }
    Shape example = Shape.of(p.dtype(), layers * (twoWay ? 2 : 1), units);
    List<Tensor> begun = new ArrayList<>();
    for (String name : Stream.concat(Stream.of(""), others.stream()).toList()) {
      Tensor given = Side.require(layer, start + name, example);
      if (given.rank() != 3 || !given.shape().drop(1).sameDims(example)) {
        throw new ShapeError(
            "%s: \"%s\" is %s; it must be [n, %d, %d]: examples, layers · directions, units"
                .formatted(layer, start + name, given.shape(), example.dim(0), units));
      }
      begun.add(given);
    }
    return begun;
  }

  /** Declares one direction's parameters. */
  interface Make {
    Direction direction(int features, Params p);
  }

  /**
   * What one layer reads: rows in the order of time, which of them are real, and the states before
   * the first step.
   */
  private record Walk(Tensor rows, int steps, @Nullable Tensor mask, List<Tensor> begun) {}

  private Function<Walk, Outputs> one(int layer, int features, Params p, Make make) {
    Direction forward = make.direction(features, twoWay ? p.scope("forward") : p);
    if (!twoWay) {
      return in -> forward.outputs(in, layer, false);
    }
    Direction backward = make.direction(features, p.scope("backward"));
    return in ->
        forward.outputs(in, 2 * layer, false).with(backward.outputs(in, 2 * layer + 1, true));
  }

  private static Tensor[] rest(List<Tensor> tensors) {
    return tensors.subList(1, tensors.size()).toArray(Tensor[]::new);
  }
}
