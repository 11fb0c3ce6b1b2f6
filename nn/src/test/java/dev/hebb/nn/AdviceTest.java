package dev.hebb.nn;

import static dev.hebb.nn.Layers.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hebb.op.Activation;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What Hebb advises about outputs, losses and activations. */
class AdviceTest {
  private static List<String> advice(Layer end, Loss loss, Task task) {
    Net net = sequential(dense(4).tanh(), end).build(Shape.of(2), Seed.of(1));
    return Advice.of(net, loss, task);
  }

  @Test
  void l37EveryTaskHasItsOutputAndLoss() {
    assertThat(Task.YES_OR_NO.activation()).isEqualTo("sigmoid");
    assertThat(Task.YES_OR_NO.loss()).isEqualTo(Losses.bceWithLogits());
    assertThat(Task.ONE_OF_SEVERAL.activation()).isEqualTo("softmax");
    assertThat(Task.ONE_OF_SEVERAL.loss()).isEqualTo(Losses.crossEntropy());
    assertThat(Task.SEVERAL_AT_ONCE.activation()).isEqualTo("sigmoid");
    assertThat(Task.NUMBERS.activation()).isEqualTo("linear");
    assertThat(Task.POSITIVE_NUMBERS.activation()).contains("relu");
    for (Task task : Task.values()) {
      Layer end = task == Task.ONE_OF_SEVERAL ? dense(3) : dense(1);
      assertThat(advice(end, task.loss(), task)).as("%s", task).isEmpty();
    }
    Layer positive = dense(1).activation(Activation.SOFTPLUS);
    assertThat(advice(positive, Losses.mse(), Task.POSITIVE_NUMBERS)).isEmpty();
  }

  @Test
  void l37AMismatchIsWarned() {
    assertThat(advice(dense(1).sigmoid(), Losses.mse(), Task.YES_OR_NO))
        .singleElement()
        .asString()
        .contains("mse", "yes or no", "bceWithLogits()");
    assertThat(advice(dense(3), Losses.mse(), Task.ONE_OF_SEVERAL))
        .singleElement()
        .asString()
        .contains("crossEntropy()");
    assertThat(advice(chain(dense(3), softmax()), Losses.crossEntropy(), Task.ONE_OF_SEVERAL))
        .singleElement()
        .asString()
        .contains("logits");
    assertThat(advice(dense(3), Losses.crossEntropy(), Task.SEVERAL_AT_ONCE))
        .singleElement()
        .asString()
        .contains("exclude each other");
    assertThat(advice(dense(3), Losses.bceWithLogits(), Task.ONE_OF_SEVERAL))
        .singleElement()
        .asString()
        .contains("add up");
    assertThat(advice(dense(1).tanh(), Losses.mse(), Task.NUMBERS))
        .singleElement()
        .asString()
        .contains("(−1, 1)");
    assertThat(advice(dense(1), Losses.bceWithLogits(), Task.NUMBERS))
        .singleElement()
        .asString()
        .contains("for classes");
    assertThat(advice(dense(1).activation(Activation.SOFTPLUS), Losses.mse(), Task.NUMBERS))
        .singleElement()
        .asString()
        .contains("(0, ∞)");
  }

  /** In float64, so that 1e-6 is a statement about the mathematics. */
  @Test
  void l36WithoutActivationsANetEqualsTheProductOfItsMatrices() {
    Net net =
        sequential(dense(6), dense(5), dense(3)).build(Shape.of(DType.FLOAT64, 4), Seed.of(3));
    for (int i = 0; i < 3; i++) {
      int layer = i;
      var b = net.variable(i + ".dense.b");
      b.set(b.value().add(0.1 * (layer + 1)));
    }
    Tensor m = Tensor.eye(4).cast(DType.FLOAT64);
    Tensor c = Tensor.full(Shape.of(DType.FLOAT64, 1, 4), 0);
    for (int i = 0; i < 3; i++) {
      Tensor w = net.variable(i + ".dense.w").value();
      m = m.matmul(w);
      c =
          (i == 0 ? Tensor.full(Shape.of(DType.FLOAT64, 1, 6), 0) : c.matmul(w))
              .add(net.variable(i + ".dense.b").value());
    }
    Tensor x = dev.hebb.tensor.Random.normalOnce(Shape.of(DType.FLOAT64, 10, 4), Seed.of(1)).eval();
    double[] one = x.matmul(m).add(c).toDoubles();
    assertThat(net.forward(x).toDoubles()).containsExactly(one, within(1e-6));
    assertThat(Advice.of(net, Losses.mse()))
        .singleElement()
        .asString()
        .contains("linear", "3 layers");
  }

  @Test
  void l57ActivationsAreAdvisedInOrder() {
    List<String> order = Advice.hiddenActivations().stream().map(Advice.Choice::name).toList();
    assertThat(order).startsWith("relu", "leakyRelu").endsWith("tanh", "sigmoid");
    assertThat(order).doesNotHaveDuplicates();
    assertThat(Advice.hiddenActivations()).allMatch(c -> !c.when().isBlank());
  }
}
