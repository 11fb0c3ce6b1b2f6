package dev.hebb.nn.layer;

import dev.hebb.nn.Block;
import dev.hebb.nn.Init;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Params;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;

/**
 * A fully connected layer: y = x·w + b.
 *
 * <p>x is [n, in] or [n, positions, in], where every position gets the same weights; w is [in,
 * units] and b [units]. The weights start by He's rule (normal, variance 2 / in), which keeps
 * signals alive through many ReLUs and is harmless in front of other activations; biases start at
 * 0.
 *
 * @param units how many outputs, ≥ 1
 * @param bias whether b is there
 * @param init how w starts
 */
public record Dense(int units, boolean bias, Init init) implements Layer {
  /** Checks the range. */
  public Dense {
    if (units < 1) {
      throw new HebbException("dense: needs at least one unit, not " + units);
    }
  }

  /** Without b. */
  public Dense noBias() {
    return new Dense(units, false, init);
  }

  /** With other initial weights. */
  public Dense init(Init weights) {
    return new Dense(units, bias, weights);
  }

  @Override
  public Block build(Shape in, Params p) {
    if (in.rank() != 1 && in.rank() != 2) {
      throw p.mismatch(
          this,
          "a vector per example",
          in,
          in.rank() == 0 ? "reshape(1)" : "flatten() or globalAveragePool()");
    }
    Tensor w = p.param("w", Shape.of(in.last(), units), init);
    Shape out = in.withLast(units).as(p.dtype());
    if (!bias) {
      return Block.of(out, x -> x.matmul(w));
    }
    Tensor b = p.zeros("b", units);
    return Block.of(out, x -> x.matmul(w).add(b));
  }

  @Override
  public String toString() {
    return "Dense(" + units + (bias ? "" : ", no bias") + ")";
  }
}
