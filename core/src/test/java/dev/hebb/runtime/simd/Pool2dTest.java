package dev.hebb.runtime.simd;

import static dev.hebb.runtime.simd.KernelRunner.assertSameBits;
import static dev.hebb.runtime.simd.KernelRunner.random;
import static dev.hebb.runtime.simd.KernelRunner.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hebb.runtime.Gang;
import dev.hebb.runtime.Kernel;
import dev.hebb.runtime.Operands;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

class Pool2dTest {
  private static final List<PoolShape> SHAPES =
      List.of(
          new PoolShape(1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 1, 1, 1, 1),
          new PoolShape(2, 4, 6, 3, 2, 2, 2, 2, 0, 0, 1, 1, 2, 3),
          new PoolShape(2, 7, 9, 20, 3, 3, 2, 2, 1, 1, 1, 1, 4, 5),
          new PoolShape(1, 7, 8, 16, 3, 2, 1, 3, 1, 0, 1, 1, 7, 3),
          new PoolShape(1, 5, 5, 33, 2, 2, 2, 2, 0, 0, 1, 1, 3, 3), // overhangs
          new PoolShape(1, 9, 9, 7, 3, 3, 2, 1, 2, 2, 2, 2, 4, 9), // dilated
          new PoolShape(1, 5, 6, 40, 3, 3, 1, 1, 1, 1, 1, 1, 5, 6),
          new PoolShape(1, 4, 7, 64, 2, 4, 2, 1, 0, 0, 1, 1, 2, 4),
          new PoolShape(3, 6, 6, 207, 6, 6, 1, 1, 0, 0, 1, 1, 1, 1), // global
          new PoolShape(0, 6, 6, 2, 2, 2, 2, 2, 0, 0, 1, 1, 3, 3));

  private static List<PoolPixel> twins() {
    return List.of(KernelRunner.VECTOR_POOL, new ScalarPool());
  }

  private static int ins(PoolShape s) {
    return s.n() * s.h() * s.w() * s.c();
  }

  private static int outs(PoolShape s) {
    return s.n() * s.outH() * s.outW() * s.c();
  }

  private interface Visitor {
    void at(int in, int out);
  }

  private static void visit(PoolShape s, Visitor visitor) {
    for (int i = 0; i < s.n(); i++) {
      for (int p = 0; p < s.outH(); p++) {
        for (int q = 0; q < s.outW(); q++) {
          for (int r = 0; r < s.kh(); r++) {
            for (int t = 0; t < s.kw(); t++) {
              int y = p * s.strideH() + r * s.dilH() - s.padTop();
              int x = q * s.strideW() + t * s.dilW() - s.padLeft();
              if (y >= 0 && y < s.h() && x >= 0 && x < s.w()) {
                for (int c = 0; c < s.c(); c++) {
                  visitor.at(
                      ((i * s.h() + y) * s.w() + x) * s.c() + c,
                      ((i * s.outH() + p) * s.outW() + q) * s.c() + c);
                }
              }
            }
          }
        }
      }
    }
  }

  /** The place of the first largest x (or first NaN) of each window. */
  private static int[] largest(PoolShape s, float[] x) {
    int[] best = new int[outs(s)];
    Arrays.fill(best, -1);
    visit(
        s,
        (in, out) -> {
          int b = best[out];
          if (b < 0 || x[in] > x[b] || Float.isNaN(x[in]) && !Float.isNaN(x[b])) {
            best[out] = in;
          }
        });
    return best;
  }

  /** Values with many ties, both zeros, infinities and NaN. */
  private static float[] awkward(int n) {
    float[] x = random(n, 1);
    for (int i = 0; i < n; i++) {
      x[i] =
          switch ((int) (Math.abs(x[i]) * 997) % 12) {
            case 0 -> Float.NaN;
            case 1 -> Float.NEGATIVE_INFINITY;
            case 2 -> Float.POSITIVE_INFINITY;
            case 3 -> -0.0f;
            case 4, 5 -> 0.0f;
            case 6, 7 -> -1;
            default -> x[i];
          };
    }
    return x;
  }

  /** The same without NaN and infinities, among which none is the largest of many windows. */
  private static float[] ties(int n) {
    float[] x = awkward(n);
    for (int i = 0; i < n; i++) {
      x[i] = Float.isNaN(x[i]) ? 0.5f : Math.clamp(x[i], -2, 0.75f);
    }
    return x;
  }

  private static void forAll(BiConsumer<PoolShape, float[]> test) {
    for (PoolShape s : SHAPES) {
      test.accept(s, awkward(ins(s)));
      test.accept(s, ties(ins(s)));
    }
  }

  @Test
  void takesFromWhereTheMaximumIs() {
    forAll((s, x) -> {
      float[] v = random(ins(s), 2);
      int[] best = largest(s, x);
      for (PoolPixel twin : twins()) {
        float[] y = run(Pool2d.of(Pool2d.Op.MAX_TAKE, s, twin), outs(s), x, v);
        for (int i = 0; i < y.length; i++) {
          assertThat(y[i]).as("%s, output %d", s, i).isEqualTo(v[best[i]]);
        }
      }
    });
  }

  @Test
  void maxPoolingTakesFromItself() {
    forAll((s, x) -> {
      int[] best = largest(s, x);
      for (PoolPixel twin : twins()) {
        float[] y = new float[outs(s)];
        var operands = new Operands(3);
        operands.set(0, x, 0);
        operands.set(1, x, 0);
        operands.set(2, y, 0);
        Gang.of(1).run(Pool2d.of(Pool2d.Op.MAX_TAKE, s, twin), operands);
        for (int i = 0; i < y.length; i++) {
          assertThat(Float.floatToIntBits(y[i]))
              .as("%s, output %d", s, i)
              .isEqualTo(Float.floatToIntBits(x[best[i]]));
        }
      }
    });
  }

  @Test
  void scattersToWhereTheMaximumIs() {
    forAll((s, x) -> {
      float[] g = random(outs(s), 3);
      int[] best = largest(s, x);
      float[] expected = new float[ins(s)];
      for (int i = 0; i < g.length; i++) {
        expected[best[i]] += g[i];
      }
      for (PoolPixel twin : twins()) {
        assertThat(run(Pool2d.of(Pool2d.Op.MAX_SCATTER, s, twin), ins(s), x, g))
            .as("%s", s)
            .isEqualTo(expected);
      }
    });
  }

  @Test
  void addsUpWindowsAndSpreadsBack() {
    for (PoolShape s : SHAPES) {
      float[] x = random(ins(s), 4);
      float[] g = random(outs(s), 5);
      float[] sums = new float[outs(s)];
      float[] spread = new float[ins(s)];
      visit(
          s,
          (in, out) -> {
            sums[out] += x[in];
            spread[in] += g[out];
          });
      for (PoolPixel twin : twins()) {
        assertThat(run(Pool2d.of(Pool2d.Op.SUM, s, twin), outs(s), x)).as("%s", s).isEqualTo(sums);
        assertThat(run(Pool2d.of(Pool2d.Op.SUM_SCATTER, s, twin), ins(s), g))
            .as("%s", s)
            .isEqualTo(spread);
      }
    }
  }

  @Test
  void aWindowOutsideOfTheImageHoldsNothing() {
    PoolShape s = new PoolShape(1, 2, 2, 3, 1, 1, 1, 1, 1, 0, 1, 1, 4, 3);
    float[] x = random(12, 6);
    float[] y = run(Pool2d.of(Pool2d.Op.MAX_TAKE, s, KernelRunner.VECTOR_POOL), outs(s), x, x);
    float[] sum = run(Pool2d.of(Pool2d.Op.SUM, s, KernelRunner.VECTOR_POOL), outs(s), x);
    float[] d =
        run(
            Pool2d.of(Pool2d.Op.MAX_SCATTER, s, KernelRunner.VECTOR_POOL),
            12,
            x,
            random(outs(s), 7));
    assertThat(y[0]).isEqualTo(Float.NEGATIVE_INFINITY);
    assertThat(sum[0]).isZero();
    assertThat(y[9]).isEqualTo(x[0]);
    assertThat(d).hasSize(12);
  }

  @Test
  void hasTheSameBitsForAnyNumberOfThreads() {
    for (int n : new int[] {3, 40}) {
      PoolShape s = new PoolShape(n, 24, 24, 100, 3, 3, 2, 2, 1, 1, 1, 1, 12, 12);
      float[] x = random(ins(s), 8);
      float[] g = random(outs(s), 9);
      for (Pool2d.Op op : Pool2d.Op.values()) {
        Kernel k = Pool2d.of(op, s, KernelRunner.VECTOR_POOL);
        assertThat(k.tasks(0)).isGreaterThan(2);
        switch (op) {
          case MAX_TAKE -> assertSameBits(k, outs(s), x, x);
          case MAX_SCATTER -> assertSameBits(k, ins(s), x, g);
          case SUM -> assertSameBits(k, outs(s), x);
          case SUM_SCATTER -> assertSameBits(k, ins(s), g);
        }
      }
    }
  }

  @Test
  void refusesImpossibleShapes() {
    assertThatThrownBy(() -> new PoolShape(1, 4, 4, 1, 2, 2, 0, 2, 0, 0, 1, 1, 2, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("stride 0×2");
  }
}
