package dev.hebb.nn.layer;

import dev.hebb.nn.Block;
import dev.hebb.nn.Init;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Params;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.util.Arrays;

/**
 * A table of vectors, looked up by number: integers [n, …] → [n, …, units]. The table w is
 * [vocabulary, units] and starts standard normal.
 *
 * @param vocabulary how many numbers there are: 0 … vocabulary − 1
 * @param units the length of each vector
 */
public record Embedding(int vocabulary, int units) implements Layer {
  /** Checks the ranges. */
  public Embedding {
    if (vocabulary < 1 || units < 1) {
      throw new HebbException(
          "embedding: vocabulary and units must be positive, not " + vocabulary + ", " + units);
    }
  }

  @Override
  public Block build(Shape in, Params p) {
    if (in.dtype() != DType.INT32 && in.dtype() != DType.INT64) {
      throw p.mismatch(this, "integers, as Shape.of(…).as(INT32) says", in, "");
    }
    Tensor w = p.param("w", Shape.of(vocabulary, units), Init.normal(1));
    int[] out = Arrays.copyOf(in.dims(), in.rank() + 1);
    out[in.rank()] = units;
    return Block.of(Shape.of(p.dtype(), out), x -> w.gather(0, x));
  }

  @Override
  public String toString() {
    return "Embedding(" + vocabulary + ", " + units + ")";
  }
}
