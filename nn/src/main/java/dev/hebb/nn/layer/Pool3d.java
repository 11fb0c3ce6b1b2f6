package dev.hebb.nn.layer;

import dev.hebb.nn.Block;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Params;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import dev.hebb.tensor.Window2d;

/**
 * The largest element or the mean of each window of a volume, channel by channel: [n, channels,
 * depth, height, width] → [n, channels, …]. Padding never wins, and is a part of a mean only where
 * it is asked for. It is pooled within the slices first, then across them.
 *
 * @param take what is taken of each window
 * @param depth a window of width 1 along the depth
 * @param window the window along height and width
 */
public record Pool3d(Pool1d.Take take, Window2d depth, Window2d window) implements Layer {
  /** With this step in all three directions, instead of the window's size. */
  public Pool3d stride(int s) {
    return new Pool3d(take, depth.stride(s, 1), window.stride(s));
  }

  /** Padded so that the output has ⌈size / stride⌉ slices, rows and columns. */
  public Pool3d same() {
    return new Pool3d(take, depth.pad(-1, 0), window.same());
  }

  /** With this much padding on all six sides, at most half the window. */
  public Pool3d pad(int p) {
    return new Pool3d(take, depth.pad(p, 0), window.pad(p));
  }

  /** With padding as a part of the mean (PyTorch's {@code count_include_pad=True}). */
  public Pool3d countPadding() {
    return new Pool3d(take.countPadding(), depth, window);
  }

  /** With last, overhanging windows where the stride does not divide the size. */
  public Pool3d ceilMode() {
    return new Pool3d(take, depth.ceilMode(), window.ceilMode());
  }

  @Override
  public Block build(Shape in, Params p) {
    if (in.rank() != 4) {
      throw p.mismatch(
          this,
          "a volume per example (channels, depth, height, width)",
          in,
          "reshape(channels, depth, height, width)");
    }
    return Block.infer(in, this::pooled);
  }

  Tensor pooled(Tensor x) {
    int n = x.dim(0);
    int c = x.dim(1);
    Tensor flat = take.of(x.reshape(n, c * x.dim(2), x.dim(3), x.dim(4)), window);
    int h = flat.dim(2);
    int w = flat.dim(3);
    Tensor deep = take.of(flat.reshape(n, c, x.dim(2), h * w), depth);
    return deep.reshape(n, c, deep.dim(2), h, w);
  }

  @Override
  public String toString() {
    return take.title()
        + "3d("
        + Windows.deepText(depth, window, window.kernelH())
        + take.text()
        + ")";
  }
}
