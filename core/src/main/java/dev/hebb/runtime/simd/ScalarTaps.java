package dev.hebb.runtime.simd;

/** {@link Taps} in plain loops, with the bits of the vector form. */
final class ScalarTaps implements Taps {
  @Override
  public void dot(
      float[] a,
      int ao,
      int aStepY,
      int aStepX,
      float[] b,
      int bo,
      int bStepY,
      int bStepX,
      int ny,
      int nx,
      float[] y,
      int yo,
      int channels) {
    for (int c = 0; c < channels; c++) {
      float sum = 0;
      for (int i = 0; i < ny; i++) {
        for (int j = 0; j < nx; j++) {
          float x = a[ao + c + i * aStepY + j * aStepX];
          sum = Math.fma(x, b[bo + c + i * bStepY + j * bStepX], sum);
        }
      }
      y[yo + c] = sum;
    }
  }

  @Override
  public void add(
      float[] d,
      int at,
      int dStepY,
      int dStepX,
      float[] a,
      int ao,
      int aStepY,
      int aStepX,
      int ny,
      int nx,
      float[] g,
      int go,
      int channels) {
    for (int i = 0; i < ny; i++) {
      for (int j = 0; j < nx; j++) {
        int to = at + i * dStepY + j * dStepX;
        int from = ao + i * aStepY + j * aStepX;
        for (int c = 0; c < channels; c++) {
          d[to + c] = Math.fma(a[from + c], g[go + c], d[to + c]);
        }
      }
    }
  }
}
