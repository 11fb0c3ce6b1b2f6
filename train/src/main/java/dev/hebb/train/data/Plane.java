package dev.hebb.train.data;

/**
 * One channel of a picture.
 *
 * @param height rows
 * @param width columns
 * @param values row-major, 0 (black) to 1
 */
record Plane(int height, int width, float[] values) {
  Plane(int height, int width) {
    this(height, width, new float[Math.multiplyExact(height, width)]);
  }

  float at(int y, int x) {
    return values[y * width + x];
  }

  /** The part of {@code h} rows and {@code w} columns that begins at row y and column x. */
  Plane crop(int y, int x, int h, int w) {
    var part = new Plane(h, w);
    for (int row = 0; row < h; row++) {
      System.arraycopy(values, (y + row) * width + x, part.values, row * w, w);
    }
    return part;
  }

  /** A larger black picture with this one at row y and column x. */
  Plane placed(int y, int x, int h, int w) {
    var whole = new Plane(h, w);
    for (int row = 0; row < height; row++) {
      System.arraycopy(values, row * width, whole.values, (y + row) * w + x, width);
    }
    return whole;
  }

  /**
   * The picture at another size; each new pixel is the mean of the area that it covers of the old
   * one, so that no thin line is missed when a large picture is made small.
   */
  Plane resized(int h, int w) {
    if (h == height && w == width) {
      return this;
    }
    return new Plane(height, w, averaged(values, height, width, w, 1, width)).columnsResized(h);
  }

  private Plane columnsResized(int h) {
    return new Plane(h, width, averaged(values, width, height, h, width, 1));
  }

  /**
   * Averages along one axis.
   *
   * @param lines how many lines there are, {@code lineStride} apart
   * @param length how many values each has, {@code step} apart
   * @param newLength how many it shall have
   */
  private static float[] averaged(
      float[] from, int lines, int length, int newLength, int step, int lineStride) {
    float[] to = new float[Math.multiplyExact(lines, newLength)];
    int newLineStride = step == 1 ? newLength : 1;
    double scale = (double) length / newLength;
    for (int i = 0; i < newLength; i++) {
      double start = i * scale;
      double end = Math.min((i + 1) * scale, length);
      int first = (int) start;
      int last = Math.min((int) Math.ceil(end), length);
      for (int line = 0; line < lines; line++) {
        double sum = 0;
        for (int j = first; j < last; j++) {
          double covered = Math.min(j + 1, end) - Math.max(j, start);
          sum += covered * from[line * lineStride + j * step];
        }
        to[line * newLineStride + i * step] = (float) (sum / (end - start));
      }
    }
    return to;
  }
}
