package dev.hebb.runtime.simd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hebb.op.ScalarOp;
import dev.hebb.tensor.DType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Vector loops and their plain twins return the same bits. */
class VectorMathTest {
  private static final int TILE = 4096;

  @BeforeEach
  void needsVectors() {
    assumeTrue(Simd.available(), "no vector module");
  }

  @ParameterizedTest
  @EnumSource
  void agreesWithItsTwin(ScalarOp op) {
    Loop vector = Loops.vector(op);
    assumeTrue(vector != null, "no vector form");
    Loop plain = Loops.plain(op, DType.FLOAT32, DType.FLOAT32);
    float[] y = FloatSamples.mixed(TILE, 4);
    float[] z = FloatSamples.mixed(TILE, 5);
    compare(op, plain, vector, y, z, y);
    // each special number against each other
    for (int shift = 1; op.arity() > 1 && shift < 280; shift++) {
      System.arraycopy(y, 0, z, shift, TILE - shift);
      System.arraycopy(y, TILE - shift, z, 0, shift);
      compare(op, plain, vector, y, z, y);
    }
    // the vector loop is slow until it is compiled
    int stride = Math.max(FloatSamples.stride(), op.arity() == 1 ? 1 : 1 << 17);
    float[] x = new float[TILE];
    for (long bits = 0; bits < 1L << 32; ) {
      for (int i = 0; i < TILE; i++, bits += stride) {
        x[i] = Float.intBitsToFloat((int) bits);
      }
      compare(op, plain, vector, x, y, z);
    }
  }

  private static void compare(
      ScalarOp op, Loop plain, Loop vector, float[] a, float[] b, float[] c) {
    float[] want = new float[TILE];
    float[] got = new float[TILE];
    plain.run(a, 0, b, 0, c, 0, want, 0, TILE);
    vector.run(a, 0, b, 0, c, 0, got, 0, TILE);
    for (int i = 0; i < TILE; i++) {
      if (Float.floatToIntBits(got[i]) != Float.floatToIntBits(want[i])) {
        assertThat(got[i]).as("%s(%a, %a, %a)", op, a[i], b[i], c[i]).isEqualTo(want[i]);
      }
    }
  }
}
