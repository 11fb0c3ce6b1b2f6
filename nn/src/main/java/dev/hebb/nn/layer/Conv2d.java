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
 * A two-dimensional convolution (as networks use the word: the kernel is not flipped), y[o] = b[o]
 * + Σ_c x[c] ⋆ w[o, c] (LeCun et al., 1989).
 *
 * <p>x is [n, channels in, height, width]; w is [channels, channels in / groups, kernel height,
 * kernel width]; b is [channels]. The weights start by He's rule, biases at 0.
 *
 * @param channels how many channels come out, ≥ 1
 * @param window kernel, stride, padding, dilation and groups
 * @param bias whether b is there
 * @param init how w starts
 */
public record Conv2d(int channels, Window2d window, boolean bias, Init init) implements Layer {
  /** Checks the range. */
  public Conv2d {
    if (channels < 1 || channels % window.groups() != 0) {
      throw new HebbException(
          "conv2d: channels must be a positive multiple of the groups, not %d in %d group(s)"
              .formatted(channels, window.groups()));
    }
  }

  private Conv2d window(Window2d w) {
    return new Conv2d(channels, w, bias, init);
  }

  /** With this step in both directions. */
  public Conv2d stride(int s) {
    return window(window.stride(s));
  }

  /** Padded so that the output has ⌈size / stride⌉ rows and columns. */
  public Conv2d same() {
    return window(window.same());
  }

  /** With this much zero padding on all four sides. */
  public Conv2d pad(int p) {
    return window(window.pad(p));
  }

  /** With this distance between the kernel's elements. */
  public Conv2d dilation(int d) {
    return window(window.dilation(d));
  }

  /** With channels in this many groups that do not see each other. */
  public Conv2d groups(int g) {
    return window(window.groups(g));
  }

  /** Without b, as in front of batch norm, which would take it away again. */
  public Conv2d noBias() {
    return new Conv2d(channels, window, false, init);
  }

  /** With other initial weights. */
  public Conv2d init(Init weights) {
    return new Conv2d(channels, window, bias, weights);
  }

  @Override
  public Block build(Shape in, Params p) {
    if (in.rank() != 3) {
      throw p.mismatch(
          this,
          "a picture per example (channels, height, width)",
          in,
          in.rank() == 2
              ? "reshape(1, " + in.dim(0) + ", " + in.dim(1) + ")"
              : "reshape(channels, height, width)");
    }
    if (in.dim(0) % window.groups() != 0) {
      throw new ShapeError(
          "%d input channels do not divide into %d groups".formatted(in.dim(0), window.groups()));
    }
    Shape kernel =
        Shape.of(channels, in.dim(0) / window.groups(), window.kernelH(), window.kernelW());
    // Whether the kernel fits is found out before weights are drawn.
    Block.infer(in, x -> x.conv2d(Tensor.full(kernel, 0), window));
    Tensor w = p.param("w", kernel, init);
    if (!bias) {
      return Block.infer(in, x -> x.conv2d(w, window));
    }
    Tensor b = p.zeros("b", channels);
    return Block.infer(in, x -> x.conv2d(w, window).add(b.reshape(channels, 1, 1)));
  }

  @Override
  public String toString() {
    return "Conv2d(" + channels + ", " + Windows.text(window, 1) + (bias ? "" : ", no bias") + ")";
  }
}
