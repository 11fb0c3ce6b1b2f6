package dev.hebb.lessons;

import dev.hebb.nn.Advice;
import dev.hebb.nn.Layers;
import dev.hebb.nn.Losses;
import dev.hebb.nn.Net;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;

/** L36: without activations, layers are one matrix. */
final class Collapse {
  private Collapse() {}

  static Lesson lesson() {
    return Lesson.of(
        "L36", "Without activations, layers collapse into one", "没有激活函数，多层就塌缩成一层", Collapse::tell);
  }

  private static void tell(Page page) {
    Net net =
        Layers.sequential(Layers.dense(3), Layers.dense(2), Layers.dense(1))
            .build(Shape.of(DType.FLOAT64, 2), Seed.of(4));
    double[] biases = {0.1, -0.2, 0.3};
    for (int i = 0; i < 3; i++) {
      var b = net.variable(i + ".dense.b");
      b.set(b.value().add(biases[i]));
    }
    page.say(
        "Three layers without an activation between them: y = ((x·W1 + b1)·W2 + b2)·W3 + b3. Multiply"
            + " out, and what is left is one matrix M = W1·W2·W3 and one bias.",
        "三层之间没有激活函数：y = ((x·W1 + b1)·W2 + b2)·W3 + b3。乘开之后，只剩一个矩阵 M = W1·W2·W3 和一个偏置。");
    Tensor w1 = net.variable("0.dense.w").value();
    Tensor w2 = net.variable("1.dense.w").value();
    Tensor w3 = net.variable("2.dense.w").value();
    Tensor m = w1.matmul(w2).matmul(w3);
    Tensor c =
        net.variable("0.dense.b")
            .value()
            .matmul(w2)
            .add(net.variable("1.dense.b").value())
            .matmul(w3)
            .add(net.variable("2.dense.b").value());
    page.show("W1 =\n" + w1);
    page.show("W2 =\n" + w2);
    page.show("W3 =\n" + w3);
    page.show("M = W1·W2·W3 =\n" + m);
    page.show("bias = " + c);
    page.gap();
    double[][] points = {{1, 0}, {0, 1}, {-2.5, 4}};
    for (double[] p : points) {
      Tensor x = Tensor.of(p, Shape.of(1, 2));
      page.check(
          "net(%s, %s)".formatted(Page.num(p[0]), Page.num(p[1])),
          net.forward(x).item(),
          x.matmul(m).add(c).item(),
          1e-6);
    }
    page.say(
        ("So the %d parameters can do no more than 3, and no training helps. Hebb says so in the"
                + " network's summary and when it is trained:")
            .formatted(net.summary().parameters()),
        "所以 %d 个参数并不比 3 个更能干，训练也无济于事。Hebb 在给出网络摘要或开始训练时就会提醒："
            .formatted(net.summary().parameters()));
    var advice = Advice.of(net, Losses.mse());
    page.quote(String.join(" ", advice));
    page.note("parameters", net.summary().parameters());
    page.note("warnings", advice.size());
    Net bent =
        Layers.sequential(Layers.dense(3).tanh(), Layers.dense(2), Layers.dense(1))
            .build(Shape.of(2), Seed.of(4));
    page.holds(
        advice.size() == 1 && Advice.of(bent, Losses.mse()).isEmpty(),
        "with one tanh in between, the warning is gone",
        "中间加一个 tanh，警告就消失了");
  }
}
