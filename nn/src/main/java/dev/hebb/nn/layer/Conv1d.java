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
 * One-dimensional convolution, of signals and sequences (Waibel et al., “Phoneme recognition using
 * time-delay neural networks”, 1989): y[n, o, i] = b[o] + Σ x[n, c, i·stride + u·dilation − pad] ·
 * w[o, c, u].
 *
 * <p>x is [n, channels in, length]; a sequence [n, steps, features] needs permute(1, 0) in front. w
 * is [channels, channels in / groups, kernel], b is [channels]. The weights start by He's rule,
 * biases at 0. It is computed as a two-dimensional convolution of height 1.
 *
 * @param channels how many channels come out, ≥ 1
 * @param window a window of height 1: kernel, stride, padding, dilation and groups
 * @param bias whether b is there
 * @param init how w starts
 */
public record Conv1d(int channels, Window2d window, boolean bias, Init init) implements Layer {
  /** Checks the ranges. */
  public Conv1d {
    if (channels < 1 || channels % window.groups() != 0) {
      throw new HebbException(
          "conv1d: channels must be a positive multiple of the groups, not %d in %d group(s)"
              .formatted(channels, window.groups()));
    }
    Windows.requireFlat("conv1d", window);
  }

  private Conv1d window(Window2d w) {
    return new Conv1d(channels, w, bias, init);
  }

  /** With this step. */
  public Conv1d stride(int s) {
    return window(window.stride(1, s));
  }

  /** Padded so that the output has ⌈length / stride⌉ places. */
  public Conv1d same() {
    return window(window.pad(0, -1));
  }

  /** With this much zero padding at both ends. */
  public Conv1d pad(int p) {
    return window(window.pad(0, p));
  }

  /** With this distance between the kernel's elements. */
  public Conv1d dilation(int d) {
    return window(window.dilation(d));
  }

  /** With channels in this many groups that do not see each other. */
  public Conv1d groups(int g) {
    return window(window.groups(g));
  }

  /** Without b. */
  public Conv1d noBias() {
    return new Conv1d(channels, window, false, init);
  }

  /** With other initial weights. */
  public Conv1d init(Init weights) {
    return new Conv1d(channels, window, bias, weights);
  }

  @Override
  public Block build(Shape in, Params p) {
    if (in.rank() != 2) {
      throw p.mismatch(
          this, "a signal per example (channels, length)", in, "reshape(channels, length)");
    }
    Windows.requireGroups(in.dim(0), window.groups());
    Shape kernel = Shape.of(channels, in.dim(0) / window.groups(), window.kernelW());
    // Whether the kernel fits is found out before weights are drawn.
    Block.infer(in, x -> conv(x, Tensor.full(kernel, 0)));
    Tensor w = p.param("w", kernel, init);
    if (!bias) {
      return Block.infer(in, x -> conv(x, w));
    }
    Tensor b = p.zeros("b", channels);
    return Block.infer(in, x -> conv(x, w).add(b.reshape(channels, 1)));
  }

  private Tensor conv(Tensor x, Tensor w) {
    return x.unsqueeze(2).conv2d(w.unsqueeze(2), window).squeeze(2);
  }

  @Override
  public String toString() {
    return "Conv1d(%d, %s%s)"
        .formatted(channels, Windows.flatText(window, 1), bias ? "" : ", no bias");
  }
}
