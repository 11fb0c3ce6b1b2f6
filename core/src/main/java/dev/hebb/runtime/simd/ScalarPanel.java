package dev.hebb.runtime.simd;

import dev.hebb.runtime.Scratch;
import java.util.Arrays;

/**
 * The panel product in plain loops, used where the vector module is absent.
 *
 * <p>It adds the same terms in the same order as {@link VectorPanel}, so the bits agree.
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
      Rows rows,
      int from,
      int to,
      Terms terms,
      int first,
      int last,
      float[] a,
      int ao,
      float[] b,
      int bo,
      int pitch,
      float[] c,
      int co,
      int cols,
      boolean add,
      Scratch scratch) {
    int run = terms.run();
    int n = (last - first) * run;
    for (int r = from; r < to; r++) {
      int sum = co + rows.c()[r];
      if (!add) {
        Arrays.fill(c, sum, sum + cols, 0);
      }
      int row = ao + rows.a()[r];
      int k = 0;
      for (; k <= n - 4; k += 4) {
        accumulate(
            a[row + term(terms, first, k)],
            a[row + term(terms, first, k + 1)],
            a[row + term(terms, first, k + 2)],
            a[row + term(terms, first, k + 3)],
            b,
            bo + k * pitch,
            pitch,
            c,
            sum,
            cols);
      }
      for (; k < n; k++) {
        accumulate(a[row + term(terms, first, k)], b, bo + k * pitch, c, sum, cols);
      }
    }
  }

  private static int term(Terms terms, int first, int k) {
    int run = terms.run();
    return run == 1 ? terms.starts()[first + k] : terms.starts()[first + k / run] + k % run;
  }

  @Override
  public void columns(
      float[] a,
      int ao,
      int step,
      int strip,
      int rows,
      int k,
      float[] b,
      int bo,
      int pitch,
      float[] c,
      int co,
      int ldc,
      int cols,
      int free,
      boolean add,
      Scratch scratch) {
    for (int r = 0; r < rows; r++) {
      int sum = co + r * ldc;
      if (!add) {
        Arrays.fill(c, sum, sum + cols, 0);
      }
      int from = ao + r / lanes * strip + r % lanes;
      accumulate(a, from, step, k, b, bo, pitch, c, sum, cols);
    }
  }

  @Override
  public void row(
      float[] a,
      int ao,
      int step,
      int k,
      float[] b,
      int bo,
      int pitch,
      float[] c,
      int co,
      int n,
      Scratch scratch) {
    Arrays.fill(c, co, co + n, 0);
    accumulate(a, ao, step, k, b, bo, pitch, c, co, n);
  }

  @Override
  public void strips(
      float[] a,
      int ao,
      int step,
      int k,
      float[] b,
      int bo,
      float[] c,
      int co,
      int n,
      Scratch scratch) {
    for (int j = 0; j < n; j += 4 * lanes) {
      int cols = Math.min(4 * lanes, n - j);
      row(a, ao, step, k, b, bo + j * k, 4 * lanes, c, co + j, cols, scratch);
    }
  }

  @Override
  public void fewColumns(
      float[] a,
      int ao,
      int lda,
      int rows,
      int k,
      float[] b,
      int bo,
      float[] c,
      int co,
      int ldc,
      int cols,
      Scratch scratch) {
    for (int r = 0; r < rows; r++) {
      for (int j = 0; j < cols; j++) {
        c[co + r * ldc + j] = inFourParts(a, ao + r * lda, k, b, bo + j);
      }
    }
  }

  private float inFourParts(float[] a, int ao, int k, float[] b, int bo) {
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    int i = 0;
    for (; i <= k - 4; i += 4) {
      int q = bo + i * lanes;
      s0 = Math.fma(a[ao + i], b[q], s0);
      s1 = Math.fma(a[ao + i + 1], b[q + lanes], s1);
      s2 = Math.fma(a[ao + i + 2], b[q + 2 * lanes], s2);
      s3 = Math.fma(a[ao + i + 3], b[q + 3 * lanes], s3);
    }
    float sum = s0 + s1 + (s2 + s3);
    for (; i < k; i++) {
      sum = Math.fma(a[ao + i], b[bo + i * lanes], sum);
    }
    return sum;
  }

  private static void accumulate(
      float[] a, int ao, int step, int k, float[] b, int bo, int pitch, float[] c, int co, int n) {
    int i = 0;
    for (; i <= k - 4; i += 4) {
      int p = ao + i * step;
      accumulate(
          a[p], a[p + step], a[p + 2 * step], a[p + 3 * step], b, bo + i * pitch, pitch, c, co, n);
    }
    for (; i < k; i++) {
      accumulate(a[ao + i * step], b, bo + i * pitch, c, co, n);
    }
  }

  /** Adds four terms, one after the other, so that a sum is loaded and stored once for four. */
  private static void accumulate(
      float x0,
      float x1,
      float x2,
      float x3,
      float[] b,
      int bo,
      int pitch,
      float[] sum,
      int so,
      int n) {
    int b1 = bo + pitch;
    int b2 = b1 + pitch;
    int b3 = b2 + pitch;
    for (int j = 0; j < n; j++) {
      float s = Math.fma(x0, b[bo + j], sum[so + j]);
      s = Math.fma(x1, b[b1 + j], s);
      s = Math.fma(x2, b[b2 + j], s);
      sum[so + j] = Math.fma(x3, b[b3 + j], s);
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
    float[] sum = new float[MOST_LANES];
    int whole = k - k % MOST_LANES;
    for (int j = 0; j < n; j++) {
      Arrays.fill(sum, 0);
      int row = bo + j * pitch;
      for (int i = 0; i < whole; i += MOST_LANES) {
        for (int l = 0; l < MOST_LANES; l++) {
          sum[l] = Math.fma(a[ao + i + l], b[row + i + l], sum[l]);
        }
      }
      for (int half = MOST_LANES / 2; half > 0; half /= 2) {
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
  public void pack(
      float[] b, int bo, int pitch, int k, int n, float[] p, int po, int width, int next) {
    for (int i = 0; i < k; i++) {
      int to = po + i * width;
      for (int j = 0; j < n; j += width, to += next) {
        int cols = Math.min(width, n - j);
        System.arraycopy(b, bo + i * pitch + j, p, to, cols);
        Arrays.fill(p, to + cols, to + width, 0);
      }
    }
  }

  @Override
  public void transpose(float[] b, int bo, int pitch, int k, int n, float[] p, int po, int width) {
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

  @Override
  public void turn(float[] p, int po, int width, int k, int n, float[] c, int co, int ldc) {
    for (int i = 0; i < k; i++) {
      for (int j = 0; j < n; j++) {
        c[co + i * ldc + j] = p[po + j * width + i];
      }
    }
  }
}
