package dev.hebb.nn.layer;

import dev.hebb.nn.Block;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Params;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Window2d;

/**
 * The mean of each window over the elements inside the picture, channel by channel.
 *
 * <p>x is [n, channels, height, width], and so is the result.
 *
 * @param window kernel, stride and padding
 */
public record AvgPool(Window2d window) implements Layer {
  /** With this step in both directions, instead of the window's size. */
  public AvgPool stride(int s) {
    return new AvgPool(window.stride(s));
  }

  /** Padded so that the output has ⌈size / stride⌉ rows and columns. */
  public AvgPool same() {
    return new AvgPool(window.same());
  }

  /** With this much padding on all four sides, at most half the window. */
  public AvgPool pad(int p) {
    return new AvgPool(window.pad(p));
  }

  /** With a last, overhanging window where the stride does not divide the size. */
  public AvgPool ceilMode() {
    return new AvgPool(window.ceilMode());
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
    return Block.infer(in, x -> x.avgPool2d(window));
  }

  @Override
  public String toString() {
    return "AvgPool(" + Windows.text(window, window.kernelH()) + ")";
  }
}
