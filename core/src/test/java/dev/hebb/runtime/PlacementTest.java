package dev.hebb.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hebb.runtime.simd.CacheLines;
import dev.hebb.tensor.Random;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Step;
import dev.hebb.tensor.Tensor;
import dev.hebb.tensor.Variable;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlacementTest {
  @Test
  void whereMemoryBeginsChangesNoBit() {
    Tensor x = Random.normalOnce(Shape.of(67, 129), Seed.of(1)).eval();
    Tensor w = Random.normalOnce(Shape.of(129, 67), Seed.of(2)).eval();
    Step step =
        Step.of(
            false,
            in -> {
              Tensor y = in.get(0).softmax(-1).matmul(in.get(1)).tanh();
              return List.of(y.matmul(y.permute(1, 0)).sub(y.mean(0)).square().sum(0));
            });
    float[] first = step.run(x, w).toFloats();
    for (int run = 0; run < 300; run++) {
      assertThat(step.run(x, w).toFloats()).isEqualTo(first);
    }
  }

  /** One row by weights, and many; frozen weights are moved where a look finds a better place. */
  @ParameterizedTest
  @ValueSource(ints = {1, 40})
  void whereFrozenWeightsBeginChangesNoBit(int rows) {
    float[] some = new float[4096];
    for (int i = 0; i < 1000; i++) {
      CacheLines.first(some); // a look finds nothing before its code is compiled
    }
    Tensor x = Random.normalOnce(Shape.of(rows, 129), Seed.of(1)).eval();
    for (int program = 0; program < 8; program++) {
      Variable w = Variable.of("w", Random.normalOnce(Shape.of(129, 67), Seed.of(2)).eval());
      Step step = Step.of(false, in -> List.of(in.get(0).matmul(w.tensor()).tanh()));
      for (int change = 0; change < 2; change++) {
        float[] first = step.run(x).toFloats();
        for (int run = 0; run < 200; run++) {
          assertThat(step.run(x).toFloats()).isEqualTo(first);
        }
        w.set(w.value().mul(2));
        assertThat(step.run(x).toFloats()).isNotEqualTo(first);
      }
    }
  }

  @Test
  void anotherArrayIsLookedAtAnew() {
    var placement = new Placement();
    float[] one = new float[4096];
    for (int i = 0; i < 100_000; i++) {
      assertThat(placement.skip(one)).isBetween(0, CacheLines.FLOATS - 1);
    }
    assertThat(placement.skip(new float[4096])).isZero();
  }
}
