package dev.hebb.train.data;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;

/** From pictures of Java's desktop to planes of numbers. */
final class Pixels {
  private Pixels() {}

  /**
   * The picture's channels, 0 to 1: red, green and blue, or one that is its luma (ITU-R BT.601).
   *
   * @param channels 1 or 3
   */
  static Plane[] planes(BufferedImage image, int channels) {
    int h = image.getHeight();
    int w = image.getWidth();
    float ground = image.getColorModel().hasAlpha() ? ground(image) : 0;
    var planes = new Plane[channels];
    for (int c = 0; c < channels; c++) {
      planes[c] = new Plane(h, w);
    }
    int[] row = new int[w];
    for (int y = 0; y < h; y++) {
      read(image, y, row);
      for (int x = 0; x < w; x++) {
        int argb = row[x];
        float alpha = (argb >>> 24) / 255f;
        float under = ground * (1 - alpha);
        int at = y * w + x;
        if (channels == 1) {
          planes[0].values()[at] = luma(argb) * alpha + under;
        } else {
          planes[0].values()[at] = (argb >> 16 & 255) / 255f * alpha + under;
          planes[1].values()[at] = (argb >> 8 & 255) / 255f * alpha + under;
          planes[2].values()[at] = (argb & 255) / 255f * alpha + under;
        }
      }
    }
    return planes;
  }

  /**
   * Scales to cover height × width, keeping the proportions, and cuts the overhang at both ends.
   */
  static Plane[] cover(Plane[] planes, int height, int width) {
    var out = new Plane[planes.length];
    for (int c = 0; c < planes.length; c++) {
      Plane p = planes[c];
      // The part to keep is cut first: the proportions of a sliver would scale to a huge picture.
      long wide = (long) p.width() * height;
      long high = (long) p.height() * width;
      int w = wide <= high ? p.width() : share(p.height(), width, height, p.width());
      int h = high <= wide ? p.height() : share(p.width(), height, width, p.height());
      Plane part = p.crop((p.height() - h) / 2, (p.width() - w) / 2, h, w);
      out[c] = part.resized(height, width);
    }
    return out;
  }

  /** {@code round(side · a / b)}, at least 1 and at most {@code max}. */
  private static int share(int side, int a, int b, int max) {
    return Math.clamp(Math.round((double) side * a / b), 1, max);
  }

  /** What to lay under transparent parts: white under dark ink, black under light ink. */
  private static float ground(BufferedImage image) {
    double ink = 0;
    double weight = 0;
    int w = image.getWidth();
    int[] row = new int[w];
    for (int y = 0; y < image.getHeight(); y++) {
      read(image, y, row);
      for (int argb : row) {
        ink += luma(argb) * (argb >>> 24);
        weight += argb >>> 24;
      }
    }
    return ink < weight / 2 ? 1 : 0;
  }

  /**
   * One row as sRGB with alpha, 8 bits each. Grey pictures are read as they are stored: Java takes
   * their values as linear light, and {@code getRGB} would make them brighter than in their file.
   */
  private static void read(BufferedImage image, int y, int[] row) {
    var model = image.getColorModel();
    if (model.getColorSpace().getType() != ColorSpace.TYPE_GRAY) {
      image.getRGB(0, y, row.length, 1, row, 0, row.length);
      return;
    }
    int[] grey = samples(image, y, 0);
    int[] alpha = model.hasAlpha() ? samples(image, y, 1) : null;
    for (int x = 0; x < row.length; x++) {
      row[x] = (alpha == null ? 255 : alpha[x]) << 24 | grey[x] * 0x010101;
    }
  }

  /** One row of one band, scaled to 0 … 255 from whatever number of bits it has. */
  private static int[] samples(BufferedImage image, int y, int band) {
    int[] row = image.getRaster().getSamples(0, y, image.getWidth(), 1, band, (int[]) null);
    int most = (1 << image.getColorModel().getComponentSize(band)) - 1;
    for (int x = 0; x < row.length; x++) {
      row[x] = Math.round(row[x] * 255f / most);
    }
    return row;
  }

  private static float luma(int rgb) {
    return (0.299f * (rgb >> 16 & 255) + 0.587f * (rgb >> 8 & 255) + 0.114f * (rgb & 255)) / 255;
  }
}
