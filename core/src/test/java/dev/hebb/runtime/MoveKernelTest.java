package dev.hebb.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MoveKernelTest {
  /** Sizes of one task and of several, cut by rows where there are more rows than parts. */
  @Test
  void aConcatenationPutsRowsOfAllPartsSideBySide() {
    checkConcat(1, List.of(3, 0, 2), 3);
    checkConcat(2, List.of(40_000, 1, 7), 3);
    checkConcat(5, List.of(1, 4), 1);
    checkConcat(1_001, List.of(64, 0, 37), 4);
    checkConcat(3, List.of(50_000, 20_000), 3);
    checkConcat(0, List.of(2, 3), 2);
    checkConcat(4, List.of(0, 0), 1);
  }

  private static void checkConcat(int outer, List<Integer> widths, int tasks) {
    var kernel = new MoveKernel.Concat(outer, widths);
    assertThat(kernel.tasks(0)).isEqualTo(tasks);
    int width = widths.stream().mapToInt(Integer::intValue).sum();
    int guard = 3;
    int n = widths.size();
    var x = new Operands(n + 1);
    int[] result = new int[outer * width + 2 * guard];
    int[] expected = new int[result.length];
    x.set(n, result, guard);
    int column = 0;
    for (int part = 0; part < n; part++) {
      int w = widths.get(part);
      int first = 1 + part * 1_000_000;
      x.set(part, IntStream.range(first - guard, first + outer * w).toArray(), guard);
      for (int i = 0; i < outer * w; i++) {
        expected[guard + i / w * width + column + i % w] = first + i;
      }
      column += w;
    }
    Gang.of(2).run(kernel, x);
    assertThat(result).isEqualTo(expected);
  }
}
