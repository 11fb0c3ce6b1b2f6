package dev.hebb.compile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hebb.tensor.Random;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Step;
import dev.hebb.tensor.Tensor;
import dev.hebb.tensor.Variable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WavesTest {
  private static Waves.Need need(int tasks, Set<Object> reads, Object... writes) {
    return new Waves.Need(reads, Set.of(writes), Set.of(), tasks);
  }

  private static Waves.Need update(Set<Object> reads, Object variable) {
    return new Waves.Need(reads, Set.of(variable), Set.of(variable), 4);
  }

  @Test
  void branchesRunTogetherAndWhatReadsThemLater() {
    assertThat(
            Waves.of(
                List.of(
                    need(4, Set.of("x"), "a"),
                    need(4, Set.of("a"), "b"),
                    need(4, Set.of("x"), "c"),
                    need(4, Set.of("c"), "d"),
                    need(4, Set.of("b", "d"), "e"))))
        .containsExactly(List.of(0, 2), List.of(1, 3), List.of(4));
  }

  @Test
  void nobodyOvertakesWhatHeWaitsForIndirectly() {
    assertThat(
            Waves.of(
                List.of(
                    need(4, Set.of("x"), "a"),
                    need(1, Set.of("a"), "b"), // single, so alone
                    need(4, Set.of("b"), "c"),
                    need(99, Set.of("x"), "d"), // many tasks, so alone
                    need(4, Set.of("x"), "e"))))
        .containsExactly(List.of(0, 4), List.of(1), List.of(2), List.of(3));
  }

  @Test
  void aVariableIsOverwrittenAfterItWasRead() {
    assertThat(
            Waves.of(
                List.of(
                    need(4, Set.of("w"), "a"),
                    update(Set.of("g"), "w"),
                    update(Set.of("h"), "w"),
                    need(4, Set.of("w"), "b"))))
        .containsExactly(List.of(0), List.of(1), List.of(2), List.of(3));
  }

  @Test
  void partsOfOneValueAreWrittenTogether() {
    assertThat(Waves.of(List.of(need(4, Set.of("x"), "all"), need(4, Set.of("y"), "all"))))
        .containsExactly(List.of(0, 1));
  }

  /** Whatever the dependencies: each runs once, after all that it waits for. */
  @Test
  void randomKernelsRunOnceAndInOrder() {
    var random = new java.util.Random(7);
    for (int round = 0; round < 300; round++) {
      var needs = new ArrayList<Waves.Need>();
      for (int i = 0; i < 25; i++) {
        Set<Object> reads = new HashSet<>();
        for (int k = random.nextInt(3); k > 0; k--) {
          reads.add(random.nextInt(i + 3));
        }
        int tasks = random.nextInt(40);
        needs.add(i % 5 == 4 ? update(reads, random.nextInt(6)) : need(tasks, reads, i + 3));
      }
      List<List<Integer>> waves = Waves.of(needs);
      int[] wave = new int[needs.size()];
      waves.forEach(some -> some.forEach(i -> wave[i] = waves.indexOf(some)));
      assertThat(waves.stream().flatMap(List::stream).sorted().toList())
          .isEqualTo(java.util.stream.IntStream.range(0, needs.size()).boxed().toList());
      for (int i = 0; i < needs.size(); i++) {
        for (int j = 0; j < i; j++) {
          if (needs.get(i).waitsFor(needs.get(j))) {
            assertThat(wave[i]).as("%d waits for %d", i, j).isGreaterThan(wave[j]);
          }
        }
      }
    }
  }

  private static Tensor normal(long seed, int... dims) {
    return Random.normalOnce(Shape.of(dims), Seed.of(seed)).eval();
  }

  /** Two branches that a program computes together, and an update of what one of them reads. */
  @Test
  void aProgramOfBranchesComputesWhatTheyComputeAlone() {
    Tensor x = normal(1, 96, 64);
    Variable w = Variable.of("w", normal(2, 64, 80));
    Tensor old = w.value();
    Tensor v = normal(3, 64, 70);
    Step step =
        Step.of(
            false,
            in -> {
              Tensor a = in.get(0).matmul(w.tensor());
              Tensor b = in.get(0).matmul(in.get(1));
              w.set(w.tensor().add(1));
              return List.of(a.matmul(a.transpose()), b.matmul(b.transpose()));
            });
    List<Tensor> y = step.runAll(x, v);
    Tensor a = x.matmul(old).eval();
    Tensor b = x.matmul(v).eval();
    assertThat(y.get(0).toFloats()).isEqualTo(a.matmul(a.transpose()).eval().toFloats());
    assertThat(y.get(1).toFloats()).isEqualTo(b.matmul(b.transpose()).eval().toFloats());
    assertThat(w.value().toFloats()).isEqualTo(old.add(1).eval().toFloats());
    String[] lines = step.explain(x, v).split("\n");
    assertThat(lines).filteredOn(line -> line.matches("  0  .*product.*")).hasSize(2);
  }
}
