package dev.hebb.lessons;

import static dev.hebb.lessons.Page.num;

import dev.hebb.nn.Layers;
import dev.hebb.nn.Net;
import dev.hebb.nn.classic.Neuron;
import dev.hebb.op.Activation;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** L3: the forward pass as neurons and as matrices. */
final class ForwardTrace {
  private static final double[] X = {1.0, 0.5, -1.5};
  private static final double[][] W1 = {{0.2, -0.4}, {0.7, 0.1}, {-0.3, 0.5}};
  private static final double[] B1 = {0.1, -0.2};
  private static final double[][] W2 = {{0.6}, {-1.1}};
  private static final double[] B2 = {0.05};

  private ForwardTrace() {}

  static Lesson lesson() {
    return Lesson.of(
        "L3 L12 L29",
        "The forward pass, as neurons and as matrices",
        "前向传播：逐个神经元与矩阵两种写法",
        ForwardTrace::tell);
  }

  private static void tell(Page page) {
    Net net =
        Layers.sequential(Layers.dense(2), Layers.relu(), Layers.dense(1), Layers.sigmoid())
            .build(Shape.of(DType.FLOAT64, 3), Seed.of(1));
    net.variable("0.dense.w").set(matrix(W1));
    net.variable("0.dense.b").set(Tensor.of(B1, Shape.of(2)));
    net.variable("2.dense.w").set(matrix(W2));
    net.variable("2.dense.b").set(Tensor.of(B2, Shape.of(1)));
    var seen = net.activations(Tensor.of(X, Shape.of(1, 3)));
    var layers = new ArrayList<double[]>();
    seen.values().forEach(t -> layers.add(t.toDoubles()));

    page.say(
        "Three inputs, two hidden neurons with ReLU, one output neuron with the sigmoid. The input"
            + " is no layer, for it has no weights: this is a network of two layers.",
        "三个输入、两个带 ReLU 的隐藏神经元、一个带 sigmoid 的输出神经元。输入层没有权重，不计入层数：这是一个两层网络。");
    page.part("0. A single neuron, without a bias and with one", "0. 单个神经元：无偏置与有偏置");
    Neuron bare = Neuron.of(0.2, 0.7, -0.3).activation(Activation.RELU);
    Tensor one = Tensor.of(X, Shape.of(3));
    page.show("w = [0.2 0.7 −0.3],  x = [1 0.5 −1.5]");
    page.check("w·x = 0.2·1 + 0.7·0.5 + 0.3·1.5", bare.sum(one).item(), 1.0, 1e-9);
    page.check("w·x + 0.1", bare.bias(0.1).sum(one).item(), 1.1, 1e-9);
    page.check("relu(w·x − 1.2)", bare.bias(-1.2).of(one).item(), 0, 0);
    page.say(
        "The bias moves the place where the neuron begins to answer; without it that place always"
            + " goes through the origin.",
        "偏置移动神经元开始响应的位置；没有偏置，这个边界总是经过原点。");
    page.part("1. Neuron by neuron: z = w·x + b, a = f(z)", "1. 逐个神经元：z = w·x + b，a = f(z)");
    double[] a1 = new double[2];
    for (int k = 0; k < 2; k++) {
      double hand = B1[k];
      var terms = new ArrayList<String>();
      for (int i = 0; i < 3; i++) {
        hand += W1[i][k] * X[i];
        terms.add("(%s)(%s)".formatted(num(W1[i][k]), num(X[i])));
      }
      page.show("h%d: z = %s + (%s)".formatted(k + 1, String.join(" + ", terms), num(B1[k])));
      a1[k] = Math.max(hand, 0);
      page.check("z(h%d)".formatted(k + 1), layers.get(0)[k], hand, 1e-6);
      page.check("a(h%d) = max(z, 0)".formatted(k + 1), layers.get(1)[k], a1[k], 1e-6);
    }
    double z = W2[0][0] * a1[0] + W2[1][0] * a1[1] + B2[0];
    page.show(
        "o : z = (%s)(%s) + (%s)(%s) + (%s)"
            .formatted(num(W2[0][0]), num(a1[0]), num(W2[1][0]), num(a1[1]), num(B2[0])));
    page.check("z(o)", layers.get(2)[0], z, 1e-6);
    page.check("a(o) = 1/(1 + e⁻ᶻ)", layers.get(3)[0], 1 / (1 + Math.exp(-z)), 1e-6);

    page.part("2. The same as matrices", "2. 同样的计算，写成矩阵");
    page.say(
        "All neurons of a layer at once: the columns of W are the neurons, z = x·W + b. (Notes that"
            + " write z = Wx + b keep the neurons in rows; it is the same sum.)",
        "一层的全部神经元一起算：W 的每一列是一个神经元，z = x·W + b。（写成 z = Wx + b 时，神经元放在行里，和是一样的。）");
    var rows = new ArrayList<List<String>>();
    seen.forEach((path, t) -> rows.add(List.of(path, t.shape().toString(), t.toString())));
    page.table(
        List.of(page.pick("layer", "层"), page.pick("shape", "形状"), page.pick("output", "输出")),
        rows);
    page.gap();
    page.show(net.summary().toString());
    page.check(page.pick("layers with weights", "带权重的层数"), net.summary().depth(), 2, 0);
  }

  private static Tensor matrix(double[][] rows) {
    double[] flat = Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
    return Tensor.of(flat, Shape.of(rows.length, rows[0].length));
  }
}
