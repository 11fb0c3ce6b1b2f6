package dev.hebb.tensorboard;

import dev.hebb.tensor.Tensor;
import java.awt.image.BufferedImage;

/** Small pictures side by side as one. */
final class Mosaic {
  private static final int SCALE = 8;

  private Mosaic() {}

  /**
   * Draws kernels, each from its smallest number, black, to its largest, white.
   *
   * @param kernels [n, 1 or 3, height, width]
   */
  static BufferedImage of(Tensor kernels) {
    int n = kernels.dim(0);
    int channels = kernels.dim(1);
    int height = kernels.dim(2);
    int width = kernels.dim(3);
    int columns = (int) Math.ceil(Math.sqrt(n));
    int rows = (n + columns - 1) / columns;
    float[] values = kernels.toFloats();
    var picture =
        new BufferedImage(
            columns * (width * SCALE + 1), rows * (height * SCALE + 1), BufferedImage.TYPE_INT_RGB);
    int each = channels * height * width;
    for (int k = 0; k < n; k++) {
      float min = Float.POSITIVE_INFINITY;
      float max = Float.NEGATIVE_INFINITY;
      for (int i = k * each; i < (k + 1) * each; i++) {
        min = Math.min(min, values[i]);
        max = Math.max(max, values[i]);
      }
      int left = k % columns * (width * SCALE + 1);
      int top = k / columns * (height * SCALE + 1);
      for (int y = 0; y < height * SCALE; y++) {
        for (int x = 0; x < width * SCALE; x++) {
          int rgb = 0;
          for (int c = 0; c < 3; c++) {
            int channel = Math.min(c, channels - 1);
            int at = ((k * channels + channel) * height + y / SCALE) * width + x / SCALE;
            float share = max > min ? (values[at] - min) / (max - min) : 0;
            rgb = rgb << 8 | Math.clamp((int) (255 * share), 0, 255);
          }
          picture.setRGB(left + x, top + y, rgb);
        }
      }
    }
    return picture;
  }
}
