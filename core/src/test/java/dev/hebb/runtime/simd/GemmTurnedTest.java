package dev.hebb.runtime.simd;

import static dev.hebb.runtime.simd.KernelRunner.assertSame;
import static dev.hebb.runtime.simd.KernelRunner.random;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hebb.runtime.Gang;
import dev.hebb.runtime.Kernel;
import dev.hebb.runtime.simd.KernelRunner.Tail;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Few rows by a large transposed B, which is multiplied as C' = B · A'. */
class GemmTurnedTest {
  /** With tiles of eight rows where there are vectors. */
  private static final Panel TALL = new ScalarPanel(16);

  private static final List<Panel> PANELS =
      List.of(KernelRunner.VECTOR_PANEL, new ScalarPanel(8), TALL);

  private static final int[][] SIZES = {
    // batch, m, n, k
    {1, 10, 40, 128},
    {1, 16, 64, 2500},
    {1, 17, 34, 129},
    {1, 31, 271, 1100},
    {1, 36, 72, 205},
    {1, 32, 1000, 130},
    {1, 48, 207, 300},
    {1, 47, 1601, 131},
    {1, 63, 252, 257},
    {1, 64, 500, 800},
    {1, 145, 302, 333},
    {1, 160, 321, 1025},
    {3, 12, 53, 140},
  };

  private static GemmShape dense(int... size) {
    return GemmShape.dense(size[0], size[1], size[2], size[3], false, true);
  }

  /** The sums in the order of their terms, each of which is added in one rounding. */
  private static float[] plain(GemmShape s, float[] a, float[] b, int results) {
    float[] c = new float[results];
    Arrays.fill(c, KernelRunner.MARK);
    for (int item = 0; item < s.batch(); item++) {
      for (int i = 0; i < s.m(); i++) {
        for (int j = 0; j < s.n(); j++) {
          float sum = 0;
          for (int p = 0; p < s.k(); p++) {
            float x = a[item * s.strideA() + i * s.lda() + p];
            sum = Math.fma(x, b[item * s.strideB() + j * s.ldb() + p], sum);
          }
          c[item * s.strideC() + i * s.ldc() + j] = sum;
        }
      }
    }
    return c;
  }

  private static void assertBits(GemmShape s) {
    float[] a = random(Math.max(1, s.batch()) * s.m() * s.lda(), 1);
    float[] b = random(Math.max(1, s.batch()) * s.n() * s.ldb(), 2);
    int results = s.batch() * s.m() * s.ldc();
    float[] expected = plain(s, a, b, results);
    for (Panel panel : PANELS) {
      Kernel k = Gemm.of(s, panel);
      assertThat(k.toString().endsWith(", turned round")).isEqualTo(panel.lanes() == 16);
      for (int threads : new int[] {1, 3}) {
        float[] c = KernelRunner.run(Gang.of(threads), k, results, a, b);
        assertSame(s + " " + panel + " " + threads, c, expected);
      }
    }
  }

  @Test
  void addsTermsInTheirOrder() {
    for (int[] size : SIZES) {
      assertBits(dense(size));
    }
  }

  @Test
  void readsAndWritesMatricesInsideLargerOnesAndLeavesTheGaps() {
    for (int[] size : SIZES) {
      int m = size[1];
      int n = size[2];
      int k = size[3];
      GemmShape s = dense(size).leading(k + 3, k + 5, n + 7);
      assertBits(s.strides(m * (k + 3), n * (k + 5), m * (n + 7)));
    }
  }

  @Test
  void aBatchMayShareAMatrix() {
    GemmShape s = dense(3, 20, 90, 150);
    assertBits(s.strides(0, s.strideB(), s.strideC()));
    assertBits(s.strides(s.strideA(), 0, s.strideC()));
  }

  @Test
  void theEpilogueFinishesEachResultOnce() {
    for (int[] size : SIZES) {
      GemmShape s = dense(size);
      int results = s.batch() * s.m() * s.n();
      float[] a = random(s.batch() * s.m() * s.k(), 3);
      float[] b = random(s.batch() * s.n() * s.k(), 4);
      float[] sums = plain(s, a, b, results);
      for (Tail tail : Tail.all(s.n(), results)) {
        float[] expected = new float[results];
        for (int i = 0; i < results; i++) {
          expected[i] = (float) tail.apply(sums[i], i, (x, y) -> (float) x + (float) y);
        }
        for (Panel panel : PANELS) {
          Kernel k = Gemm.of(s, tail.epilogue(), panel);
          float[] c = KernelRunner.run(Gang.of(2), k, results, tail, a, b);
          assertSame(tail.epilogue() + " " + s + " " + panel, c, expected);
        }
      }
    }
  }

  @Test
  void notANumberAndInfinityReachTheResultsTheyBelongTo() {
    GemmShape s = dense(1, 30, 150, 200);
    float[] a = random(s.m() * s.k(), 5);
    float[] b = random(s.n() * s.k(), 6);
    a[7 * s.k() + 11] = Float.NaN;
    b[149 * s.k() + 199] = Float.POSITIVE_INFINITY;
    for (Panel panel : PANELS) {
      float[] c = KernelRunner.run(Gemm.of(s, panel), s.m() * s.n(), a, b);
      for (int i = 0; i < s.m(); i++) {
        for (int j = 0; j < s.n(); j++) {
          float x = c[i * s.n() + j];
          String what = panel + " " + i + ", " + j;
          assertThat(Float.isNaN(x)).as(what).isEqualTo(i == 7);
          assertThat(Float.isInfinite(x)).as(what).isEqualTo(i != 7 && j == 149);
        }
      }
    }
  }

  @Test
  void isTakenWhereBIsMuchLargerThanAAndChanges() {
    int[][] others = {
      {1, 9, 500, 300}, // few rows: most of a vector would be empty
      {1, 161, 600, 300}, // many rows: B's elements are used often enough
      {1, 35, 500, 300}, // a second panel of three rows
      {1, 32, 63, 300}, // a small B
      {1, 32, 500, 127}, // few terms
      {1, 64, 300, 16_385}, // A's panels would be large
    };
    for (int[] size : others) {
      assertThat(Gemm.of(dense(size), TALL).toString()).doesNotContain("turned");
    }
    GemmShape s = dense(1, 32, 500, 300);
    assertThat(Gemm.of(s, TALL).toString()).endsWith(", turned round");
    assertThat(Gemm.of(s, new ScalarPanel(8)).toString()).doesNotContain("turned");
    assertThat(Gemm.frozen(s, Epilogue.NONE, TALL).toString()).contains("B prepared");
    for (boolean transA : new boolean[] {false, true}) {
      GemmShape other = GemmShape.dense(1, 32, 500, 300, transA, transA);
      assertThat(Gemm.of(other, TALL).toString()).doesNotContain("turned");
    }
  }

  @Test
  void isCutIntoTasksOfSomeMicroseconds() {
    assertThat(Gemm.of(dense(1, 10, 40, 128), TALL).tasks(0)).isEqualTo(1);
    assertThat(Gemm.of(dense(1, 10, 4096, 128), TALL).tasks(0)).isEqualTo(32);
    assertThat(Gemm.of(dense(1, 64, 500, 800), TALL).tasks(0)).isEqualTo(16);
    assertThat(Gemm.of(dense(3, 64, 500, 800), TALL).tasks(0)).isEqualTo(48);
    assertThat(Gemm.of(dense(1, 64, 4096, 4096), TALL).tasks(0)).isEqualTo(128);
  }

  @Test
  void turnsAPanelAndWritesNothingBesideIt() {
    for (Panel panel : List.of(KernelRunner.VECTOR_PANEL, Panel.best(), new ScalarPanel(4))) {
      for (int width : new int[] {panel.lanes(), panel.width()}) {
        for (int k = 1; k <= width; k++) {
          for (int n : new int[] {1, 7, 15, 16, 32, 45, 128}) {
            int ldc = n + 3;
            float[] p = random(2 + n * width, k);
            float[] expected = new float[5 + width * ldc];
            Arrays.fill(expected, KernelRunner.MARK);
            float[] c = expected.clone();
            for (int i = 0; i < k; i++) {
              for (int j = 0; j < n; j++) {
                expected[5 + i * ldc + j] = p[2 + j * width + i];
              }
            }
            panel.turn(p, 2, width, k, n, c, 5, ldc);
            assertSame(panel + " " + k + " of " + width + " by " + n, c, expected);
          }
        }
      }
    }
  }
}
