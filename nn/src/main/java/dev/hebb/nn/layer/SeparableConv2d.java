package dev.hebb.nn.layer;

import dev.hebb.nn.Block;
import dev.hebb.nn.Init;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Params;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Window2d;
import java.util.List;

/**
 * Separable convolution: each channel by itself, then all channels of each pixel (Chollet,
 * “Xception”, 2017). It needs a fraction of a {@link Conv2d}'s weights.
 *
 * <p>x is [n, channels in, height, width], the result [n, channels, …]. Its parts are {@code
 * depth}, a {@link DepthwiseConv2d} without b, and {@code point}, a 1 × 1 convolution with b.
 *
 * @param channels how many channels come out, ≥ 1
 * @param window kernel, stride, padding and dilation of the first part
 * @param bias whether b is there
 * @param init how both weights start
 */
public record SeparableConv2d(int channels, Window2d window, boolean bias, Init init)
    implements Layer {
  /** Checks the range. */
  public SeparableConv2d {
    if (channels < 1) {
      throw new HebbException("separableConv2d: needs at least one channel, not " + channels);
    }
  }

  private SeparableConv2d window(Window2d w) {
    return new SeparableConv2d(channels, w, bias, init);
  }

  /** With this step in both directions. */
  public SeparableConv2d stride(int s) {
    return window(window.stride(s));
  }

  /** Padded so that the output has ⌈size / stride⌉ rows and columns. */
  public SeparableConv2d same() {
    return window(window.same());
  }

  /** With this much zero padding on all four sides. */
  public SeparableConv2d pad(int p) {
    return window(window.pad(p));
  }

  /** With this distance between the kernel's elements. */
  public SeparableConv2d dilation(int d) {
    return window(window.dilation(d));
  }

  /** Without b. */
  public SeparableConv2d noBias() {
    return new SeparableConv2d(channels, window, false, init);
  }

  /** With other initial weights. */
  public SeparableConv2d init(Init weights) {
    return new SeparableConv2d(channels, window, bias, weights);
  }

  @Override
  public Block build(Shape in, Params p) {
    Layer depth = new DepthwiseConv2d(window, 1, false, init).named("depth");
    Layer point = new Conv2d(channels, Window2d.of(1), bias, init).named("point");
    return p.sequence(List.of(depth, point), in);
  }

  @Override
  public String toString() {
    return "SeparableConv2d(%d, %s%s)"
        .formatted(channels, Windows.text(window, 1), bias ? "" : ", no bias");
  }
}
