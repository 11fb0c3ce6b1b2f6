package dev.hebb.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Short floats against the JDK's conversion and against the rule on the bits of a float32. */
class ShortFloatsTest {
  /** Any bits, and numbers around the limits, where half a unit more makes an infinity. */
  private static float[] samples() {
    var random = new SplittableRandom(5);
    float[] x = new float[20_000];
    for (int i = 0; i < x.length; i++) {
      x[i] =
          i % 2 == 0
              ? Float.intBitsToFloat(random.nextInt())
              : Float.float16ToFloat((short) random.nextInt())
                  * (1 + random.nextInt(-4, 5) / 8192f);
    }
    float[] edges = {0, -0f, 65504, 65519.99f, 65520, 0x1p-24f, 0x1p-25f, 0x1.002p-25f, 0x1p-14f};
    System.arraycopy(edges, 0, x, 0, edges.length);
    return x;
  }

  @Test
  void float16IsWhatTheJdkConvertsTo() {
    float[] x = samples();
    float[] y = Tensor.of(x).toFloat16().toFloats();
    for (int i = 0; i < x.length; i++) {
      assertThat(y[i])
          .as("%a", x[i])
          .isEqualTo(Float.valueOf(Float.float16ToFloat(Float.floatToFloat16(x[i]))));
    }
  }

  @Test
  void bfloat16RoundsTheUpperHalfOfTheBits() {
    float[] x = samples();
    float[] y = Tensor.of(x).toBfloat16().toFloats();
    for (int i = 0; i < x.length; i++) {
      int bits = Float.floatToRawIntBits(x[i]);
      int rounded = (bits + 0x7fff + ((bits >>> 16) & 1)) & 0xffff0000;
      assertThat(y[i])
          .as("%a", x[i])
          .isEqualTo(Float.valueOf(Float.isNaN(x[i]) ? Float.NaN : Float.intBitsToFloat(rounded)));
    }
  }
}
