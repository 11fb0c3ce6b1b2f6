package dev.hebb.studio.inside;

import static dev.hebb.nn.Layers.dense;
import static dev.hebb.nn.Layers.dropout;
import static dev.hebb.nn.Layers.sequential;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hebb.nn.Losses;
import dev.hebb.nn.Net;
import dev.hebb.studio.runs.Entry;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import dev.hebb.train.data.Dataset;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What is measured inside a network that is small enough for pencil and paper. */
class ProbeTest {
  /** Two inputs, two ReLUs of which the second never fires, one output without activation. */
  private static Net net() {
    Net net = sequential(dense(2).relu(), dense(1)).build(Shape.of(2), Seed.of(1));
    net.variable("0.dense.w").set(Tensor.of(new float[] {3, -1, 4, -1}, Shape.of(2, 2)));
    net.variable("0.dense.b").set(Tensor.of(new float[] {0, -1}, Shape.of(2)));
    net.variable("1.dense.w").set(Tensor.of(new float[] {2, 5}, Shape.of(2, 1)));
    net.variable("1.dense.b").set(Tensor.of(new float[] {0}, Shape.of(1)));
    return net;
  }

  /** One example (1, 1) with the target 10. */
  private static Dataset one() {
    return Dataset.ofValues(Shape.of(2), new float[] {1, 1}, new float[] {10}, 1);
  }

  @Test
  void layersAreMeasuredAsByHand() {
    Net net = net();
    var probe = new Probe(net, Losses.mse(), one().all());
    Weights before = Weights.of(net, 7);
    net.variable("1.dense.w").set(Tensor.of(new float[] {2, 6}, Shape.of(2, 1)));
    Entry.Inside inside = probe.measure(before, Weights.of(net, 8));

    assertThat(inside.step()).isEqualTo(7);
    assertThat(inside.layers()).extracting(Entry.Layer::path).containsExactly("0.dense", "1.dense");
    Entry.Layer hidden = inside.layers().get(0);
    Entry.Layer last = inside.layers().get(1);

    // Forward: h = (3 + 4, max(0, −1 − 1 − 1)) = (7, 0), y = 14.
    assertThat(Objects.requireNonNull(hidden.activations()).max()).isEqualTo(7);
    assertThat(Objects.requireNonNull(hidden.activations()).min()).isEqualTo(0);
    assertThat(Objects.requireNonNull(last.activations()).mean()).isEqualTo(14);
    assertThat(hidden.ratios().dead()).isEqualTo(0.5);
    assertThat(last.ratios().dead()).isEqualTo(0);

    // Backward: dL/dy = 2 (14 − 10) = 8. Last layer: dw = 8 · (7, 0), db = 8.
    assertThat(last.ratios().gradientNorm()).isCloseTo(Math.sqrt(56 * 56 + 8 * 8), within(1e-4));
    // Hidden: dh = 8 · 2 = 16 for the unit that fires; dw = 16 twice, db = 16; the other gets none.
    assertThat(hidden.ratios().gradientNorm()).isCloseTo(16 * Math.sqrt(3), within(1e-4));

    // Only one weight changed, by 1; (2, 5) and the bias 0 are √29 long.
    assertThat(last.ratios().update()).isCloseTo(1 / Math.sqrt(29), within(1e-6));
    assertThat(hidden.ratios().update()).isEqualTo(0);

    int counted = 0;
    for (int count : Objects.requireNonNull(hidden.weights()).counts()) {
      counted += count;
    }
    assertThat(counted).isEqualTo(6);
  }

  @Test
  void theNetworkItselfIsLeftAlone() {
    Net net = net();
    Weights before = Weights.of(net, 0);
    var probe = new Probe(net, Losses.mse(), one().all());
    probe.measure(before, before);
    assertThat(net.variable("0.dense.w").value().toFloats()).containsExactly(3, -1, 4, -1);
    assertThat(net.variable("1.dense.w").value().toFloats()).containsExactly(2, 5);
  }

  @Test
  void droppedUnitsAreNotDead() {
    Net net = sequential(dense(200).relu(), dropout(0.9), dense(1)).build(Shape.of(2), Seed.of(3));
    net.variable("0.dense.b").set(Tensor.full(Shape.of(200), 100)); // every unit fires
    var probe = new Probe(net, Losses.mse(), one().all());
    Weights now = Weights.of(net, 0);
    for (Entry.Layer layer : probe.measure(now, now).layers()) {
      assertThat(layer.ratios().dead()).as(layer.path()).isZero();
    }
  }
}
