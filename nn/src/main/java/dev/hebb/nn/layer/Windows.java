package dev.hebb.nn.layer;

import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.ShapeError;
import dev.hebb.tensor.Window2d;

/** How windows are written in messages and summaries: what differs from the default. */
final class Windows {
  private Windows() {}

  /** Checks that a window is one of signals: one row, neither padded above nor below. */
  static void requireFlat(String layer, Window2d w) {
    if (w.kernelH() != 1 || w.padH() != 0) {
      throw new HebbException(layer + ": needs a window of height 1, not " + text(w, 1));
    }
  }

  /** Checks that channels divide into groups. */
  static void requireGroups(int channels, int groups) {
    if (channels % groups != 0) {
      throw new ShapeError(
          "%d input channels do not divide into %d groups".formatted(channels, groups));
    }
  }

  /** How a window of height 1 is written: its width is all that counts. */
  static String flatText(Window2d w, int usualStride) {
    int k = w.kernelW();
    return text(
        new Window2d(
            k,
            k,
            w.strideW(),
            w.strideW(),
            w.padW(),
            w.padW(),
            w.dilationW(),
            w.dilationW(),
            w.groups(),
            w.ceil()),
        usualStride);
  }

  /** How a window with a depth of its own is written. */
  static String deepText(Window2d depth, Window2d w, int usualStride) {
    int k = depth.kernelH();
    var deep =
        new Window2d(
            k,
            k,
            depth.strideH(),
            depth.strideH(),
            depth.padH(),
            depth.padH(),
            depth.dilationH(),
            depth.dilationH(),
            w.groups(),
            w.ceil());
    String flat = text(w, usualStride);
    return deep.equals(w) ? flat : flat + ", depth " + text(deep.groups(1), usualStride);
  }

  static String text(Window2d w, int usualStride) {
    var text = new StringBuilder();
    text.append(w.kernelH() == w.kernelW() ? "" + w.kernelH() : w.kernelH() + "x" + w.kernelW());
    option(text, "stride ", w.strideH(), w.strideW(), usualStride);
    if (w.padH() == -1 && w.padW() == -1) {
      text.append(", same");
    } else {
      option(text, "pad ", w.padH(), w.padW(), 0);
    }
    option(text, "dilation ", w.dilationH(), w.dilationW(), 1);
    option(text, "groups ", w.groups(), w.groups(), 1);
    return text.append(w.ceil() ? ", ceil" : "").toString();
  }

  private static void option(StringBuilder text, String name, int h, int w, int usual) {
    if (h != usual || w != usual) {
      text.append(", ").append(name).append(h == w ? "" + h : h + "x" + w);
    }
  }
}
