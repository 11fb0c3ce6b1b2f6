package dev.hebb.nn.layer;

import dev.hebb.nn.Block;
import dev.hebb.nn.Init;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Params;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.util.Arrays;

/**
 * x where positive, α·x elsewhere, where α is learnt (He et al., <a
 * href="https://arxiv.org/abs/1502.01852">2015</a>). One α is shared by all, or each channel has
 * its own: of pictures [n, channels, …] along the channels, else along the last axis. Any shape.
 *
 * @param start where α starts, finite
 * @param isPerChannel whether each channel has an α of its own
 */
public record PRelu(double start, boolean isPerChannel) implements Layer {
  /** Checks the range. */
  public PRelu {
    if (!Double.isFinite(start)) {
      throw new HebbException("prelu: α must start finite, not at " + start);
    }
  }

  /** With an α for each channel. */
  public PRelu perChannel() {
    return new PRelu(start, true);
  }

  @Override
  public Block build(Shape in, Params p) {
    if (!isPerChannel) {
      Tensor alpha = p.param("alpha", Shape.of(1), Init.constant(start));
      return Block.of(in.as(p.dtype()), x -> x.gt(0).where(x, x.mul(alpha)));
    }
    if (in.rank() == 0) {
      throw p.mismatch(this, "at least a vector per example", in, "reshape(1)");
    }
    int axis = in.rank() >= 3 ? 0 : in.rank() - 1;
    int[] column = new int[in.rank() - axis];
    Arrays.fill(column, 1);
    column[0] = in.dim(axis);
    Tensor alpha = p.param("alpha", Shape.of(in.dim(axis)), Init.constant(start));
    return Block.of(in.as(p.dtype()), x -> x.gt(0).where(x, x.mul(alpha.reshape(column))));
  }

  @Override
  public String toString() {
    return isPerChannel ? "PRelu(per channel)" : "PRelu";
  }
}
