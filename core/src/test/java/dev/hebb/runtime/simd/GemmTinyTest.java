package dev.hebb.runtime.simd;

import static dev.hebb.runtime.simd.KernelRunner.random;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hebb.runtime.Kernel;
import dev.hebb.runtime.Operands;
import dev.hebb.runtime.Scratch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class GemmTinyTest {
  private static final int[][] SIZES = {
    {1, 1, 1},
    {4, 8, 2},
    {1, 4, 8},
    {4, 8, 1},
    {8, 1, 8},
    {3, 5, 4},
    {64, 1, 1},
    {1, 15, 4},
    {2, 2, 16},
    {1, 1, 64},
    {2, 3, 0},
    {0, 3, 2},
    {3, 0, 2},
  };

  private static List<GemmShape> shapes() {
    List<GemmShape> all = new ArrayList<>();
    for (int[] size : SIZES) {
      for (int trans = 0; trans < 4; trans++) {
        boolean a = (trans & 1) != 0;
        boolean b = (trans & 2) != 0;
        GemmShape s = GemmShape.dense(1, size[0], size[1], size[2], a, b);
        all.add(s);
        all.add(s.leading(s.lda() + 3, s.ldb() + 1, s.ldc() + 2));
      }
    }
    return all;
  }

  /** The sum in float64, rounded at the end. */
  private static float expected(GemmShape s, float[] a, float[] b, int i, int j) {
    double sum = 0;
    for (int p = 0; p < s.k(); p++) {
      float x = a[s.transA() ? p * s.lda() + i : i * s.lda() + p];
      float y = b[s.transB() ? j * s.ldb() + p : p * s.ldb() + j];
      sum += (double) x * y;
    }
    return (float) sum;
  }

  @Test
  void isTheSumOfProductsBeforeAndAfterItHasCodeOfItsOwn() {
    for (GemmShape s : shapes()) {
      Kernel k = new GemmTiny(s, Epilogue.NONE);
      assertThat(GemmTiny.fits(s)).as("%s", s).isTrue();
      float[] a = random(400, 1);
      float[] b = random(400, 2);
      float[] c = new float[400];
      Arrays.fill(c, 7);
      var x = new Operands(3);
      x.set(0, a, 0);
      x.set(1, b, 0);
      x.set(2, c, 0);
      var scratch = new Scratch();
      k.run(0, 0, x, scratch);
      float[] first = c.clone();
      for (int i = 0; i < s.m(); i++) {
        for (int j = 0; j < s.n(); j++) {
          assertThat(c[i * s.ldc() + j])
              .as("%s at %d, %d", s, i, j)
              .isCloseTo(expected(s, a, b, i, j), within());
          c[i * s.ldc() + j] = 7;
        }
      }
      for (float gap : c) {
        assertThat(gap).as("%s: nothing else is written", s).isEqualTo(7);
      }
      for (int call = 0; call < 20_000; call++) {
        k.run(0, 0, x, scratch);
      }
      assertThat(c).as("%s", s).isEqualTo(first);
    }
  }

  private static Offset<Float> within() {
    return Offset.offset(4e-6f);
  }

  @Test
  void theEpilogueKeepsItsBitsToo() {
    GemmShape s = GemmShape.dense(1, 3, 5, 4, false, true);
    float[] a = random(12, 3);
    float[] b = random(20, 4);
    a[0] = Float.NaN;
    b[7] = Float.NEGATIVE_INFINITY;
    for (KernelRunner.Tail t : KernelRunner.Tail.all(5, 15)) {
      Kernel k = new GemmTiny(s, t.epilogue());
      var x = new Operands(3 + t.added().size());
      x.set(0, a, 0);
      x.set(1, b, 0);
      float[] c = new float[15];
      x.set(2, c, 0);
      for (int i = 0; i < t.added().size(); i++) {
        x.set(3 + i, t.added().get(i), 0);
      }
      // What a kernel does that finishes whole rows.
      float[] sums = KernelRunner.run(new GemmTiny(s, Epilogue.NONE), 15, a, b);
      for (int call = 0; call < 20_000; call++) {
        k.run(0, 0, x, new Scratch());
        if (call % 1000 == 0) {
          for (int i = 0; i < 15; i++) {
            Float want = (float) t.apply(sums[i], i, (u, v) -> (float) u + (float) v);
            assertThat(c[i]).as("%s, %d", t.epilogue(), i).isEqualTo(want);
          }
          Arrays.fill(c, 7);
        }
      }
    }
  }

  @Test
  void whatIsLargerGoesOtherWays() {
    assertThat(GemmTiny.fits(GemmShape.dense(1, 4, 4, 5, false, false))).isFalse();
    assertThat(GemmTiny.fits(GemmShape.dense(1, 1, 16, 1, false, false))).isFalse();
    assertThat(GemmTiny.fits(GemmShape.dense(2, 1, 1, 1, false, false))).isFalse();
    assertThat(GemmTiny.fits(GemmShape.dense(1, 1 << 20, 3, 0, false, false))).isFalse();
  }
}
