package dev.hebb.nn;

import static dev.hebb.nn.Layers.batchNorm;
import static dev.hebb.nn.Layers.conv2d;
import static dev.hebb.nn.Layers.dense;
import static dev.hebb.nn.Layers.globalAveragePool;
import static dev.hebb.nn.Layers.relu;
import static dev.hebb.nn.Layers.sequential;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hebb.nn.optim.Sgd;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.Random;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Step;
import dev.hebb.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Fast kernels may round otherwise than plain sums, but training must not drift away. */
class LongRunAccuracyTest {
  private static final int STEPS = 20;

  private static double[] losses(Net net, Tensor x, Tensor y) {
    var opt = Sgd.of(0.05).momentum(0.9).bind(net.params());
    Step step =
        Step.trainStep((in, target) -> {
          Tensor loss = Losses.crossEntropy().of(net.forward(in), target);
          opt.update(loss.grad(net.params()));
          return loss;
        });
    double[] all = new double[STEPS];
    for (int i = 0; i < STEPS; i++) {
      all[i] = step.run(x, y).item();
    }
    return all;
  }

  @Test
  void twentyStepsOfAConvolutionalNetworkAgreeWithFloat64() {
    // Wide and large enough for Winograd's transforms in all three directions.
    Layer layers =
        sequential(
            conv2d(64, 1),
            batchNorm(),
            relu(),
            conv2d(64, 3).same().relu(),
            globalAveragePool(),
            dense(5));
    Shape in = Shape.of(3, 12, 12);
    Net net = layers.build(in, Seed.of(1));
    Net exact = layers.build(in.as(DType.FLOAT64), Seed.of(1));
    Map<String, Tensor> weights = new LinkedHashMap<>();
    net.variables().forEach(v -> weights.put(v.name(), v.value().cast(DType.FLOAT64)));
    exact.assign(weights);
    Tensor x = Random.normalOnce(in.prepend(2), Seed.of(2)).eval();
    Tensor y = Tensor.of(1f, 3f).cast(DType.INT32).eval();
    double[] expected = losses(exact, x.cast(DType.FLOAT64).eval(), y);
    double[] actual = losses(net, x, y);
    assertThat(expected[STEPS - 1]).as("it learns").isLessThan(expected[0] / 2);
    for (int i = 0; i < STEPS; i++) {
      assertThat(actual[i]).as("loss of step %d", i).isCloseTo(expected[i], within(1e-4));
    }
  }
}
