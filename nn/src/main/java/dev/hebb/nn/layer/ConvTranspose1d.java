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
 * A transposed convolution of signals, which makes them longer; see {@link ConvTranspose2d}.
 *
 * <p>x is [n, channels in, length], the result [n, channels, (length − 1)·stride − 2·pad +
 * dilation·(kernel − 1) + 1 + outputPadding]; w is [channels in, channels / groups, kernel], b
 * [channels].
 *
 * @param channels how many channels come out, ≥ 1
 * @param window a window of height 1: kernel, stride, padding (what is cut off), dilation, groups
 * @param outputPadding places added at the end, 0 to stride − 1
 * @param bias whether b is there
 * @param init how w starts
 */
public record ConvTranspose1d(
    int channels, Window2d window, int outputPadding, boolean bias, Init init) implements Layer {
  /** Checks the ranges. */
  public ConvTranspose1d {
    if (channels < 1 || channels % window.groups() != 0) {
      throw new HebbException(
          "convTranspose1d: channels must be a positive multiple of the groups, not %d in %d group(s)"
              .formatted(channels, window.groups()));
    }
    if (window.padW() < 0) {
      throw new HebbException("convTranspose1d: pad must not be negative, not " + window.padW());
    }
    Windows.requireFlat("convTranspose1d", window);
  }

  private ConvTranspose1d window(Window2d w) {
    return new ConvTranspose1d(channels, w, outputPadding, bias, init);
  }

  /** With this distance of neighbouring places in the result. */
  public ConvTranspose1d stride(int s) {
    return window(window.stride(s));
  }

  /** With so many places cut off at both ends. */
  public ConvTranspose1d pad(int p) {
    return window(window.pad(0, p));
  }

  /** With this distance between the kernel's elements. */
  public ConvTranspose1d dilation(int d) {
    return window(window.dilation(d));
  }

  /** With channels in this many groups that do not see each other. */
  public ConvTranspose1d groups(int g) {
    return window(window.groups(g));
  }

  /** With so many more places, PyTorch's output padding; less than the stride. */
  public ConvTranspose1d outputPadding(int places) {
    return new ConvTranspose1d(channels, window, places, bias, init);
  }

  /** Without b. */
  public ConvTranspose1d noBias() {
    return new ConvTranspose1d(channels, window, outputPadding, false, init);
  }

  /** With other initial weights. */
  public ConvTranspose1d init(Init weights) {
    return new ConvTranspose1d(channels, window, outputPadding, bias, weights);
  }

  @Override
  public Block build(Shape in, Params p) {
    if (in.rank() != 2) {
      throw p.mismatch(
          this, "a signal per example (channels, length)", in, "reshape(channels, length)");
    }
    Windows.requireGroups(in.dim(0), window.groups());
    Shape kernel = Shape.of(in.dim(0), channels / window.groups(), window.kernelW());
    Block.infer(in, x -> conv(x, Tensor.full(kernel, 0)));
    Tensor w = p.param("w", kernel, init);
    if (!bias) {
      return Block.infer(in, x -> conv(x, w));
    }
    Tensor b = p.zeros("b", channels);
    return Block.infer(in, x -> conv(x, w).add(b.reshape(channels, 1)));
  }

  private Tensor conv(Tensor x, Tensor w) {
    // The height grows by what is added, and what is added is cut off again.
    return x.unsqueeze(2)
        .convTranspose2d(w.unsqueeze(2), window, outputPadding)
        .narrow(2, 0, 1)
        .squeeze(2);
  }

  @Override
  public String toString() {
    return "ConvTranspose1d(%d, %s%s%s)"
        .formatted(
            channels,
            Windows.flatText(window, 1),
            outputPadding > 0 ? ", output padding " + outputPadding : "",
            bias ? "" : ", no bias");
  }
}
