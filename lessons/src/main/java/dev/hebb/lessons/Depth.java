package dev.hebb.lessons;

import static dev.hebb.lessons.Page.num;

import dev.hebb.nn.Layer;
import dev.hebb.nn.Layers;
import dev.hebb.nn.Net;
import dev.hebb.nn.classic.Gate;
import dev.hebb.nn.optim.Adam;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Step;
import dev.hebb.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** L15: XOR with one, two and three layers. */
final class Depth {
  private Depth() {}

  static Lesson lesson() {
    return Lesson.of(
        "L15", "Single-, two- and multi-layer networks on XOR", "单层、两层和多层网络学 XOR", Depth::tell);
  }

  private static void tell(Page page) {
    page.say(
        "The same data, loss and optimiser (bceWithLogits, Adam 0.05, 300 steps); only the number of"
            + " layers with weights differs.",
        "数据、损失和优化器都相同（bceWithLogits，Adam 0.05，300 步），只有带权重的层数不同。");
    Layer[] layers = {
      Layers.sequential(Layers.dense(1)),
      Layers.sequential(Layers.dense(8).tanh(), Layers.dense(1)),
      Layers.sequential(Layers.dense(8).tanh(), Layers.dense(8).tanh(), Layers.dense(1))
    };
    var rows = new ArrayList<List<String>>();
    int[] score = new int[layers.length];
    for (int i = 0; i < layers.length; i++) {
      Net net = trained(layers[i]);
      double[] p = net.forward(inputs()).sigmoid().toDoubles();
      double[] t = Gate.XOR.table().toDoubles();
      int right = 0;
      var answers = new ArrayList<String>();
      for (int k = 0; k < 4; k++) {
        right += p[k] > 0.5 == (t[k] == 1) ? 1 : 0;
        answers.add(num(p[k], 3));
      }
      score[i] = right;
      page.note("right" + (i + 1), right);
      rows.add(
          List.of(
              "" + net.summary().depth(),
              "" + net.summary().parameters(),
              String.join("  ", answers),
              25 * right + " %"));
    }
    page.table(
        List.of(
            page.pick("layers", "层数"),
            page.pick("parameters", "参数"),
            "p(00)  p(01)  p(10)  p(11)",
            page.pick("right", "正确")),
        rows);
    page.holds(
        score[0] <= 3,
        "one layer gets at most 75 %: it draws a line, and a line has at most three corners right",
        "单层至多 75 %：它只能画一条直线，而一条直线至多分对三个角");
    page.holds(
        score[1] == 4 && score[2] == 4, "two layers, and three, get 100 %", "两层和三层都达到 100 %");
  }

  private static Tensor inputs() {
    return Gate.inputs(2).cast(DType.FLOAT32);
  }

  private static Net trained(Layer layer) {
    Net net = Net.of(layer, Shape.of(2), Seed.of(1));
    Tensor x = inputs().eval();
    Tensor y = Gate.XOR.table().cast(DType.FLOAT32).reshape(4, 1).eval();
    var opt = Adam.of(0.05).bind(net.params());
    Step step =
        Step.trainStep(() -> {
          Tensor loss = net.forward(x).bceWithLogits(y);
          opt.update(loss.grad(net.params()));
          return loss;
        });
    for (int i = 0; i < 300; i++) {
      step.run();
    }
    return net;
  }
}
