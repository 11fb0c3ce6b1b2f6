package dev.hebb.runtime.simd;

import java.util.Arrays;

/**
 * The part of an image that a block of output rows reads.
 *
 * <p>If the block never reaches over the edge of the image, it is read where it lies; else it is
 * copied with the zeros around it, which costs a small part of what is computed from it.
 */
final class ConvWindow {
  private final int h;
  private final int w;
  private final int channels;
  private final int top;
  private final int left;
  private final int stepY;
  private final int height;
  private final int width;
  private final boolean direct;

  /**
   * Describes the window of the outputs (p, q), p &lt; outH, q &lt; outW, that read the rows
   * p·stepY + dy and the columns q·stepX + dx for each tap (dy, dx).
   */
  ConvWindow(int h, int w, int channels, ConvTaps taps, int outH, int outW, int stepY, int stepX) {
    this.h = h;
    this.w = w;
    this.channels = channels;
    this.stepY = stepY;
    top = taps.top();
    left = taps.left();
    height = taps.bottom() - top + 1;
    width = Math.max(0, outW - 1) * stepX + taps.right() - left + 1;
    int reach = Math.max(0, outH - 1) * stepY + height;
    direct = top >= 0 && left >= 0 && top + reach <= h && left + width <= w;
  }

  /** Returns whether the image is read where it lies. */
  boolean isDirect() {
    return direct;
  }

  /** Returns the floats that a copy for so many output rows takes. */
  int size(int rows) {
    return rows == 0 ? 0 : ((rows - 1) * stepY + height) * width * channels;
  }

  /** Returns where the pixel (y, x) of the window lies, relative to its start. */
  int place(int y, int x) {
    return (y * (direct ? w : width) + x) * channels;
  }

  /**
   * Opens the window of some output rows and returns where it starts: in {@code image}, if it is
   * direct, or else in {@code copy}, which is filled from {@code to} on.
   */
  int open(float[] image, int start, int row, int rows, float[] copy, int to) {
    int y0 = row * stepY + top;
    if (direct) {
      return start + (y0 * w + left) * channels;
    }
    int from = Math.clamp(-left, 0, width);
    int until = Math.clamp(w - left, from, width);
    int count = (rows - 1) * stepY + height;
    for (int y = 0; y < count; y++) {
      int line = to + y * width * channels;
      int end = line + width * channels;
      int sy = y0 + y;
      if (sy < 0 || sy >= h) {
        Arrays.fill(copy, line, end, 0);
      } else {
        int begin = line + from * channels;
        int rest = line + until * channels;
        Arrays.fill(copy, line, begin, 0);
        System.arraycopy(
            image, start + (sy * w + left + from) * channels, copy, begin, rest - begin);
        Arrays.fill(copy, rest, end, 0);
      }
    }
    return to;
  }
}
