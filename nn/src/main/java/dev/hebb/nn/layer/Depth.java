package dev.hebb.nn.layer;

import dev.hebb.tensor.ShapeError;
import dev.hebb.tensor.Tensor;
import dev.hebb.tensor.Window2d;

/**
 * How three-dimensional layers treat the depth of [n, channels, depth, height, width]: slices
 * become examples, and the slices under a window become channels, so that one two-dimensional
 * operation does the rest.
 */
final class Depth {
  private Depth() {}

  /** How many windows of a given extent there are. */
  static int count(String what, int size, Window2d depth) {
    int extent = depth.dilationH() * (depth.kernelH() - 1) + 1;
    int room = size + 2 * Math.max(depth.padH(), 0) - extent;
    if (depth.padH() < 0) {
      return Math.ceilDiv(size, depth.strideH());
    }
    if (room < 0) {
      throw new ShapeError(
          "%s: a window of depth %d does not fit into %d; use same(), more padding or a smaller kernel"
              .formatted(what, extent, size));
    }
    return room / depth.strideH() + 1;
  }

  /** Zeros in front and behind, as the window asks for. */
  static Tensor padded(Tensor x, Window2d depth, int count) {
    int size = x.dim(2);
    if (depth.padH() >= 0) {
      return x.pad(2, depth.padH(), depth.padH(), 0);
    }
    int extent = depth.dilationH() * (depth.kernelH() - 1) + 1;
    int total = Math.max((count - 1) * depth.strideH() + extent - size, 0);
    return x.pad(2, total / 2, total - total / 2, 0);
  }

  /**
   * The slices under each window as channels: [n, groups · c, depth, h, w] → [n · count, groups ·
   * taps · c, h, w], for each group the taps one after the other, from the first on.
   */
  static Tensor gathered(Tensor x, int groups, int taps, int stride, int dilation, int count) {
    int n = x.dim(0);
    int c = x.dim(1) / groups;
    int h = x.dim(3);
    int w = x.dim(4);
    Tensor[] slices = new Tensor[taps];
    for (int t = 0; t < taps; t++) {
      int from = t * dilation;
      int to = from + (count - 1) * stride + 1;
      slices[t] =
          x.slice("..., %d:%d:%d, :, :".formatted(from, to, stride))
              .permute(0, 2, 1, 3, 4)
              .reshape(n * count, groups, c, h, w);
    }
    Tensor first = slices[0];
    Tensor[] others = java.util.Arrays.copyOfRange(slices, 1, taps);
    return (taps == 1 ? first : first.concat(2, others))
        .reshape(n * count, groups * taps * c, h, w);
  }

  /** [n · count, c, h, w] as [n, c, count, h, w]. */
  static Tensor ungathered(Tensor y, int count) {
    return y.reshape(y.dim(0) / count, count, y.dim(1), y.dim(2), y.dim(3)).permute(0, 2, 1, 3, 4);
  }
}
