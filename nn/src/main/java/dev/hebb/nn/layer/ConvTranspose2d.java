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
 * A transposed convolution, which makes pictures larger: what a convolution's gradient does with
 * the picture that goes into this layer (Zeiler et al., “Deconvolutional networks”, 2010). Every
 * pixel adds its multiple of the kernel at its place in the result.
 *
 * <p>x is [n, channels in, h, w], the result [n, channels, (h − 1)·stride − 2·pad +
 * dilation·(kernel − 1) + 1 + outputPadding, …]; w is [channels in, channels / groups, kernel
 * height, kernel width], b is [channels]. The weights start by He's rule, biases at 0.
 *
 * @param channels how many channels come out, ≥ 1
 * @param window kernel, stride, padding (how many pixels are cut off), dilation and groups
 * @param outputPadding rows and columns added at the bottom and right, 0 to stride − 1
 * @param bias whether b is there
 * @param init how w starts
 */
public record ConvTranspose2d(
    int channels, Window2d window, int outputPadding, boolean bias, Init init) implements Layer {
  /** Checks the ranges. */
  public ConvTranspose2d {
    if (channels < 1 || channels % window.groups() != 0) {
      throw new HebbException(
          "convTranspose2d: channels must be a positive multiple of the groups, not %d in %d group(s)"
              .formatted(channels, window.groups()));
    }
    if (window.padW() < 0) {
      throw new HebbException("convTranspose2d: pad must not be negative, not " + window.padW());
    }
  }

  private ConvTranspose2d window(Window2d w) {
    return new ConvTranspose2d(channels, w, outputPadding, bias, init);
  }

  /** With this distance of neighbouring pixels in the result. */
  public ConvTranspose2d stride(int s) {
    return window(window.stride(s));
  }

  /** With this many pixels cut off on all four sides. */
  public ConvTranspose2d pad(int p) {
    return window(window.pad(p));
  }

  /** With this distance between the kernel's elements. */
  public ConvTranspose2d dilation(int d) {
    return window(window.dilation(d));
  }

  /** With channels in this many groups that do not see each other. */
  public ConvTranspose2d groups(int g) {
    return window(window.groups(g));
  }

  /** With so many more rows and columns, PyTorch's output padding; less than the stride. */
  public ConvTranspose2d outputPadding(int rows) {
    return new ConvTranspose2d(channels, window, rows, bias, init);
  }

  /** Without b. */
  public ConvTranspose2d noBias() {
    return new ConvTranspose2d(channels, window, outputPadding, false, init);
  }

  /** With other initial weights. */
  public ConvTranspose2d init(Init weights) {
    return new ConvTranspose2d(channels, window, outputPadding, bias, weights);
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
    if (in.dim(0) % window.groups() != 0) {
      throw new ShapeError(
          "%d input channels do not divide into %d groups".formatted(in.dim(0), window.groups()));
    }
    Shape kernel =
        Shape.of(in.dim(0), channels / window.groups(), window.kernelH(), window.kernelW());
    // Whether anything is left is found out before weights are drawn.
    Block.infer(in, x -> x.convTranspose2d(Tensor.full(kernel, 0), window, outputPadding));
    Tensor w = p.param("w", kernel, init);
    if (!bias) {
      return Block.infer(in, x -> x.convTranspose2d(w, window, outputPadding));
    }
    Tensor b = p.zeros("b", channels);
    return Block.infer(
        in, x -> x.convTranspose2d(w, window, outputPadding).add(b.reshape(channels, 1, 1)));
  }

  @Override
  public String toString() {
    return "ConvTranspose2d(%d, %s%s%s)"
        .formatted(
            channels,
            Windows.text(window, 1),
            outputPadding > 0 ? ", output padding " + outputPadding : "",
            bias ? "" : ", no bias");
  }
}
