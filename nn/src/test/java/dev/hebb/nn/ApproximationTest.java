package dev.hebb.nn;

import static dev.hebb.nn.Layers.dense;
import static dev.hebb.nn.Layers.sequential;
import static dev.hebb.nn.Layers.tanh;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hebb.nn.optim.Adam;
import dev.hebb.nn.optim.Schedule;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Step;
import dev.hebb.tensor.Tensor;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a multi-layer perceptron can learn, measured on points that it has not seen. */
class ApproximationTest {
  /** Points of the plane, or of a line, and what belongs to them, [n, 1]. */
  private record Points(Tensor x, Tensor y) {}

  private static Net learned(
      Layer layers, Points data, int updates, BiFunction<Tensor, Tensor, Tensor> loss) {
    Net net = layers.build(data.x.shape().drop(1), Seed.of(1));
    var opt = Adam.of(0.01).schedule(Schedule.linear(updates)).bind(net.params());
    Step step =
        Step.trainStep((x, y) -> {
          Tensor l = loss.apply(net.forward(x), y);
          opt.update(l.grad(net.params()));
          return l;
        });
    for (int i = 0; i < updates; i++) {
      step.run(data.x, data.y);
    }
    return net;
  }

  // ---- the sine

  /** sin at n places from −π to π, as many in each unit of length. */
  private static Points sine(int n) {
    double[] x =
        IntStream.range(0, n).mapToDouble(i -> Math.PI * (2.0 * i / (n - 1) - 1)).toArray();
    double[] y = IntStream.range(0, n).mapToDouble(i -> Math.sin(x[i])).toArray();
    return new Points(column(x), column(y));
  }

  private static Tensor column(double[] values) {
    return Tensor.of(values).cast(DType.FLOAT32).reshape(values.length, 1);
  }

  /** The root of the mean squared error between the places that were learnt. */
  private static double rmse(Layer layers) {
    Net net = learned(layers, sine(200), 1500, Tensor::mse);
    Points others = sine(777);
    return Math.sqrt(net.predict(others.x).mse(others.y).item());
  }

  @Test
  void l6AnMlpFitsTheSine() {
    assertThat(rmse(sequential(dense(32), tanh(), dense(32), tanh(), dense(1)))).isLessThan(0.01);
  }

  /**
   * The best line through sin on [−π, π] is 3x / π², which leaves a mean squared error of ½ − 3/π².
   */
  @Test
  void l6ALinearNetCannot() {
    assertThat(rmse(sequential(dense(32), dense(32), dense(1))))
        .isGreaterThan(0.99 * Math.sqrt(0.5 - 3 / (Math.PI * Math.PI)));
  }

  // ---- the two spirals (Lang and Witbrock, 1988)

  /** Both spirals' points at so many sixteenths of half a turn, from the outside to the centre. */
  private static Points spirals(double shift) {
    int each = 97;
    float[] x = new float[each * 4];
    float[] y = new float[each * 2];
    for (int i = 0; i < each; i++) {
      double radius = (104 - i - shift) / 104;
      double angle = (i + shift) * Math.PI / 16;
      for (int spiral = 0; spiral < 2; spiral++) {
        int at = 2 * i + spiral;
        double side = spiral == 0 ? radius : -radius;
        x[2 * at] = (float) (side * Math.sin(angle));
        x[2 * at + 1] = (float) (side * Math.cos(angle));
        y[at] = spiral;
      }
    }
    return new Points(Tensor.of(x, Shape.of(2 * each, 2)), Tensor.of(y, Shape.of(2 * each, 1)));
  }

  private static int mistakes(Net net, Points points) {
    float[] logits = net.predict(points.x).toFloats();
    float[] labels = points.y.toFloats();
    return (int)
        IntStream.range(0, logits.length).filter(i -> logits[i] > 0 != labels[i] > 0.5).count();
  }

  /** Between two points that were learnt lies the third, on the same arm. */
  @Test
  void twoSpiralsAreToldApart() {
    Layer mlp = sequential(dense(32), tanh(), dense(32), tanh(), dense(32), tanh(), dense(1));
    Net net = learned(mlp, spirals(0), 2500, Tensor::bceWithLogits);
    assertThat(mistakes(net, spirals(0))).as("of 194 that were learnt").isZero();
    assertThat(mistakes(net, spirals(0.5))).as("of 194 between them; guessing: 97").isLessThan(30);
  }
}
