package dev.hebb.nn;

import static dev.hebb.nn.Layers.*;
import static dev.hebb.tensor.Step.trainStep;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hebb.nn.optim.Adam;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** The tour's second program, as written there, and what one layer cannot do. */
class XorTest {
  private static float[] train(Layer layer) {
    var x = Tensor.of(new float[][] {{0, 0}, {0, 1}, {1, 0}, {1, 1}});
    var y = Tensor.of(new float[] {0, 1, 1, 0}).reshape(4, 1);
    var net = layer.build(Shape.of(2), Seed.of(1));
    var opt = Adam.of(0.05).bind(net.params());
    var step =
        trainStep(() -> {
          var loss = net.forward(x).bceWithLogits(y);
          opt.update(loss.grad(net.params()));
          return loss;
        });
    for (int i = 0; i < 300; i++) step.run();
    return net.forward(x).sigmoid().toFloats();
  }

  private static int right(float[] p) {
    int n = 0;
    for (int i = 0; i < 4; i++) {
      n += p[i] > 0.5 == (i == 1 || i == 2) ? 1 : 0;
    }
    return n;
  }

  @Test
  void l15TwoLayersLearnXor() {
    float[] p = train(sequential(dense(8), tanh(), dense(1)));
    assertThat(right(p)).isEqualTo(4);
    assertThat(p[1]).isGreaterThan(0.95f);
    assertThat(p[0]).isLessThan(0.05f);
  }

  /** 75 % is the most that any line gets right. */
  @Test
  void l15OneLayerGetsAtMostThreeOfFour() {
    assertThat(right(train(sequential(dense(1))))).isLessThanOrEqualTo(3);
  }

  @Test
  void l15MoreLayersLearnXorToo() {
    assertThat(right(train(sequential(dense(8), tanh(), dense(8), tanh(), dense(1))))).isEqualTo(4);
  }
}
