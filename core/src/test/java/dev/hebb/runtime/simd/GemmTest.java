package dev.hebb.runtime.simd;

import static dev.hebb.runtime.simd.KernelRunner.assertClose;
import static dev.hebb.runtime.simd.KernelRunner.assertSame;
import static dev.hebb.runtime.simd.KernelRunner.assertSameBits;
import static dev.hebb.runtime.simd.KernelRunner.random;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hebb.runtime.Gang;
import dev.hebb.runtime.Kernel;
import dev.hebb.runtime.simd.KernelRunner.Tail;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class GemmTest {
  private static final int[][] SIZES = {
    // batch, m, n, k
    {1, 1, 1, 1},
    {1, 2, 8, 1},
    {1, 4, 8, 2},
    {1, 8, 1, 4},
    {1, 7, 1, 13},
    {1, 1, 7, 13},
    {1, 1, 128, 784},
    {1, 3, 207, 33},
    {1, 13, 10, 207},
    {1, 5, 33, 5},
    {1, 17, 20, 3},
    {1, 64, 50, 77},
    {1, 31, 64, 600},
    {1, 70, 65, 513},
    {1, 300, 47, 29},
    {1, 4, 31, 1030},
    {1, 9, 48, 16},
    {1, 6, 100, 19},
    {2, 2, 10, 1},
    {3, 7, 13, 5},
    {40, 8, 8, 8},
    {5, 1, 9, 4},
    {2, 9, 11, 2100},
    {1, 24, 40, 5000},
    {1, 20, 100, 5000},
    {1, 16, 32, 16},
    {1, 20, 10, 40},
    {3, 5, 9, 70},
    {1, 130, 3, 90},
    {1, 2, 15, 301},
    {1, 3000, 12, 67},
    {1, 600, 33, 20},
    {1, 5, 257, 40},
    {1, 37, 300, 1100},
    {2, 70, 260, 33},
    {1, 9, 290, 1},
    {1, 520, 256, 9},
    {1, 21, 100, 300},
    {1, 1, 2, 3000},
    {0, 3, 3, 3},
    {1, 0, 5, 5},
    {1, 5, 0, 5},
    {1, 5, 6, 0},
    {1, 1, 6, 0},
    {2, 40, 40, 0},
  };

  private static List<Panel> panels() {
    List<Panel> all = new ArrayList<>(List.of(KernelRunner.VECTOR_PANEL));
    all.add(new ScalarPanel(Panel.best().lanes()));
    all.add(new ScalarPanel(4));
    return all;
  }

  /** The plain sum of products in float64. */
  private static double[] naive(GemmShape s, float[] a, float[] b, int size) {
    double[] c = new double[size];
    for (int i = 0; i < s.batch(); i++) {
      for (int r = 0; r < s.m(); r++) {
        for (int j = 0; j < s.n(); j++) {
          double sum = 0;
          for (int p = 0; p < s.k(); p++) {
            int at = i * s.strideA() + (s.transA() ? p * s.lda() + r : r * s.lda() + p);
            int bt = i * s.strideB() + (s.transB() ? j * s.ldb() + p : p * s.ldb() + j);
            sum += (double) a[at] * b[bt];
          }
          c[i * s.strideC() + r * s.ldc() + j] = sum;
        }
      }
    }
    return c;
  }

  @Test
  void agreesWithThePlainSumForAllSizesAndTransposes() {
    for (int[] size : SIZES) {
      for (int trans = 0; trans < 4; trans++) {
        GemmShape s =
            GemmShape.dense(size[0], size[1], size[2], size[3], (trans & 1) != 0, (trans & 2) != 0);
        float[] a = random(size[0] * size[1] * size[3], 1);
        float[] b = random(size[0] * size[3] * size[2], 2);
        int results = size[0] * size[1] * size[2];
        double[] expected = naive(s, a, b, results);
        for (Panel panel : panels()) {
          float[] c = KernelRunner.run(Gemm.of(s, panel), results, a, b);
          assertClose(s + " " + panel, c, expected, s.k());
        }
      }
    }
  }

  @Test
  void theEpilogueAddsBiasAndResidualAndCutsOff() {
    for (int[] size : SIZES) {
      for (int trans = 0; trans < 4; trans++) {
        GemmShape s =
            GemmShape.dense(size[0], size[1], size[2], size[3], (trans & 1) != 0, (trans & 2) != 0);
        float[] a = random(size[0] * size[1] * size[3], 1);
        float[] b = random(size[0] * size[3] * size[2], 2);
        int results = size[0] * size[1] * size[2];
        double[] sums = naive(s, a, b, results);
        for (Tail t : Tail.all(s.n(), results)) {
          double[] expected = new double[results];
          for (int i = 0; i < results; i++) {
            expected[i] = t.apply(sums[i], i, Double::sum);
          }
          for (Panel panel : panels()) {
            for (int threads : new int[] {1, 3}) {
              Kernel k = Gemm.of(s, t.epilogue(), panel);
              float[] c = KernelRunner.run(Gang.of(threads), k, results, t, a, b);
              assertClose(t.epilogue() + " " + s + " " + panel, c, expected, s.k() + 2);
            }
          }
        }
      }
    }
  }

  @Test
  void aPreparedRightOperandGivesTheSameSums() {
    for (int[] size : SIZES) {
      for (int trans = 0; trans < 4; trans++) {
        GemmShape s =
            GemmShape.dense(size[0], size[1], size[2], size[3], (trans & 1) != 0, (trans & 2) != 0);
        if (s.batch() > 1) {
          s = s.strides(s.strideA(), 0, s.strideC());
        }
        float[] a = random(size[0] * size[1] * size[3], 1);
        float[] b = random(size[3] * size[2], 2);
        int results = size[0] * size[1] * size[2];
        double[] expected = naive(s, a, b, results);
        for (Panel panel : panels()) {
          Kernel k = Gemm.prepared(s, Epilogue.NONE, panel);
          assertThat(k.prepares()).isEqualTo(s.m() > 6 && s.n() > 1 ? 1 : -1);
          assertClose(s + " " + panel, KernelRunner.run(k, results, a, b), expected, s.k());
          assertSameBits(k, results, a, b);
        }
      }
    }
  }

  @Test
  void aFrozenRightOperandIsCopiedForFewRows() {
    int[][] sizes = {
      {1, 1, 128, 784},
      {1, 2, 130, 301},
      {3, 1, 300, 130},
      {1, 6, 131, 90},
      {1, 1, 201, 64},
      {1, 2, 1030, 97},
      {1, 1, 4, 9}
    };
    List<Panel> panels = panels();
    panels.add(new ScalarPanel(CacheLines.FLOATS)); // vectors as long as lines, on any machine
    int copies = 0;
    for (int[] size : sizes) {
      for (int trans = 0; trans < 4; trans++) {
        GemmShape s =
            GemmShape.dense(size[0], size[1], size[2], size[3], (trans & 1) != 0, (trans & 2) != 0);
        s = s.strides(s.strideA(), 0, s.strideC());
        float[] a = random(size[0] * size[1] * size[3], 7);
        float[] b = random(size[3] * size[2], 8);
        int results = size[0] * size[1] * size[2];
        for (Panel panel : panels) {
          Kernel k = Gemm.frozen(s, Epilogue.NONE, panel);
          boolean isCopied = k.toString().endsWith("B in strips");
          copies += isCopied ? 1 : 0;
          String what = s + " " + panel;
          float[] c = KernelRunner.run(k, results, a, b);
          assertClose(what, c, naive(s, a, b, results), s.k());
          assertSame(what, KernelRunner.run(Gang.of(3), k, results, a, b), c);
          if (isCopied) {
            Kernel twin = Gemm.frozen(s, Epilogue.NONE, new ScalarPanel(panel.lanes()));
            assertSame(what, KernelRunner.run(twin, results, a, b), c);
          }
          if (isCopied || !s.transB()) { // as a batch of many rows adds them: in order
            GemmShape plain =
                GemmShape.dense(size[0], size[1], size[2], size[3], s.transA(), false)
                    .strides(s.strideA(), 0, s.strideC());
            float[] rows = s.transB() ? transposed(b, s.n(), s.k()) : b;
            Kernel other = Gemm.prepared(plain, Epilogue.NONE, panel);
            assertSame(what, KernelRunner.run(other, results, a, rows), c);
          }
        }
      }
    }
    assertThat(copies).isGreaterThan(4 * 4); // of each size but two at least one panel's
  }

  /** One row goes through a large B forwards, the next one backwards. */
  @Test
  void aLargeFrozenRightOperandGivesTheSameBitsEachTime() {
    for (int[] size : new int[][] {{1, 390, 350}, {2, 390, 350}, {1, 1030, 600}}) {
      int m = size[0];
      int n = size[1];
      int k = size[2];
      float[] a = random(m * k, 7);
      float[] b = random(k * n, 8);
      GemmShape s = GemmShape.dense(1, m, n, k, false, false);
      for (Panel panel : panels()) {
        Kernel frozen = Gemm.frozen(s, Epilogue.NONE, panel);
        assertThat(frozen).asString().endsWith("B in strips");
        float[] expected = inParts(s, a, b, k, m * n);
        for (int i = 0; i < 3; i++) {
          assertSame("time " + i, KernelRunner.run(Gang.of(2), frozen, m * n, a, b), expected);
        }
      }
    }
  }

  @Test
  void aRowHasTheSameBitsAloneAndAmongOthers() {
    for (int n : new int[] {1, 2, 9, 10, 15, 16, 33, 128, 256, 300}) {
      for (int k : new int[] {1, 7, 8, 30, 64, 65, 66, 67, 68, 128, 640, 1023, 2048, 4100}) {
        for (Panel panel : panels()) {
          for (boolean isBiased : new boolean[] {false, true}) {
            Tail tail = isBiased ? Tail.all(n, 0).get(1) : new Tail(Epilogue.NONE, n, List.of());
            assertRowsAreIndependent(n, k, panel, tail, false, false);
            assertRowsAreIndependent(n, k, panel, tail, false, true);
            assertRowsAreIndependent(n, k, panel, tail, true, true);
          }
        }
      }
    }
  }

  private static void assertRowsAreIndependent(
      int n, int k, Panel panel, Tail tail, boolean transB, boolean isFrozen) {
    int most = 70;
    float[] a = random(most * k, 11);
    float[] b = random(k * n, 12);
    float[] all = new float[0];
    for (int m : new int[] {most, 64, 7, 6, 3, 2, 1}) {
      GemmShape s = GemmShape.dense(1, m, n, k, false, transB);
      Kernel kernel =
          isFrozen ? Gemm.frozen(s, tail.epilogue(), panel) : Gemm.of(s, tail.epilogue(), panel);
      float[] c = KernelRunner.run(Gang.of(1), kernel, m * n, tail, a, b);
      if (m == most) {
        all = c;
      } else {
        assertSame(kernel + " " + panel, c, Arrays.copyOf(all, m * n));
      }
    }
  }

  @Test
  void someLongSumsOverABThatChangesAreAddedUpInTwoParts() {
    int[][] cut = { // batch, m, n, k
      {1, 64, 128, 784},
      {1, 1, 33, 640},
      {1, 2, 130, 2048},
      {1, 3, 16, 2047},
      {2, 7, 20, 701},
      {1, 300, 130, 643},
      {1, 1030, 256, 641}
    };
    int[][] whole = {{1, 3, 33, 639}, {1, 1, 33, 2049}, {1, 7, 257, 700}};
    for (int[] size : cut) {
      assertParts(size, (size[3] + 1) / 2);
    }
    for (int[] size : whole) {
      assertParts(size, size[3]);
    }
  }

  private static void assertParts(int[] size, int part) {
    int m = size[1];
    int n = size[2];
    int k = size[3];
    float[] a = random(size[0] * m * k, 21);
    float[] b = random(size[0] * k * n, 22);
    for (int gap : new int[] {0, 3}) {
      GemmShape s =
          GemmShape.dense(size[0], m, n, k, false, false)
              .leading(k, n, n + gap)
              .strides(m * k, k * n, m * (n + gap));
      int results = size[0] * m * (n + gap);
      float[] changing = inParts(s, a, b, part, results);
      float[] frozen = inParts(s, a, b, k, results);
      for (Panel panel : List.of(KernelRunner.VECTOR_PANEL, new ScalarPanel(4))) {
        Kernel kernel = Gemm.of(s, panel);
        assertSame(kernel + " " + panel, KernelRunner.run(kernel, results, a, b), changing);
        assertSame("three threads", KernelRunner.run(Gang.of(3), kernel, results, a, b), changing);
        Kernel other = Gemm.frozen(s, Epilogue.NONE, panel);
        assertSame("frozen " + other, KernelRunner.run(other, results, a, b), frozen);
        if (gap == 0) {
          Tail tail = Tail.all(n, results).getFirst();
          float[] biased = changing.clone();
          for (int i = 0; i < results; i++) {
            biased[i] += tail.added().getFirst()[i % n];
          }
          Kernel more = Gemm.of(s, tail.epilogue(), panel);
          float[] c = KernelRunner.run(Gang.of(1), more, results, tail, a, b);
          assertSame("biased " + more, c, biased);
        }
      }
    }
  }

  private static float[] inParts(GemmShape s, float[] a, float[] b, int part, int results) {
    float[] c = new float[results];
    Arrays.fill(c, KernelRunner.MARK);
    for (int r = 0; r < s.batch() * s.m(); r++) {
      int item = r / s.m();
      int at = item * s.strideC() + r % s.m() * s.ldc();
      float[] first = new float[s.n()];
      float[] second = new float[s.n()];
      for (int p = 0; p < s.k(); p++) {
        float[] sums = p < part ? first : second;
        float x = a[r * s.k() + p];
        int row = item * s.strideB() + p * s.n();
        for (int j = 0; j < s.n(); j++) {
          sums[j] = Math.fma(x, b[row + j], sums[j]);
        }
      }
      for (int j = 0; j < s.n(); j++) {
        c[at + j] = part < s.k() ? first[j] + second[j] : first[j];
      }
    }
    return c;
  }

  private static float[] transposed(float[] b, int rows, int columns) {
    float[] t = new float[rows * columns];
    for (int i = 0; i < t.length; i++) {
      t[i % columns * rows + i / columns] = b[i];
    }
    return t;
  }

  @Test
  void hasTheSameBitsForAnyNumberOfLanesAndWithoutVectors() {
    List<int[]> sizes = new ArrayList<>(List.of(SIZES));
    for (int k : new int[] {4, 7, 8, 15, 16, 17, 70, 300}) {
      sizes.add(new int[] {1, 5, 10, k}); // dot products and narrow ones, if transposed or not
      sizes.add(new int[] {1, 9, 1, k});
      sizes.add(new int[] {1, 1, 35, k});
      sizes.add(new int[] {1, 2, 140, k});
    }
    for (int[] size : sizes) {
      for (int trans = 0; trans < 4; trans++) {
        GemmShape s =
            GemmShape.dense(size[0], size[1], size[2], size[3], (trans & 1) != 0, (trans & 2) != 0);
        float[] a = random(size[0] * size[1] * size[3], 13);
        float[] b = random(size[0] * size[3] * size[2], 14);
        int results = size[0] * size[1] * size[2];
        Panel best = KernelRunner.VECTOR_PANEL;
        float[] changing = KernelRunner.run(Gemm.of(s, best), results, a, b);
        float[] frozen = KernelRunner.run(Gemm.frozen(s, Epilogue.NONE, best), results, a, b);
        for (int lanes : new int[] {4, 8, 16}) {
          Panel twin = new ScalarPanel(lanes);
          String what = s + " by " + lanes + " lanes";
          assertSame(what, KernelRunner.run(Gemm.of(s, twin), results, a, b), changing);
          Kernel k = Gemm.frozen(s, Epilogue.NONE, twin);
          assertSame("frozen " + what, KernelRunner.run(k, results, a, b), frozen);
        }
      }
    }
  }

  @Test
  void readsAndWritesMatricesInsideLargerOnes() {
    for (int trans = 0; trans < 4; trans++) {
      boolean transA = (trans & 1) != 0;
      boolean transB = (trans & 2) != 0;
      for (int[] size :
          new int[][] {{1, 37}, {3, 37}, {21, 37}, {45, 37}, {45, 290}, {3, 290}, {9, 12}}) {
        int m = size[0];
        int n = size[1];
        int k = n < 16 ? 70 : 19;
        int lda = (transA ? m : k) + 3;
        int ldb = (transB ? k : n) + 7;
        int sizeA = (transA ? k : m) * lda;
        int sizeB = (transB ? n : k) * ldb;
        GemmShape s = new GemmShape(3, m, n, k, transA, transB, lda, ldb, n, sizeA, sizeB, m * n);
        float[] a = random(3 * sizeA, 5);
        float[] b = random(3 * sizeB, 6);
        double[] expected = naive(s, a, b, 3 * m * n);
        assertClose(
            s.toString(),
            KernelRunner.run(Gemm.of(s, KernelRunner.VECTOR_PANEL), 3 * m * n, a, b),
            expected,
            k);
      }
    }
  }

  @Test
  void leavesTheGapsBetweenRowsOfTheResultAlone() {
    for (int[] size :
        new int[][] {{1, 21}, {2, 21}, {30, 21}, {30, 10}, {30, 300}, {8, 256}, {7, 13}, {1, 5}}) {
      int m = size[0];
      int n = size[1];
      int k = n < 16 ? 79 : 9;
      GemmShape s = GemmShape.dense(1, m, n, k, false, false).leading(k, n, n + 5);
      float[] a = random(m * k, 7);
      float[] b = random(k * n, 8);
      float[] c = KernelRunner.run(Gemm.of(s, KernelRunner.VECTOR_PANEL), m * (n + 5), a, b);
      for (int i = 0; i < m; i++) {
        for (int j = n; j < n + 5; j++) {
          assertThat(c[i * (n + 5) + j]).as("gap").isEqualTo(12345.5f);
        }
      }
    }
  }

  @Test
  void aColumnWithGapsIsStillAColumn() {
    GemmShape s = GemmShape.dense(1, 12, 1, 9, false, false).leading(9, 1, 3);
    float[] a = random(12 * 9, 7);
    float[] b = random(9, 8);
    float[] c = KernelRunner.run(Gemm.of(s, KernelRunner.VECTOR_PANEL), 36, a, b);
    double[] expected = naive(s, a, b, 36);
    for (int i = 0; i < 12; i++) {
      assertThat(c[3 * i]).isCloseTo((float) expected[3 * i], within(1e-5f));
      assertThat(c[3 * i + 1]).isEqualTo(12345.5f);
    }
  }

  @Test
  void aBatchStrideOfZeroUsesOneMatrixForAll() {
    GemmShape s = GemmShape.dense(4, 9, 33, 12, false, false);
    GemmShape shared = s.strides(9 * 12, 0, 9 * 33);
    float[] a = random(4 * 9 * 12, 9);
    float[] b = random(12 * 33, 10);
    double[] expected = naive(shared, a, b, 4 * 9 * 33);
    assertClose("shared", KernelRunner.run(Gemm.of(shared), 4 * 9 * 33, a, b), expected, 12);
    GemmShape left = GemmShape.dense(3, 9, 290, 12, true, false).strides(0, 12 * 290, 9 * 290);
    float[] right = random(3 * 12 * 290, 10);
    assertClose(
        "shared left",
        KernelRunner.run(Gemm.of(left, KernelRunner.VECTOR_PANEL), 3 * 9 * 290, a, right),
        naive(left, a, right, 3 * 9 * 290),
        12);
  }

  @Test
  void hasTheSameBitsForAnyNumberOfThreads() {
    int[][] sizes = {
      {1, 130, 200, 300},
      {1, 40, 24, 9000},
      {1, 20, 100, 5000},
      {64, 16, 40, 60},
      {1, 1, 900, 1000},
      {1, 70, 300, 1100},
      {1, 530, 64, 40}
    };
    for (int[] size : sizes) {
      for (int trans = 0; trans < 4; trans++) {
        Kernel k = Gemm.of(size[0], size[1], size[2], size[3], (trans & 1) != 0, (trans & 2) != 0);
        assertSameBits(
            k,
            size[0] * size[1] * size[2],
            random(size[0] * size[1] * size[3], 1),
            random(size[0] * size[2] * size[3], 2));
      }
    }
  }

  @Test
  void hasTheSameBitsBeforeAndAfterCompilation() {
    for (boolean transB : new boolean[] {false, true}) {
      for (int m : new int[] {1, 9}) {
        Kernel k = Gemm.of(1, m, 50, 777, false, transB);
        float[] a = random(m * 777, 1);
        float[] b = random(50 * 777, 2);
        float[] first = KernelRunner.run(k, m * 50, a, b);
        for (int i = 0; i < 3_000; i++) {
          assertSame("call " + i, KernelRunner.run(k, m * 50, a, b), first);
        }
      }
    }
  }

  @Test
  void cutsLargeProductsIntoManyTasksAndSmallOnesIntoOne() {
    assertThat(Gemm.of(1, 4, 8, 2, false, false).tasks(0)).isEqualTo(1);
    assertThat(Gemm.of(1, 1, 128, 784, false, false).tasks(0)).isEqualTo(1);
    assertThat(Gemm.of(1, 1024, 1024, 1024, false, false).tasks(0)).isGreaterThan(16);
    assertThat(Gemm.of(1, 32, 32, 100_000, true, false).tasks(0)).isGreaterThan(7);
    assertThat(Gemm.of(512, 64, 64, 32, false, true).tasks(0)).isBetween(16, 256);
    GemmShape layer = GemmShape.dense(1, 64, 128, 784, false, false);
    assertThat(Gemm.of(layer, new ScalarPanel(16)).tasks(0)).as("panels × parts").isEqualTo(4 * 2);
  }

  @Test
  void notANumberAndInfinityReachTheResultsTheyBelongTo() {
    for (int[] size :
        new int[][] {{1, 40, 5}, {9, 40, 5}, {2, 3, 700}, {40, 1, 8}, {9, 270, 5}, {40, 258, 8}}) {
      int m = size[0];
      int n = size[1];
      int k = size[2];
      for (boolean transB : new boolean[] {false, true}) {
        float[] a = random(m * k, 11);
        float[] b = random(k * n, 12);
        int column = n - 1;
        b[transB ? column * k + k - 1 : (k - 1) * n + column] = Float.NaN;
        a[(m - 1) * k] = Float.POSITIVE_INFINITY;
        GemmShape s = GemmShape.dense(1, m, n, k, false, transB);
        float[] c = KernelRunner.run(Gemm.of(s, KernelRunner.VECTOR_PANEL), m * n, a, b);
        for (int i = 0; i < m; i++) {
          for (int j = 0; j < n; j++) {
            float x = c[i * n + j];
            if (j == column) {
              assertThat(x).isNaN();
            } else if (i == m - 1) {
              assertThat(Float.isInfinite(x)).isTrue();
            } else {
              assertThat(Float.isFinite(x)).isTrue();
            }
          }
        }
      }
    }
  }

  @Test
  void refusesRowsThatOverlap() {
    assertThatThrownBy(() -> GemmShape.dense(1, 4, 5, 6, false, false).leading(6, 4, 5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("ldb is 4")
        .hasMessageContaining("at least 5");
    assertThatThrownBy(() -> GemmShape.dense(1, 4, -5, 6, false, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("negative");
  }

  @Test
  void packsPanelsWithZerosBehindTheLastColumn() {
    for (Panel panel : panels()) {
      int width = panel.width();
      for (int n = 1; n <= width; n++) {
        for (int k : new int[] {1, 7, 16, 21, 32, 33}) {
          float[] b = random(width * (k + 3), 13);
          float[] p = new float[k * width + 2];
          float[] q = new float[k * width + 2];
          Arrays.fill(p, Float.NaN);
          Arrays.fill(q, Float.NaN);
          panel.transpose(b, 2, k + 1, k, n, p, 1, width);
          panel.pack(b, 2, n + 1, Math.min(k, width), n, q, 1, width);
          for (int i = 0; i < k; i++) {
            for (int j = 0; j < width; j++) {
              assertThat(p[1 + i * width + j]).isEqualTo(j < n ? b[2 + j * (k + 1) + i] : 0);
              if (i < width) {
                assertThat(q[1 + i * width + j]).isEqualTo(j < n ? b[2 + i * (n + 1) + j] : 0);
              }
            }
          }
          assertThat(p[0]).isNaN();
          assertThat(p[k * width + 1]).isNaN();
        }
      }
    }
  }

  @Test
  void packsManyPanelsAtOnceAndNothingBetweenThem() {
    int k = 5;
    for (Panel panel : panels()) {
      for (int width : new int[] {panel.lanes(), panel.width()}) {
        int next = k * width + 3;
        for (int n = 1; n <= 12 * panel.lanes() + 1; n++) {
          int count = Math.ceilDiv(n, width);
          float[] b = random(1 + k * (n + 2), n);
          float[] p = new float[1 + count * next];
          Arrays.fill(p, Float.NaN);
          float[] expected = p.clone();
          for (int i = 0; i < k; i++) {
            for (int j = 0; j < count * width; j++) {
              expected[1 + j / width * next + i * width + j % width] =
                  j < n ? b[1 + i * (n + 2) + j] : 0;
            }
          }
          panel.pack(b, 1, n + 2, k, n, p, 1, width, next);
          assertThat(p).as("%d columns, %d in a panel", n, width).isEqualTo(expected);
        }
      }
    }
  }

  @Test
  void saysWhatItMultipliesAndHow() {
    assertThat(Gemm.of(1, 64, 128, 784, false, false))
        .hasToString("product 64×128×784, B packed, sums in two parts");
    assertThat(Gemm.of(1, 300, 128, 784, false, true))
        .as("each thread reads rows of a transposed B anyway")
        .hasToString("product 300×128×784, B transposed, B packed");
    Panel panel = new ScalarPanel(16); // with other lanes, other numbers of rows are few
    assertThat(Gemm.of(GemmShape.dense(2, 64, 512, 784, true, false), panel))
        .hasToString("product 2 of 64×512×784, A transposed, A packed");
    assertThat(Gemm.of(GemmShape.dense(1, 32, 1000, 256, false, false), panel))
        .hasToString("product 32×1000×256");
    assertThat(Gemm.of(GemmShape.dense(1, 32, 1024, 256, false, false), panel))
        .as("B's rows meet in a few sets of a cache")
        .hasToString("product 32×1024×256, B packed");
  }
}
