package dev.hebb.nn.layer;

import dev.hebb.nn.Block;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Params;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.util.List;
import java.util.function.Function;

/**
 * What recurrent layers have in common: a cell is applied to one step of a sequence after the
 * other, forward, or in both directions with weights of their own.
 *
 * <p>Inside, time is the first axis and joined with the batch: the input's product x·w + b is one
 * for all steps, and each step's rows and outputs lie together.
 *
 * @param layer the layer, for messages
 * @param units the length of a step's output, for each direction
 * @param sequence whether every step's output is wanted, not only the last
 * @param twoWay whether a second cell walks from the end to the beginning
 */
record Recurrence(Layer layer, int units, boolean sequence, boolean twoWay) {
  /** What is computed in one step. */
  interface Cell {
    /**
     * The states after a step.
     *
     * @param x the step's rows of x·w + b: [n, gates · units]
     * @param before the states after the step before, each [n, units], the output first; empty
     *     before the first step, where all are 0
     */
    List<Tensor> step(Tensor x, List<Tensor> before);
  }

  /** One direction: the weights of the input, and the cell. */
  record Direction(Tensor w, Tensor b, Cell cell) {
    /** The output of every step, in the order of time. */
    private List<Tensor> outputs(Tensor rows, int steps, boolean fromEnd) {
      Tensor all = rows.matmul(w).add(b);
      int n = rows.dim(0) / steps;
      Tensor[] out = new Tensor[steps];
      List<Tensor> state = List.of();
      for (int i = 0; i < steps; i++) {
        int t = fromEnd ? steps - 1 - i : i;
        state = cell.step(all.narrow(0, t * n, n), state);
        out[t] = state.getFirst();
      }
      return List.of(out);
    }
  }

  /** Checks a number of units. */
  static void requireUnits(String layer, int units) {
    if (units < 1) {
      throw new HebbException(layer + ": needs at least one unit, not " + units);
    }
  }

  /** The part of [n, gates · units] that belongs to one gate. */
  static Tensor gate(Tensor x, int gate, int units) {
    return x.narrow(1, gate * units, units);
  }

  /** How a layer with these options is written. */
  static String text(String name, int units, boolean sequence, boolean twoWay) {
    return "%s(%d%s%s)"
        .formatted(name, units, twoWay ? ", bidirectional" : "", sequence ? "" : ", last");
  }

  /**
   * Builds the layer.
   *
   * @param make declares one direction's parameters
   */
  Block build(Shape in, Params p, Function<Params, Direction> make) {
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
    Shape out = (sequence ? in.withLast(width) : Shape.of(width)).as(p.dtype());
    Direction forward = make.apply(twoWay ? p.scope("forward") : p);
    if (!twoWay) {
      return Block.of(out, x -> result(x, forward.outputs(rows(x), x.dim(1), false), x.dim(1) - 1));
    }
    Direction backward = make.apply(p.scope("backward"));
    return Block.of(
        out,
        x -> {
          Tensor rows = rows(x);
          int steps = x.dim(1);
          Tensor there = result(x, forward.outputs(rows, steps, false), steps - 1);
          Tensor back = result(x, backward.outputs(rows, steps, true), 0);
          return there.concat(-1, back);
        });
  }

  /** [n, steps, features] as [steps · n, features]. */
  private static Tensor rows(Tensor x) {
    return x.permute(1, 0, 2).reshape(x.dim(1) * x.dim(0), x.dim(2));
  }

  /** The output at the step where a direction ends, or all of them as [n, steps, units]. */
  private Tensor result(Tensor x, List<Tensor> outputs, int end) {
    if (!sequence) {
      return outputs.get(end);
    }
    Tensor[] rest = outputs.subList(1, outputs.size()).toArray(Tensor[]::new);
    return outputs
        .getFirst()
        .concat(0, rest)
        .reshape(outputs.size(), x.dim(0), units)
        .permute(1, 0, 2);
  }
}
