package dev.hebb.nn.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.ShapeError;
import dev.hebb.tensor.Tensor;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Metrics against counts made by hand, in one batch and in several. */
class MetricsTest {
  private static final Offset<Double> NEAR = within(1e-6);

  /** Predicted 0, 1, 1, 2, 0, 1. */
  private static final float[][] SCORES = {
    {3, 1, 2}, {0, 5, 1}, {1, 2, 0}, {0, 1, 4}, {2, 1, 1.5f}, {0, 1, 0.5f}
  };

  private static final int[] ACTUAL = {0, 1, 2, 2, 1, 1};

  private static Tensor labels(int... v) {
    return Tensor.of(v, Shape.of(v.length));
  }

  private static double of(Metric m, Tensor x, Tensor y) {
    Metric.Accumulator a = m.start();
    a.add(x, y);
    return a.value();
  }

  private static double classes(Metric m) {
    double whole = of(m, Tensor.of(SCORES), labels(ACTUAL));
    Metric.Accumulator parts = m.start();
    for (int i = 0; i < 6; i++) {
      parts.add(Tensor.of(new float[][] {SCORES[i]}), labels(ACTUAL[i]));
    }
    assertThat(parts.value()).as("batch by batch").isCloseTo(whole, NEAR);
    return whole;
  }

  @Test
  void classMetricsByHand() {
    // right: class 0 one of one, class 1 two of three, class 2 one of two
    assertThat(classes(Metrics.accuracy())).isCloseTo(4 / 6.0, NEAR);
    assertThat(classes(Metrics.precision())).isCloseTo((1 / 2.0 + 2 / 3.0 + 1) / 3, NEAR);
    assertThat(classes(Metrics.recall())).isCloseTo((1 + 2 / 3.0 + 1 / 2.0) / 3, NEAR);
    assertThat(classes(Metrics.f1())).isCloseTo((2 / 3.0 + 2 / 3.0 + 2 / 3.0) / 3, NEAR);
  }

  @Test
  void theConfusionMatrixCounts() {
    var m = (ConfusionMatrix) Metrics.confusion().start();
    m.add(Tensor.of(SCORES), labels(ACTUAL));
    long[][] expected = {{1, 0, 0}, {1, 2, 0}, {0, 1, 1}};
    for (int a = 0; a < 3; a++) {
      for (int p = 0; p < 3; p++) {
        assertThat(m.count(a, p)).as("%d taken for %d", a, p).isEqualTo(expected[a][p]);
      }
    }
    assertThat(m.precision(0)).isCloseTo(0.5, NEAR);
    assertThat(m.recall(2)).isCloseTo(0.5, NEAR);
    assertThat(m.f1(1)).isCloseTo(2 / 3.0, NEAR);
    assertThat(m.toString()).contains("accuracy 0.6667").contains("precision");
  }

  @Test
  void classesThatNeverOccurDoNotCount() {
    Tensor x = Tensor.of(new float[][] {{2, 1, 0, 0}, {1, 2, 0, 0}});
    assertThat(of(Metrics.f1(), x, labels(0, 1))).isEqualTo(1);
    assertThat(of(Metrics.recall(), x, labels(0, 3))).isCloseTo(1 / 3.0, NEAR);
  }

  @Test
  void singleScoresAreComparedWithTheThreshold() {
    Tensor logits = Tensor.of(new float[][] {{0.2f}, {-0.1f}, {0.7f}, {-2}});
    Tensor y = Tensor.of(new float[][] {{1}, {1}, {1}, {0}});
    assertThat(of(Metrics.accuracy(), logits, y)).isEqualTo(0.75);
    assertThat(of(Metrics.accuracy(), logits.reshape(4), labels(1, 1, 1, 0))).isEqualTo(0.75);
    assertThat(of(Metrics.accuracy().threshold(0.5), logits, y)).isEqualTo(0.5);
  }

  @Test
  void probabilitiesMayBeTargets() {
    Tensor y = Tensor.of(new float[][] {{1, 0, 0}, {0, 0, 1}});
    assertThat(of(Metrics.accuracy(), Tensor.of(new float[][] {{3, 1, 2}, {0, 5, 1}}), y))
        .isEqualTo(0.5);
  }

  @Test
  void topK() {
    assertThat(classes(Metrics.topK(1))).isCloseTo(4 / 6.0, NEAR);
    // misses: row 2 ranks its class last; row 4 has 1 behind 2 and 1.5
    assertThat(classes(Metrics.topK(2))).isCloseTo(4 / 6.0, NEAR);
    assertThat(classes(Metrics.topK(3))).isEqualTo(1);
    Tensor tie = Tensor.of(new float[][] {{1, 1}});
    assertThat(of(Metrics.topK(1), tie, labels(0))).isEqualTo(1);
    assertThat(of(Metrics.topK(1), tie, labels(1))).isZero();
    assertThatThrownBy(() -> Metrics.topK(0)).isInstanceOf(HebbException.class);
  }

  @Test
  void severalLabelsCountByThemselves() {
    Tensor x = Tensor.of(new float[][] {{2, -1, 3}, {-1, -1, 1}});
    Tensor y = Tensor.of(new float[][] {{1, 0, 0}, {0, 1, 1}});
    assertThat(of(Metrics.labelAccuracy(0), x, y)).isCloseTo(4 / 6.0, NEAR);
  }

  @Test
  void errorsOfNumbers() {
    Tensor x = Tensor.of(1f, 2f, 4f);
    Tensor y = Tensor.of(1f, 4f, 1f);
    assertThat(of(Metrics.mae(), x, y)).isCloseTo(5 / 3.0, NEAR);
    assertThat(of(Metrics.mse(), x, y)).isCloseTo(13 / 3.0, NEAR);
    assertThat(of(Metrics.r2(), x, y)).isCloseTo(1 - 13 / 6.0, NEAR);
    assertThat(of(Metrics.r2(), y, y)).isEqualTo(1);
    assertThat(Metrics.mae().higherIsBetter()).isFalse();
    assertThat(Metrics.r2().higherIsBetter()).isTrue();
  }

  @Test
  void r2OfSeveralOutputsInSeveralBatches() {
    Metric.Accumulator a = Metrics.r2().start();
    a.add(Tensor.of(new float[][] {{1, 0}}), Tensor.of(new float[][] {{1, 1e6f}}));
    a.add(
        Tensor.of(new float[][] {{2, 0}, {4, 0}}),
        Tensor.of(new float[][] {{4, 1e6f + 1}, {1, 1e6f + 2}}));
    double second = 1 - (1e12 + 1e12 + 2e6 + 1 + 1e12 + 4e6 + 4) / 2;
    assertThat(a.value()).isCloseTo((1 - 13 / 6.0 + second) / 2, within(1.0));
  }

  @Test
  void beforeTheFirstBatchThereIsNoValue() {
    for (Metric m :
        new Metric[] {
          Metrics.accuracy(), Metrics.f1(), Metrics.topK(2), Metrics.mae(), Metrics.r2()
        }) {
      assertThat(m.start().value()).as(m.name()).isNaN();
    }
  }

  @Test
  void shapesThatDoNotBelongTogetherAreRejected() {
    assertThatThrownBy(() -> of(Metrics.accuracy(), Tensor.of(SCORES), labels(1, 2)))
        .isInstanceOf(ShapeError.class);
    assertThatThrownBy(() -> of(Metrics.accuracy(), Tensor.of(SCORES), labels(0, 1, 2, 3, 0, 0)))
        .hasMessageContaining("target 3");
    assertThatThrownBy(() -> of(Metrics.mae(), Tensor.zeros(3), Tensor.zeros(3, 1)))
        .isInstanceOf(ShapeError.class);
  }

  @Test
  void accumulatorsPrintNicely() {
    Metric.Accumulator a = Metrics.accuracy().start();
    a.add(Tensor.of(SCORES), labels(ACTUAL));
    assertThat(a).hasToString("accuracy 0.6667");
  }
}
