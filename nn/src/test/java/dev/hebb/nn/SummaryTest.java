package dev.hebb.nn;

import static dev.hebb.nn.Layers.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** Counts by hand, and networks that are secretly linear. */
class SummaryTest {
  @Test
  void countsOfASmallConvolutionalNetwork() {
    Net net =
        sequential(conv2d(4, 3), batchNorm(), relu(), maxPool(2), flatten(), dense(5))
            .build(Shape.of(1, 8, 8), Seed.of(1));
    Summary s = net.summary();
    assertThat(s.depth()).isEqualTo(2);
    assertThat(s.parameters()).isEqualTo((4 * 9 + 4) + (4 + 4) + (36 * 5 + 5));
    assertThat(s.state()).isEqualTo(8);
    assertThat(s.variableBytes()).isEqualTo(4 * (s.parameters() + s.state()));
    assertThat(s.flops()).isEqualTo(2 * (4 * 6 * 6 * 9) + 2 * 36 * 5);
    assertThat(s.outputBytes()).isEqualTo(4 * (3 * 4 * 36 + 2 * 36 + 5));
    assertThat(s.warnings()).isEmpty();
    assertThat(s.rows())
        .extracting(Summary.Row::layer)
        .containsExactly("Conv2d(4, 3)", "BatchNorm", "Relu", "MaxPool(2)", "Flatten", "Dense(5)");
    assertThat(s.toString())
        .contains("2 layers with weights (the input is not one)")
        .contains("[4, 6, 6]")
        .contains("233 parameters + 8 numbers of state");
  }

  @Test
  void groupsAndPositionsCountInTheWork() {
    assertThat(conv2d(4, 3).groups(2).build(Shape.of(2, 5, 5), Seed.of(1)).summary().flops())
        .isEqualTo(2 * 4 * 9 * 9);
    assertThat(dense(3).build(Shape.of(7, 2), Seed.of(1)).summary().flops())
        .isEqualTo(2 * 7 * 2 * 3);
  }

  @Test
  void innerPartsAreIndentedAndCountedOnce() {
    Summary s =
        sequential(concat(conv2d(1, 1).relu(), chain(conv2d(2, 1))))
            .build(Shape.of(1, 2, 2), Seed.of(1))
            .summary();
    assertThat(s.rows()).extracting(Summary.Row::level).containsExactly(0, 1, 1, 2);
    assertThat(s.rows())
        .extracting(Summary.Row::path)
        .containsExactly("0.concat", "0.concat.0.conv2d", "0.concat.1", "0.concat.1.0.conv2d");
    assertThat(s.parameters()).isEqualTo(2 + 4);
    assertThat(s.flops()).isEqualTo(2 * 4 + 2 * 8);
    assertThat(s.depth()).isEqualTo(2);
  }

  @Test
  void withoutActivationsLayersCollapseToOneMatrix() {
    Net net =
        sequential(dense(5), dropout(0.1), dense(4), batchNorm(), dense(2))
            .build(Shape.of(3), Seed.of(1));
    assertThat(net.summary().warnings())
        .singleElement()
        .asString()
        .contains("linear")
        .contains("3 layers");
    Net two = sequential(dense(5), dense(2)).build(Shape.of(3), Seed.of(1));
    Tensor product = two.variable("0.dense.w").value().matmul(two.variable("1.dense.w").value());
    Tensor x = Tensor.of(new float[][] {{1, -2, 3}, {0.5f, 0, -1}});
    float[] collapsed = x.matmul(product).toFloats();
    float[] y = two.forward(x).toFloats(); // biases start at 0
    for (int i = 0; i < y.length; i++) {
      assertThat((double) y[i]).isCloseTo(collapsed[i], within(1e-5));
    }
  }

  @Test
  void oneActivationBendsTheNetwork() {
    for (Layer bend : new Layer[] {relu(), tanh(), maxPool(1), layerNorm(), softmax()}) {
      Layer before = bend.equals(maxPool(1)) ? reshape(1, 1, 4) : chain();
      Net net =
          sequential(dense(4), before, bend, flatten(), dense(2)).build(Shape.of(3), Seed.of(1));
      assertThat(net.summary().warnings()).as("%s", bend).isEmpty();
    }
    assertThat(dense(4).build(Shape.of(3), Seed.of(1)).summary().warnings()).isEmpty();
    Layer linearConv = sequential(conv2d(2, 3), avgPool(2), globalAveragePool(), dense(1));
    assertThat(linearConv.build(Shape.of(1, 6, 6), Seed.of(1)).summary().warnings()).hasSize(1);
  }

  @Test
  void aProductOfTwoMapsIsNotLinear() {
    Layer bilinear = (in, p) -> Block.of(in, x -> x.mul(x.flip(1)));
    Net net = sequential(dense(4), bilinear, dense(2)).build(Shape.of(3), Seed.of(1));
    assertThat(net.summary().warnings()).isEmpty();
    Layer scaled = (in, p) -> Block.of(in, x -> x.mul(2).flip(1));
    net = sequential(dense(4), scaled.named("scaled"), dense(2)).build(Shape.of(3), Seed.of(1));
    assertThat(net.summary().warnings()).hasSize(1);
  }
}
