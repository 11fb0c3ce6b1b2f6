package dev.hebb.nn.layer;

import dev.hebb.nn.Block;
import dev.hebb.nn.Init;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Params;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Shape;
import java.util.List;

/**
 * Channels weighted by what the whole picture shows: x · σ(W₂ relu(W₁ mean(x))) (Hu et al.,
 * “Squeeze-and-excitation networks”, 2018). x is [n, channels, height, width], and so is the
 * result.
 *
 * @param reduction how many times fewer units the first of the two layers has than there are
 *     channels, ≥ 1
 */
public record SqueezeExcite(int reduction) implements Layer {
  /** Checks the range. */
  public SqueezeExcite {
    if (reduction < 1) {
      throw new HebbException("squeezeExcite: the reduction must be at least 1, not " + reduction);
    }
  }

  @Override
  public Block build(Shape in, Params p) {
    if (in.rank() != 3) {
      throw p.mismatch(
          this,
          "a picture per example (channels, height, width)",
          in,
          "reshape(channels, height, width)");
    }
    int channels = in.dim(0);
    Layer squeeze = new Dense(Math.max(1, channels / reduction), true, Init.heNormal());
    Layer excite = new Dense(channels, true, Init.glorotUniform());
    Block weights =
        p.sequence(
            List.of(
                new GlobalAveragePool(),
                squeeze.relu(),
                excite.sigmoid(),
                new Reshape(Shape.of(channels, 1, 1))),
            in);
    return Block.of(in.as(p.dtype()), x -> x.mul(weights.apply(x)));
  }

  @Override
  public String toString() {
    return "SqueezeExcite(" + reduction + ")";
  }
}
