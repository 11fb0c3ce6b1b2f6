package dev.hebb.nn;

import static dev.hebb.nn.Layers.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hebb.op.Activation;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.ShapeError;
import dev.hebb.tensor.Tensor;
import dev.hebb.tensor.Variable;
import dev.hebb.tensor.Window2d;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each layer against {@link LayerContract}, its values by hand, and its errors. */
class LayersTest {
  private static final Shape PICTURE = Shape.of(2, 5, 5);

  // ---- the contract, one test a layer

  @Test
  void denseKeepsTheContract() {
    Net net = LayerContract.of(dense(4), Shape.of(3), 3 * 4 + 4).check();
    assertThat(net.out()).isEqualTo(Shape.of(4));
    assertThat(net.params()).extracting(v -> v.name()).containsExactly("0.dense.w", "0.dense.b");
    LayerContract.of(dense(4).noBias().init(Init.orthogonal()), Shape.of(2, 3), 12).check();
  }

  @Test
  void conv2dKeepsTheContract() {
    Net net = LayerContract.of(conv2d(3, 3), PICTURE, 3 * 2 * 9 + 3).check();
    assertThat(net.out()).isEqualTo(Shape.of(3, 3, 3));
    LayerContract.of(conv2d(4, 3).stride(2).same().groups(2).noBias(), PICTURE, 4 * 9).check();
    LayerContract.of(
            conv2d(1, Window2d.of(1, 2)).pad(1).dilation(2).init(Init.normal(1)),
            PICTURE,
            2 * 2 + 1)
        .check();
  }

  @Test
  void poolingKeepsTheContract() {
    assertThat(LayerContract.of(maxPool(2), PICTURE, 0).check().out()).isEqualTo(Shape.of(2, 2, 2));
    assertThat(LayerContract.of(avgPool(2).ceilMode(), PICTURE, 0).check().out())
        .isEqualTo(Shape.of(2, 3, 3));
    assertThat(LayerContract.of(maxPool(3).stride(1).same(), PICTURE, 0).check().out())
        .isEqualTo(PICTURE);
    assertThat(LayerContract.of(avgPool(3).stride(2).pad(1), PICTURE, 0).check().out())
        .isEqualTo(Shape.of(2, 3, 3));
    assertThat(LayerContract.of(globalAveragePool(), PICTURE, 0).check().out())
        .isEqualTo(Shape.of(2));
  }

  @Test
  void shapingKeepsTheContract() {
    assertThat(LayerContract.of(flatten(), PICTURE, 0).check().out()).isEqualTo(Shape.of(50));
    assertThat(LayerContract.of(reshape(5, 10), PICTURE, 0).check().out())
        .isEqualTo(Shape.of(5, 10));
  }

  @Test
  void radialBasisKeepsTheContract() {
    Net net = LayerContract.of(radialBasis(4, 0.8), Shape.of(3), 4 * 3 + 4).check();
    assertThat(net.out()).isEqualTo(Shape.of(4));
    assertThatThrownBy(() -> radialBasis(0, 1)).isInstanceOf(HebbException.class);
    assertThatThrownBy(() -> radialBasis(2, 0)).isInstanceOf(HebbException.class);
  }

  @Test
  void dropoutKeepsTheContract() {
    LayerContract.of(dropout(0.4), Shape.of(6), 0).random().check();
  }

  @Test
  void normalisationKeepsTheContract() {
    Net net = LayerContract.of(batchNorm(), PICTURE, 4).check();
    assertThat(net.state())
        .extracting(v -> v.name())
        .containsExactly("0.batchNorm.mean", "0.batchNorm.variance");
    assertThat(net.summary().state()).isEqualTo(4);
    LayerContract.of(batchNorm().momentum(0.3).epsilon(1e-3), Shape.of(4), 8).check();
    LayerContract.of(layerNorm(), Shape.of(3, 4), 8).check();
  }

  @Test
  void embeddingKeepsTheContract() {
    Net net = LayerContract.of(embedding(4, 3), Shape.of(2).as(DType.INT32), 12).check();
    assertThat(net.out()).isEqualTo(Shape.of(2, 3));
    assertThat(net.predict(new float[] {1, 3}))
        .containsExactly(
            net.params()
                .getFirst()
                .value()
                .reshape(4, 3)
                .gather(0, Tensor.of(new int[] {1, 3}, Shape.of(2)))
                .toFloats());
  }

  @ParameterizedTest
  @EnumSource
  void everyActivationKeepsTheContract(Activation f) {
    LayerContract.of(activation(f), Shape.of(3), 0).check();
  }

  @Test
  void activationsWithMoreKeepTheContract() {
    LayerContract.of(prelu(), Shape.of(3), 1).check();
    LayerContract.of(rrelu(), Shape.of(3), 0).random().check();
    LayerContract.of(softmax(), Shape.of(3), 0).check();
    LayerContract.of(logSoftmax(), Shape.of(2, 3), 0).check();
    LayerContract.of(maxout(2, 3), Shape.of(4), 4 * 6 + 6).check();
  }

  @Test
  void layersOfLayersKeepTheContract() {
    LayerContract.of(chain(dense(3).tanh(), dense(2).named("last")), Shape.of(2), 17).check();
    LayerContract.of(concat(conv2d(1, 1).relu(), maxPool(3).stride(1).same()), PICTURE, 3).check();
    LayerContract.of(
            residual(conv2d(3, 3).stride(2).same()).shortcut(conv2d(3, 1).stride(2)),
            PICTURE,
            3 * 18 + 3 + 3 * 2 + 3)
        .check();
  }

  @Test
  void checkpointsKeepTheContractAndTheNames() {
    LayerContract.of(checkpoint(dense(3).tanh(), dense(2)), Shape.of(2), 17).check();
    Net plain =
        sequential(dense(3).tanh(), residual(dense(3).sigmoid())).build(Shape.of(2), Seed.of(1));
    Net checked =
        sequential(checkpoint(dense(3).tanh()), checkpoint(residual(dense(3).sigmoid())))
            .build(Shape.of(2), Seed.of(1));
    assertThat(checked.variables())
        .extracting(Variable::name)
        .isEqualTo(plain.variables().stream().map(Variable::name).toList());
    Tensor x = Tensor.of(new float[][] {{1, -2}, {0.5f, 3}});
    assertThat(checked.forward(x).toFloats()).isEqualTo(plain.forward(x).toFloats());
    List<Tensor> expected = plain.forward(x).square().sum().grad(plain.params());
    List<Tensor> actual = checked.forward(x).square().sum().grad(checked.params());
    for (int i = 0; i < expected.size(); i++) {
      assertThat(actual.get(i).toFloats()).isEqualTo(expected.get(i).toFloats());
    }
  }

  // ---- the tour's layers

  /** The tour's layer of one's own, as written there. */
  @SuppressWarnings("MissingOverride")
  record Gate(int units) implements Layer {
    public Block build(Shape in, Params p) {
      var w = p.glorot("w", in.last(), units);
      var v = p.glorot("v", in.last(), units);
      return Block.of(in.withLast(units), x -> x.matmul(w).mul(x.matmul(v).sigmoid()));
    }
  }

  @Test
  void layersOfOnesOwnKeepTheContract() {
    Net net = LayerContract.of(new Gate(4), Shape.of(3), 24).own(Gate.class).check();
    assertThat(net.params()).extracting(v -> v.name()).containsExactly("0.gate.w", "0.gate.v");
    assertThat(net.summary().flops()).isEqualTo(2 * 2 * 3 * 4);
    assertThatThrownBy(
            () -> LayerSpec.restore(LayerSpec.describe(new Gate(4)), java.util.List.of()))
        .isInstanceOf(HebbException.class)
        .hasMessageContaining("Net.load(file, Gate.class)");
  }

  static Layer inception(int a, int b0, int b, int c0, int c, int d) {
    return concat(
        conv2d(a, 1).relu(),
        chain(conv2d(b0, 1).relu(), conv2d(b, 3).same().relu()),
        chain(conv2d(c0, 1).relu(), conv2d(c, 5).same().relu()),
        chain(maxPool(3).stride(1).same(), conv2d(d, 1).relu()));
  }

  static Layer basic(int channels) {
    return residual(
        conv2d(channels, 3).same().noBias(),
        batchNorm(),
        relu(),
        conv2d(channels, 3).same().noBias(),
        batchNorm());
  }

  @Test
  void branchingBlocksKeepTheContract() {
    long parameters = 3 * 2 + (3 + (9 * 2 + 2)) + (3 + (25 + 1)) + 4 * 2 + 4;
    Net net = LayerContract.of(inception(2, 1, 2, 1, 1, 4), Shape.of(2, 3, 3), parameters).check();
    assertThat(net.out()).isEqualTo(Shape.of(9, 3, 3));
    assertThat(net.variables())
        .extracting(v -> v.name())
        .contains("0.concat.0.conv2d.w", "0.concat.1.1.conv2d.b", "0.concat.3.1.conv2d.w");
    LayerContract.of(basic(2), Shape.of(2, 3, 3), 2 * (2 * 2 * 9 + 4)).check();
  }

  // ---- values by hand

  @Test
  void denseIsTheMatrixProduct() {
    Net net = dense(2).build(Shape.of(2), Seed.of(1));
    net.variable("0.dense.w").set(Tensor.of(new float[][] {{1, 2}, {3, 4}}));
    net.variable("0.dense.b").set(Tensor.of(10, 20));
    assertThat(net.predict(new float[] {1, -1})).containsExactly(1 - 3 + 10, 2 - 4 + 20);
  }

  @Test
  void maxoutTakesTheLargestPiece() {
    Net net = maxout(1, 2).build(Shape.of(1), Seed.of(1));
    net.variable("0.maxout.w").set(Tensor.of(new float[][] {{1, -1}}));
    assertThat(net.predict(new float[][] {{3}, {-4}})).isDeepEqualTo(new float[][] {{3}, {4}});
  }

  @Test
  void layerNormGivesZeroMeanAndUnitVariance() {
    float[] y = layerNorm().build(Shape.of(4), Seed.of(1)).predict(new float[] {1, 2, 3, 4});
    double sigma = Math.sqrt(1.25 + 1e-5);
    for (int i = 0; i < 4; i++) {
      assertThat(y[i])
          .isCloseTo((float) ((i - 1.5) / sigma), org.assertj.core.data.Offset.offset(1e-6f));
    }
  }

  // ---- wrong programs

  @Test
  void aDenseLayerAfterAPictureSaysWhatToPutBetween() {
    assertThatThrownBy(
            () -> sequential(conv2d(32, 3), dense(10)).build(Shape.of(1, 28, 28), Seed.of(1)))
        .isInstanceOf(ShapeError.class)
        .hasMessage(
            "Dense(10) at net[1] takes a vector per example, but Conv2d(32, 3) at net[0] gives"
                + " [32, 26, 26] (channels, height, width). Put flatten() or globalAveragePool()"
                + " between them.");
  }

  @Test
  void anErrorInsideABranchNamesTheInnerPlace() {
    Layer branch = chain(conv2d(2, 1).relu(), dense(3));
    assertThatThrownBy(() -> sequential(relu(), concat(branch)).build(PICTURE, Seed.of(1)))
        .hasMessageStartingWith(
            "Dense(3) at net[1][0][1] takes a vector per example, but Conv2d(2, 1).relu() at"
                + " net[1][0][0] gives [2, 5, 5]");
  }

  @Test
  void theFirstLayerNamesTheInput() {
    assertThatThrownBy(() -> sequential(dense(10)).build(Shape.of(1, 28, 28), Seed.of(1)))
        .hasMessage(
            "Dense(10) at net[0] takes a vector per example, but the network's input is [1, 28, 28]"
                + " (channels, height, width). Put flatten() or globalAveragePool() in front of"
                + " it.");
    assertThatThrownBy(() -> embedding(9, 2).build(Shape.of(4), Seed.of(1)))
        .hasMessageContaining("Embedding(9, 2) at net[0] takes integers")
        .hasMessageContaining("as(INT32)");
    assertThatThrownBy(() -> conv2d(2, 3).build(Shape.of(28, 28), Seed.of(1)))
        .hasMessageContaining("Put reshape(1, 28, 28) in front of it.");
  }

  @Test
  void aWindowThatDoesNotFitNamesTheLayer() {
    assertThatThrownBy(
            () -> sequential(maxPool(2), conv2d(4, 5)).build(Shape.of(1, 8, 8), Seed.of(1)))
        .isInstanceOf(ShapeError.class)
        .hasMessageContaining("Conv2d(4, 5) at net[1]")
        .hasMessageContaining("[1, 4, 4]")
        .hasMessageContaining("same()");
  }

  @Test
  void branchesThatDoNotFitSayHow() {
    assertThatThrownBy(() -> concat(conv2d(2, 3), conv2d(2, 1)).build(PICTURE, Seed.of(1)))
        .hasMessageContaining("at net[0]")
        .hasMessageContaining("branch 1");
    assertThatThrownBy(() -> residual(conv2d(4, 3).stride(2).same()).build(PICTURE, Seed.of(1)))
        .hasMessageContaining(".shortcut(conv2d(4, 1).stride(2))");
  }

  /** Declares another shape than it computes. */
  record Liar() implements Layer {
    @Override
    public Block build(Shape in, Params p) {
      return Block.of(Shape.of(7), x -> x);
    }
  }

  @Test
  void aLayerThatDeclaresTheWrongShapeIsFound() {
    assertThatThrownBy(() -> new Liar().build(Shape.of(2), Seed.of(1)))
        .isInstanceOf(ShapeError.class)
        .hasMessageContaining("Liar[] at net[0] declares examples of shape [7]");
  }

  @Test
  void optionsOutsideTheirRangeAreRejected() {
    assertThatThrownBy(() -> dense(0)).isInstanceOf(HebbException.class);
    assertThatThrownBy(() -> dropout(1)).hasMessageContaining("[0, 1)");
    assertThatThrownBy(() -> conv2d(3, 3).groups(2)).hasMessageContaining("multiple");
    assertThatThrownBy(() -> relu().named("a.b")).hasMessageContaining("a.b");
    assertThatThrownBy(() -> concat()).hasMessageContaining("branch");
  }

  @Test
  void namesTakenTwiceAreRejected() {
    assertThatThrownBy(
            () -> chain(dense(2).named("a"), dense(2).named("a")).build(Shape.of(2), Seed.of(1)))
        .isInstanceOf(HebbException.class)
        .hasMessageContaining("a.w");
  }
}
