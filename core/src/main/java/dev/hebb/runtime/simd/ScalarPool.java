package dev.hebb.runtime.simd;

/** Pooling in plain loops, used where the vector module is absent; the bits agree. */
final class ScalarPool implements PoolPixel {
  @Override
  public void max(
      float[] x, int xo, int ny, int nx, int stepY, int stepX, float[] y, int yo, int channels) {
    take(x, xo, x, xo, ny, nx, stepY, stepX, y, yo, channels);
  }

  @Override
  public void take(
      float[] x,
      int xo,
      float[] v,
      int vo,
      int ny,
      int nx,
      int stepY,
      int stepX,
      float[] y,
      int yo,
      int channels) {
    for (int c = 0; c < channels; c++) {
      y[yo + c] = v[vo + c + largest(x, xo + c, ny, nx, stepY, stepX)];
    }
  }

  @Override
  public void scatter(
      float[] x,
      int xo,
      float[] d,
      int to,
      int ny,
      int nx,
      int stepY,
      int stepX,
      float[] g,
      int go,
      int channels) {
    for (int c = 0; c < channels; c++) {
      d[to + c + largest(x, xo + c, ny, nx, stepY, stepX)] += g[go + c];
    }
  }

  /** Returns where the largest element lies, relative to the first. */
  private static int largest(float[] x, int xo, int ny, int nx, int stepY, int stepX) {
    int best = 0;
    float most = x[xo];
    for (int i = 0; i < ny; i++) {
      for (int j = 0; j < nx; j++) {
        int at = i * stepY + j * stepX;
        float value = x[xo + at];
        // True if larger, or if only the new one is NaN.
        if (!(value <= most) && !Float.isNaN(most)) {
          best = at;
          most = value;
        }
      }
    }
    return best;
  }

  @Override
  public void sum(
      float[] x, int xo, int ny, int nx, int stepY, int stepX, float[] y, int yo, int channels) {
    for (int c = 0; c < channels; c++) {
      float sum = 0;
      for (int i = 0; i < ny; i++) {
        for (int j = 0; j < nx; j++) {
          sum += x[xo + c + i * stepY + j * stepX];
        }
      }
      y[yo + c] = sum;
    }
  }

  @Override
  public void spread(
      float[] d, int to, int ny, int nx, int stepY, int stepX, float[] g, int go, int channels) {
    for (int i = 0; i < ny; i++) {
      for (int j = 0; j < nx; j++) {
        int at = to + i * stepY + j * stepX;
        for (int c = 0; c < channels; c++) {
          d[at + c] += g[go + c];
        }
      }
    }
  }
}
