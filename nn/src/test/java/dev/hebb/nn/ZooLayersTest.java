package dev.hebb.nn;

import static dev.hebb.nn.Layers.chain;
import static dev.hebb.nn.Layers.conv2d;
import static dev.hebb.nn.Layers.dense;
import static dev.hebb.nn.Layers.relu;
import static dev.hebb.nn.Layers.sequential;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hebb.nn.layer.PartialConv2d;
import dev.hebb.nn.layer.Sampling;
import dev.hebb.nn.layer.ScaledPool;
import dev.hebb.nn.layer.Skip;
import dev.hebb.nn.layer.Subsample;
import dev.hebb.tensor.Mode;
import dev.hebb.tensor.Random;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The layers that some networks of the zoo need, and what can be asked of parts of a network. */
class ZooLayersTest {
  private static final Shape PICTURE = Shape.of(2, 5, 5);

  @Test
  void subsampleKeepsTheContract() {
    Net net = LayerContract.of(new Subsample(2, 3), PICTURE, 0).check();
    float[] x = new float[50];
    for (int i = 0; i < x.length; i++) {
      x[i] = i;
    }
    assertThat(net.predict(x))
        .containsExactly(
            0, 2, 4, 10, 12, 14, 20, 22, 24, 25, 27, 29, 35, 37, 39, 45, 47, 49, 0, 0, 0, 0, 0, 0,
            0, 0, 0);
    assertThatThrownBy(() -> new Subsample(2, 1).build(PICTURE, Seed.of(1)))
        .hasMessageContaining("conv2d(1, 1)");
    assertThatThrownBy(() -> new Subsample(0, 1)).hasMessageContaining("at least 1");
  }

  @Test
  void scaledPoolKeepsTheContract() {
    Net net = LayerContract.of(new ScaledPool(2), PICTURE, 4).check();
    net.variable("0.scaledPool.scale").set(Tensor.of(2f, -1f));
    net.variable("0.scaledPool.shift").set(Tensor.of(0.5f, 0f));
    float[] x = new float[50];
    for (int i = 0; i < x.length; i++) {
      x[i] = i;
    }
    // 2·(0 + 1 + 5 + 6) + 0.5, …; −(25 + 26 + 30 + 31), …
    assertThat(net.predict(x))
        .containsExactly(24.5f, 40.5f, 104.5f, 120.5f, -112, -120, -152, -160);
    assertThatThrownBy(() -> new ScaledPool(0)).hasMessageContaining("at least 1");
  }

  @Test
  void partialConvolutionsKeepTheContract() {
    var layer = new PartialConv2d(List.of(List.of(1), List.of(1, 0), List.of(0)), 3);
    Net net = LayerContract.of(layer, PICTURE, 4 * 9 + 3).check();
    // The same as a full convolution where the missing connections have weights of zero.
    float[] w = net.variable("0.partialConv2d.w").value().toFloats();
    float[] full = new float[3 * 2 * 9];
    int[] from = {-1, 0, 2, 1, 3, -1}; // for out·2 + in, the place in w
    for (int i = 0; i < from.length; i++) {
      if (from[i] >= 0) {
        System.arraycopy(w, from[i] * 9, full, i * 9, 9);
      }
    }
    Tensor x = Random.normalOnce(PICTURE.prepend(2), Seed.of(3)).eval();
    float[] expected = x.conv2d(Tensor.of(full, Shape.of(3, 2, 3, 3))).toFloats();
    float[] actual = net.forward(x).toFloats();
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i]).isCloseTo(expected[i], within(1e-5f));
    }
    assertThatThrownBy(() -> new PartialConv2d(List.of(List.of(2)), 3).build(PICTURE, Seed.of(1)))
        .hasMessageContaining("channel 0 sees channel 2");
    assertThatThrownBy(() -> new PartialConv2d(List.of(List.of(0, 0)), 3))
        .hasMessageContaining("each once");
  }

  @Test
  void skipKeepsTheContract() {
    Net net = LayerContract.of(new Skip(conv2d(1, 3).relu()), PICTURE, 19).check();
    assertThat(net.out()).isEqualTo(Shape.of(3, 3, 3));
    Tensor x = Random.normalOnce(PICTURE.prepend(2), Seed.of(3)).eval();
    assertThat(net.forward(x).slice(":, :2").toFloats())
        .isEqualTo(x.slice(":, :, 1:4, 1:4").toFloats());
    assertThatThrownBy(() -> new Skip(conv2d(1, 1).pad(1)).build(PICTURE, Seed.of(1)))
        .hasMessageContaining("not larger");
  }

  @Test
  void transposedConvolutionsKeepTheContract() {
    var layer = Layers.convTranspose2d(2, 3).stride(2).pad(1);
    Shape in = Shape.of(3, 2, 4);
    Net net = LayerContract.of(layer, in, 3 * 2 * 9 + 2).check();
    LayerContract.of(layer.noBias().stride(1).pad(0), in, 3 * 2 * 9).check();
    assertThat(net.out()).isEqualTo(Shape.of(2, 3, 7));
    // Every pixel adds its multiple of the kernel, in plain loops.
    float[] w = net.variable("0.convTranspose2d.w").value().toFloats();
    float[] x = Random.normalOnce(in, Seed.of(3)).toFloats();
    double[] expected = new double[2 * 3 * 7];
    for (int c = 0; c < 3; c++) {
      for (int i = 0; i < 8; i++) {
        for (int k = 0; k < 18; k++) {
          int row = i / 4 * 2 + k % 9 / 3 - 1;
          int column = i % 4 * 2 + k % 3 - 1;
          if (row >= 0 && row < 3 && column >= 0 && column < 7) {
            expected[k / 9 * 21 + row * 7 + column] += (double) x[c * 8 + i] * w[c * 18 + k];
          }
        }
      }
    }
    float[] y = net.predict(x);
    for (int i = 0; i < y.length; i++) {
      assertThat((double) y[i]).isCloseTo(expected[i], within(1e-5));
    }
    assertThat(net.summary().flops()).isEqualTo(2 * 3 * 8 * 18);
    assertThatThrownBy(() -> layer.pad(-1)).hasMessageContaining("pad");
    assertThatThrownBy(() -> layer.pad(4).build(in, Seed.of(1)))
        .hasMessageContaining("less padding");
  }

  @Test
  void samplingKeepsTheContract() {
    Net net = LayerContract.of(new Sampling(), Shape.of(4), 0).random().check();
    assertThat(net.predict(new float[] {1, -2, 5, 5})).containsExactly(1, -2);
    // 20,000 draws of N(3, 0.5²): mean and deviation within five standard errors.
    int n = 20_000;
    double log = 2 * Math.log(0.5);
    Tensor given = Tensor.of(new float[] {3, (float) log}, Shape.of(1, 2)).broadcastTo(n, 2).eval();
    Net one = new Sampling().build(Shape.of(2), Seed.of(1));
    Tensor z = Mode.training(() -> one.forward(given)).eval();
    assertThat(z.mean().item()).isCloseTo(3, within(5 * 0.5 / Math.sqrt(n)));
    assertThat(z.std().item()).isCloseTo(0.5, within(5 * 0.5 / Math.sqrt(2.0 * n)));
    assertThatThrownBy(() -> new Sampling().build(Shape.of(3), Seed.of(1)))
        .hasMessageContaining("even number");
  }

  @Test
  void l21ABlockIsSwappedAndItsGradientCheckedAlone() {
    Layer wide = chain(conv2d(4, 3).same().tanh(), conv2d(2, 1)).named("block");
    Layer thin = chain(conv2d(2, 5).same().tanh()).named("block");
    for (Layer block : List.of(wide, thin)) {
      Net net =
          sequential(conv2d(2, 3).same().tanh(), block, Layers.flatten(), dense(3))
              .build(PICTURE.as(dev.hebb.tensor.DType.FLOAT64), Seed.of(4));
      Net alone = net.part("block");
      Tensor x =
          Random.normalOnce(PICTURE.as(dev.hebb.tensor.DType.FLOAT64).prepend(2), Seed.of(5))
              .eval();
      Tensor inside = net.activations(x).get("0.conv2d");
      assertThat(alone.forward(inside).toDoubles())
          .containsExactly(net.activations(x).get("block").toDoubles(), within(1e-12));
      var point = new java.util.ArrayList<>(alone.params().stream().map(v -> v.value()).toList());
      point.add(inside.detach().eval());
      var found =
          dev.hebb.grad.Gradients.check(
              in -> alone.forward(in.getLast(), in.subList(0, in.size() - 1)).square().sum(),
              point);
      assertThat(found.passes(1e-6)).as("%s", found).isTrue();
    }
  }

  @Test
  void aPartIsACopy() {
    Net net =
        sequential(dense(3).named("body"), chain(relu(), dense(2))).build(Shape.of(4), Seed.of(1));
    Net body = net.part("body");
    assertThat(body.variable("body.w").value().toFloats())
        .isEqualTo(net.variable("body.w").value().toFloats());
    Net inner = net.part("1.1.dense");
    assertThat(inner.in()).isEqualTo(Shape.of(3));
    assertThat(inner.variable("0.dense.w").value().toFloats())
        .isEqualTo(net.variable("1.1.dense.w").value().toFloats());
    assertThat(net.part("1").variable("1.dense.w").value().toFloats())
        .isEqualTo(net.variable("1.1.dense.w").value().toFloats());
    assertThatThrownBy(() -> net.part("tail")).hasMessageContaining("no part \"tail\"");
  }

  @Test
  void flopsOfGradientsAreCountedToo() {
    Net net = sequential(dense(128), relu(), dense(10)).build(Shape.of(784), Seed.of(1));
    Tensor x = Tensor.ones(64, 784);
    Tensor loss = net.forward(x).square().mean();
    assertThat(Flops.of(net.forward(x))).isEqualTo(2L * 64 * (784 * 128 + 128 * 10));
    List<Tensor> grads = loss.grad(net.params());
    assertThat(Flops.of(grads.toArray(Tensor[]::new)))
        .isEqualTo(2L * 64 * (2 * 784 * 128 + 3 * 128 * 10));
    Net conv =
        sequential(conv2d(4, 3).stride(2), relu(), conv2d(6, 3).groups(2))
            .build(Shape.of(3, 11, 11), Seed.of(1));
    long first = 2L * 4 * 5 * 5 * 9 * 3;
    long second = 2L * 6 * 3 * 3 * 9 * 2;
    Tensor y = conv.forward(Tensor.ones(1, 3, 11, 11));
    assertThat(Flops.of(y)).isEqualTo(first + second);
    List<Tensor> g = y.square().sum().grad(conv.params());
    assertThat(Flops.of(g.toArray(Tensor[]::new))).isEqualTo(2 * first + 3 * second);
  }
}
