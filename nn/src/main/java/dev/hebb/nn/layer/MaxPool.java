package dev.hebb.nn.layer;

import dev.hebb.nn.Block;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Params;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Window2d;

/**
 * The largest element of each window, channel by channel; padding never wins.
 *
 * <p>x is [n, channels, height, width], and so is the result.
 *
 * @param window kernel, stride and padding
 */
public record MaxPool(Window2d window) implements Layer {
  /** With this step in both directions, instead of the window's size. */
  public MaxPool stride(int s) {
    return new MaxPool(window.stride(s));
  }

  /** Padded so that the output has ⌈size / stride⌉ rows and columns. */
  public MaxPool same() {
    return new MaxPool(window.same());
  }

  /** With this much padding on all four sides, at most half the window. */
  public MaxPool pad(int p) {
    return new MaxPool(window.pad(p));
  }

  /** With a last, overhanging window where the stride does not divide the size. */
  public MaxPool ceilMode() {
    return new MaxPool(window.ceilMode());
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
    return Block.infer(in, x -> x.maxPool2d(window));
  }

  @Override
  public String toString() {
    return "MaxPool(" + Windows.text(window, window.kernelH()) + ")";
  }
}
