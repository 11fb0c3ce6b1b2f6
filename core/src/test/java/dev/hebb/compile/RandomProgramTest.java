package dev.hebb.compile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hebb.op.Elementwise;
import dev.hebb.op.ScalarOp;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.Random;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Step;
import dev.hebb.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What is computed in one fused kernel has the same bits as when each operation is a program of its
 * own, whose values {@code ConformanceTest} compares with the oracle.
 */
class RandomProgramTest {
  /** Operations on any values so far: whole, one number a row, a row for all, or one number. */
  private static List<Tensor> program(List<Tensor> in, long seed, boolean apart) {
    var random = new SplittableRandom(seed);
    List<Tensor> values = new ArrayList<>(in);
    ScalarOp[] ops = ScalarOp.values();
    Shape whole = in.getFirst().shape();
    for (int i = 0; i < 24; i++) {
      ScalarOp f = ops[random.nextInt(ops.length)];
      Tensor x = values.get(random.nextInt(values.size()));
      Tensor y = values.get(random.nextInt(values.size()));
      Tensor z =
          switch (random.nextInt(12)) {
            case 0 -> x.sum(1).reshape(whole.dim(0), 1).expand(whole.dims()).mul(0.01);
            case 1 -> x.max(1).reshape(whole.dim(0), 1).expand(whole.dims());
            case 2 -> x.gt(y).cast(DType.FLOAT32);
            case 3 -> x.mul(random.nextInt(5) - 2.5);
            default ->
                switch (f) {
                  case CAST -> x.cast(DType.BOOL).cast(DType.FLOAT32);
                  case WHERE -> x.lt(y).where(y, values.getLast());
                  case NOT, AND, OR, XOR -> {
                    Tensor p = x.gt(0);
                    Tensor q = y.gt(0);
                    Tensor[] both = f.arity() == 1 ? new Tensor[] {p} : new Tensor[] {p, q};
                    yield Tensor.apply(new Elementwise(f, DType.BOOL), both).cast(DType.FLOAT32);
                  }
                  default -> {
                    Tensor[] both = f.arity() == 1 ? new Tensor[] {x} : new Tensor[] {x, y};
                    boolean test = f.result() == ScalarOp.Result.BOOL;
                    yield Tensor.apply(new Elementwise(f, test ? DType.BOOL : DType.FLOAT32), both)
                        .cast(DType.FLOAT32);
                  }
                };
          };
      values.add(apart ? z.eval() : z);
    }
    return List.of(
        values.getLast(),
        values.get(values.size() - 5),
        values.get(values.size() - 9),
        values.getLast().sum(0));
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "7, 13", "16, 64", "207, 5", "3, 1024", "1, 4098", "4098, 1", "100, 48"})
  void fusedProgramsHaveTheBitsOfSingleOperations(int rows, int columns) {
    Shape shape = Shape.of(rows, columns);
    for (int seed = 0; seed < 12; seed++) {
      long s = seed;
      List<Tensor> in = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        in.add(Random.normalOnce(shape, Seed.of(10 * seed + i)).mul(i + 1).eval());
      }
      // special numbers spread through all operations
      in.add(in.getFirst().reciprocal().floor().log().eval());
      Step fused = Step.of(false, x -> program(x, s, false));
      List<Tensor> got = fused.runAll(in.toArray(Tensor[]::new));
      List<Tensor> want = program(in, seed, true);
      for (int k = 0; k < want.size(); k++) {
        assertThat(bits(got.get(k))).as("seed %d, result %d", seed, k).isEqualTo(bits(want.get(k)));
      }
    }
  }

  /** Small kernels get code of their own after 16,384 calls, once their loops are compiled. */
  @ParameterizedTest
  @CsvSource({"1, 1", "4, 8", "7, 13", "16, 16", "1, 40"})
  void manyRunsHaveTheSameBits(int rows, int columns) {
    Shape shape = Shape.of(rows, columns);
    for (int seed = 0; seed < 4; seed++) {
      long s = seed;
      List<Tensor> in = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        in.add(Random.normalOnce(shape, Seed.of(10 * seed + i)).mul(i + 1).eval());
      }
      in.add(in.getFirst().reciprocal().floor().log().eval());
      Step fused = Step.of(false, x -> program(x, s, false));
      Tensor[] given = in.toArray(Tensor[]::new);
      List<Tensor> want = program(in, seed, true);
      for (int i = 0; i < 100_000; i++) {
        List<Tensor> got = fused.runAll(given);
        if (i % 1000 == 0) {
          for (int k = 0; k < want.size(); k++) {
            assertThat(bits(got.get(k))).as("run %d, result %d", i, k).isEqualTo(bits(want.get(k)));
          }
        }
      }
    }
  }

  private static int[] bits(Tensor x) {
    float[] v = x.toFloats();
    int[] b = new int[v.length];
    for (int i = 0; i < v.length; i++) {
      b[i] = Float.floatToIntBits(v[i]);
    }
    return b;
  }
}
