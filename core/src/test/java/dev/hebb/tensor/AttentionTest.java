package dev.hebb.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withPrecision;

import dev.hebb.grad.GradientCheck;
import dev.hebb.grad.Gradients;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AttentionTest {
  private static Tensor normal(long seed, int... dims) {
    return Random.normalOnce(Shape.of(dims), Seed.of(seed)).eval();
  }

  private final Tensor q = normal(1, 2, 7, 4);
  private final Tensor k = normal(2, 2, 9, 4);
  private final Tensor v = normal(3, 2, 9, 5);

  /** The definition, one number after the other, in float64. */
  private static double[] expected(Tensor queries, Tensor keys, Tensor values, boolean[][] seen) {
    double[] q = queries.toDoubles();
    double[] k = keys.toDoubles();
    double[] v = values.toDoubles();
    int t = queries.dim(-2);
    int s = keys.dim(-2);
    int d = queries.dim(-1);
    int e = values.dim(-1);
    int batch = queries.size() / t / d;
    double[] y = new double[batch * t * e];
    for (int b = 0; b < batch; b++) {
      for (int i = 0; i < t; i++) {
        double sum = 0;
        double[] row = new double[e];
        for (int j = 0; j < s; j++) {
          if (!seen[i][j]) {
            continue;
          }
          double dot = 0;
          for (int c = 0; c < d; c++) {
            dot += q[(b * t + i) * d + c] * k[(b * s + j) * d + c];
          }
          double weight = Math.exp(dot / Math.sqrt(d));
          sum += weight;
          for (int c = 0; c < e; c++) {
            row[c] += weight * v[(b * s + j) * e + c];
          }
        }
        for (int c = 0; c < e; c++) {
          y[(b * t + i) * e + c] = sum == 0 ? 0 : row[c] / sum;
        }
      }
    }
    return y;
  }

  private interface Sees {
    boolean at(int query, int key);
  }

  private static boolean[][] seen(int t, int s, Sees sees) {
    boolean[][] seen = new boolean[t][s];
    for (int i = 0; i < t; i++) {
      for (int j = 0; j < s; j++) {
        seen[i][j] = sees.at(i, j);
      }
    }
    return seen;
  }

  private static Tensor mask(boolean[][] seen) {
    float[][] numbers = new float[seen.length][seen[0].length];
    for (int i = 0; i < seen.length; i++) {
      for (int j = 0; j < seen[0].length; j++) {
        numbers[i][j] = seen[i][j] ? 1 : 0;
      }
    }
    return Tensor.of(numbers).gt(0.5);
  }

  /** In blocks of every size and at once: the values, and the gradients against differences. */
  private void check(boolean[][] seen, @Nullable Tensor mask, boolean causal) {
    double[] expected = expected(q, k, v, seen);
    for (int rows = 1; rows <= 7; rows++) {
      int some = rows;
      Tensor y = Attention.of(q, k, v, mask, causal, w -> w, rows);
      assertThat(y.toDoubles()).containsExactly(expected, withPrecision(1e-5));
      if (rows == 3 || rows == 7) {
        GradientCheck result =
            Gradients.check(
                in ->
                    Attention.of(in.get(0), in.get(1), in.get(2), mask, causal, w -> w, some)
                        .square()
                        .sum(),
                List.of(q, k, v));
        assertThat(result.passes(1e-6)).as("%s", result).isTrue();
      }
    }
  }

  @Test
  void everythingIsSeen() {
    check(seen(7, 9, (i, j) -> true), null, false);
  }

  @Test
  void thePastIsSeen() {
    check(seen(7, 9, (i, j) -> j <= i + 2), null, true);
  }

  @Test
  void whatTheMaskShowsIsSeen() {
    boolean[][] seen = seen(7, 9, (i, j) -> i != 4 && (i + 2 * j) % 3 != 0); // row 4 sees nothing
    check(seen, mask(seen), false);
    boolean[][] padded = seen(7, 9, (i, j) -> j < 6);
    check(padded, mask(seen(1, 9, (i, j) -> j < 6)), false);
    assertThat(q.attention(k, v, mask(seen)).toDoubles())
        .containsExactly(expected(q, k, v, seen), withPrecision(1e-5));
  }

  @Test
  void longSequencesNeedNoSquareMatrix() {
    int t = 4096;
    Tensor x = normal(4, 2, t, 16); // 2 heads: 32 Mi scores, 128 MiB
    Step step =
        Step.trainStep(y -> {
          Tensor z = y.tanh();
          return y.add(z.causalAttention(z, z)).square().sum().grad(y).getFirst();
        });
    assertThat(planned(step, x)).isLessThan(2L * t * t * 4 / 4); // plainly 3 squares
    float[] gradient = step.run(x).toFloats();
    Step plain =
        Step.trainStep(y -> {
          Tensor z = y.tanh();
          return y.add(Attention.of(z, z, z, null, true, w -> w, t))
              .square()
              .sum()
              .grad(y)
              .getFirst();
        });
    assertThat(gradient).containsExactly(plain.run(x).toFloats(), withPrecision(2e-4f));
  }

  private static long planned(Step step, Tensor x) {
    Matcher m = Pattern.compile("([\\d,.]+) bytes for values").matcher(step.explain(x));
    long bytes = 0;
    while (m.find()) {
      bytes += Long.parseLong(m.group(1).replaceAll("\\D", ""));
    }
    assertThat(bytes).isPositive();
    return bytes;
  }

  @Test
  void wrongShapesAreNamed() {
    assertThatThrownBy(() -> q.attention(v, k)).hasMessageContaining("[2, 9, 5]");
    assertThatThrownBy(() -> k.causalAttention(q, v.narrow(-2, 0, 7)))
        .hasMessageContaining("9 queries have only 7 keys");
  }
}
