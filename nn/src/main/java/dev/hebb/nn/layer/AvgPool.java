package dev.hebb.nn.layer;

import dev.hebb.nn.Block;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Params;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Window2d;

/**
 * The mean of each window, channel by channel, over the elements inside the picture or, as PyTorch
 * does unless told otherwise, over the padding too.
 *
 * <p>x is [n, channels, height, width], and so is the result.
 *
 * @param window kernel, stride and padding
 * @param countsPadding whether padding is a part of the mean, as zeros
 */
public record AvgPool(Window2d window, boolean countsPadding) implements Layer {
  /** With padding as a part of the mean (PyTorch's {@code count_include_pad=True}). */
  public AvgPool countPadding() {
    return new AvgPool(window, true);
  }

  /** With this step in both directions, instead of the window's size. */
  public AvgPool stride(int s) {
    return new AvgPool(window.stride(s), countsPadding);
  }

  /** Padded so that the output has ⌈size / stride⌉ rows and columns. */
  public AvgPool same() {
    return new AvgPool(window.same(), countsPadding);
  }

  /** With this much padding on all four sides, at most half the window. */
  public AvgPool pad(int p) {
    return new AvgPool(window.pad(p), countsPadding);
  }

  /** With a last, overhanging window where the stride does not divide the size. */
  public AvgPool ceilMode() {
    return new AvgPool(window.ceilMode(), countsPadding);
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
    return Block.infer(in, x -> x.avgPool2d(window, countsPadding));
  }

  @Override
  public String toString() {
    return "AvgPool("
        + Windows.text(window, window.kernelH())
        + (countsPadding ? ", padding counts)" : ")");
  }
}
