package dev.hebb.nn.layer;

import dev.hebb.nn.Block;
import dev.hebb.nn.Init;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Params;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;

/**
 * The largest of several linear maps: y = max over k of x·w[k] + b[k] (Goodfellow et al., 2013). x
 * is [n, in], w is [in, pieces · units], b is [pieces · units]. It needs no activation behind it.
 *
 * @param units how many outputs, ≥ 1
 * @param pieces how many maps each output chooses from, ≥ 2
 */
public record Maxout(int units, int pieces) implements Layer {
  /** Checks the ranges. */
  public Maxout {
    if (units < 1 || pieces < 2) {
      throw new HebbException(
          "maxout: needs at least one unit and two pieces, not " + units + ", " + pieces);
    }
  }

  @Override
  public Block build(Shape in, Params p) {
    if (in.rank() != 1) {
      throw p.mismatch(
          this,
          "a vector per example",
          in,
          in.rank() == 0 ? "reshape(1)" : "flatten() or globalAveragePool()");
    }
    Tensor w = p.param("w", Shape.of(in.last(), pieces * units), Init.lecunNormal());
    Tensor b = p.zeros("b", pieces * units);
    return Block.of(
        in.withLast(units).as(p.dtype()),
        x -> x.matmul(w).add(b).reshape(x.dim(0), pieces, units).max(1));
  }

  @Override
  public String toString() {
    return "Maxout(" + units + ", " + pieces + ")";
  }
}
