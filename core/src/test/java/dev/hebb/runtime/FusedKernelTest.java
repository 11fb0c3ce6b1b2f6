package dev.hebb.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hebb.op.ScalarOp;
import dev.hebb.runtime.FusedKernel.Kind;
import dev.hebb.runtime.FusedKernel.Place;
import dev.hebb.runtime.simd.Loops;
import dev.hebb.tensor.DType;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A kernel remembers where its places lie; whatever moves meanwhile, it must notice. */
class FusedKernelTest {
  /** y = x + 3: x is operand 0, y operand 1; 3 and a copy of x are in registers 0 and 1. */
  private static FusedKernel sum(int n) {
    return kernel(ScalarOp.ADD, n, 3, 0);
  }

  /** y = x · 5, with the registers the other way round. */
  private static FusedKernel product(int n) {
    return kernel(ScalarOp.MUL, n, 5, 1);
  }

  private static FusedKernel kernel(ScalarOp f, int n, double number, int register) {
    var places =
        List.of(
            new Place(Kind.FLOAT, -1, 0, false),
            new Place(Kind.FLOAT, register, -1, false),
            new Place(Kind.FLOAT, 1 - register, -1, false),
            new Place(Kind.FLOAT, -1, 1, false));
    List<TileOp> setup = List.of(new TileOp.Scalar(number, -1, 0, 1, true));
    List<TileOp> ops = List.of(op(ScalarOp.MAX, 0, 0, 2), op(f, 2, 1, 3));
    return new FusedKernel(1, n, 1, 0, 0, places, setup, ops, List.of());
  }

  private static TileOp op(ScalarOp f, int a, int b, int d) {
    return new TileOp.Compute(
        f,
        DType.FLOAT32,
        DType.FLOAT32,
        Loops.of(f, DType.FLOAT32, DType.FLOAT32),
        a,
        b,
        b,
        d,
        false);
  }

  private static float[] numbers(int n, float first) {
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = first + i;
    }
    return x;
  }

  private static void check(FusedKernel k, Operands x, Scratch s, float first, int n, boolean sum) {
    for (int task = 0; task < k.tasks(0); task++) {
      k.run(0, task, x, s);
    }
    float[] y = x.floats(1);
    for (int i = 0; i < n; i++) {
      float in = first + i;
      assertThat(y[x.offset(1) + i]).as("%d", i).isEqualTo(sum ? in + 3 : in * 5);
    }
  }

  /** Few registers are the kernel's own, more are a thread's; one tile, several, several tasks. */
  @ParameterizedTest
  @ValueSource(ints = {1, 7, 100, 128, 129, 1000, 1024, 1025, 5000, 100_000})
  void whatMovesIsNoticed(int n) {
    FusedKernel sum = sum(n);
    FusedKernel product = product(n);
    var x = new Operands(2);
    var s = new Scratch();
    float[] in = numbers(n, 1);
    x.set(0, in, 0);
    x.set(1, new float[n], 0);
    check(sum, x, s, 1, n, true);
    check(sum, x, s, 1, n, true);

    System.arraycopy(numbers(n, 5), 0, in, 0, n); // other numbers in the same place
    check(sum, x, s, 5, n, true);
    x.set(0, numbers(n, 9), 0); // another place
    check(sum, x, s, 9, n, true);
    x.set(0, numbers(n + 4, 9), 4);
    x.set(1, new float[n + 2], 2);
    check(sum, x, s, 13, n, true);

    check(product, x, s, 13, n, false); // another kernel with the same operands
    check(sum, x, s, 13, n, true);

    float[] registers = s.floats(0, 1);
    Arrays.fill(registers, -7);
    check(sum, x, new Scratch(), 13, n, true); // another thread: it leaves this one's alone
    assertThat(registers).containsOnly(-7);
    check(sum, x, s, 13, n, true); // which were used meanwhile
    s.floats(0, 1 << 18); // and have grown
    check(sum, x, s, 13, n, true);
  }

  /** One element, less than a vector, some vectors, the most of two registers. */
  @ParameterizedTest
  @ValueSource(ints = {1, 7, 100, 128})
  void aSmallKernelThatIsCalledOftenGetsCodeOfItsOwn(int n) {
    FusedKernel sum = sum(n);
    FusedKernel product = product(n);
    var x = new Operands(2);
    var s = new Scratch();
    x.set(0, numbers(n, 1), 0);
    x.set(1, new float[n], 0);
    runUntilItHasOwnCode(sum, x, s);
    runUntilItHasOwnCode(product, x, s);
    Arrays.fill(x.floats(1), 0);
    check(sum, x, s, 1, n, true);
    check(product, x, s, 1, n, false);
    check(sum, x, s, 1, n, true);

    x.set(0, numbers(n + 4, 9), 4); // another place
    x.set(1, new float[n + 2], 2);
    check(sum, x, s, 13, n, true);
    var other = new Operands(2); // which another thread may use at the same time
    other.set(0, numbers(n, 20), 0);
    other.set(1, new float[n], 0);
    check(sum, other, new Scratch(), 20, n, true);
    check(sum, x, s, 13, n, true);
  }

  @Test
  void kernelsThatDoTheSameShareTheirCode() {
    var s = new Scratch();
    List<FusedKernel> kernels = List.of(sum(7), sum(7), sum(8), product(7));
    for (FusedKernel k : kernels) {
      var x = new Operands(2);
      x.set(0, numbers(8, 1), 0);
      x.set(1, new float[8], 0);
      runUntilItHasOwnCode(k, x, s);
    }
    List<List<StraightLine.Piece>> pieces =
        kernels.stream().map(k -> Objects.requireNonNull(k.ownCode()).pieces()).toList();
    assertThat(pieces.get(1)).isEqualTo(pieces.get(0));
    assertThat(pieces.get(2)).isNotEqualTo(pieces.get(0));
    assertThat(pieces.get(3)).isNotEqualTo(pieces.get(0));
  }

  /** On a busy machine the loops' vector form takes a while, and code of its own waits for it. */
  private static void runUntilItHasOwnCode(FusedKernel k, Operands x, Scratch s) {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
    while (k.ownCode() == null && System.nanoTime() < end) {
      for (int call = 0; call < FusedKernel.MANY_CALLS; call++) {
        k.run(0, 0, x, s);
      }
    }
    assertThat(k.ownCode()).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 129, 1000, 100_000})
  void othersDoNot(int n) {
    FusedKernel sum = sum(n);
    var x = new Operands(2);
    var s = new Scratch();
    x.set(0, numbers(n, 1), 0);
    x.set(1, new float[n], 0);
    for (int call = 0; call < 2 * FusedKernel.MANY_CALLS && n < 1000; call++) {
      sum.run(0, 0, x, s);
    }
    check(sum, x, s, 1, n, true);
    assertThat(sum.ownCode()).isNull();
  }

  /** The constants are still to be set, if what failed came before. */
  @ParameterizedTest
  @ValueSource(ints = {7, 1000})
  void afterAFailureConstantsAreSet(int n) {
    FusedKernel sum = sum(n);
    var x = new Operands(2);
    var s = new Scratch();
    x.set(0, "no array", 0);
    x.set(1, new float[n], 0);
    assertThatThrownBy(() -> sum.run(0, 0, x, s)).isInstanceOf(ClassCastException.class);
    x.set(0, numbers(n, 1), 0);
    check(sum, x, s, 1, n, true);
  }

  @ParameterizedTest
  @ValueSource(ints = {7, 1000, 5000})
  void afterAFailureNothingIsTakenForKnown(int n) {
    FusedKernel sum = sum(n);
    var places =
        List.of(
            new Place(Kind.FLOAT, -1, 1, false), // where the sum reads x
            new Place(Kind.FLOAT, -1, 2, false)); // no such operand
    List<TileOp> ops = List.of(op(ScalarOp.MAX, 0, 0, 1));
    var broken = new FusedKernel(1, n, 1, 0, 0, places, List.of(), ops, List.of());
    var x = new Operands(2);
    var s = new Scratch();
    x.set(0, numbers(n, 1), 0);
    x.set(1, new float[n], 0);
    check(sum, x, s, 1, n, true);
    assertThatThrownBy(() -> broken.run(0, 0, x, s)).isInstanceOf(IndexOutOfBoundsException.class);
    Arrays.fill(x.floats(1), 0);
    check(sum, x, s, 1, n, true);
  }

  @ParameterizedTest
  @ValueSource(ints = {7, 1000, 5000, 100_000})
  void operandsInTurnAreNoticed(int n) {
    FusedKernel sum = sum(n);
    var s = new Scratch();
    Operands[] all = new Operands[2];
    for (int i = 0; i < 2; i++) {
      all[i] = new Operands(2);
      all[i].set(0, numbers(n, i), 0);
      all[i].set(1, new float[n], 0);
    }
    for (int i = 0; i < 6; i++) {
      check(sum, all[i % 2], s, i % 2, n, true);
    }
  }
}
