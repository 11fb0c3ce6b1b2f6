package dev.hebb.runtime.simd;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StoreTest {
  @Test
  void registersGoToBuffersOfTheirType() {
    byte[] bools = {9, 9, 9, 9, 9};
    Store.run(new float[] {7, 1, 0, 1}, 1, bools, 1, 3);
    assertThat(bools).containsExactly(9, 1, 0, 1, 9);

    int[] ints = {9, 9, 9, 9};
    Store.run(new long[] {-1, 1L << 32 | 5}, 0, ints, 1, 2);
    assertThat(ints).containsExactly(9, -1, 5, 9);

    long[] longs = {9, 9, 9};
    Store.run(new long[] {3, 1L << 40}, 1, longs, 1, 1);
    assertThat(longs).containsExactly(9, 1L << 40, 9);

    float[] floats = {9, 9, 9};
    Store.run(new float[] {1.5f, 2.5f}, 0, floats, 0, 2);
    assertThat(floats).containsExactly(1.5f, 2.5f, 9);

    double[] doubles = {9, 9, 9};
    Store.run(new double[] {1.5, 2.5}, 0, doubles, 1, 2);
    assertThat(doubles).containsExactly(9, 1.5, 2.5);
  }
}
