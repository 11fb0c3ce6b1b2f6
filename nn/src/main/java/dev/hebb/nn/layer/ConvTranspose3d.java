package dev.hebb.nn.layer;

import dev.hebb.nn.Block;
import dev.hebb.nn.Init;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Params;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.ShapeError;
import dev.hebb.tensor.Tensor;
import dev.hebb.tensor.Window2d;

/**
 * A transposed convolution of volumes, which makes them larger; see {@link ConvTranspose2d}.
 *
 * <p>x is [n, channels in, d, h, w], the result [n, channels, (d − 1)·stride − 2·pad +
 * dilation·(kernel − 1) + 1 + outputPadding, …]; w is [channels in, channels / groups, kernel
 * depth, height, width], b [channels].
 *
 * @param channels how many channels come out, ≥ 1
 * @param depth a window of width 1: kernel, stride, padding and dilation along the depth
 * @param window kernel, stride, padding, dilation along height and width; groups
 * @param outputPadding slices, rows and columns added behind, 0 to stride − 1
 * @param bias whether b is there
 * @param init how w starts
 */
public record ConvTranspose3d(
    int channels, Window2d depth, Window2d window, int outputPadding, boolean bias, Init init)
    implements Layer {
  /** Checks the ranges. */
  public ConvTranspose3d {
    if (channels < 1 || channels % window.groups() != 0) {
      throw new HebbException(
          "convTranspose3d: channels must be a positive multiple of the groups, not %d in %d group(s)"
              .formatted(channels, window.groups()));
    }
    if (window.padW() < 0) {
      throw new HebbException("convTranspose3d: pad must not be negative, not " + window.padW());
    }
  }

  private ConvTranspose3d windows(Window2d d, Window2d w) {
    return new ConvTranspose3d(channels, d, w, outputPadding, bias, init);
  }

  /** With this step in all three directions. */
  public ConvTranspose3d stride(int s) {
    return windows(depth.stride(s), window.stride(s));
  }

  /** With so much cut off on all six sides. */
  public ConvTranspose3d pad(int p) {
    return windows(depth.pad(p, 0), window.pad(p));
  }

  /** With so many more slices, rows and columns, PyTorch's output padding; less than the stride. */
  public ConvTranspose3d outputPadding(int slices) {
    return new ConvTranspose3d(channels, depth, window, slices, bias, init);
  }

  /** With this distance between the kernel's elements. */
  public ConvTranspose3d dilation(int d) {
    return windows(depth.dilation(d), window.dilation(d));
  }

  /** With channels in this many groups that do not see each other. */
  public ConvTranspose3d groups(int g) {
    return windows(depth, window.groups(g));
  }

  /** Without b. */
  public ConvTranspose3d noBias() {
    return new ConvTranspose3d(channels, depth, window, outputPadding, false, init);
  }

  /** With other initial weights. */
  public ConvTranspose3d init(Init weights) {
    return new ConvTranspose3d(channels, depth, window, outputPadding, bias, weights);
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
            in.dim(0),
            channels / window.groups(),
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

  /** Along the depth: a convolution of the slices with zeros between them, the kernel reversed. */
  private Tensor conv(Tensor x, Tensor w) {
    int taps = depth.kernelH();
    int stride = depth.strideH();
    int reach = depth.dilationH() * (taps - 1);
    int count = (x.dim(2) - 1) * stride - 2 * depth.padH() + reach + 1 + outputPadding;
    if (count < 1 || depth.padH() < 0) {
      throw new ShapeError(
          "convTranspose3d: nothing is left of %s after cutting off %d on each side; use less padding"
              .formatted(x.shape(), depth.padH()));
    }
    int groups = window.groups();
    Tensor spread = spread(x, stride).pad(2, reach, reach + outputPadding, 0);
    Tensor kept = spread.narrow(2, depth.padH(), count + reach);
    Tensor slices = Depth.gathered(kept, groups, taps, 1, depth.dilationH(), count);
    int c = x.dim(1) / groups;
    Tensor flat =
        w.flip(2)
            .reshape(groups, c, w.dim(1), taps, window.kernelH() * window.kernelW())
            .permute(0, 3, 1, 2, 4)
            .reshape(groups * taps * c, w.dim(1), window.kernelH(), window.kernelW());
    return Depth.ungathered(slices.convTranspose2d(flat, window, outputPadding), count);
  }

  /** With stride − 1 slices of zeros between neighbours. */
  private static Tensor spread(Tensor x, int stride) {
    if (stride == 1) {
      return x;
    }
    int d = x.dim(2);
    return x.unsqueeze(3)
        .pad(3, 0, stride - 1, 0)
        .reshape(x.dim(0), x.dim(1), d * stride, x.dim(3), x.dim(4))
        .narrow(2, 0, (d - 1) * stride + 1);
  }

  @Override
  public String toString() {
    return "ConvTranspose3d(%d, %s%s%s)"
        .formatted(
            channels,
            Windows.deepText(depth, window, 1),
            outputPadding > 0 ? ", output padding " + outputPadding : "",
            bias ? "" : ", no bias");
  }
}
