package dev.hebb.lessons;

import static dev.hebb.lessons.Page.num;

import dev.hebb.nn.optim.Sgd;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import dev.hebb.tensor.Variable;
import java.util.ArrayList;
import java.util.List;

/** L8: gradient descent on one neuron, its path on the error surface. */
final class DescentPath {
  private static final double RATE = 0.2;

  private DescentPath() {}

  static Lesson lesson() {
    return Lesson.of(
        "L8",
        "Gradient descent on one neuron: the path on the error surface",
        "单个神经元的梯度下降：误差曲面上的路径",
        DescentPath::tell);
  }

  private static void tell(Page page) {
    oneInput(page);
    manyInputs(page);
  }

  private static void oneInput(Page page) {
    page.part(
        "1. One input: J(w) = ½(ŷ − y)², ŷ = w·x, x = 2, y = 1",
        "1. 一个输入：J(w) = ½(ŷ − y)²，ŷ = w·x，x = 2，y = 1");
    page.say(
        "The slope is ∂J/∂w = (ŷ − y)·x. Each step goes against it: w ← w − η·∂J/∂w, η = 0.2, from w ="
            + " 2.",
        "斜率是 ∂J/∂w = (ŷ − y)·x。每一步逆着斜率走：w ← w − η·∂J/∂w，η = 0.2，从 w = 2 出发。");
    Variable w = Variable.of("w", Tensor.of(2.0));
    var opt = Sgd.of(RATE).bind(List.of(w));
    var rows = new ArrayList<List<String>>();
    double hand = 2;
    var ws = new ArrayList<Double>();
    for (int k = 0; k < 6; k++) {
      Tensor error = w.tensor().mul(2).sub(1);
      Tensor loss = error.square().mul(0.5);
      var gradient = loss.grad(List.of(w));
      double j = loss.item();
      double g = gradient.getFirst().item();
      rows.add(List.of("" + k, num(w.value().item(), 6), num(j, 6), num(g, 6)));
      ws.add(w.value().item());
      Page.require("w", w.value().item(), hand, 1e-12);
      Page.require("∂J/∂w", g, (2 * hand - 1) * 2, 1e-12);
      hand -= RATE * (2 * hand - 1) * 2;
      opt.update(gradient);
    }
    page.table(List.of(page.pick("step", "步"), "w", "J", "∂J/∂w"), rows);
    page.check("w(1)", ws.get(1), 0.8, 1e-12);
    page.check("w(5)", ws.get(5), 0.5 + 1.5 * Math.pow(0.2, 5), 1e-12);
    page.say(
        "The distance to the best w = 0.5 shrinks by the factor 1 − η·x² = 0.2 at every step; with η"
            + " above 2/x² = 0.5 the steps would grow instead.",
        "到最优值 w = 0.5 的距离每步乘以 1 − η·x² = 0.2；若 η 大于 2/x² = 0.5，步子反而会越走越大。");
    var plot = new Plot(51, 11, -1, 2.2, 0, 4.6);
    double[] xs = plot.columns();
    Tensor grid = Tensor.of(xs, Shape.of(xs.length)).mul(2).sub(1).square().mul(0.5);
    plot.marks(xs, grid.toDoubles(), '·');
    for (int k = 0; k < ws.size(); k++) {
      plot.mark(ws.get(k), 0.5 * Math.pow(2 * ws.get(k) - 1, 2), (char) ('0' + k));
    }
    page.show(plot.toString());
  }

  private static void manyInputs(Page page) {
    page.part("2. Two weights: a path over a landscape", "2. 两个权重：地形上的路径");
    page.say(
        "Three examples, ŷ = w1·x1 + w2·x2, J = mean of ½(ŷ − y)². Each number is the height J of that"
            + " place in steps of ½ (· below ½, + is 5 or more); letters are the first 26 steps a, b, c, …"
            + " from w = (−1.5, −1.2) with η = 0.3.",
        "三个样本，ŷ = w1·x1 + w2·x2，J 是 ½(ŷ − y)² 的平均。每个数字是该处的高度 J（以 ½ 为一级，· 表示低于 ½，+ 表示 5 以上）；字母"
            + " a、b、c、… 是最初 26 步，从 w = (−1.5, −1.2) 出发、η = 0.3 的各步。");
    Tensor x = Tensor.of(new double[] {1, 0, 0.5, 1.5, 1, -1}, Shape.of(3, 2));
    Tensor y = Tensor.of(new double[] {1, 2, 0}, Shape.of(3));
    var plot = new Plot(53, 19, -2, 2, -2, 2);
    double[] xs = plot.columns();
    double[] ys = plot.lines();
    double[] flat = new double[2 * xs.length * ys.length];
    for (int l = 0; l < ys.length; l++) {
      for (int c = 0; c < xs.length; c++) {
        flat[2 * (l * xs.length + c)] = xs[c];
        flat[2 * (l * xs.length + c) + 1] = ys[l];
      }
    }
    Tensor places = Tensor.of(flat, Shape.of(xs.length * ys.length, 2));
    double[] heights = places.matmul(x.transpose()).sub(y).square().mean(1).mul(0.5).toDoubles();
    for (int i = 0; i < heights.length; i++) {
      int level = (int) Math.floor(heights[i] * 2);
      char mark = level == 0 ? '·' : level < 10 ? (char) ('0' + level) : '+';
      plot.mark(flat[2 * i], flat[2 * i + 1], mark);
    }
    Variable w = Variable.of("w", Tensor.of(-1.5, -1.2));
    var opt = Sgd.of(0.3).bind(List.of(w));
    double before = Double.POSITIVE_INFINITY;
    boolean falls = true;
    for (int k = 0; k < 26; k++) {
      double[] at = w.value().toDoubles();
      plot.mark(at[0], at[1], (char) ('a' + k));
      Tensor loss = x.matmul(w.tensor()).sub(y).square().mean().mul(0.5);
      falls &= loss.item() < before;
      before = loss.item();
      opt.update(loss.grad(List.of(w)));
    }
    for (int k = 0; k < 400; k++) {
      opt.update(x.matmul(w.tensor()).sub(y).square().mean().mul(0.5).grad(List.of(w)));
    }
    page.show(plot.toString());
    double[] end = w.value().toDoubles();
    page.holds(falls, "J falls at every step", "每一步 J 都在下降");
    page.say(
        "The lowest place solves XᵀX·w = Xᵀy. By hand: 2.25·w1 − 0.25·w2 = 2 and −0.25·w1 + 3.25·w2 ="
            + " 3.",
        "最低点满足 XᵀX·w = Xᵀy。手算：2.25·w1 − 0.25·w2 = 2，−0.25·w1 + 3.25·w2 = 3。");
    page.check("w1", end[0], (2 * 3.25 + 0.25 * 3) / (2.25 * 3.25 - 0.0625), 1e-9);
    page.check("w2", end[1], (2.25 * 3 + 0.25 * 2) / (2.25 * 3.25 - 0.0625), 1e-9);
  }
}
