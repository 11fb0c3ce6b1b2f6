package dev.hebb.nn.layer;

import dev.hebb.nn.Block;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Params;
import dev.hebb.nn.Side;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;

/**
 * One vector for a sequence: [n, steps, units] → [n, units]. Padding, by {@link Side#MASK} or
 * {@link Side#LENGTHS}, does not take part.
 *
 * @param kind which
 */
public record SequencePool(Kind kind) implements Layer {
  /** Which vector. */
  public enum Kind {
    /** The mean over the real steps; 0 where there is none. */
    MEAN,
    /** That of the first step, where BERT has its class token. */
    FIRST,
    /** That of the last real step; 0 where there is none. */
    LAST
  }

  @Override
  public Block build(Shape in, Params p) {
    if (in.rank() != 2 || in.dim(0) == 0) {
      throw p.mismatch(this, "a sequence of vectors per example", in, "reshape(steps, units)");
    }
    return Block.of(
        Shape.of(p.dtype(), in.last()),
        x -> {
          Tensor mask = Side.maskOf(this, x);
          return switch (kind) {
            case FIRST -> x.narrow(1, 0, 1).squeeze(1);
            case MEAN -> mask == null ? x.mean(1) : mean(x, mask);
            case LAST -> mask == null ? x.narrow(1, x.dim(1) - 1, 1).squeeze(1) : last(x, mask);
          };
        });
  }

  private static Tensor mean(Tensor x, Tensor mask) {
    Tensor sum = mask.unsqueeze(2).where(x, 0).sum(1);
    return sum.div(mask.sum(1).maximum(1).cast(x.dtype()).unsqueeze(1));
  }

  private static Tensor last(Tensor x, Tensor mask) {
    Tensor position = Tensor.arange(x.dim(1)).add(1);
    Tensor end = mask.where(position, 0).max(1).unsqueeze(1);
    return position.eq(end).unsqueeze(2).where(x, 0).sum(1);
  }

  @Override
  public String toString() {
    return "SequencePool(" + kind.name().toLowerCase(java.util.Locale.ROOT) + ")";
  }
}
