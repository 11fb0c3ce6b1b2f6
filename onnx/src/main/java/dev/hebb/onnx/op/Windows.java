package dev.hebb.onnx.op;

import java.util.Arrays;

/**
 * How the window of a convolution or pooling moves along each spatial axis.
 *
 * @param kernel the window's sizes
 * @param strides its steps
 * @param dilations the distances of its elements
 * @param before what is added in front of each axis
 * @param after what is added behind
 * @param out how many places the window has
 */
@SuppressWarnings("ArrayRecordComponent") // passed on, never compared
record Windows(int[] kernel, int[] strides, int[] dilations, int[] before, int[] after, int[] out) {
  /** The window that a node describes. */
  static Windows of(Call c, int[] sizes, int[] kernel, boolean ceil) {
    int r = sizes.length;
    int[] ones = new int[r];
    Arrays.fill(ones, 1);
    int[] strides = c.attributes().sizes("strides", ones);
    int[] dilations = c.attributes().sizes("dilations", ones);
    int[] pads = c.attributes().sizes("pads", new int[2 * r]);
    String auto = c.attributes().text("auto_pad", "NOTSET");
    check(c, r, kernel, strides, dilations, pads);
    int[] before = new int[r];
    int[] after = new int[r];
    int[] out = new int[r];
    for (int i = 0; i < r; i++) {
      int extent = Math.addExact(Math.multiplyExact(dilations[i], kernel[i] - 1), 1);
      if (auto.startsWith("SAME")) {
        out[i] = Math.ceilDiv(sizes[i], strides[i]);
        int total = Math.max((out[i] - 1) * strides[i] + extent - sizes[i], 0);
        before[i] = auto.equals("SAME_UPPER") ? total / 2 : total - total / 2;
        after[i] = total - before[i];
      } else {
        before[i] = auto.equals("NOTSET") ? pads[i] : 0;
        after[i] = auto.equals("NOTSET") ? pads[i + r] : 0;
        int room = Math.addExact(sizes[i], Math.addExact(before[i], after[i])) - extent;
        if (room < 0) {
          throw c.error(
              "a window of %d does not fit into %d with %d and %d more"
                  .formatted(extent, sizes[i], before[i], after[i]));
        }
        out[i] = (ceil ? Math.ceilDiv(room, strides[i]) : room / strides[i]) + 1;
        if (ceil && (out[i] - 1) * strides[i] >= sizes[i] + before[i]) {
          out[i]--; // a window must start inside, or in the padding in front
        }
      }
    }
    return new Windows(kernel, strides, dilations, before, after, out);
  }

  private static void check(
      Call c, int r, int[] kernel, int[] strides, int[] dilations, int[] pads) {
    if (kernel.length != r
        || strides.length != r
        || dilations.length != r
        || pads.length != 2 * r) {
      throw c.error("kernel, strides, dilations and pads do not fit " + r + " spatial axes");
    }
    if (Arrays.stream(kernel).anyMatch(v -> v < 1)
        || Arrays.stream(strides).anyMatch(v -> v < 1)
        || Arrays.stream(dilations).anyMatch(v -> v < 1)) {
      throw c.error("kernel, strides and dilations must be at least 1");
    }
  }

  int extent(int i) {
    return dilations[i] * (kernel[i] - 1) + 1;
  }

  /** The same without the first axis. */
  Windows rest() {
    return new Windows(
        tail(kernel), tail(strides), tail(dilations), tail(before), tail(after), tail(out));
  }

  private static int[] tail(int[] v) {
    return Arrays.copyOfRange(v, 1, v.length);
  }
}
