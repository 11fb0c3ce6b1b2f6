package dev.hebb.nn;

import static dev.hebb.nn.Layers.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hebb.op.Activation;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Mode;
import dev.hebb.tensor.Random;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Step;
import dev.hebb.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Dropout and its kin (L44): rates, means, scaling, evaluation and determinism. */
class NoiseTest {
  private static final Shape PICTURE = Shape.of(4, 3, 3);

  @Test
  void l44TheyKeepTheContract() {
    LayerContract.of(channelDropout(0.4), PICTURE, 0).random().check();
    LayerContract.of(channelDropout(0.4), Shape.of(5, 3), 0).random().check();
    LayerContract.of(alphaDropout(0.2), Shape.of(6), 0).random().check();
    LayerContract.of(dropPath(0.3), PICTURE, 0).random().check();
    LayerContract.of(dropPath(0.3), Shape.of(6), 0).random().check();
    LayerContract.of(gaussianNoise(0.5), Shape.of(6), 0).random().check();
    LayerContract.of(gaussianDropout(0.3), Shape.of(6), 0).random().check();
    LayerContract.of(residual(dense(3).tanh(), dropPath(0.5)), Shape.of(3), 12).random().check();
  }

  /** Runs the layer in training; the same bits for the same seed and step. */
  private static float[] train(Layer layer, Tensor x, Shape example) {
    Net net = layer.build(example, Seed.of(3));
    Step step = Step.of(true, in -> List.of(net.forward(in.getFirst())));
    float[] first = step.run(x).toFloats();
    assertThat(step.run(x).toFloats()).as("each step draws anew").isNotEqualTo(first);
    step.counter().set(Tensor.of(new long[] {0}, Shape.of()));
    assertThat(step.run(x).toFloats()).as("the same step draws the same").isEqualTo(first);
    assertThat(net.predict(x).toFloats()).as("evaluation").isEqualTo(x.toFloats());
    assertThat(Mode.training(() -> net.forward(x)).shape()).isEqualTo(x.shape());
    return first;
  }

  private static double mean(float[] v) {
    double sum = 0;
    for (float f : v) {
      sum += f;
    }
    return sum / v.length;
  }

  private static double variance(float[] v) {
    double m = mean(v);
    double sum = 0;
    for (float f : v) {
      sum += (f - m) * (f - m);
    }
    return sum / v.length;
  }

  /** Groups of equal size that are all 0 or all 1/(1 − rate); returns the share of zeros. */
  private static double zeros(float[] y, int[] group, int groups, double rate) {
    float kept = (float) (1 / (1 - rate));
    float[] of = new float[groups];
    java.util.Arrays.fill(of, -1);
    for (int i = 0; i < y.length; i++) {
      assertThat(y[i]).isIn(0f, kept);
      assertThat(of[group[i]]).as("group %d", group[i]).isIn(-1f, y[i]);
      of[group[i]] = y[i];
    }
    int zeros = 0;
    for (float f : of) {
      zeros += f == 0 ? 1 : 0;
    }
    return (double) zeros / groups;
  }

  @Test
  void l44ChannelDropoutDropsWholeChannels() {
    int n = 500;
    float[] y = train(channelDropout(0.3), Tensor.ones(n, 4, 3, 3), PICTURE);
    int[] channel = new int[y.length];
    int[] feature = new int[n * 5 * 3];
    java.util.Arrays.setAll(channel, i -> i / 9);
    assertThat(zeros(y, channel, n * 4, 0.3)).isCloseTo(0.3, within(0.04)); // 4 σ
    float[] sequence = train(channelDropout(0.3), Tensor.ones(n, 5, 3), Shape.of(5, 3));
    java.util.Arrays.setAll(feature, i -> i / 15 * 3 + i % 3);
    assertThat(zeros(sequence, feature, n * 3, 0.3)).isCloseTo(0.3, within(0.05));
  }

  @Test
  void l44DropPathDropsWholeExamples() {
    int n = 4000;
    float[] y = train(dropPath(0.25), Tensor.ones(n, 4), Shape.of(4));
    int[] example = new int[y.length];
    java.util.Arrays.setAll(example, i -> i / 4);
    assertThat(zeros(y, example, n, 0.25)).isCloseTo(0.25, within(0.03));
    assertThat(mean(y)).isCloseTo(1, within(0.04));
    Net net = residual(dense(3), dropPath(0.5)).build(Shape.of(3), Seed.of(3));
    Tensor x = Tensor.ones(200, 3);
    float[] through = Mode.training(() -> net.forward(x)).toFloats();
    long around = 0;
    for (int i = 0; i < 200; i++) {
      around += through[3 * i] == 1 && through[3 * i + 1] == 1 ? 1 : 0;
    }
    assertThat(around).as("examples that took the way around").isBetween(60L, 140L);
  }

  @Test
  void l44AlphaDropoutKeepsMeanAndVarianceThroughSelus() {
    int n = 400_000;
    Tensor x = Random.normalOnce(Shape.of(n / 100, 100), Seed.of(5)).eval();
    for (double rate : new double[] {0.05, 0.2, 0.5}) {
      float[] y = train(alphaDropout(rate), x, Shape.of(100));
      assertThat(mean(y)).as("mean at %s", rate).isCloseTo(0, within(0.01));
      assertThat(variance(y)).as("variance at %s", rate).isCloseTo(1, within(0.02));
    }
    // ten layers of SELUs with LeCun's weights stay near their fixed point
    Layer[] layers = new Layer[10];
    for (int i = 0; i < 10; i++) {
      layers[i] =
          chain(dense(100).init(Init.lecunNormal()).activation(Activation.SELU), alphaDropout(0.1));
    }
    Net net = sequential(layers).build(Shape.of(100), Seed.of(6));
    float[] deep = Mode.training(() -> net.forward(x.narrow(0, 0, 1000))).toFloats();
    assertThat(mean(deep)).isCloseTo(0, within(0.15));
    assertThat(variance(deep)).isCloseTo(1, within(0.25));
  }

  @Test
  void l44GaussianNoiseHasItsDeviation() {
    Tensor x = Tensor.full(Shape.of(1000, 100), 2);
    float[] added = train(gaussianNoise(0.5), x, Shape.of(100));
    assertThat(mean(added)).isCloseTo(2, within(0.01));
    assertThat(variance(added)).isCloseTo(0.25, within(0.01));
    float[] times = train(gaussianDropout(0.2), x, Shape.of(100));
    assertThat(mean(times)).isCloseTo(2, within(0.02));
    assertThat(variance(times)).isCloseTo(4 * 0.2 / 0.8, within(0.04));
  }

  @Test
  void ratesAreChecked() {
    assertThatThrownBy(() -> channelDropout(1)).hasMessageContaining("[0, 1)");
    assertThatThrownBy(() -> alphaDropout(-0.1)).hasMessageContaining("alphaDropout");
    assertThatThrownBy(() -> dropPath(Double.NaN)).isInstanceOf(HebbException.class);
    assertThatThrownBy(() -> gaussianDropout(1)).hasMessageContaining("[0, 1)");
    assertThatThrownBy(() -> gaussianNoise(-1)).hasMessageContaining("σ");
    assertThat(dropPath(0).build(Shape.of(2), Seed.of(1)).predict(new float[] {1, 2}))
        .containsExactly(1, 2);
  }
}
