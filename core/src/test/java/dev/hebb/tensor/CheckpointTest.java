package dev.hebb.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hebb.grad.Gradients;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CheckpointTest {
  private static final int WIDTH = 24;

  /** How a part of a network is computed: kept or again. */
  private interface Keeping extends UnaryOperator<Supplier<Tensor>> {
    default Tensor of(Supplier<Tensor> body) {
      return apply(body).get();
    }
  }

  private static final Keeping PLAIN = body -> body;
  private static final Keeping AGAIN = body -> () -> Checkpoint.of(body);

  private static Tensor sample(int seed, int... dims) {
    return Random.normalOnce(Shape.of(dims), Seed.of(seed)).eval();
  }

  private static List<Variable> weights(int layers) {
    return IntStream.range(0, layers)
        .mapToObj(i -> Variable.of("w" + i, sample(i, WIDTH, WIDTH).mul(0.3)))
        .toList();
  }

  /** Layers with a sum, a nonlinear function, a normalisation and a random mask. */
  private static Tensor layer(Tensor x, Variable w) {
    Tensor h = x.matmul(w.tensor()).add(0.1).tanh();
    Tensor n = h.sub(h.mean(1).unsqueeze(1)).div(h.var(1).add(1e-3).sqrt().unsqueeze(1));
    return Random.uniform(n.shape(), Seed.of(5)).ge(0.3).where(n, 0).add(x);
  }

  private static Tensor segments(Tensor x, List<Variable> ws, int length, Keeping keeping) {
    Tensor h = x;
    for (int i = 0; i < ws.size(); i += length) {
      Tensor in = h;
      List<Variable> part = ws.subList(i, Math.min(i + length, ws.size()));
      h =
          keeping.of(() -> {
            Tensor y = in;
            for (Variable w : part) {
              y = layer(y, w);
            }
            return y;
          });
    }
    return h;
  }

  private static Step sgd(List<Variable> ws, UnaryOperator<Tensor> f) {
    return Step.trainStep(x -> {
      Tensor loss = f.apply(x).square().mean();
      List<Tensor> g = loss.grad(ws);
      for (int i = 0; i < ws.size(); i++) {
        Variable w = ws.get(i);
        w.set(w.tensor().sub(g.get(i).mul(0.1)));
      }
      return loss;
    });
  }

  /** The bytes of float32 memory that a step plans. */
  private static long planned(Step step, Tensor... in) {
    Matcher m = Pattern.compile("f32 ([0-9,]+) bytes for values").matcher(step.explain(in));
    long bytes = 0;
    while (m.find()) {
      bytes += Long.parseLong(m.group(1).replace(",", ""));
    }
    return bytes;
  }

  @Test
  void trainingGivesTheSameBits() {
    for (int rows : new int[] {1, 7, 13, 207}) {
      Tensor x = sample(99, rows, WIDTH);
      List<Variable> plain = weights(6);
      List<Variable> again = weights(6);
      Step a = sgd(plain, in -> segments(in, plain, 2, PLAIN));
      Step b = sgd(again, in -> segments(in, again, 2, AGAIN));
      for (int step = 0; step < 3; step++) {
        assertThat(b.run(x).item()).isEqualTo(a.run(x).item());
      }
      for (int i = 0; i < plain.size(); i++) {
        assertThat(again.get(i).value().toFloats()).isEqualTo(plain.get(i).value().toFloats());
      }
    }
  }

  @Test
  void memoryGrowsWithTheRootOfTheDepth() {
    Tensor x = sample(99, 256, WIDTH);
    BiFunction<Integer, Keeping, Long> memory =
        (root, keeping) -> {
          List<Variable> ws = weights(root * root);
          return planned(sgd(ws, in -> segments(in, ws, root, keeping)), x);
        };
    long small = memory.apply(3, AGAIN);
    long large = memory.apply(8, AGAIN);
    assertThat(large).as("64 layers after 9: %d", small).isLessThan(small * 4);
    assertThat(memory.apply(8, PLAIN)).as("without: %d with", large).isGreaterThan(large * 3);
  }

  @Test
  void regionsLieInEachOther() {
    Tensor x = sample(99, 200, WIDTH);
    List<Variable> plain = weights(27);
    List<Variable> once = weights(27);
    List<Variable> again = weights(27);
    Step a = sgd(plain, in -> segments(in, plain, 27, PLAIN));
    Step b = sgd(once, in -> segments(in, once, 9, AGAIN));
    Step c = sgd(again, in -> thirds(in, again));
    assertThat(planned(c, x)).isLessThan(planned(b, x)).isLessThan(planned(a, x) / 2);
    for (int step = 0; step < 2; step++) {
      assertThat(c.run(x).item()).isEqualTo(a.run(x).item());
    }
    for (int i = 0; i < plain.size(); i++) {
      assertThat(again.get(i).value().toFloats()).isEqualTo(plain.get(i).value().toFloats());
    }
  }

  /** Regions of thirds of thirds. */
  private static Tensor thirds(Tensor x, List<Variable> ws) {
    if (ws.size() == 1) {
      return layer(x, ws.getFirst());
    }
    Tensor h = x;
    int third = ws.size() / 3;
    for (int i = 0; i < 3; i++) {
      Tensor in = h;
      List<Variable> part = ws.subList(i * third, (i + 1) * third);
      h = Checkpoint.of(() -> thirds(in, part));
    }
    return h;
  }

  @Test
  void regionsOnTheSameInputAreComputedAgainOneAfterTheOther() {
    Tensor x = sample(1, 64, WIDTH);
    BiFunction<Integer, Keeping, Long> memory =
        (n, keeping) -> {
          Variable w = Variable.of("w", sample(2, WIDTH, 512));
          Step s =
              Step.trainStep(in -> {
                Tensor sum = Tensor.full(Shape.of(), 0);
                for (int i = 1; i <= n; i++) {
                  double scale = i;
                  sum =
                      sum.add(
                          keeping.of(
                              () -> in.mul(scale).matmul(w.tensor()).tanh().exp().square().mean()));
                }
                w.set(w.tensor().sub(sum.grad(List.of(w)).getFirst()));
                return sum;
              });
          return planned(s, x);
        };
    assertThat(memory.apply(12, AGAIN)).isLessThan(memory.apply(3, AGAIN) * 3 / 2);
    assertThat(memory.apply(12, PLAIN)).isGreaterThan(memory.apply(12, AGAIN) * 3);
  }

  @Test
  void gradientsAgreeWithDifferences() {
    List<Tensor> at = List.of(sample(1, 3, 4), sample(2, 4, 4), sample(3, 4, 2), sample(4, 3, 2));
    var found =
        Gradients.check(
            in -> {
              Tensor h =
                  Checkpoint.of(() -> {
                    Tensor inner = Checkpoint.of(() -> in.get(0).matmul(in.get(1)).tanh().square());
                    return inner.matmul(in.get(2)).sigmoid().mul(in.get(3));
                  });
              return Checkpoint.of(() -> h.matmul(in.get(2).transpose()).exp().mean()).add(h.sum());
            },
            at);
    assertThat(found.passes(1e-7)).as("%s", found).isTrue();
  }

  @Test
  void gradientsCanBeDifferentiatedAgain() {
    Tensor x = Tensor.of(0.3, -0.7);
    Tensor v = Tensor.of(1.0, 2.0);
    Tensor plain = x.tanh().square().mul(x).sum();
    Tensor again = Checkpoint.of(() -> x.tanh().square().mul(x).sum());
    assertThat(Gradients.hvp(again, x, v).toDoubles())
        .isEqualTo(Gradients.hvp(plain, x, v).toDoubles());
  }

  @Test
  void bothDevicesAgree() {
    Tensor x = sample(1, 7, WIDTH);
    Tensor w = sample(2, WIDTH, WIDTH);
    Supplier<double[]> gradient =
        () ->
            Checkpoint.of(() -> x.matmul(w).tanh().matmul(w).exp().mean())
                .grad(w)
                .getFirst()
                .toDoubles();
    double[] want = Device.REFERENCE.run(gradient);
    double[] got = gradient.get();
    for (int i = 0; i < want.length; i++) {
      assertThat(got[i])
          .isCloseTo(want[i], org.assertj.core.data.Offset.offset(1e-3 * (1 + Math.abs(want[i]))));
    }
  }

  @Test
  void aVariableIsSetOnceAndMeansWhatItMeant() {
    Variable count = Variable.of("count", Tensor.of(1f));
    Variable w = Variable.of("w", Tensor.of(3f));
    Step step =
        Step.trainStep(x -> {
          Tensor y =
              Checkpoint.of(() -> {
                Tensor scale = count.tensor();
                Tensor z = x.mul(w.tensor()).mul(scale);
                count.set(scale.mul(2));
                return z.square();
              });
          return y.grad(List.of(w)).getFirst();
        });
    // d(x·w·c)²/dw = 2·w·(x·c)²
    assertThat(step.run(Tensor.of(1f)).item()).isEqualTo(6);
    assertThat(step.run(Tensor.of(1f)).item()).isEqualTo(24);
    assertThat(count.value().item()).isEqualTo(4);
  }

  @Test
  void aValueInsideHasAGradientToo() {
    Tensor x = Tensor.of(1f, 2f, 3f);
    var inside = new ArrayList<Tensor>();
    Tensor y =
        Checkpoint.of(() -> {
          inside.add(x.mul(2));
          return inside.getFirst().square().sum();
        });
    List<Tensor> g = y.grad(inside.getFirst(), x);
    assertThat(g.get(0).toFloats()).containsExactly(4, 8, 12);
    assertThat(g.get(1).toFloats()).containsExactly(8, 16, 24);
  }

  @Test
  void bodiesThatComputeNothingAreTheirResult() {
    Tensor x = Tensor.of(1f, 2f);
    assertThat(Checkpoint.of(() -> x)).isSameAs(x);
    assertThat(Checkpoint.of(() -> x.gt(1)).toBooleans()).containsExactly(false, true);
    assertThat(Checkpoint.of(() -> x.mul(2).detach()).sum().grad(x).getFirst().toFloats())
        .containsExactly(0, 0);
  }
}
