package dev.hebb.runtime.simd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hebb.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReductionsTest {
  private static final int[] LENGTHS = {0, 1, 2, 7, 8, 10, 15, 16, 17, 31, 63, 64, 65, 207, 1024};

  private static List<Reduction> forms(Combine kind) {
    List<Reduction> all = new ArrayList<>();
    all.add(Reductions.plain(kind, DType.FLOAT32));
    all.add(Reductions.of(kind, DType.FLOAT32));
    Reduction vector = Reductions.vector(kind);
    if (vector != null) {
      all.add(vector);
    }
    return all;
  }

  @ParameterizedTest
  @EnumSource
  void foldsReduceARange(Combine kind) {
    float[] a = floats(2000, 1);
    for (Reduction r : forms(kind)) {
      for (int n : LENGTHS) {
        float[] acc = {-5, 1.5f, -5};
        r.fold(a, 3, n, acc, 1);
        double want = 1.5;
        for (int i = 0; i < n; i++) {
          want = join(kind, want, a[3 + i]);
        }
        assertThat((double) acc[1])
            .as("%s of %d", kind, n)
            .isCloseTo(want, within(1e-4 + n * 2e-6));
        assertThat(acc[0]).isEqualTo(-5);
        assertThat(acc[2]).isEqualTo(-5);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void allFormsReturnTheSameBits(Combine kind) {
    float[] a = floats(4000, 2);
    List<Reduction> forms = forms(kind);
    for (int length : LENGTHS) {
      int rows = length == 0 ? 3 : Math.min(40, 3900 / length);
      float[] want = new float[rows];
      float[] wantColumns = floats(length, 3);
      forms.getFirst().rows(a, 7, want, 0, rows, length);
      forms.getFirst().columns(a, 7, wantColumns, 0, rows, length);
      for (Reduction r : forms) {
        float[] got = floats(rows + 4, 4);
        float[] gotColumns = floats(length, 3);
        float[] room = got.clone();
        r.rows(a, 7, got, 2, rows, length);
        r.columns(a, 7, gotColumns, 0, rows, length);
        System.arraycopy(want, 0, room, 2, rows);
        assertThat(got).as("%s of rows of %d", kind, length).isEqualTo(room);
        assertThat(gotColumns).as("%s of %d columns", kind, length).isEqualTo(wantColumns);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 10, 16, 64, 100, 207})
  void aRowIsReducedAsItsFold(int length) {
    float[] a = floats(2000, 5);
    for (Combine kind : Combine.values()) {
      for (Reduction r : forms(kind)) {
        float[] rows = new float[5];
        r.rows(a, 1, rows, 0, 5, length);
        for (int i = 0; i < 5; i++) {
          float[] acc = {(float) kind.identity()};
          r.fold(a, 1 + i * length, length, acc, 0);
          assertThat(acc[0]).as("%s, row %d of %d", kind, i, length).isEqualTo(rows[i]);
        }
      }
    }
  }

  /** The order that {@link Reduction} promises, written down a second time. */
  @Test
  void sumsAreJoinedInTheOrderPromised() {
    float[] a = floats(1024, 6);
    for (int n : LENGTHS) {
      float[] part = new float[16];
      int i = 0;
      for (; i + 64 <= n; i += 64) {
        for (int j = 0; j < 16; j++) {
          part[j] += (a[i + j] + a[i + j + 16]) + (a[i + j + 32] + a[i + j + 48]);
        }
      }
      for (; i + 16 <= n; i += 16) {
        for (int j = 0; j < 16; j++) {
          part[j] += a[i + j];
        }
      }
      for (int w = 8; w > 0; w /= 2) {
        for (int j = 0; j < w; j++) {
          part[j] += part[j + w];
        }
      }
      float want = part[0];
      for (; i < n; i++) {
        want += a[i];
      }
      for (Reduction r : forms(Combine.SUM)) {
        float[] got = new float[1];
        r.rows(a, 0, got, 0, 1, n);
        assertThat(got[0]).as("sum of %d", n).isEqualTo(want);
      }
    }
  }

  @Test
  void nanWins() {
    for (int at : new int[] {0, 5, 70, 99}) {
      float[] a = floats(100, 7);
      a[at] = Float.NaN;
      for (Combine kind : Combine.values()) {
        for (Reduction r : forms(kind)) {
          float[] d = new float[1];
          r.rows(a, 0, d, 0, 1, 100);
          assertThat(d[0]).as("%s with NaN at %d", kind, at).isNaN();
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void doublesAndIntegers(Combine kind) {
    for (int n : new int[] {0, 1, 10, 17, 40}) {
      double[] x = new double[3 * n + 2];
      long[] k = new long[3 * n + 2];
      for (int i = 0; i < x.length; i++) {
        x[i] = 0.75 + (i * 7 % 11) / 16.0;
        k[i] = i % 4 == 0 ? 3 : i % 3 + 1;
      }
      double[] rows = new double[4];
      double[] columns = new double[n + 1];
      long[] integerRows = new long[4];
      Reductions.of(kind, DType.FLOAT64).rows(x, 1, rows, 1, 3, n);
      Reductions.of(kind, DType.FLOAT64).columns(x, 1, columns, 1, 3, n);
      Reductions.of(kind, DType.INT64).rows(k, 1, integerRows, 1, 3, n);
      for (int i = 0; i < 3; i++) {
        double want = kind.identity();
        long wantInteger = kind.identity(DType.INT64);
        for (int j = 0; j < n; j++) {
          want = join(kind, want, x[1 + i * n + j]);
          wantInteger = join(kind, wantInteger, k[1 + i * n + j]);
        }
        assertThat(rows[1 + i]).isEqualTo(want);
        assertThat(integerRows[1 + i]).isEqualTo(wantInteger);
      }
      for (int j = 0; j < n; j++) {
        double want = join(kind, 0, x[1 + j]);
        want = join(kind, join(kind, want, x[1 + n + j]), x[1 + 2 * n + j]);
        assertThat(columns[1 + j]).isEqualTo(want);
      }
    }
  }

  @Test
  void int32Wraps() {
    long[] d = new long[1];
    Reductions.of(Combine.SUM, DType.INT32)
        .rows(new long[] {Integer.MAX_VALUE, 1, 5}, 0, d, 0, 1, 3);
    assertThat(d[0]).isEqualTo(Integer.MIN_VALUE + 5L);
    Reductions.of(Combine.MAX, DType.INT32).rows(new long[0], 0, d, 0, 1, 0);
    assertThat(d[0]).isEqualTo(Integer.MIN_VALUE);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 10, 16, 100})
  void expandRowsRepeats(int length) {
    float[] f = {9, 1, 2, 3};
    double[] g = {9, 1, 2, 3};
    long[] h = {9, 1, 2, 3};
    float[] d = new float[3 * length + 2];
    double[] e = new double[3 * length + 2];
    long[] k = new long[3 * length + 2];
    Reductions.expandRows(f, 1, d, 1, 3, length);
    Reductions.expandRows(g, 1, e, 1, 3, length);
    Reductions.expandRows(h, 1, k, 1, 3, length);
    for (int i = 0; i < d.length; i++) {
      int want = i == 0 || i > 3 * length ? 0 : 1 + (i - 1) / length;
      assertThat(d[i]).isEqualTo(want);
      assertThat(e[i]).isEqualTo(want);
      assertThat(k[i]).isEqualTo(want);
    }
    assertThatThrownBy(() -> Reductions.expandRows(f, 0, new int[9], 0, 1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("int[]");
  }

  private static double join(Combine kind, double u, double v) {
    return switch (kind) {
      case SUM -> u + v;
      case MAX -> Math.max(u, v);
      case MIN -> Math.min(u, v);
      case PROD -> u * v;
    };
  }

  private static long join(Combine kind, long u, long v) {
    return switch (kind) {
      case SUM -> u + v;
      case MAX -> Math.max(u, v);
      case MIN -> Math.min(u, v);
      case PROD -> u * v;
    };
  }

  /** Near ±1, so that products stay moderate. */
  private static float[] floats(int n, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] a = new float[n];
    for (int i = 0; i < n; i++) {
      a[i] = (float) ((random.nextBoolean() ? 1 : -1) * random.nextDouble(0.98, 1.02));
    }
    return a;
  }
}
