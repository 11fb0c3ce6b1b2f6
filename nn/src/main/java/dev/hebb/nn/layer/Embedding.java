package dev.hebb.nn.layer;

import dev.hebb.nn.Block;
import dev.hebb.nn.Init;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Params;
import dev.hebb.nn.Side;
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
 * @param masksZero whether 0 is padding: then the layers that follow get a mask, see {@link Side}
 * @param init how w starts
 */
public record Embedding(int vocabulary, int units, boolean masksZero, Init init) implements Layer {
  /** Checks the ranges. */
  public Embedding {
    if (vocabulary < 1 || units < 1) {
      throw new HebbException(
          "embedding: vocabulary and units must be positive, not " + vocabulary + ", " + units);
    }
  }

  /** With 0 as padding, which recurrent layers, attention and pooling over a sequence then skip. */
  public Embedding maskZero() {
    return new Embedding(vocabulary, units, true, init);
  }

  /** With other initial vectors. */
  public Embedding init(Init weights) {
    return new Embedding(vocabulary, units, masksZero, weights);
  }

  @Override
  public Block build(Shape in, Params p) {
    Tensor w = table(in, p);
    int[] out = Arrays.copyOf(in.dims(), in.rank() + 1);
    out[in.rank()] = units;
    return Block.of(Shape.of(p.dtype(), out), x -> look(w, x));
  }

  /** Declares the table. */
  Tensor table(Shape in, Params p) {
    if (in.dtype() != DType.INT32 && in.dtype() != DType.INT64) {
      throw p.mismatch(this, "integers, as Shape.of(…).as(INT32) says", in, "");
    }
    return p.param("w", Shape.of(vocabulary, units), init);
  }

  /** Looks the vectors up, and says which are padding. */
  Tensor look(Tensor w, Tensor x) {
    if (masksZero) {
      Side.publish(Side.MASK, x.ne(0));
    }
    return w.gather(0, x);
  }

  @Override
  public String toString() {
    return "Embedding(" + vocabulary + ", " + units + ")" + (masksZero ? ".maskZero()" : "");
  }
}
