package dev.hebb.lessons;

import static dev.hebb.lessons.Page.num;

import dev.hebb.nn.Layers;
import dev.hebb.nn.Losses;
import dev.hebb.nn.Net;
import dev.hebb.nn.optim.Sgd;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Step;
import dev.hebb.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** L59: one step of back-propagation in a 2-2-2 network, every number. */
final class WorkedExample {
  private static final double RATE = 0.5;
  private static final double[] W = {0.15, 0.20, 0.25, 0.30, 0.40, 0.45, 0.50, 0.55};
  private static final double[] B = {0.35, 0.35, 0.60, 0.60};
  private static final String[] B_NAMES = {"b_h1", "b_h2", "b_o1", "b_o2"};

  private WorkedExample() {}

  static Lesson lesson() {
    return Lesson.of(
        "L59",
        "A 2-2-2 network, one step of back-propagation by hand",
        "2-2-2 网络：手算一步反向传播",
        WorkedExample::tell);
  }

  /** The forward pass in scalars, so that every one of them can be asked for its gradient. */
  private record Pass(
      Tensor[] w, Tensor[] b, Tensor[] net, Tensor[] out, Tensor[] e, Tensor total) {
    static Pass of(double[] weights, double[] biases) {
      Tensor[] w = Arrays.stream(weights).mapToObj(Tensor::of).toArray(Tensor[]::new);
      Tensor[] b = Arrays.stream(biases).mapToObj(Tensor::of).toArray(Tensor[]::new);
      Tensor[] net = new Tensor[4];
      Tensor[] out = new Tensor[4];
      for (int k = 0; k < 2; k++) {
        net[k] = w[2 * k].mul(0.05).add(w[2 * k + 1].mul(0.10)).add(b[k]);
        out[k] = net[k].sigmoid();
      }
      for (int k = 2; k < 4; k++) {
        net[k] = w[2 * k].mul(out[0]).add(w[2 * k + 1].mul(out[1])).add(b[k]);
        out[k] = net[k].sigmoid();
      }
      Tensor e1 = out[2].neg().add(0.01).square().mul(0.5);
      Tensor e2 = out[3].neg().add(0.99).square().mul(0.5);
      return new Pass(w, b, net, out, new Tensor[] {e1, e2}, e1.add(e2));
    }
  }

  private static void tell(Page page) {
    page.show(
        """
        i1 = 0.05     h1: σ(w1·i1 + w2·i2 + b_h1)     o1: σ(w5·h1 + w6·h2 + b_o1)    t1 = 0.01
        i2 = 0.10     h2: σ(w3·i1 + w4·i2 + b_h2)     o2: σ(w7·h1 + w8·h2 + b_o2)    t2 = 0.99

        w1…w8 = 0.15 0.20 0.25 0.30 0.40 0.45 0.50 0.55     σ(x) = 1 / (1 + e⁻ˣ)
        b_h1 = b_h2 = 0.35   b_o1 = b_o2 = 0.60             η = 0.5\
        """);
    page.say(
        "i are the inputs, t the targets, η the learning rate; the error is E = Σ ½(t − o)².",
        "i 是输入，t 是目标，η 是学习率；误差是 E = Σ ½(t − o)²。");
    Pass pass = Pass.of(W, B);
    forward(page, pass);
    outputWeight(page, pass);
    hiddenWeight(page, pass);
    double[] gradients = gradients(pass);
    update(page, gradients);
    again(page, gradients);
    manySteps(page);
  }

  private static void forward(Page page, Pass pass) {
    page.part("1. Forward", "1. 前向");
    page.say(
        "Each neuron adds up its weighted inputs and its bias, and passes the sum through σ.",
        "每个神经元把加权输入与偏置相加，再通过 σ。");
    double[] v = Page.values(concat(pass.net, pass.out));
    page.show("net_h1 = w1·i1 + w2·i2 + b_h1 = 0.15·0.05 + 0.20·0.10 + 0.35 = " + num(v[0]));
    page.show("net_h2 = w3·i1 + w4·i2 + b_h2 = 0.25·0.05 + 0.30·0.10 + 0.35 = " + num(v[1]));
    page.show("out_h1 = σ(%s) = %s".formatted(num(v[0]), num(v[4])));
    page.show("out_h2 = σ(%s) = %s".formatted(num(v[1]), num(v[5])));
    page.show(
        "net_o1 = w5·out_h1 + w6·out_h2 + b_o1 = 0.40·%s + 0.45·%s + 0.60 = %s"
            .formatted(num(v[4]), num(v[5]), num(v[2])));
    page.show(
        "net_o2 = w7·out_h1 + w8·out_h2 + b_o2 = 0.50·%s + 0.55·%s + 0.60 = %s"
            .formatted(num(v[4]), num(v[5]), num(v[3])));
    page.show("out_o1 = σ(%s) = %s".formatted(num(v[2]), num(v[6])));
    page.show("out_o2 = σ(%s) = %s".formatted(num(v[3]), num(v[7])));
    double[] e = Page.values(pass.e[0], pass.e[1], pass.total);
    page.gap();
    page.show("E_o1 = ½(0.01 − %s)² = %s".formatted(num(v[6]), num(e[0])));
    page.show("E_o2 = ½(0.99 − %s)² = %s".formatted(num(v[7]), num(e[1])));
    page.note("out_o1", v[6]);
    page.note("out_o2", v[7]);
    page.check("E = E_o1 + E_o2", e[2], 0.298371109, 5e-10);
    page.note("E", e[2]);
  }

  private static void outputWeight(Page page, Pass pass) {
    page.part("2. Back to w5: three factors", "2. 回到 w5：三个因子");
    page.say(
        "E depends on w5 through net_o1 and out_o1 alone, so the chain rule has three factors.",
        "E 只经由 net_o1 和 out_o1 依赖 w5，所以链式法则有三个因子。");
    double[] f =
        Page.values(
            pass.total.grad(pass.out[2]).getFirst(),
            pass.out[2].grad(pass.net[2]).getFirst(),
            pass.net[2].grad(pass.w[4]).getFirst(),
            pass.total.grad(pass.w[4]).getFirst());
    page.show("∂E/∂out_o1      = −(0.01 − out_o1)      = " + num(f[0]));
    page.show("∂out_o1/∂net_o1 = out_o1·(1 − out_o1)   = " + num(f[1]));
    page.show("∂net_o1/∂w5     = out_h1                = " + num(f[2]));
    page.show(
        "∂E/∂w5          = %s = %s"
            .formatted(page.pick("the product of the three", "三者之积"), num(f[0] * f[1] * f[2])));
    page.check("∂E/∂w5", f[3], f[0] * f[1] * f[2], 1e-12);
    page.show(
        "w5′ = w5 − η·∂E/∂w5 = 0.40 − 0.5·%s = %s".formatted(num(f[3]), num(0.4 - RATE * f[3])));
  }

  private static void hiddenWeight(Page page, Pass pass) {
    page.part("3. Back to w1: both outputs speak", "3. 回到 w1：两个输出都有份");
    page.say(
        "h1 feeds both outputs, so the errors of both come back and are added.",
        "h1 同时影响两个输出，所以两个误差都传回来，并且相加。");
    Tensor h1 = pass.out[0];
    double[] f =
        Page.values(
            pass.e[0].grad(pass.net[2]).getFirst(),
            pass.net[2].grad(h1).getFirst(),
            pass.e[1].grad(pass.net[3]).getFirst(),
            pass.net[3].grad(h1).getFirst(),
            h1.grad(pass.net[0]).getFirst(),
            pass.net[0].grad(pass.w[0]).getFirst(),
            pass.total.grad(pass.w[0]).getFirst());
    page.show(
        "∂E_o1/∂net_o1 · ∂net_o1/∂out_h1 = %s · w5 = %s".formatted(num(f[0]), num(f[0] * f[1])));
    page.show(
        "∂E_o2/∂net_o2 · ∂net_o2/∂out_h1 = %s · w7 = %s".formatted(num(f[2]), num(f[2] * f[3])));
    double toH1 = f[0] * f[1] + f[2] * f[3];
    page.show("∂E/∂out_h1                      = %s".formatted(num(toH1)));
    page.show("∂out_h1/∂net_h1                 = out_h1·(1 − out_h1) = %s".formatted(num(f[4])));
    page.show("∂net_h1/∂w1                     = i1 = %s".formatted(num(f[5])));
    page.check("∂E/∂w1", f[6], toH1 * f[4] * f[5], 1e-12);
  }

  private static double[] gradients(Pass pass) {
    var all = new ArrayList<>(List.of(pass.w));
    all.addAll(List.of(pass.b));
    return Page.values(pass.total.grad(all.toArray(Tensor[]::new)).toArray(Tensor[]::new));
  }

  private static void update(Page page, double[] g) {
    page.part("4. All updates", "4. 全部更新");
    page.say(
        "All gradients are computed with the old weights; only then everything moves at once.",
        "所有梯度都用旧权重计算，然后才一起更新。");
    double[] published = {
      0.149780716,
      0.19956143,
      0.24975114,
      0.29950229,
      0.35891648,
      0.408666186,
      0.511301270,
      0.561370121
    };
    var rows = new ArrayList<List<String>>();
    for (int i = 0; i < 12; i++) {
      String name = i < 8 ? "w" + (i + 1) : B_NAMES[i - 8];
      double old = i < 8 ? W[i] : B[i - 8];
      double next = old - RATE * g[i];
      rows.add(List.of(name, num(old, 2), num(g[i], 9), num(next, 9)));
      page.note(name + "'", next);
    }
    page.table(List.of("", page.pick("old", "旧"), "∂E/∂·", page.pick("new", "新")), rows);
    for (int i = 0; i < 8; i++) {
      page.check("w" + (i + 1) + "'", W[i] - RATE * g[i], published[i], 6e-9);
    }
  }

  private static void again(Page page, double[] g) {
    page.part("5. Tested again", "5. 再测一次");
    double[] w = W.clone();
    double[] b = B.clone();
    Arrays.setAll(w, i -> W[i] - RATE * g[i]);
    page.say(
        "With the new weights and the old biases, as in the usual write-up of this example:",
        "只换新权重、偏置不动（这个例子通常的写法）：");
    page.check(
        page.pick("E after one step, weights alone", "一步之后的 E，只更新权重"),
        Pass.of(w, b).total.item(),
        0.291027774,
        5e-10);
    Arrays.setAll(b, i -> B[i] - RATE * g[8 + i]);
    page.say(
        "With the new biases too, one for each unit, the step goes further down:",
        "偏置也更新（每个神经元一个），误差降得更多：");
    page.check(
        page.pick("E after one step, weights and biases", "一步之后的 E，权重和偏置都更新"),
        Pass.of(w, b).total.item(),
        0.280471447,
        5e-10);
  }

  private static void manySteps(Page page) {
    page.part("6. Ten thousand steps, as one writes it with Hebb", "6. 一万步：用 Hebb 的写法");
    page.show(
        """
        var net = sequential(dense(2).sigmoid(), dense(2).sigmoid()).build(…);
        var loss = halfSquaredError().of(net.forward(x), t);
        opt.update(loss.grad(net.params()));            // Sgd.of(0.5)\
        """);
    Net net =
        Layers.sequential(Layers.dense(2).sigmoid(), Layers.dense(2).sigmoid())
            .build(Shape.of(DType.FLOAT64, 2), Seed.of(1));
    // Columns are neurons: w1 and w2 lead to h1.
    net.variable("0.dense.w").set(matrix(W[0], W[2], W[1], W[3]));
    net.variable("0.dense.b").set(Tensor.of(B[0], B[1]));
    net.variable("1.dense.w").set(matrix(W[4], W[6], W[5], W[7]));
    net.variable("1.dense.b").set(Tensor.of(B[2], B[3]));
    Tensor x = Tensor.of(0.05, 0.10).reshape(1, 2);
    Tensor t = Tensor.of(0.01, 0.99).reshape(1, 2);
    var opt = Sgd.of(RATE).bind(net.params());
    Step step =
        Step.trainStep(() -> {
          Tensor loss = Losses.halfSquaredError().of(net.forward(x), t);
          opt.update(loss.grad(net.params()));
          return loss;
        });
    page.check(
        page.pick("E before the first step", "第一步之前的 E"), step.run().item(), 0.298371109, 5e-10);
    page.check(
        page.pick("E after the first step", "第一步之后的 E"), step.run().item(), 0.280471447, 5e-10);
    for (int i = 2; i < 10_000; i++) {
      step.run();
    }
    double e = step.run().item();
    double[] y = net.forward(x).toDoubles();
    page.note("E (10000)", e);
    page.show(
        page.pick("after 10,000 steps: ", "一万步之后：")
            + "E = %s, out = %s, %s".formatted(num(e), num(y[0], 6), num(y[1], 6)));
    page.holds(e < 1e-4, "E has fallen below 0.0001", "E 已降到 0.0001 以下");
  }

  private static Tensor matrix(double... rows) {
    return Tensor.of(rows, Shape.of(2, 2));
  }

  private static Tensor[] concat(Tensor[] a, Tensor[] b) {
    var all = new ArrayList<>(List.of(a));
    all.addAll(List.of(b));
    return all.toArray(Tensor[]::new);
  }
}
