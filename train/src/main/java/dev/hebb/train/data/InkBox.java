package dev.hebb.train.data;

import java.util.Arrays;

/**
 * Finds what is drawn in a grey picture and places it as the makers of MNIST (LeCun, Cortes and
 * Burges) and of Fashion-MNIST (Xiao, Rasul and Vollgraf, 2017) placed theirs.
 */
final class InkBox {
  /** Less contrast than this is an empty picture, not a drawing: 1 in 16 of black to white. */
  private static final float LEAST_CONTRAST = 1 / 16f;

  private InkBox() {}

  /** The ink's box scaled to 20/28 of the picture, its centre of mass in the middle. */
  static Plane digit(Plane grey, int height, int width) {
    int box = Math.max(1, Math.round(Math.min(height, width) * 20 / 28f));
    Plane ink = box(lightOnBlack(grey), box);
    double mass = 0;
    double my = 0;
    double mx = 0;
    for (int y = 0; y < ink.height(); y++) {
      for (int x = 0; x < ink.width(); x++) {
        mass += ink.at(y, x);
        my += y * ink.at(y, x);
        mx += x * ink.at(y, x);
      }
    }
    if (mass == 0) {
      return new Plane(height, width);
    }
    // MNIST's centres of mass lie within half a pixel of pixel (14, 14), counted from 0.
    int middleRow = height / 2;
    int middleColumn = width / 2;
    int top = (int) Math.round(middleRow - my / mass);
    int left = (int) Math.round(middleColumn - mx / mass);
    return placed(ink, top, left, height, width);
  }

  /** The drawn box scaled to fill the picture along its longer side, and centred. */
  static Plane garment(Plane grey, int height, int width) {
    Plane ink = box(lightOnBlack(grey), Math.min(height, width));
    return placed(ink, (height - ink.height()) / 2, (width - ink.width()) / 2, height, width);
  }

  private static Plane placed(Plane ink, int top, int left, int height, int width) {
    int y = Math.clamp(top, 0, height - ink.height());
    int x = Math.clamp(left, 0, width - ink.width());
    return ink.placed(y, x, height, width);
  }

  /**
   * The picture with its ground at 0 and its strongest ink at 1. The ground is what most of the
   * border shows; it is dark ink on light where the ground is nearer to the lightest value. What
   * differs from the ground no more than the border's own noise does is set to 0.
   */
  private static Plane lightOnBlack(Plane grey) {
    float[] border = border(grey);
    Arrays.sort(border);
    float ground = border[border.length / 2];
    float least = Float.MAX_VALUE;
    float most = 0;
    for (float v : grey.values()) {
      least = Math.min(least, v);
      most = Math.max(most, v);
    }
    if (most - least < LEAST_CONTRAST) {
      return new Plane(grey.height(), grey.width());
    }
    boolean dark = ground > (least + most) / 2;
    float range = dark ? ground - least : most - ground;
    float noise = noise(border, ground, range);
    var out = new Plane(grey.height(), grey.width());
    for (int i = 0; i < out.values().length; i++) {
      float v = (dark ? ground - grey.values()[i] : grey.values()[i] - ground) / range;
      out.values()[i] = v > noise ? v : 0;
    }
    return out;
  }

  /**
   * Twice what nine of ten border pixels stay within (the tenth may be ink that touches the edge),
   * relative to the range of the picture and at most half of it.
   */
  private static float noise(float[] border, float ground, float range) {
    float[] off = new float[border.length];
    for (int i = 0; i < off.length; i++) {
      off[i] = Math.abs(border[i] - ground);
    }
    Arrays.sort(off);
    return Math.min(0.5f, 2 * off[off.length * 9 / 10] / range);
  }

  private static float[] border(Plane p) {
    int h = p.height();
    int w = p.width();
    float[] border = new float[2 * (h + w)];
    int n = 0;
    for (int x = 0; x < w; x++) {
      border[n++] = p.at(0, x);
      border[n++] = p.at(h - 1, x);
    }
    for (int y = 0; y < h; y++) {
      border[n++] = p.at(y, 0);
      border[n++] = p.at(y, w - 1);
    }
    return border;
  }

  /** The smallest box around all ink, its longer side scaled to {@code side}. */
  private static Plane box(Plane p, int side) {
    int top = p.height();
    int bottom = -1;
    int left = p.width();
    int right = -1;
    for (int y = 0; y < p.height(); y++) {
      for (int x = 0; x < p.width(); x++) {
        if (p.at(y, x) > 0) {
          top = Math.min(top, y);
          bottom = y;
          left = Math.min(left, x);
          right = Math.max(right, x);
        }
      }
    }
    if (bottom < 0) {
      return new Plane(1, 1);
    }
    int h = bottom - top + 1;
    int w = right - left + 1;
    int longer = Math.max(h, w);
    int newH = Math.max(1, Math.round((float) h * side / longer));
    int newW = Math.max(1, Math.round((float) w * side / longer));
    return p.crop(top, left, h, w).resized(newH, newW);
  }
}
