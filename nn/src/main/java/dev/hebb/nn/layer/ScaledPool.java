package dev.hebb.nn.layer;

import dev.hebb.nn.Block;
import dev.hebb.nn.Init;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Params;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import dev.hebb.tensor.Window2d;

/**
 * Pooling that learns: the sum of each k × k window times a scale and plus a shift of its channel,
 * the “sub-sampling” of LeCun et al. (1998).
 *
 * <p>[n, c, h, w] → [n, c, h / k, w / k]; scale and shift are [c]. The scales start at 1 / k²,
 * which makes means, the shifts at 0.
 *
 * @param k the sides of the windows, and their distance, ≥ 1
 */
public record ScaledPool(int k) implements Layer {
  /** Checks the range. */
  public ScaledPool {
    if (k < 1) {
      throw new HebbException("scaledPool: the window must be at least 1, not " + k);
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
    Tensor scale = p.param("scale", Shape.of(channels), Init.constant(1.0 / (k * k)));
    Tensor shift = p.zeros("shift", channels);
    Window2d window = Window2d.of(k).stride(k);
    return Block.infer(
        in.as(p.dtype()),
        x ->
            x.avgPool2d(window)
                .mul(scale.mul(k * k).reshape(channels, 1, 1))
                .add(shift.reshape(channels, 1, 1)));
  }

  @Override
  public String toString() {
    return "ScaledPool(" + k + ")";
  }
}
