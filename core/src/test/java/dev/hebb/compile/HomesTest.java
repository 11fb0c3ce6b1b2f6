package dev.hebb.compile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withPrecision;

import dev.hebb.tensor.Random;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Step;
import dev.hebb.tensor.Tensor;
import dev.hebb.tensor.Window2d;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class HomesTest {
  private final Tensor x = normal(1, 6, 40);
  private final Tensor w = normal(2, 40, 40);

  private static Tensor normal(long seed, int... dims) {
    return Random.normalOnce(Shape.of(dims), Seed.of(seed)).eval();
  }

  /** Checks a program's values, and how many concatenations and copies it has left. */
  private void check(int copies, Function<List<Tensor>, List<Tensor>> parts, Op join) {
    Step step = Step.of(false, in -> join.apply(parts.apply(in)));
    List<Tensor> evaluated = parts.apply(List.of(x, w)).stream().map(Tensor::eval).toList();
    List<Tensor> results = step.runAll(x, w);
    List<Tensor> expected = join.apply(evaluated);
    for (int i = 0; i < expected.size(); i++) {
      float[] values = expected.get(i).toFloats();
      assertThat(results.get(i).toFloats()).containsExactly(values, withPrecision(1e-4f));
    }
    assertThat(step.explain(x, w).split("MoveKernel\\$Concat", -1)).hasSize(copies + 1);
  }

  private interface Op {
    List<Tensor> apply(List<Tensor> parts);
  }

  /** Reads the whole concatenation, so that it has memory of the program's own. */
  private static Tensor read(Tensor joined) {
    return joined.exp().sum(0);
  }

  private static List<Tensor> computed(List<Tensor> in) {
    Tensor product = in.get(0).matmul(in.get(1).mul(0.1));
    return List.of(product, product.tanh(), product.sum(0).reshape(1, 40).sin(), in.get(0));
  }

  @Test
  void partsAreComputedInPlace() {
    check(
        0,
        HomesTest::computed,
        p -> List.of(read(p.get(0).concat(0, p.get(1), p.get(2)).matmul(w))));
  }

  @Test
  void anInputAndASecondUseAreCopied() {
    check(
        2,
        HomesTest::computed,
        p -> List.of(read(p.get(0).concat(0, p.get(3), p.get(1), p.get(1)).matmul(w))));
  }

  @Test
  void aConcatenationOfSomePartsLiesInTheOneOfAll() {
    check(
        0,
        HomesTest::computed,
        p -> {
          Tensor some = p.get(0).concat(0, p.get(1));
          Tensor all = p.get(0).concat(0, p.get(1), p.get(2));
          return List.of(read(some.matmul(w)), read(all.matmul(w)));
        });
    check(
        0,
        HomesTest::computed,
        p -> {
          Tensor all = p.get(2).concat(0, p.get(0), p.get(1));
          Tensor some = p.get(0).concat(0, p.get(1));
          return List.of(read(all.matmul(w)), read(some.matmul(w)));
        });
  }

  @Test
  void partsInAnotherOrderAreCopied() {
    check(
        1,
        HomesTest::computed,
        p -> {
          Tensor there = p.get(0).concat(0, p.get(1));
          Tensor back = p.get(1).concat(0, p.get(0));
          return List.of(read(there.matmul(w)), read(back.matmul(w)));
        });
  }

  @Test
  void fusedKernelsWriteRowsBetweenEachOther() {
    check(
        0,
        in -> List.of(in.get(0).tanh().add(in.get(0)), in.get(0).exp().mul(3).narrow(1, 0, 7)),
        p -> {
          Tensor joined = p.get(0).concat(1, p.get(1), p.get(0).sin());
          return List.of(read(joined.permute(1, 0).matmul(x)));
        });
  }

  @Test
  void productsWriteRowsBetweenEachOther() {
    check(
        0,
        in -> {
          Tensor other = in.get(1).narrow(1, 3, 9);
          return List.of(
              in.get(0).matmul(other).add(other.sum(0)).relu(), in.get(0).matmul(in.get(1)));
        },
        p -> List.of(read(p.get(0).concat(1, p.get(1), p.get(0).exp()))));
  }

  @Test
  void aProductThatIsReadElsewhereOrAddsRowsIsCopied() {
    check(
        1,
        HomesTest::computed,
        p -> List.of(read(p.get(0).concat(1, p.get(3).exp())), p.get(0).sum(1)));
    check(
        1,
        in -> List.of(in.get(0).matmul(in.get(1)).add(in.get(0)), in.get(0)),
        p -> List.of(read(p.get(0).concat(1, p.get(1).exp()))));
  }

  @Test
  void convolutionsWriteChannelsBetweenEachOther() {
    var in = new ArrayList<Tensor>(List.of(normal(3, 2, 3, 24, 30)));
    int[][] kernels = {{5, 3, 1, 1}, {33, 3, 3, 3}, {8, 3, 5, 5}};
    for (int[] k : kernels) {
      in.add(normal(in.size(), k));
      in.add(normal(in.size(), k[0], 1, 1));
    }
    Function<List<Tensor>, Tensor> block =
        p -> {
          var parts = new ArrayList<Tensor>();
          for (int i = 1; i < p.size(); i += 2) {
            int k = kernels[i / 2][2];
            Tensor y = p.getFirst().conv2d(p.get(i), Window2d.of(k).pad(k / 2));
            parts.add(y.add(p.get(i + 1)).relu());
          }
          return parts.get(0).concat(1, parts.get(1), parts.get(2));
        };
    Tensor[] inputs = in.toArray(Tensor[]::new);
    Step step = Step.of(false, p -> List.of(block.apply(p).square().mean(2, 3)));
    float[] y = step.run(inputs).toFloats();
    Tensor whole = block.apply(in).eval();
    assertThat(y).containsExactly(whole.square().mean(2, 3).toFloats(), withPrecision(1e-3f));
    assertThat(step.explain(inputs)).doesNotContain("MoveKernel$Concat");
  }

  @Test
  void resultsOfAProgramStayWhole() {
    check(1, HomesTest::computed, p -> List.of(p.get(0), p.get(0).concat(0, p.get(1)), p.get(1)));
  }
}
