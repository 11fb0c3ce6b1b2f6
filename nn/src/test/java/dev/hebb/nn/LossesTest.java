package dev.hebb.nn;

import static dev.hebb.nn.Layers.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.ShapeError;
import dev.hebb.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** Losses against their closed forms in plain Java, and advice on their use. */
class LossesTest {
  private static final float[][] LOGITS = {{2, -1, 0.5f}, {0, 3, 1}};
  private static final Tensor X = Tensor.of(LOGITS);

  private static double logSoftmax(float[] row, int k) {
    double sum = 0;
    for (float v : row) {
      sum += Math.exp(v);
    }
    return row[k] - Math.log(sum);
  }

  @Test
  void crossEntropy() {
    Tensor y = Tensor.of(new int[] {0, 2}, Shape.of(2));
    double expected = -(logSoftmax(LOGITS[0], 0) + logSoftmax(LOGITS[1], 2)) / 2;
    assertThat(Losses.crossEntropy().of(X, y).item()).isCloseTo(expected, within(1e-6));
    double even = 0;
    for (int k = 0; k < 3; k++) {
      even -= (logSoftmax(LOGITS[0], k) + logSoftmax(LOGITS[1], k)) / 2 / 3;
    }
    assertThat(Losses.crossEntropy().smoothing(0.1).of(X, y).item())
        .isCloseTo(0.9 * expected + 0.1 * even, within(1e-6));
    Tensor far = Tensor.of(new float[][] {{1000, -1000}});
    assertThat(Losses.crossEntropy().of(far, Tensor.of(new int[] {1}, Shape.of(1))).item())
        .isCloseTo(2000, within(1e-3));
  }

  @Test
  void binaryCrossEntropy() {
    Tensor z = Tensor.of(0.7f, -1.2f);
    double p = 1 / (1 + Math.exp(-0.7));
    double q = 1 / (1 + Math.exp(1.2));
    assertThat(Losses.bceWithLogits().of(z, Tensor.of(1f, 0f)).item())
        .isCloseTo(-(Math.log(p) + Math.log(1 - q)) / 2, within(1e-6));
    assertThat(Losses.bceWithLogits().of(Tensor.of(-1000f, 1000f), Tensor.of(1f, 0f)).item())
        .isCloseTo(1000, within(1e-3));
  }

  @Test
  void squaresAndDistances() {
    Tensor x = Tensor.of(new float[][] {{1, 4}, {0, -2}});
    Tensor y = Tensor.of(new float[][] {{0, 1}, {0, 0}});
    assertThat(Losses.mse().of(x, y).item()).isCloseTo((1 + 9 + 4) / 4.0, within(1e-6));
    assertThat(Losses.halfSquaredError().of(x, y).item())
        .isCloseTo((0.5 * (1 + 9) + 0.5 * 4) / 2, within(1e-6));
    assertThat(Losses.mae().of(x, y).item()).isCloseTo((1 + 3 + 2) / 4.0, within(1e-6));
    assertThat(Losses.huber(1.5).of(x, y).item())
        .isCloseTo((0.5 + 1.5 * (3 - 0.75) + 1.5 * (2 - 0.75)) / 4, within(1e-6));
    assertThat(Losses.mse().name()).isEqualTo("mse");
  }

  @Test
  void noLossBroadcasts() {
    Tensor column = Tensor.zeros(4, 1);
    Tensor vector = Tensor.zeros(4);
    for (Loss loss :
        new Loss[] {
          Losses.mse(),
          Losses.mae(),
          Losses.huber(1),
          Losses.bceWithLogits(),
          Losses.halfSquaredError()
        }) {
      assertThatThrownBy(() -> loss.of(column, vector)).isInstanceOf(ShapeError.class);
    }
    assertThatThrownBy(() -> Losses.huber(0)).isInstanceOf(HebbException.class);
    assertThatThrownBy(() -> Losses.crossEntropy().smoothing(1)).isInstanceOf(HebbException.class);
  }

  private static Net ending(Layer... end) {
    return sequential(dense(4).tanh(), chain(end)).build(Shape.of(2), Seed.of(1));
  }

  @Test
  void adviceFindsWhatDoesNotGoTogether() {
    assertThat(Advice.of(ending(dense(3), softmax()), Losses.crossEntropy()))
        .singleElement()
        .asString()
        .contains("logits")
        .contains("Softmax");
    assertThat(Advice.of(ending(dense(1).sigmoid()), Losses.bceWithLogits()))
        .singleElement()
        .asString()
        .contains("sigmoid");
    assertThat(Advice.of(ending(dense(3).relu()), Losses.crossEntropy()))
        .singleElement()
        .asString()
        .contains("never negative");
    assertThat(Advice.of(ending(dense(1)), Losses.crossEntropy()))
        .singleElement()
        .asString()
        .contains("bceWithLogits");
    assertThat(Advice.of(ending(dense(1), relu()), Losses.mse()))
        .singleElement()
        .asString()
        .contains("softplus");
    for (Loss wrong :
        new Loss[] {
          Losses.bce(),
          Losses.crossEntropy().ofProbabilities(),
          Losses.crossEntropy().ofLogProbabilities(),
          Losses.klDivergence().ofLogProbabilities()
        }) {
      assertThat(Advice.of(ending(dense(3)), wrong))
          .singleElement()
          .asString()
          .contains("takes")
          .contains("Dense(3)");
    }
    assertThat(
            Advice.of(
                ending(dense(3), Layers.logSoftmax()), Losses.crossEntropy().ofProbabilities()))
        .hasSize(1);
    assertThat(Advice.of(ending(dense(3), softmax()), Losses.focal(2))).hasSize(1);
    assertThat(Advice.of(ending(dense(1).sigmoid()), Losses.binaryFocal(2))).hasSize(1);
    Net linear = sequential(dense(4), dense(1)).build(Shape.of(2), Seed.of(1));
    assertThat(Advice.of(linear, Losses.mse())).singleElement().asString().contains("linear");
  }

  @Test
  void adviceIsSilentWhereAllIsWell() {
    assertThat(Advice.of(ending(dense(3)), Losses.crossEntropy())).isEmpty();
    assertThat(Advice.of(ending(dense(1)), Losses.bceWithLogits())).isEmpty();
    assertThat(Advice.of(ending(dense(1)), Losses.mse())).isEmpty();
    assertThat(Advice.of(ending(dense(1).sigmoid()), Losses.bce())).isEmpty();
    assertThat(Advice.of(ending(dense(3), softmax()), Losses.crossEntropy().ofProbabilities()))
        .isEmpty();
    assertThat(
            Advice.of(
                ending(dense(3), Layers.logSoftmax()), Losses.crossEntropy().ofLogProbabilities()))
        .isEmpty();
    assertThat(Advice.of(ending(dense(3)), Losses.multiHinge())).isEmpty();
    assertThat(Advice.of(ending(dense(2)), Losses.triplet(1))).isEmpty();
    assertThat(Advice.of(ending(dense(1).sigmoid()), Losses.mse())).isEmpty();
  }
}
