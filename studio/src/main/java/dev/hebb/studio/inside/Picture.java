package dev.hebb.studio.inside;

import dev.hebb.train.Model;
import dev.hebb.train.data.ImagePrep;
import org.jspecify.annotations.Nullable;

/**
 * A picture for the page.
 *
 * @param pixels row by row, the channels of a pixel beside each other; 0 means {@code min} and 255
 *     means {@code max}
 * @param label what it shows
 */
record Picture(
    int width, int height, int channels, byte[] pixels, double min, double max, String label) {
  /** Larger pictures are shown coarser. */
  private static final int MOST_PIXELS = 128;

  /**
   * Values as a picture, from their smallest to their largest.
   *
   * @param values [channels, height, width], row-major
   */
  static Picture of(float[] values, int channels, int height, int width, String label) {
    double min = Double.POSITIVE_INFINITY;
    double max = Double.NEGATIVE_INFINITY;
    for (float v : values) {
      min = Math.min(min, v);
      max = Math.max(max, v);
    }
    return scaled(values, new int[] {channels, height, width}, min, max, label);
  }

  /** The same from 0 to 1. */
  static Picture unit(float[] values, int channels, int height, int width, String label) {
    return scaled(values, new int[] {channels, height, width}, 0, 1, label);
  }

  private static Picture scaled(float[] values, int[] dims, double min, double max, String label) {
    int step = Math.max(1, Math.ceilDiv(Math.max(dims[1], dims[2]), MOST_PIXELS));
    int height = Math.ceilDiv(dims[1], step);
    int width = Math.ceilDiv(dims[2], step);
    int channels = dims[0];
    byte[] pixels = new byte[channels * height * width];
    double scale = 255 / (max > min ? max - min : 1);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        for (int c = 0; c < channels; c++) {
          double v = values[(c * dims[1] + y * step) * dims[2] + x * step];
          int level = (int) ((v - min) * scale + 0.5);
          pixels[(y * width + x) * channels + c] = (byte) Math.clamp(level, 0, 255);
        }
      }
    }
    return new Picture(width, height, channels, pixels, min, max, label);
  }

  /** What an example shows; null if it is no picture. */
  static @Nullable Picture example(Model model, float[] encoded, String label) {
    if (!(model.preprocessing() instanceof ImagePrep prep)) {
      return null;
    }
    return unit(prep.values(encoded), prep.channels(), prep.height(), prep.width(), label);
  }
}
