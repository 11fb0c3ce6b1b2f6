package dev.hebb.runtime.simd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hebb.op.ScalarOp;
import dev.hebb.runtime.simd.Chain.Role;
import dev.hebb.tensor.DType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Generated chains against {@link ScalarOp#apply} and, bit by bit, against their twin. */
class ChainLoopsTest {
  private static final List<ScalarOp> OPS =
      Arrays.stream(ScalarOp.values()).filter(f -> ChainLoops.accepts(op(f, 0, 0, 0, 0))).toList();

  @BeforeEach
  void needsVectors() {
    assumeTrue(Simd.available(), "no vector module");
  }

  private static Chain.Op op(ScalarOp f, int a, int b, int c, int d) {
    return new Chain.Op(f, DType.FLOAT32, DType.FLOAT32, a, b, c, d);
  }

  @Test
  void allButPowersRemaindersAndShortFloatsAreAccepted() {
    assertThat(ScalarOp.values())
        .filteredOn(f -> !OPS.contains(f))
        .containsExactlyInAnyOrder(
            ScalarOp.POW, ScalarOp.MOD, ScalarOp.TO_FLOAT16, ScalarOp.TO_BFLOAT16);
    assertThat(
            ChainLoops.accepts(new Chain.Op(ScalarOp.CAST, DType.FLOAT32, DType.BOOL, 0, 0, 0, 1)))
        .isFalse();
  }

  /** Three operands of each kind, then each operation on any values so far. */
  private static Chain random(long seed, int length, double stored) {
    var random = new SplittableRandom(seed);
    List<Chain.Op> ops = new ArrayList<>();
    List<Role> roles =
        new ArrayList<>(List.of(Role.OPERAND, Role.NUMBER, Role.OPERAND, Role.NUMBER));
    for (int i = 0; i < length; i++) {
      int n = roles.size();
      ScalarOp f = OPS.get(random.nextInt(OPS.size()));
      int a = random.nextInt(n);
      int b = f.arity() == 1 ? a : random.nextInt(n);
      int c = f.arity() == 3 ? random.nextInt(n) : b;
      ops.add(op(f, a, b, c, n));
      roles.add(random.nextDouble() < stored || i == length - 1 ? Role.RESULT : Role.INNER);
    }
    return new Chain(ops, roles);
  }

  /** Each value in an array of its own: all 7 + length long, from 3 + its number on. */
  private static final class Memory {
    final Object[] at;
    final int[] off;
    final int[] place;

    Memory(Chain chain, int length, long seed) {
      int n = chain.roles().size();
      at = new Object[n];
      off = IntStream.range(0, n).map(v -> v + 3).toArray();
      // the arrays in any order
      place = IntStream.range(0, n).map(v -> (v + 5) % n).toArray();
      for (int v = 0; v < n; v++) {
        float[] x = FloatSamples.mixed(n + 7 + length, seed + v);
        if (chain.roles().get(v) == Role.NUMBER) {
          Arrays.fill(x, (float) (seed % 7 * 0.75 - 1.5));
        }
        at[place[v]] = x;
      }
    }

    float[] array(int v) {
      return (float[]) at[place[v]];
    }

    float value(int v, int i) {
      return array(v)[off[place[v]] + i];
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 13, 16, 207, 1024, 4098})
  void randomChainsComputeTheirOperations(int length) {
    for (int seed = 0; seed < 10; seed++) {
      Chain chain = random(seed, 12, 1);
      Memory m = new Memory(chain, length, seed);
      ChainLoops.generated(chain).run(m.at, m.off, m.place, 0, length);
      for (Chain.Op op : chain.ops()) {
        for (int i = 0; i < length; i++) {
          double want = op.f().apply(m.value(op.a(), i), m.value(op.b(), i), m.value(op.c(), i));
          assertThat(FloatSamples.ulps(m.value(op.d(), i), want))
              .as("seed %d, %s at %d", seed, op, i)
              .isLessThan(2.01);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 13, 16, 207, 1024, 4098})
  void randomChainsHaveTheBitsOfTheirTwinAndTouchNothingElse(int length) {
    for (int seed = 0; seed < 30; seed++) {
      Chain chain = random(100 + seed, 3 + seed, 0.3);
      Memory want = new Memory(chain, length, seed);
      Memory got = new Memory(chain, length, seed);
      new ChainLoops.Stepwise(chain).run(want.at, want.off, want.place, 0, length);
      ChainLoops.generated(chain).run(got.at, got.off, got.place, 0, length);
      for (int v = 0; v < chain.roles().size(); v++) {
        if (chain.roles().get(v) != Role.INNER) {
          assertSameBits(got.array(v), want.array(v), "seed " + seed + ", value " + v + chain);
        }
      }
    }
  }

  /** NaNs may differ in what they carry. */
  private static void assertSameBits(float[] got, float[] want, String what) {
    for (int i = 0; i < want.length; i++) {
      if (Float.floatToIntBits(got[i]) != Float.floatToIntBits(want[i])) {
        assertThat(got[i]).as("%s at %d", what, i).isEqualTo(want[i]);
      }
    }
  }

  @Test
  void onlyTheRangeIsComputed() {
    Chain chain =
        new Chain(
            List.of(op(ScalarOp.NEG, 0, 0, 0, 1), op(ScalarOp.ADD, 1, 2, 2, 3)),
            List.of(Role.OPERAND, Role.INNER, Role.NUMBER, Role.RESULT));
    float[] x = new float[100];
    float[] y = new float[100];
    for (int i = 0; i < 100; i++) {
      x[i] = i;
    }
    Object[] at = {x, new float[100], new float[] {7, Float.NaN}, y};
    ChainLoops.generated(chain).run(at, new int[4], new int[] {0, 1, 2, 3}, 40, 77);
    for (int i = 0; i < 100; i++) {
      assertThat(y[i]).isEqualTo(i < 40 || i >= 77 ? 0f : 7f - i);
    }
  }

  @Test
  void aResultMayLieWhereAnOperandLay() {
    Chain chain =
        new Chain(
            List.of(
                op(ScalarOp.MUL, 0, 1, 1, 2),
                op(ScalarOp.ADD, 2, 1, 1, 3),
                op(ScalarOp.EXP, 3, 3, 3, 4)),
            List.of(Role.OPERAND, Role.OPERAND, Role.RESULT, Role.INNER, Role.RESULT));
    float[] x = FloatSamples.mixed(207, 1);
    float[] y = FloatSamples.mixed(207, 2);
    float[][] want = {x.clone(), y.clone()};
    float[][] got = {x.clone(), y.clone()};
    int[] place = {0, 1, 0, 1, 1};
    new ChainLoops.Stepwise(chain).run(want, new int[2], place, 0, 207);
    ChainLoops.generated(chain).run(got, new int[2], place, 0, 207);
    assertSameBits(got[0], want[0], "product");
    assertSameBits(got[1], want[1], "exponential");
  }

  @ParameterizedTest
  @EnumSource
  void eachOperationHasItsVectorForm(ScalarOp f) {
    assumeTrue(OPS.contains(f), "no vector form");
    Chain chain =
        new Chain(
            List.of(op(f, 0, 1, 2, 3), op(ScalarOp.NEG, 3, 3, 3, 4)),
            List.of(Role.OPERAND, Role.OPERAND, Role.OPERAND, Role.INNER, Role.RESULT));
    Memory want = new Memory(chain, 4098, 3);
    Memory got = new Memory(chain, 4098, 3);
    new ChainLoops.Stepwise(chain).run(want.at, want.off, want.place, 0, 4098);
    ChainLoops.generated(chain).run(got.at, got.off, got.place, 0, 4098);
    assertSameBits(got.array(4), want.array(4), f.toString());
  }

  @Test
  void equalChainsShareTheirLoop() {
    assertThat(ChainLoops.of(random(1, 8, 1))).isSameAs(ChainLoops.of(random(1, 8, 1)));
    assertThat(ChainLoops.of(random(1, 8, 1))).isNotSameAs(ChainLoops.of(random(2, 8, 1)));
  }
}
