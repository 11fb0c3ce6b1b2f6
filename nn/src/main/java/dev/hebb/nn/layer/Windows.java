package dev.hebb.nn.layer;

import dev.hebb.tensor.Window2d;

/** How windows are written in messages and summaries: what differs from the default. */
final class Windows {
  private Windows() {}

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
