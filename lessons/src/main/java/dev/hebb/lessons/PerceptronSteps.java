package dev.hebb.lessons;

import static dev.hebb.lessons.Page.num;

import dev.hebb.nn.classic.Gate;
import dev.hebb.nn.classic.Perceptron;
import dev.hebb.nn.classic.Separability;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** L13: the perceptron learns AND and OR step by step, and XOR never. */
final class PerceptronSteps {
  private PerceptronSteps() {}

  static Lesson lesson() {
    return Lesson.of(
        "L13",
        "The perceptron's rule, correction by correction",
        "感知机学习规则：逐次修正",
        PerceptronSteps::tell);
  }

  private static void tell(Page page) {
    page.say(
        "The perceptron answers sign(w·x + b), +1 or −1. For an example of class t on the wrong side"
            + " (or on the line) it corrects itself: w ← w + t·x, b ← b + t. Nothing else. It starts"
            + " with zeros and goes through the examples 00, 01, 10, 11 again and again.",
        "感知机回答 sign(w·x + b)，即 +1 或 −1。遇到类别为 t 的样本落在错误一侧（或正好在线上）时，它修正自己：w ← w + t·x，b ← b +"
            + " t。仅此而已。它从零开始，反复走过样本 00、01、10、11。");
    learn(page, Gate.AND, "1");
    learn(page, Gate.OR, "2");
    page.part("3. XOR: never", "3. XOR：永远学不会");
    var training = Perceptron.zeros(2).learn(Gate.inputs(2), Gate.XOR.table(), 1, 20);
    page.show(
        page.pick("after 20 epochs: %d corrections, and no end", "20 轮之后：修正了 %d 次，仍无止境")
            .formatted(training.corrections().size()));
    page.say(
        "“Not yet” is no proof. So Hebb decides by a linear programme in exact arithmetic: either it"
            + " finds a separating line, or a point that is a mixture of both classes:",
        "“还没学会”不是证明。所以 Hebb 用精确算术解一个线性规划：要么找到分界线，要么找到一个同时是两类样本之混合的点：");
    page.quote(training.separability().toString());
    page.note("XOR separable", training.separability().isSeparable() ? 1 : 0);
    if (training.separability() instanceof Separability.Inseparable proof) {
      page.check(page.pick("common point, a", "公共点 a"), proof.point().get(0), 0.5, 0);
      page.check(page.pick("common point, b", "公共点 b"), proof.point().get(1), 0.5, 0);
    }
    page.holds(
        !training.separability().isSeparable(),
        "½·01 + ½·10 = ½·00 + ½·11, so no line can ever separate XOR",
        "½·01 + ½·10 = ½·00 + ½·11，所以没有任何直线能分开 XOR");
  }

  private static void learn(Page page, Gate gate, String number) {
    page.part(number + ". " + gate, number + ". " + gate);
    var training = Perceptron.zeros(2).learn(Gate.inputs(2), gate.table(), 1, 100);
    String[] names = {"00", "01", "10", "11"};
    var rows = new ArrayList<List<String>>();
    for (var c : training.corrections()) {
      rows.add(
          List.of(
              Integer.toString(c.epoch()),
              names[c.example()],
              c.target() > 0 ? "+1" : "-1",
              num(c.score()),
              "[%s, %s]"
                  .formatted(num(c.after().weights().get(0)), num(c.after().weights().get(1))),
              num(c.after().bias())));
    }
    page.table(
        List.of(
            page.pick("epoch", "轮"),
            page.pick("example", "样本"),
            "t",
            "w·x + b",
            page.pick("then w", "修正后 w"),
            page.pick("then b", "修正后 b")),
        rows);
    Perceptron p = training.perceptron();
    page.note(gate + " w1", p.weights().get(0));
    page.note(gate + " w2", p.weights().get(1));
    page.note(gate + " b", p.bias());
    page.note(gate + " corrections", training.corrections().size());
    page.show(
        page.pick("epoch %d is without a mistake: ", "第 %d 轮没有错误：").formatted(training.epochs())
            + "%s·a + %s·b + (%s) > 0"
                .formatted(num(p.weights().get(0)), num(p.weights().get(1)), num(p.bias())));
    page.show(picture(p, gate));
    double[] y = p.of(Gate.inputs(2)).toDoubles();
    double[] t = gate.table().toDoubles();
    boolean right = true;
    for (int i = 0; i < 4; i++) {
      right &= y[i] == 2 * t[i] - 1;
    }
    page.holds(right, "all four answers are right", "四个回答全对");
  }

  /** The plane: · where the perceptron says −1, + where it says +1; the examples as 0 and 1. */
  private static String picture(Perceptron p, Gate gate) {
    var plot = new Plot(31, 9, -0.25, 1.25, -0.25, 1.25);
    for (double y : plot.lines()) {
      double[] xs = plot.columns();
      double[] points = new double[2 * xs.length];
      for (int i = 0; i < xs.length; i++) {
        points[2 * i] = xs[i];
        points[2 * i + 1] = y;
      }
      double[] side = p.of(Tensor.of(points, Shape.of(xs.length, 2))).toDoubles();
      for (int i = 0; i < xs.length; i++) {
        plot.mark(xs[i], y, side[i] > 0 ? '+' : '·');
      }
    }
    double[] t = gate.table().toDoubles();
    for (int i = 0; i < 4; i++) {
      plot.mark(i < 2 ? 0 : 1, i % 2, t[i] == 1 ? '1' : '0');
    }
    return plot.toString();
  }
}
