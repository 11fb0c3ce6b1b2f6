package dev.hebb.nn.layer;

import dev.hebb.nn.Block;
import dev.hebb.nn.Init;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Params;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Window2d;

/**
 * Convolution of each channel by itself, with one or more kernels (Sifre, 2014): a {@link Conv2d}
 * with as many groups as channels.
 *
 * <p>x is [n, channels, height, width], the result [n, channels · multiplier, …]; w is [channels ·
 * multiplier, 1, kernel height, kernel width], b [channels · multiplier].
 *
 * @param window kernel, stride, padding and dilation
 * @param multiplier how many results each channel has, ≥ 1
 * @param bias whether b is there
 * @param init how w starts
 */
public record DepthwiseConv2d(Window2d window, int multiplier, boolean bias, Init init)
    implements Layer {
  /** Checks the range. */
  public DepthwiseConv2d {
    if (multiplier < 1) {
      throw new HebbException(
          "depthwiseConv2d: needs at least one result of each channel, not " + multiplier);
    }
  }

  private DepthwiseConv2d window(Window2d w) {
    return new DepthwiseConv2d(w, multiplier, bias, init);
  }

  /** With this step in both directions. */
  public DepthwiseConv2d stride(int s) {
    return window(window.stride(s));
  }

  /** Padded so that the output has ⌈size / stride⌉ rows and columns. */
  public DepthwiseConv2d same() {
    return window(window.same());
  }

  /** With this much zero padding on all four sides. */
  public DepthwiseConv2d pad(int p) {
    return window(window.pad(p));
  }

  /** With this distance between the kernel's elements. */
  public DepthwiseConv2d dilation(int d) {
    return window(window.dilation(d));
  }

  /** With so many results of each channel. */
  public DepthwiseConv2d multiplier(int results) {
    return new DepthwiseConv2d(window, results, bias, init);
  }

  /** Without b. */
  public DepthwiseConv2d noBias() {
    return new DepthwiseConv2d(window, multiplier, false, init);
  }

  /** With other initial weights. */
  public DepthwiseConv2d init(Init weights) {
    return new DepthwiseConv2d(window, multiplier, bias, weights);
  }

  @Override
  public Block build(Shape in, Params p) {
    if (in.rank() != 3 || in.dim(0) == 0) {
      throw p.mismatch(
          this,
          "a picture per example (channels, height, width)",
          in,
          "reshape(channels, height, width)");
    }
    int channels = in.dim(0);
    return new Conv2d(channels * multiplier, window.groups(channels), bias, init).build(in, p);
  }

  @Override
  public String toString() {
    return "DepthwiseConv2d(%s%s%s)"
        .formatted(
            Windows.text(window, 1),
            multiplier > 1 ? ", times " + multiplier : "",
            bias ? "" : ", no bias");
  }
}
