package dev.hebb.runtime.simd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hebb.op.ScalarOp;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The error bounds that {@link ScalarMath} states, against the definitions in float64. */
class ScalarMathTest {
  @ParameterizedTest
  @CsvSource({
    "EXP, 1",
    "EXPM1, 1.5",
    "LOG, 1",
    "LOG1P, 1.5",
    "TANH, 2",
    "SIGMOID, 1.7",
    "SOFTPLUS, 1.7",
    "SIN, 1.6",
    "COS, 1.6",
    "TAN, 2",
    "ASIN, 1.5",
    "ACOS, 1.5",
    "ATAN, 1.5",
    "SINH, 2",
    "COSH, 1.5",
    "ERF, 1",
    "FLOOR, 0",
    "CEIL, 0",
    "ROUND, 0",
    "SIGN, 0",
    "RELU, 0",
    "NEG, 0",
    "ABS, 0",
    "SQRT, 0.5",
    "RECIPROCAL, 0.5",
    "IS_NAN, 0",
    "NOT, 0"
  })
  void staysWithinItsBound(ScalarOp op, double bound) {
    ScalarMathTable.Unary f = ScalarMathTable.unary(op);
    double worst = 0;
    float at = 0;
    int stride = FloatSamples.stride();
    for (long bits = 0; bits < 1L << 32; bits += stride) {
      float x = Float.intBitsToFloat((int) bits);
      double error = FloatSamples.ulps(f.apply(x), op.apply(x, 0, 0));
      if (error > worst) {
        worst = error;
        at = x;
      }
    }
    for (float x : FloatSamples.mixed(4096, 1)) {
      double error = FloatSamples.ulps(f.apply(x), op.apply(x, 0, 0));
      if (error > worst) {
        worst = error;
        at = x;
      }
    }
    assertThat(worst)
        .as("error in ulp of %s, largest at %s = %a", op, at, at)
        .isLessThan(bound + 1e-9);
  }

  @ParameterizedTest
  @CsvSource({
    "TANH, -12, 12, 2",
    "SIGMOID, -20, 20, 1.7",
    "SOFTPLUS, -20, 20, 1.7",
    "EXP, -90, 90, 1",
    "SIN, -400, 400, 1.6",
    "COS, -400, 400, 1.6",
    "TAN, -400, 400, 2",
    "ERF, -4.5, 4.5, 1",
    "LOG1P, -1, 2, 1.5"
  })
  void staysWithinItsBoundWhereItIsUsed(ScalarOp op, double low, double high, double bound) {
    ScalarMathTable.Unary f = ScalarMathTable.unary(op);
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 0; i < 200_000; i++) {
      float x = (float) random.nextDouble(low, high);
      double error = FloatSamples.ulps(f.apply(x), op.apply(x, 0, 0));
      assertThat(error).as("error in ulp of %s at %s = %a", op, x, x).isLessThan(bound + 1e-9);
    }
  }

  @Test
  void powersAreRight() {
    float[] special = FloatSamples.mixed(300, 2);
    for (float x : special) {
      for (float y : special) {
        checkPower(x, y);
      }
      for (int y = -9; y <= 9; y++) {
        checkPower(x, y);
        checkPower(x, y + 0.5f);
      }
    }
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < 300_000; i++) {
      checkPower((float) Math.exp(random.nextDouble(-30, 30)), (float) random.nextDouble(-9, 9));
    }
  }

  private static void checkPower(float x, float y) {
    double error = FloatSamples.ulps(ScalarMath.pow(x, y), Math.pow(x, y));
    assertThat(error).as("error in ulp of %s ^ %s", x, y).isLessThan(0.6);
  }
}
