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
 * Three-dimensional convolution, of volumes and videos (Ji et al., “3D convolutional neural
 * networks for human action recognition”, 2013).
 *
 * <p>x is [n, channels in, depth, height, width], w is [channels, channels in / groups, kernel
 * depth, kernel height, kernel width], b is [channels]. The weights start by He's rule, biases at
 * 0. It is computed as a two-dimensional convolution whose channels are those of all slices under
 * the window.
 *
 * @param channels how many channels come out, ≥ 1
 * @param depth a window of width 1: kernel, stride, padding and dilation along the depth
 * @param window kernel, stride, padding, dilation along height and width; groups
 * @param bias whether b is there
 * @param init how w starts
 */
public record Conv3d(int channels, Window2d depth, Window2d window, boolean bias, Init init)
    implements Layer {
  /** Checks the ranges. */
  public Conv3d {
    if (channels < 1 || channels % window.groups() != 0) {
      throw new HebbException(
          "conv3d: channels must be a positive multiple of the groups, not %d in %d group(s)"
              .formatted(channels, window.groups()));
    }
  }

  private Conv3d windows(Window2d d, Window2d w) {
    return new Conv3d(channels, d, w, bias, init);
  }

  /** With this step in all three directions. */
  public Conv3d stride(int s) {
    return windows(depth.stride(s), window.stride(s));
  }

  /** Padded so that the output has ⌈size / stride⌉ slices, rows and columns. */
  public Conv3d same() {
    return windows(depth.pad(-1, 0), window.same());
  }

  /** With this much zero padding on all six sides. */
  public Conv3d pad(int p) {
    return windows(depth.pad(p, 0), window.pad(p));
  }

  /** With this distance between the kernel's elements. */
  public Conv3d dilation(int d) {
    return windows(depth.dilation(d), window.dilation(d));
  }

  /** With channels in this many groups that do not see each other. */
  public Conv3d groups(int g) {
    return windows(depth, window.groups(g));
  }

  /** Without b. */
  public Conv3d noBias() {
    return new Conv3d(channels, depth, window, false, init);
  }

  /** With other initial weights. */
  public Conv3d init(Init weights) {
    return new Conv3d(channels, depth, window, bias, weights);
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
    Windows.requireGroups(in.dim(0), window.groups());
    Shape kernel =
        Shape.of(
            channels,
            in.dim(0) / window.groups(),
            depth.kernelH(),
            window.kernelH(),
            window.kernelW());
    Block.infer(in, x -> conv(x, Tensor.full(kernel, 0)));
    Tensor w = p.param("w", kernel, init);
    if (!bias) {
      return Block.infer(in, x -> conv(x, w));
    }
    Tensor b = p.zeros("b", channels);
    return Block.infer(in, x -> conv(x, w).add(b.reshape(channels, 1, 1, 1)));
  }

  private Tensor conv(Tensor x, Tensor w) {
    int taps = depth.kernelH();
    int count = Depth.count("conv3d", x.dim(2), depth);
    Tensor slices =
        Depth.gathered(
            Depth.padded(x, depth, count),
            window.groups(),
            taps,
            depth.strideH(),
            depth.dilationH(),
            count);
    Tensor flat =
        w.permute(0, 2, 1, 3, 4)
            .reshape(channels, taps * w.dim(1), window.kernelH(), window.kernelW());
    return Depth.ungathered(slices.conv2d(flat, window), count);
  }

  @Override
  public String toString() {
    return "Conv3d(%d, %s%s)"
        .formatted(channels, Windows.deepText(depth, window, 1), bias ? "" : ", no bias");
  }
}
