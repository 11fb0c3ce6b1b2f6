package dev.hebb.runtime.simd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PhiloxTest {
  /** The known answers that the authors publish with Random123: counter, key, result. */
  @ParameterizedTest
  @CsvSource({
    "00000000 00000000 00000000 00000000, 00000000 00000000, 6627e8d5 e169c58d bc57ac4c 9b00dbd8",
    "ffffffff ffffffff ffffffff ffffffff, ffffffff ffffffff, 408f276d 41c83b0e a20bc7c6 6d5451fd",
    "243f6a88 85a308d3 13198a2e 03707344, a4093822 299f31d0, d16cfe09 94fdcceb 5001e420 24126ea1"
  })
  void givesThePublishedAnswers(String counter, String key, String result) {
    int[] c = words(counter);
    int[] k = words(key);
    int[] want = words(result);
    long bothKeys = (long) k[1] << 32 | k[0] & 0xFFFFFFFFL;
    for (int i = 0; i < 4; i++) {
      assertThat(Philox.word(bothKeys, c[0], c[1], c[2], c[3], i)).isEqualTo(want[i]);
    }
  }

  private static int[] words(String hex) {
    String[] parts = hex.split(" ");
    int[] words = new int[parts.length];
    for (int i = 0; i < parts.length; i++) {
      words[i] = Integer.parseUnsignedInt(parts[i], 16);
    }
    return words;
  }

  @Test
  void anIndexNamesAWordOfABlock() {
    long key = 0x0123456789abcdefL;
    long counter = 0xfedcba9876543210L;
    assertThat(Philox.word(key, counter, 64 * 5 + 16 * 2 + 7))
        .isEqualTo(Philox.word(key, 5 * 16 + 7, 0, 0x76543210, 0xfedcba98, 2));
  }

  @Test
  void aPieceHasTheNumbersOfTheWhole() {
    float[] whole = new float[1000];
    int[] raw = new int[1000];
    Philox.uniform(7, -3, 0, whole, 0, 1000);
    Philox.words(7, -3, 0, raw, 0, 1000);
    for (int first : new int[] {0, 1, 5, 63, 64, 65, 500}) {
      for (int n : new int[] {0, 1, 7, 64, 130, 207, 500}) {
        float[] piece = new float[n + 6];
        Philox.uniform(7, -3, first, piece, 3, n);
        for (int i = 0; i < n; i++) {
          assertThat(piece[3 + i]).isEqualTo(whole[first + i]);
        }
        assertThat(piece[2]).isZero();
        assertThat(piece[3 + n]).isZero();
      }
    }
    for (int i = 0; i < 1000; i++) {
      assertThat(whole[i]).isEqualTo((raw[i] >>> 8) / (float) (1 << 24));
      assertThat(raw[i]).isEqualTo(Philox.word(7, -3, i));
    }
  }

  @Test
  void vectorsMakeTheSameNumbers() {
    assumeTrue(Simd.available() && PhiloxVector.fits(), "no vectors");
    long key = 0x89abcdef01234567L;
    for (int first : new int[] {0, 3, 33_554_430}) { // the last is the last group but one
      for (long counter : new long[] {0, -1, 1L << 40 | 77}) {
        float[] want = new float[2 * Philox.GROUP + 2];
        float[] got = new float[2 * Philox.GROUP + 2];
        Philox.plain(key, counter, first, 2, want, 1);
        PhiloxVector.fill(key, counter, first, 2, got, 1);
        assertThat(got).isEqualTo(want);
      }
    }
  }

  @Test
  void numbersAreUniformAndStreamsDiffer() {
    int n = 100_000;
    float[] u = new float[n];
    float[] v = new float[n];
    Philox.uniform(1, 0, 0, u, 0, n);
    Philox.uniform(1, 1, 0, v, 0, n);
    double mean = 0;
    double square = 0;
    double product = 0;
    Set<Float> distinct = new HashSet<>();
    for (int i = 0; i < n; i++) {
      assertThat(u[i] >= 0 && u[i] < 1).isTrue();
      mean += u[i] / n;
      square += u[i] * u[i] / n;
      product += (u[i] - 0.5) * (v[i] - 0.5) / n;
      distinct.add(u[i]);
    }
    assertThat(mean).isCloseTo(0.5, within(0.005));
    assertThat(square).isCloseTo(1 / 3.0, within(0.005));
    assertThat(product).isCloseTo(0, within(0.002)); // five standard errors
    assertThat(distinct).hasSizeGreaterThan(n - 1000); // about 300 coincide among 2²⁴ values
  }
}
