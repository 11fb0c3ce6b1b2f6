package dev.hebb.runtime.simd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class CacheLinesTest {
  @Test
  void findsThePlaceWhereLoadsTakeTheLeastTime() {
    long[] nanos = LongStream.generate(() -> 290).limit(CacheLines.FLOATS).toArray();
    nanos[4] = 200;
    nanos[12] = 190; // half a line away: the halves of these vectors do not cross a line either
    assertThat(CacheLines.outstanding(nanos)).isEqualTo(12);
    nanos[12] = 290;
    assertThat(CacheLines.outstanding(nanos)).isEqualTo(4);
  }

  @Test
  void findsNothingWhereNothingStandsOut() {
    long[] nanos = LongStream.generate(() -> 290).limit(CacheLines.FLOATS).toArray();
    assertThat(CacheLines.outstanding(nanos)).isEqualTo(CacheLines.UNKNOWN);
    nanos[3] = 250;
    assertThat(CacheLines.outstanding(nanos)).isEqualTo(CacheLines.UNKNOWN);
    nanos[3] = 190;
    nanos[5] = 200; // two places that cannot both be right: somebody disturbed the counting
    assertThat(CacheLines.outstanding(nanos)).isEqualTo(CacheLines.UNKNOWN);
  }

  @Test
  void readsOnlyAndStaysInside() {
    float[] exact = new float[CacheLines.LEAST];
    var random = new Random(1);
    for (int i = 0; i < exact.length; i++) {
      exact[i] = random.nextFloat();
    }
    float[] copy = exact.clone();
    for (int i = 0; i < 20; i++) {
      assertThat(CacheLines.first(exact)).isBetween(CacheLines.UNKNOWN, CacheLines.FLOATS - 1);
    }
    assertThat(exact).isEqualTo(copy);
  }

  @Test
  void looksAtNoShortArray() {
    for (int n : new int[] {0, 1, 7, CacheLines.LEAST - 1}) {
      float[] x = new float[n];
      Arrays.fill(x, Float.NaN);
      assertThat(CacheLines.first(x)).isEqualTo(CacheLines.UNKNOWN);
    }
  }
}
