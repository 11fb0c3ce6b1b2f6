package dev.hebb.nn.layer;

import dev.hebb.nn.Block;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Params;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import dev.hebb.tensor.Window2d;

/**
 * The largest element or the mean of each window of a signal, channel by channel: [n, channels,
 * length] → [n, channels, …]. Padding never wins and is no part of a mean.
 *
 * @param take what is taken of each window
 * @param window a window of height 1
 */
public record Pool1d(Take take, Window2d window) implements Layer {
  /** What pooling takes of a window. */
  public enum Take {
    /** The largest element; of equal ones the gradient goes to the first. */
    MAX,
    /** The mean of the elements that are there. */
    MEAN;

    Tensor of(Tensor pictures, Window2d window) {
      return this == MAX ? pictures.maxPool2d(window) : pictures.avgPool2d(window);
    }
  }

  /** Checks the window. */
  public Pool1d {
    Windows.requireFlat("pool1d", window);
  }

  /** With this step, instead of the window's size. */
  public Pool1d stride(int s) {
    return new Pool1d(take, window.stride(1, s));
  }

  /** Padded so that the output has ⌈length / stride⌉ places. */
  public Pool1d same() {
    return new Pool1d(take, window.pad(0, -1));
  }

  /** With this much padding at both ends, at most half the window. */
  public Pool1d pad(int p) {
    return new Pool1d(take, window.pad(0, p));
  }

  /** With a last, overhanging window where the stride does not divide the length. */
  public Pool1d ceilMode() {
    return new Pool1d(take, window.ceilMode());
  }

  @Override
  public Block build(Shape in, Params p) {
    if (in.rank() != 2) {
      throw p.mismatch(
          this, "a signal per example (channels, length)", in, "reshape(channels, length)");
    }
    return Block.infer(in, x -> take.of(x.unsqueeze(2), window).squeeze(2));
  }

  @Override
  public String toString() {
    return (take == Take.MAX ? "MaxPool1d(" : "AvgPool1d(")
        + Windows.flatText(window, window.kernelW())
        + ")";
  }
}
