package dev.hebb.nn;

import static dev.hebb.nn.Layers.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hebb.nn.optim.Adam;
import dev.hebb.tensor.Random;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Step;
import dev.hebb.tensor.Tensor;
import dev.hebb.tensor.Variable;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Networks with and without checkpoints. */
class CheckpointedTest {
  private static final Shape IN = Shape.of(3, 8, 8);

  private static Layer net(UnaryOperator<Layer> wrap) {
    return sequential(
        wrap.apply(chain(conv2d(8, 3).same(), batchNorm(), relu(), dropout(0.2))),
        wrap.apply(residual(conv2d(8, 3).same(), batchNorm(), relu())),
        flatten(),
        wrap.apply(dense(16).tanh()).named("head"),
        dense(5));
  }

  private static Step training(Net net) {
    var opt = Adam.of(1e-2).bind(net.params());
    return Step.trainStep(x -> {
      Tensor loss = net.forward(x).square().mean();
      opt.update(loss.grad(net.params()));
      return loss;
    });
  }

  private static Map<String, Tensor> values(Net net) {
    Map<String, Tensor> values = new LinkedHashMap<>();
    net.variables().forEach(v -> values.put(v.name(), v.value()));
    return values;
  }

  @Test
  void trainingGivesTheSameBitsAndTheSameStatistics() {
    Net plain = net(l -> l).build(IN, Seed.of(3));
    Net again = net(Layers::checkpoint).build(IN, Seed.of(3));
    assertThat(again.variables())
        .extracting(Variable::name)
        .isEqualTo(plain.variables().stream().map(Variable::name).toList());
    Tensor x = Random.normalOnce(IN.prepend(7), Seed.of(1)).eval();
    Step a = training(plain);
    Step b = training(again);
    for (int i = 0; i < 3; i++) {
      assertThat(b.run(x).item()).isEqualTo(a.run(x).item());
    }
    Map<String, Tensor> want = values(plain);
    values(again)
        .forEach(
            (name, v) -> assertThat(v.toFloats()).as(name).isEqualTo(want.get(name).toFloats()));
  }

  @Test
  void weightsFitEitherWay() {
    Net plain = net(l -> l).build(IN, Seed.of(3));
    Net again = net(Layers::checkpoint).build(IN, Seed.of(4));
    again.assign(values(plain));
    Tensor x = Random.normalOnce(IN.prepend(2), Seed.of(1)).eval();
    assertThat(again.predict(x).toFloats()).isEqualTo(plain.predict(x).toFloats());
  }
}
