package dev.hebb.lessons;

import static dev.hebb.lessons.Page.num;

import dev.hebb.nn.classic.Gate;
import dev.hebb.nn.classic.McCullochPitts;
import dev.hebb.nn.classic.ThresholdNeuron;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** L53 and L47: neurons of 1943, and a threshold that is a bias. */
final class FirstNeurons {
  private FirstNeurons() {}

  static Lesson mcCullochPitts() {
    return Lesson.of(
        "L53",
        "The neuron of McCulloch and Pitts (1943)",
        "M-P 神经元（McCulloch 与 Pitts，1943）",
        FirstNeurons::tellOf1943);
  }

  static Lesson threshold() {
    return Lesson.of(
        "L47", "A threshold is a bias with the other sign", "阈值就是变了号的偏置", FirstNeurons::tellOfBias);
  }

  private static void tellOf1943(Page page) {
    page.say(
        "Its inputs are 0 or 1, of two kinds: excitatory ones speak for firing, a single active"
            + " inhibitory one forbids it. It fires (1) if nothing forbids it and at least"
            + " “threshold” excitatory inputs are active. Nothing is learnt: we choose the threshold.",
        "它的输入是 0 或 1，分两类：兴奋性输入支持放电，只要有一个抑制性输入活动就禁止放电。没有被禁止、且活动的兴奋性输入个数达到阈值时，它放电（输出"
            + " 1）。它不学习：阈值由我们选定。");
    page.part("1. Truth tables", "1. 真值表");
    var and = McCullochPitts.and(2);
    var or = McCullochPitts.or(2);
    double[] x = Gate.inputs(2).toDoubles();
    double[] a = and.of(Gate.inputs(2)).toDoubles();
    double[] o = or.of(Gate.inputs(2)).toDoubles();
    var rows = new ArrayList<List<String>>();
    for (int i = 0; i < 4; i++) {
      rows.add(
          List.of(
              num(x[2 * i]),
              num(x[2 * i + 1]),
              num(x[2 * i] + x[2 * i + 1]),
              num(a[i]),
              num(o[i])));
      page.note("AND" + i, a[i]);
      page.note("OR" + i, o[i]);
    }
    page.table(
        List.of(
            "a",
            "b",
            page.pick("active", "活动数"),
            page.pick("AND (threshold 2)", "AND（阈值 2）"),
            page.pick("OR (threshold 1)", "OR（阈值 1）")),
        rows);
    page.gap();
    double[] n = McCullochPitts.not().of(Gate.inputs(1)).toDoubles();
    page.table(
        List.of("a", page.pick("NOT (a inhibits, threshold 0)", "NOT（a 为抑制性，阈值 0）")),
        List.of(List.of("0", num(n[0])), List.of("1", num(n[1]))));
    page.note("NOT0", n[0]);
    page.note("NOT1", n[1]);
    page.holds(
        a[3] == 1
            && a[0] + a[1] + a[2] == 0
            && o[0] == 0
            && o[1] + o[2] + o[3] == 3
            && n[0] == 1
            && n[1] == 0,
        "the three tables are those of AND, OR and NOT",
        "三张表正是 AND、OR、NOT");

    page.part("2. Why it cannot learn by gradient: the step", "2. 为什么不能用梯度训练：阶跃");
    var step = ThresholdNeuron.of(1);
    var plot = new Plot(41, 7, -2, 2, -0.2, 1.2);
    double[] xs = plot.columns();
    page.show(
        plot.marks(xs, step.of(Tensor.of(xs, Shape.of(xs.length, 1))).toDoubles(), '●').toString());
    page.say(
        "Left and right of the jump the slope is 0: a small change of a weight changes nothing. At"
            + " the jump there is no slope at all, because the quotient (f(h) − f(−h)) / 2h grows"
            + " without end:",
        "跳跃点两侧的斜率都是 0：权重稍微改变，输出毫无变化。跳跃点上根本没有斜率，因为差商 (f(h) − f(−h)) / 2h 无限增大：");
    for (double h : new double[] {0.1, 0.01, 0.001}) {
      double[] f = step.of(Tensor.of(new double[] {-h, h}, Shape.of(2, 1))).toDoubles();
      page.check("h = %s: quotient".formatted(num(h)), (f[1] - f[0]) / (2 * h), 1 / (2 * h), 1e-6);
    }
    double[] slope = step.slope(Tensor.of(new double[] {-1, 0, 1}, Shape.of(3, 1))).toDoubles();
    page.note("slope(-1)", slope[0]);
    page.note("slope(0)", slope[1]);
    page.holds(
        slope[0] == 0 && Double.isNaN(slope[1]) && slope[2] == 0,
        "Hebb reports the slope at −1, 0, 1 as 0, NaN (undefined), 0",
        "Hebb 报告 −1、0、1 处的斜率为 0、NaN（无定义）、0");
  }

  private static void tellOfBias(Page page) {
    page.say(
        "“Fires if w·x ≥ θ” and “fires if w·x + b ≥ 0 with b = −θ” are one neuron. The second form"
            + " is the one that learns: the bias is just one more weight, whose input is always 1.",
        "“w·x ≥ θ 时放电”和“w·x + b ≥ 0 时放电（b = −θ）”是同一个神经元。能学习的是第二种写法：偏置不过是多一个权重，它的输入恒为 1。");
    var neuron = ThresholdNeuron.of(0.6, 0.9).threshold(1.0);
    page.show("w = [0.6, 0.9],  θ = 1.0,  b = " + num(neuron.bias()));
    double[] points = {0, 0, 0, 1, 1, 0, 1, 1, 0.5, 0.9, -1, 2, 1.0, 0.45};
    Tensor x = Tensor.of(points, Shape.of(7, 2));
    double[] first = neuron.of(x).toDoubles();
    double[] second = neuron.ofBiased(x).toDoubles();
    var rows = new ArrayList<List<String>>();
    boolean equal = true;
    for (int i = 0; i < first.length; i++) {
      double sum = 0.6 * points[2 * i] + 0.9 * points[2 * i + 1];
      rows.add(
          List.of(
              num(points[2 * i]),
              num(points[2 * i + 1]),
              num(sum, 3),
              num(first[i]),
              num(sum - 1, 3),
              num(second[i])));
      equal &= first[i] == second[i];
      page.note("y" + i, first[i]);
    }
    page.table(List.of("x1", "x2", "w·x", "w·x ≥ 1", "w·x + b", "w·x + b ≥ 0"), rows);
    page.holds(equal, "both forms agree on all inputs", "两种写法对所有输入都一致");
  }
}
