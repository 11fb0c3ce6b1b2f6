package dev.hebb.nn.layer;

import dev.hebb.nn.Block;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Params;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import dev.hebb.tensor.Window2d;

/**
 * The largest element or the mean of each window of a signal, channel by channel: [n, channels,
 * length] → [n, channels, …]. Padding never wins, and is a part of a mean only where it is asked
 * for.
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
    MEAN,
    /** The mean of the elements and the padding, which is 0 (PyTorch's count_include_pad). */
    MEAN_WITH_PADDING;

    Tensor of(Tensor pictures, Window2d window) {
      return this == MAX
          ? pictures.maxPool2d(window)
          : pictures.avgPool2d(window, this == MEAN_WITH_PADDING);
    }

    Take countPadding() {
      if (this == MAX) {
        throw new HebbException(
            "countPadding: a maximum counts nothing, and padding never wins; leave it away, or take"
                + " avgPool1d or avgPool3d");
      }
      return MEAN_WITH_PADDING;
    }

    String title() {
      return this == MAX ? "MaxPool" : "AvgPool";
    }

    String text() {
      return this == MEAN_WITH_PADDING ? ", padding counts" : "";
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

  /** With padding as a part of the mean (PyTorch's {@code count_include_pad=True}). */
  public Pool1d countPadding() {
    return new Pool1d(take.countPadding(), window);
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
    return Block.infer(in, this::pooled);
  }

  Tensor pooled(Tensor x) {
    return take.of(x.unsqueeze(2), window).squeeze(2);
  }

  @Override
  public String toString() {
    return take.title() + "1d(" + Windows.flatText(window, window.kernelW()) + take.text() + ")";
  }
}
