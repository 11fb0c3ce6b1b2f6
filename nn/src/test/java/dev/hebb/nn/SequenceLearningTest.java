package dev.hebb.nn;

import static dev.hebb.nn.Layers.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hebb.nn.optim.Adam;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Step;
import dev.hebb.tensor.Tensor;
import java.util.Random;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

/**
 * Hochreiter and Schmidhuber's tasks: to add two marked numbers of a sequence, and to repeat a
 * sequence after a pause. {@code -Dhebb.test.learning=true} asks for their long forms.
 */
class SequenceLearningTest {
  private static final boolean LONG = Boolean.getBoolean("hebb.test.learning");

  /** A batch of a task. */
  private record Pairs(Tensor x, Tensor y) {}

  // ---- the adding task

  /** Numbers in [0, 1), two of them marked, one in each half; the target is the sum of the two. */
  private static Pairs adding(int n, int steps, Random random) {
    float[] x = new float[n * steps * 2];
    float[] y = new float[n];
    for (int e = 0; e < n; e++) {
      for (int t = 0; t < steps; t++) {
        x[(e * steps + t) * 2] = random.nextFloat();
      }
      for (int half = 0; half < 2; half++) {
        int t = half * (steps / 2) + random.nextInt(steps / 2);
        x[(e * steps + t) * 2 + 1] = 1;
        y[e] += x[(e * steps + t) * 2];
      }
    }
    return new Pairs(Tensor.of(x, Shape.of(n, steps, 2)), Tensor.of(y, Shape.of(n, 1)));
  }

  /** Always answering 1, the mean, has an error of 2 · 1/12 = 0.1667. */
  private static double addingError(Layer layers, int steps, int updates, double rate) {
    Net net = layers.build(Shape.of(steps, 2), Seed.of(1));
    var random = new Random(1);
    train(net, updates, rate, () -> adding(32, steps, random), Tensor::mse);
    Pairs test = adding(1000, steps, new Random(99));
    double error = net.predict(test.x).mse(test.y).item();
    IO.println("adding, %d steps, %s: %.5f".formatted(steps, net.layer(), error));
    return error;
  }

  private static void train(
      Net net,
      int updates,
      double rate,
      java.util.function.Supplier<Pairs> batches,
      BiFunction<Tensor, Tensor, Tensor> loss) {
    var opt = Adam.of(rate).clipNorm(1).bind(net.params());
    Step step =
        Step.trainStep((x, y) -> {
          Tensor l = loss.apply(net.forward(x), y);
          opt.update(l.grad(net.params()));
          return l;
        });
    for (int i = 0; i < updates; i++) {
      Pairs b = batches.get();
      step.run(b.x, b.y);
    }
  }

  @Test
  void l52LstmSolvesTheAddingTask() {
    Layer lstm = sequential(lstm(32).forgetBias(3).last(), dense(1));
    double error = addingError(lstm, LONG ? 100 : 20, LONG ? 4000 : 700, 0.01);
    assertThat(error).isLessThan(0.01);
  }

  @Test
  void l52AttentionSolvesTheAddingTask() {
    Layer net =
        sequential(dense(16), encoderBlock(2, 32).preNorm(), layerNorm(), meanOfSteps(), dense(1));
    double error = addingError(net, LONG ? 100 : 20, LONG ? 4000 : 800, 0.005);
    assertThat(error).isLessThan(0.01);
  }

  // ---- the copy task

  private static final int SYMBOLS = 8;
  private static final int GO = SYMBOLS + 1;

  /** Symbols, a pause, the word to go; then the symbols are to be said again. */
  private static Pairs copying(int n, int length, int pause, Random random) {
    int steps = 2 * length + pause;
    int[] x = new int[n * steps];
    int[] y = new int[n * length];
    for (int e = 0; e < n; e++) {
      for (int t = 0; t < length; t++) {
        int symbol = 1 + random.nextInt(SYMBOLS);
        x[e * steps + t] = symbol;
        y[e * length + t] = symbol;
      }
      x[e * steps + length + pause - 1] = GO;
    }
    return new Pairs(Tensor.of(x, Shape.of(n, steps)), Tensor.of(y, Shape.of(n, length)));
  }

  /** The share of symbols said rightly; guessing gives 1/8. */
  private static double copied(Layer layers, int length, int pause, int updates) {
    int steps = 2 * length + pause;
    Net net = layers.build(Shape.of(steps).as(DType.INT32), Seed.of(1));
    var random = new Random(1);
    train(
        net,
        updates,
        0.005,
        () -> copying(32, length, pause, random),
        (z, y) -> z.narrow(1, steps - length, length).crossEntropy(y));
    Pairs test = copying(500, length, pause, new Random(99));
    Tensor said = net.predict(test.x).narrow(1, steps - length, length).argMax(-1);
    double right = said.eq(test.y).cast(DType.FLOAT32).mean().item();
    IO.println("copying %d, pause %d, %s: %.4f".formatted(length, pause, net.layer(), right));
    return right;
  }

  @Test
  void l52LstmSolvesTheCopyTask() {
    int length = LONG ? 5 : 3;
    Layer net = sequential(embedding(GO + 1, 16), lstm(48).forgetBias(2), dense(GO + 1));
    assertThat(copied(net, length, LONG ? 20 : 4, LONG ? 4000 : 900)).isGreaterThan(0.95);
  }

  @Test
  void l52AttentionSolvesTheCopyTask() {
    Layer net =
        sequential(
            embedding(GO + 1, 32).init(Init.normal(0.5)),
            learntPositions(),
            encoderBlock(2, 64).causal().preNorm(),
            layerNorm(),
            dense(GO + 1));
    assertThat(copied(net, LONG ? 10 : 4, LONG ? 20 : 4, LONG ? 4000 : 900)).isGreaterThan(0.95);
  }
}
