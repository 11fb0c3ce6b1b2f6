package dev.hebb.runtime.simd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hebb.runtime.Gang;
import dev.hebb.runtime.Kernel;
import dev.hebb.runtime.Operands;
import dev.hebb.runtime.Scratch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleBinaryOperator;
import java.util.stream.LongStream;

/** Runs a kernel on buffers with a guard on both sides, as they lie in an arena. */
final class KernelRunner {
  private static final int GUARD = 5;

  /** What a result holds before. */
  static final float MARK = 12345.5f;

  /**
   * The forms that a process comes to use once they are compiled; the plain ones without vectors.
   */
  static final Panel VECTOR_PANEL = Simd.available() ? VectorPanel.create() : Panel.best();

  static final PoolPixel VECTOR_POOL = Simd.available() ? VectorPool.create() : PoolPixel.best();

  static final ConvRuns VECTOR_RUNS = Simd.available() ? VectorConvRuns.create() : ConvRuns.best();

  static final Taps VECTOR_TAPS = Simd.available() ? VectorTaps.create() : Taps.best();

  static final Winograd VECTOR_WINOGRAD =
      Simd.available() ? VectorWinograd.create() : Winograd.best();

  private KernelRunner() {}

  /**
   * Runs a kernel alone, its tasks in order and once more backwards, and returns its result of the
   * given size.
   */
  static float[] run(Kernel k, int size, float[]... inputs) {
    float[] result = run(Gang.of(1), k, size, inputs);
    assertSame("tasks backwards", run(Gang.of(1), backwards(k), size, inputs), result);
    return result;
  }

  /** Whatever order threads come to run tasks in: this one is the least like that of one thread. */
  private static Kernel backwards(Kernel k) {
    return new Kernel() {
      @Override
      public int phases() {
        return k.phases();
      }

      @Override
      public int tasks(int phase) {
        return k.tasks(phase);
      }

      @Override
      public long prepared() {
        return k.prepared();
      }

      @Override
      public long workspace() {
        return k.workspace();
      }

      @Override
      public void run(int phase, int task, Operands x, Scratch scratch) {
        k.run(phase, k.tasks(phase) - 1 - task, x, scratch);
      }
    };
  }

  /** Runs a kernel and returns its result, which is the operand after the inputs. */
  static float[] run(Gang gang, Kernel k, int size, float[]... inputs) {
    return run(gang, k, size, List.of(), inputs);
  }

  /** Runs a kernel with an epilogue; what it adds comes after the result. */
  static float[] run(Gang gang, Kernel k, int size, Tail tail, float[]... inputs) {
    return run(gang, k, size, tail.added(), inputs);
  }

  /** An epilogue and the values that it adds to results of {@code cols} columns. */
  record Tail(Epilogue epilogue, int cols, List<float[]> added) {
    /** All there are. */
    static List<Tail> all(int cols, int size) {
      var all = new ArrayList<Tail>();
      for (int i = 1; i < 4; i++) {
        var added = new ArrayList<float[]>();
        if ((i & 1) != 0) {
          added.add(random(cols, 15));
        }
        if ((i & 2) != 0) {
          added.add(random(size, 16));
        }
        for (boolean relu : new boolean[] {false, true}) {
          all.add(new Tail(new Epilogue((i & 1) != 0, (i & 2) != 0, relu), cols, added));
        }
      }
      return all;
    }

    /** What becomes of the i-th result, if {@code sum} says how two numbers are added. */
    double apply(double y, int i, DoubleBinaryOperator sum) {
      double z = y;
      for (float[] a : added) {
        z = sum.applyAsDouble(z, a.length == cols ? a[i % cols] : a[i]);
      }
      return epilogue.relu() ? Math.max(z, 0) : z;
    }
  }

  private static float[] run(
      Gang gang, Kernel k, int size, List<float[]> afterwards, float[]... inputs) {
    long[] memory = LongStream.of(k.prepared(), k.workspace()).filter(n -> n > 0).toArray();
    int place = inputs.length;
    var x = new Operands(place + 1 + afterwards.size() + memory.length);
    for (int i = 0; i < inputs.length; i++) {
      x.set(i, guarded(inputs[i]), GUARD);
    }
    float[] result = new float[size + 2 * GUARD];
    Arrays.fill(result, MARK);
    x.set(place, result, GUARD);
    for (float[] more : afterwards) {
      x.set(++place, guarded(more), GUARD);
    }
    for (long floats : memory) {
      float[] dirt = new float[Math.toIntExact(floats) + GUARD];
      Arrays.fill(dirt, Float.NaN);
      x.set(++place, dirt, GUARD);
    }
    gang.run(k, x);
    for (int i = 0; i < GUARD; i++) {
      assertThat(result[i]).as("guard before the result").isEqualTo(MARK);
      assertThat(result[GUARD + size + i]).as("guard after the result").isEqualTo(MARK);
    }
    return Arrays.copyOfRange(result, GUARD, GUARD + size);
  }

  /** Surrounds values by NaN, so that reading too far shows in the result. */
  private static float[] guarded(float[] values) {
    float[] all = new float[values.length + 2 * GUARD];
    Arrays.fill(all, Float.NaN);
    System.arraycopy(values, 0, all, GUARD, values.length);
    return all;
  }

  /** Returns uniform values in (-1, 1). */
  static float[] random(int n, long seed) {
    var r = new SplittableRandom(seed);
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = (float) r.nextDouble(-1, 1);
    }
    return x;
  }

  /** Asserts that sums of {@code terms} products of values in (-1, 1) agree with the exact ones. */
  static void assertClose(String what, float[] actual, double[] expected, int terms) {
    double tolerance = 4e-7 * Math.sqrt(terms + 1.0) * 4;
    assertThat(actual).as(what).hasSize(expected.length);
    for (int i = 0; i < actual.length; i++) {
      if (!(Math.abs(actual[i] - expected[i]) <= tolerance * Math.max(1, Math.abs(expected[i])))) {
        assertThat(actual[i]).as(what + ", element " + i).isEqualTo((float) expected[i]);
      }
    }
  }

  /** Asserts that a kernel gives the same bits for any number of threads. */
  static void assertSameBits(Kernel k, int size, float[]... inputs) {
    float[] alone = run(Gang.of(1), k, size, inputs);
    for (int threads : new int[] {2, 3, 8}) {
      assertSame(threads + " threads", run(Gang.of(threads), k, size, inputs), alone);
    }
  }

  /** Asserts that two results are equal bit for bit. */
  static void assertSame(String what, float[] actual, float[] expected) {
    assertThat(actual).as(what).hasSameSizeAs(expected);
    int i = Arrays.mismatch(actual, expected);
    if (i >= 0) {
      assertThat(actual[i]).as(what + ", element " + i).isEqualTo(expected[i]);
    }
  }
}
