package dev.hebb.runtime.simd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class StridedLoadTest {
  /** Views of up to five dimensions, in any order, some broadcast, some backwards. */
  @Test
  void everyTileOfEveryViewIsRight() {
    SplittableRandom random = new SplittableRandom(1);
    for (int trial = 0; trial < 400; trial++) {
      int rank = random.nextInt(6);
      int[] dims = new int[rank];
      for (int k = 0; k < rank; k++) {
        dims[k] = random.nextInt(4) == 0 ? 1 : 1 + random.nextInt(random.nextBoolean() ? 5 : 24);
        dims[k] = rank > 3 ? Math.min(dims[k], 6) : dims[k];
      }
      check(dims, strides(dims, random), random);
    }
  }

  @Test
  void theUsualViews() {
    SplittableRandom random = new SplittableRandom(2);
    check(new int[] {}, new int[] {}, random);
    check(new int[] {2000}, new int[] {1}, random);
    check(new int[] {30, 40}, new int[] {1, 30}, random); // transposed
    check(new int[] {50, 3}, new int[] {1, 50}, random); // channels last
    check(new int[] {64, 20}, new int[] {1, 0}, random); // a column repeated
    check(new int[] {64, 20}, new int[] {0, 1}, random); // a row repeated
    check(new int[] {4, 3, 5, 7}, new int[] {105, 1, 21, 3}, random); // permuted
  }

  @Test
  void knowsContiguousViews() {
    assertThat(new StridedLoad(new int[] {4, 5}, new int[] {5, 1}).isContiguous()).isTrue();
    assertThat(new StridedLoad(new int[] {4, 1, 5}, new int[] {5, 77, 1}).isContiguous()).isTrue();
    assertThat(new StridedLoad(new int[] {}, new int[] {}).isContiguous()).isTrue();
    assertThat(new StridedLoad(new int[] {4, 5}, new int[] {6, 1}).isContiguous()).isFalse();
    assertThat(new StridedLoad(new int[] {4, 5}, new int[] {0, 1}).isContiguous()).isFalse();
    assertThat(new StridedLoad(new int[] {7}, new int[] {2}).isContiguous()).isFalse();
  }

  @Test
  void mistakesAreNamed() {
    assertThatThrownBy(() -> new StridedLoad(new int[] {2, 3}, new int[] {1}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2 dimensions")
        .hasMessageContaining("1 strides");
    StridedLoad load = new StridedLoad(new int[] {2}, new int[] {1});
    assertThatThrownBy(() -> load.load(new char[2], 0, 0, new float[2], 0, 2, new int[2]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("char[]");
  }

  private static int[] strides(int[] dims, SplittableRandom random) {
    int[] strides = new int[dims.length];
    int next = 1;
    boolean[] done = new boolean[dims.length];
    for (int i = 0; i < dims.length; i++) {
      int k = random.nextInt(dims.length);
      // in order more often than not, so that dimensions are joined
      k = random.nextInt(3) > 0 ? dims.length - 1 - i : k;
      while (done[k]) {
        k = (k + 1) % dims.length;
      }
      done[k] = true;
      int kind = random.nextInt(8);
      strides[k] = kind == 0 ? 0 : kind == 1 ? -next : next;
      next = kind == 0 ? next : next * dims[k];
    }
    return strides;
  }

  private static void check(int[] dims, int[] strides, SplittableRandom random) {
    int total = 1;
    int low = 0;
    int high = 0;
    for (int k = 0; k < dims.length; k++) {
      total *= dims[k];
      int reach = (dims[k] - 1) * strides[k];
      low += Math.min(reach, 0);
      high += Math.max(reach, 0);
    }
    int base = 3 - low;
    float[] floats = new float[base + high + 1];
    double[] doubles = new double[floats.length];
    int[] ints = new int[floats.length];
    long[] longs = new long[floats.length];
    byte[] bytes = new byte[floats.length];
    for (int i = 0; i < floats.length; i++) {
      ints[i] = 1 + random.nextInt(1 << 24);
      floats[i] = ints[i];
      doubles[i] = ints[i];
      longs[i] = ints[i];
      bytes[i] = (byte) (ints[i] & 1);
    }
    StridedLoad load = new StridedLoad(dims, strides);
    int[] scratch = new int[load.scratch()];
    for (int tile = 0; tile < 6; tile++) {
      int start = tile == 0 ? 0 : random.nextInt(total);
      int n = tile == 0 ? total : random.nextInt(total - start + 1);
      float[] f = new float[n + 4];
      float[] b = new float[n + 4];
      double[] d = new double[n + 4];
      long[] fromInts = new long[n + 4];
      long[] fromLongs = new long[n + 4];
      load.load(floats, base, start, f, 2, n, scratch);
      load.load(bytes, base, start, b, 2, n, scratch);
      load.load(doubles, base, start, d, 2, n, scratch);
      load.load(ints, base, start, fromInts, 2, n, scratch);
      load.load(longs, base, start, fromLongs, 2, n, scratch);
      for (int i = 0; i < n + 4; i++) {
        boolean inside = i >= 2 && i < n + 2;
        int at = inside ? position(dims, strides, base, start + i - 2) : 0;
        assertThat(f[i])
            .as("dims %s strides %s at %d", dims, strides, i)
            .isEqualTo(inside ? floats[at] : 0);
        assertThat(b[i]).isEqualTo(inside ? bytes[at] : 0);
        assertThat(d[i]).isEqualTo(inside ? doubles[at] : 0);
        assertThat(fromInts[i]).isEqualTo(inside ? ints[at] : 0);
        assertThat(fromLongs[i]).isEqualTo(inside ? longs[at] : 0);
      }
    }
  }

  private static int position(int[] dims, int[] strides, int base, int linear) {
    int at = base;
    for (int k = dims.length - 1; k >= 0; k--) {
      at += linear % dims[k] * strides[k];
      linear /= dims[k];
    }
    return at;
  }
}
