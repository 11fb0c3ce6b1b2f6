package dev.hebb.runtime.simd;

import dev.hebb.runtime.Scratch;
import java.util.Arrays;

/**
 * The panel product in plain loops, used where the vector module is absent.
 *
 * <p>It adds the same terms in the same order as {@link VectorPanel} of the same width, so the bits
 * agree.
 */
final class ScalarPanel implements Panel {
  private final int lanes;

  ScalarPanel(int lanes) {
    this.lanes = lanes;
  }

  @Override
  public int lanes() {
    return lanes;
  }

  @Override
  public void multiply(
      Rows rows, int from, int to, Terms terms, int first, int last, float[] a, int ao,
      float[] b, int bo, int pitch, float[] c, int co, int cols, boolean add, Scratch scratch) {
    for (int r = from; r < to; r++) {
      int sum = co + rows.c()[r];
      if (!add) {
        Arrays.fill(c, sum, sum + cols, 0);
      }
      int k = bo;
      for (int s = first; s < last; s++) {
        int start = ao + rows.a()[r] + terms.starts()[s];
        for (int i = 0; i < terms.run(); i++, k += pitch) {
          accumulate(a[start + i], b, k, c, sum, cols);
        }
      }
    }
  }

  @Override
  public void row(
      float[] a, int ao, int step, int k, float[] b, int bo, int pitch, float[] c, int co, int n,
      Scratch scratch) {
    Arrays.fill(c, co, co + n, 0);
    for (int i = 0; i < k; i++) {
      accumulate(a[ao + i * step], b, bo + i * pitch, c, co, n);
    }
  }

  private static void accumulate(float x, float[] b, int bo, float[] sum, int so, int n) {
    for (int j = 0; j < n; j++) {
      sum[so + j] = Math.fma(x, b[bo + j], sum[so + j]);
    }
  }

  @Override
  public void dots(
      float[] a, int ao, int k, float[] b, int bo, int pitch, float[] c, int co, int n) {
    float[] sum = new float[lanes];
    for (int j = 0; j < n; j++) {
      Arrays.fill(sum, 0);
      int row = bo + j * pitch;
      int whole = k - k % lanes;
      for (int i = 0; i < whole; i += lanes) {
        for (int l = 0; l < lanes; l++) {
          sum[l] = Math.fma(a[ao + i + l], b[row + i + l], sum[l]);
        }
      }
      for (int half = lanes / 2; half > 0; half /= 2) {
        for (int l = 0; l < half; l++) {
          sum[l] += sum[l + half];
        }
      }
      float d = sum[0];
      for (int i = whole; i < k; i++) {
        d = Math.fma(a[ao + i], b[row + i], d);
      }
      c[co + j] = d;
    }
  }

  @Override
  public void pack(float[] b, int bo, int pitch, int k, int n, float[] p, int po, int width) {
    for (int i = 0; i < k; i++) {
      int to = po + i * width;
      System.arraycopy(b, bo + i * pitch, p, to, n);
      Arrays.fill(p, to + n, to + width, 0);
    }
  }

  @Override
  public void transpose(
      float[] b, int bo, int pitch, int k, int n, float[] p, int po, int width) {
    for (int i = 0; i < k; i++) {
      int to = po + i * width;
      for (int j = 0; j < n; j++) {
        p[to + j] = b[bo + j * pitch + i];
      }
      for (int j = n; j < width; j++) {
        p[to + j] = 0;
      }
    }
  }
}
