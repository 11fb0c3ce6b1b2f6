package dev.hebb.runtime.simd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hebb.op.ScalarOp;
import dev.hebb.tensor.DType;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Loops against {@link ScalarOp#apply}, at awkward sizes and offsets. */
class LoopsTest {
  private static final int ROOM = 400;

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 13, 16, 17, 31, 64, 207})
  void floatLoopsComputeTheirOperationAndTouchNothingElse(int n) {
    for (ScalarOp op : ScalarOp.values()) {
      if (op != ScalarOp.CAST) {
        for (Loop loop : forms(op)) {
          checkFloats(op, loop, n);
        }
      }
    }
  }

  private static List<Loop> forms(ScalarOp op) {
    List<Loop> all = new ArrayList<>();
    all.add(Loops.of(op, DType.FLOAT32, DType.FLOAT32));
    Loop vector = Loops.vector(op);
    if (vector != null) {
      all.add(vector);
    }
    return all;
  }

  private static void checkFloats(ScalarOp op, Loop loop, int n) {
    float[] a = floats(op, 1);
    float[] b = floats(op, 2);
    float[] c = floats(op, 3);
    float[] d = floats(op, 4);
    float[] before = d.clone();
    loop.run(a, 3, b, 17, c, 5, d, 11, n);
    for (int i = 0; i < ROOM; i++) {
      if (i < 11 || i >= 11 + n) {
        assertThat(d[i]).as("%s, n = %d, at %d", op, n, i).isEqualTo(before[i]);
      } else {
        int k = i - 11;
        double want = op.apply(a[3 + k], b[17 + k], c[5 + k]);
        assertThat(FloatSamples.ulps(d[i], want))
            .as("%s, n = %d, at %d", op, n, k)
            .isLessThan(2.01);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "CAST")
  void theResultMayOverwriteAnOperand(ScalarOp op) {
    for (Loop loop : forms(op)) {
      for (int alias = 0; alias < op.arity(); alias++) {
        float[][] in = {floats(op, 1), floats(op, 2), floats(op, 3)};
        float[] want = new float[ROOM];
        loop.run(in[0], 5, in[1], 5, in[2], 5, want, 5, 207);
        loop.run(in[0], 5, in[1], 5, in[2], 5, in[alias], 5, 207);
        for (int i = 5; i < 212; i++) {
          assertThat(in[alias][i]).as("%s over operand %d", op, alias).isEqualTo(want[i]);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 13, 16, 64, 207})
  void anOperandMayBeASingleElement(int n) {
    for (ScalarOp op : ScalarOp.values()) {
      for (int operand = 0; op.arity() == 2 && operand < 2; operand++) {
        List<Loop> forms = new ArrayList<>();
        forms.add(Loops.withScalar(op, operand));
        forms.add(Loops.plainWithScalar(op, operand));
        Loop vector = Loops.vectorWithScalar(op, operand);
        if (vector != null) {
          forms.add(vector);
        }
        for (Loop loop : forms) {
          float[] a = floats(op, 1);
          float[] b = floats(op, 2);
          float[] d = new float[n + 2];
          loop.run(a, 3, b, 17, a, 0, d, 1, n);
          for (int i = 0; i < n; i++) {
            double want = op.apply(a[operand == 0 ? 3 : 3 + i], b[operand == 1 ? 17 : 17 + i], 0);
            assertThat(FloatSamples.ulps(d[1 + i], want)).as("%s at %d", op, i).isLessThan(2.01);
          }
          assertThat(d[0]).isZero();
          assertThat(d[n + 1]).isZero();
        }
      }
    }
    assertThatThrownBy(() -> Loops.withScalar(ScalarOp.EXP, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("EXP");
  }

  @Test
  void doubleLoopsComputeTheirOperation() {
    for (ScalarOp op : ScalarOp.values()) {
      if (op == ScalarOp.CAST || op == ScalarOp.WHERE) {
        continue;
      }
      boolean test = op.result() == ScalarOp.Result.BOOL;
      double[] a = doubles(op, 1);
      double[] b = doubles(op, 2);
      Object d = test ? new float[ROOM] : new double[ROOM];
      DType result = test ? DType.BOOL : DType.FLOAT64;
      Loops.of(op, DType.FLOAT64, result).run(a, 3, b, 17, a, 0, d, 11, 207);
      for (int i = 0; i < 207; i++) {
        double want = op.apply(a[3 + i], b[17 + i], 0);
        assertThat(number(d, 11 + i)).as("%s at %d", op, i).isEqualTo(Double.valueOf(want));
      }
      assertThat(number(d, 10)).isZero();
      assertThat(number(d, 218)).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"INT32", "INT64"})
  void integerLoopsComputeTheirOperationAndWrap(DType type) {
    long extreme = type == DType.INT32 ? Integer.MIN_VALUE : Long.MIN_VALUE;
    long[] some = {0, 1, -1, 2, 3, -7, 12345, extreme, ~extreme};
    for (ScalarOp op : ScalarOp.values()) {
      if (op == ScalarOp.CAST || op == ScalarOp.WHERE || !op.onIntegers()) {
        continue;
      }
      boolean test = op.result() == ScalarOp.Result.BOOL;
      Loop loop = Loops.of(op, type, test ? DType.BOOL : type);
      for (long x : some) {
        for (long y : some) {
          Object d = test ? new float[3] : new long[3];
          loop.run(new long[] {9, x}, 1, new long[] {y}, 0, some, 0, d, 1, 1);
          long want = op.applyLong(x, y, 0);
          want = type == DType.INT32 ? (int) want : want;
          assertThat(number(d, 1)).as("%s(%d, %d)", op, x, y).isEqualTo(Double.valueOf(want));
        }
      }
    }
  }

  @Test
  void whereChoosesInEveryClass() {
    float[] mask = {1, 0, Float.NaN, -0f};
    for (Loop loop : forms(ScalarOp.WHERE)) {
      float[] d = new float[4];
      loop.run(mask, 0, new float[] {1, 2, 3, 4}, 0, new float[] {5, 6, 7, 8}, 0, d, 0, 4);
      assertThat(d).containsExactly(1, 6, 3, 8);
    }
    double[] doubles = new double[4];
    Loops.of(ScalarOp.WHERE, DType.FLOAT64, DType.FLOAT64)
        .run(mask, 0, new double[] {1, 2, 3, 4}, 0, new double[] {5, 6, 7, 8}, 0, doubles, 0, 4);
    assertThat(doubles).containsExactly(1, 6, 3, 8);
    long[] longs = new long[4];
    Loops.of(ScalarOp.WHERE, DType.INT32, DType.INT32)
        .run(mask, 0, new long[] {1, 2, 3, 4}, 0, new long[] {5, 6, 7, 8}, 0, longs, 0, 4);
    assertThat(longs).containsExactly(1, 6, 3, 8);
  }

  @Test
  void castsConvertAsJavaDoes() {
    double[] values = {0, -0.0, 1.9, -1.9, 3e9, -3e9, 1e19, Double.NaN, 1e300, 0.1};
    for (DType from : DType.values()) {
      for (DType to : DType.values()) {
        for (double v : values) {
          Object source = register(from, v);
          Object target = register(to, 0);
          Loops.of(ScalarOp.CAST, from, to).run(source, 1, source, 0, source, 0, target, 1, 1);
          double x = number(source, 1);
          // an int64 has digits that a double does not hold
          long whole = source instanceof long[] s ? s[1] : 0;
          boolean integer = source instanceof long[];
          double want =
              switch (to) {
                case BOOL -> integer ? (whole != 0 ? 1 : 0) : x != 0 ? 1 : 0;
                case INT32 -> integer ? (int) whole : (int) x;
                case INT64 -> integer ? whole : (long) x;
                case FLOAT32 -> integer ? (float) whole : (float) x;
                case FLOAT64 -> integer ? (double) whole : x;
              };
          assertThat(number(target, 1))
              .as("%s → %s of %s", from, to, v)
              .isEqualTo(Double.valueOf(want));
          assertThat(number(target, 0)).isZero();
          assertThat(number(target, 2)).isZero();
        }
      }
    }
  }

  @Test
  void typesThatDoNotFitAreRefused() {
    assertThatThrownBy(() -> Loops.of(ScalarOp.EXP, DType.INT32, DType.INT32))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("EXP")
        .hasMessageContaining("cast");
    assertThatThrownBy(() -> Loops.of(ScalarOp.ADD, DType.FLOAT32, DType.FLOAT64))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("f32")
        .hasMessageContaining("f64");
  }

  private static Object register(DType type, double value) {
    return switch (type) {
      case BOOL -> new float[] {0, value != 0 ? 1 : 0, 0};
      case FLOAT32 -> new float[] {0, (float) value, 0};
      case FLOAT64 -> new double[] {0, value, 0};
      case INT32 -> new long[] {0, (int) value, 0};
      case INT64 -> new long[] {0, (long) value, 0};
    };
  }

  private static double number(Object array, int index) {
    return ((Number) Array.get(array, index)).doubleValue();
  }

  private static float[] floats(ScalarOp op, long seed) {
    double[] x = doubles(op, seed);
    float[] y = new float[ROOM];
    for (int i = 0; i < ROOM; i++) {
      y[i] = (float) x[i];
    }
    return y;
  }

  /** Numbers from the operation's own interval, with some repeated so that ties occur. */
  private static double[] doubles(ScalarOp op, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] x = new double[ROOM];
    for (int i = 0; i < ROOM; i++) {
      x[i] = i % 5 == 0 ? op.low() : random.nextDouble(op.low(), op.high());
    }
    return x;
  }
}
