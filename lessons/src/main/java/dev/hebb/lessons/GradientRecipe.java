package dev.hebb.lessons;

import static dev.hebb.lessons.Page.num;

import dev.hebb.nn.Layers;
import dev.hebb.nn.Net;
import dev.hebb.nn.classic.Gate;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** L43: the six-step recipe, with gradient checking that finds an injected bug. */
final class GradientRecipe {
  private static final double H = 1e-5;

  private GradientRecipe() {}

  static Lesson lesson() {
    return Lesson.of(
        "L43",
        "Six steps to train a network, with a gradient check that finds a bug",
        "训练网络的六个步骤，以及能抓住错误的梯度检验",
        GradientRecipe::tell);
  }

  private static void tell(Page page) {
    page.say(
        "The recipe, on XOR with a 2-2-1 network of sigmoids and binary cross entropy; back-propagation"
            + " is written by hand here, as one writes it in an exercise, so that it can be wrong.",
        "以 XOR 为例，2-2-1 sigmoid 网络与二元交叉熵；这里的反向传播像做习题那样手写，所以可能写错。");
    Tensor x = Gate.inputs(2);
    Tensor y = Gate.XOR.table().reshape(4, 1);

    page.part("Step 1: random initial weights", "第 1 步：随机初始化权重");
    Net net =
        Layers.sequential(Layers.dense(2).sigmoid(), Layers.dense(1))
            .build(Shape.of(DType.FLOAT64, 2), Seed.of(5));
    List<Tensor> w = new ArrayList<>();
    net.params().forEach(v -> w.add(v.value()));
    page.show("W1 =\n" + w.get(0) + "\nb1 = " + w.get(1) + "\nW2ᵀ = " + w.get(2).reshape(2));

    page.part("Step 2: forward", "第 2 步：前向传播");
    double[] p = net.forward(x).sigmoid().toDoubles();
    page.show(
        "ŷ = %s  %s  %s  %s".formatted(num(p[0], 6), num(p[1], 6), num(p[2], 6), num(p[3], 6)));

    page.part("Step 3: the cost", "第 3 步：代价函数");
    double cost = cost(x, y, w);
    page.show("J = −1/4 Σ [y ln ŷ + (1 − y) ln(1 − ŷ)] = " + num(cost));
    page.note("J", cost);

    page.part("Step 4: back-propagation", "第 4 步：反向传播");
    page.say(
        "δ2 = (ŷ − y)/4,  ∂J/∂W2 = a1ᵀδ2,  δ1 = (δ2·W2ᵀ) ⊙ a1(1 − a1),  ∂J/∂W1 = xᵀδ1. One student"
            + " forgot the factor a1(1 − a1).",
        "δ2 = (ŷ − y)/4，∂J/∂W2 = a1ᵀδ2，δ1 = (δ2·W2ᵀ) ⊙ a1(1 − a1)，∂J/∂W1 = xᵀδ1。有位同学漏了因子 a1(1 − a1)。");
    double[] right = flat(byHand(x, y, w, false));
    double[] buggy = flat(byHand(x, y, w, true));

    page.part("Step 5: gradient check", "第 5 步：梯度检验");
    page.say(
        "Move one weight by ±h, h = 0.00001, and compare (J(w + h) − J(w − h)) / 2h with the gradient."
            + " Relative error: |a − b| / max(|a|, |b|). Switch the check off afterwards: it costs two"
            + " forward passes for each weight.",
        "把一个权重移动 ±h（h = 0.00001），比较 (J(w + h) − J(w − h)) / 2h 与梯度。相对误差：|a − b| / max(|a|, |b|)。检验完就关掉：每个权重要做两次前向。");
    String[] names = {
      "W1[0,0]", "W1[0,1]", "W1[1,0]", "W1[1,1]", "b1[0]", "b1[1]", "W2[0]", "W2[1]", "b2"
    };
    double[] auto = flat(net.forward(x).bceWithLogits(y).grad(net.params()));
    double[] numeric = numeric(x, y, w);
    var rows = new ArrayList<List<String>>();
    double worstRight = 0;
    var found = new ArrayList<String>();
    for (int i = 0; i < names.length; i++) {
      double e = error(right[i], numeric[i]);
      double bug = error(buggy[i], numeric[i]);
      worstRight = Math.max(worstRight, e);
      if (bug > 1e-4) {
        found.add(names[i]);
      }
      rows.add(
          List.of(
              names[i],
              num(numeric[i], 8),
              num(right[i], 8),
              num(buggy[i], 8),
              bug > 1e-4 ? "✗ %.2f".formatted(bug) : "✓"));
      Page.require(names[i], auto[i], right[i], 1e-12);
    }
    page.table(
        List.of(
            "",
            page.pick("difference", "差分"),
            page.pick("right", "正确"),
            page.pick("buggy", "有错"),
            page.pick("relative error of buggy", "有错版的相对误差")),
        rows);
    page.note("worst right", worstRight);
    page.note("found", found.size());
    page.holds(
        worstRight < 1e-6,
        "the right version passes everywhere, and equals the gradient that Hebb derives",
        "正确的版本处处通过，并且等于 Hebb 自动求得的梯度");
    page.holds(
        found.equals(List.of(names).subList(0, 6)),
        "the bug is found, and where: in W1 and b1, not in W2 and b2; so δ1 is wrong",
        "错误被找到了，而且知道在哪里：在 W1 和 b1，不在 W2 和 b2；所以 δ1 写错了");

    page.part("Step 6: descend, with the right gradient", "第 6 步：用正确的梯度下降");
    List<Tensor> now = w;
    for (int k = 0; k < 50; k++) {
      List<Tensor> g = byHand(x, y, now, false);
      var next = new ArrayList<Tensor>();
      for (int i = 0; i < 4; i++) {
        next.add(now.get(i).sub(g.get(i).mul(0.5)).detach().eval());
      }
      now = next;
    }
    double after = cost(x, y, now);
    page.show(
        "J: %s → %s".formatted(num(cost), num(after)) + page.pick(" after 50 steps", "（50 步之后）"));
    page.note("J after", after);
    page.holds(after < cost, "the cost has fallen", "代价下降了");
  }

  private static double error(double a, double b) {
    return Math.abs(a - b) / Math.max(Math.max(Math.abs(a), Math.abs(b)), 1e-12);
  }

  private static double cost(Tensor x, Tensor y, List<Tensor> w) {
    return x.matmul(w.get(0))
        .add(w.get(1))
        .sigmoid()
        .matmul(w.get(2))
        .add(w.get(3))
        .bceWithLogits(y)
        .item();
  }

  private static List<Tensor> byHand(Tensor x, Tensor y, List<Tensor> w, boolean isBuggy) {
    Tensor a1 = x.matmul(w.get(0)).add(w.get(1)).sigmoid();
    Tensor d2 = a1.matmul(w.get(2)).add(w.get(3)).sigmoid().sub(y).div(4);
    Tensor back = d2.matmul(w.get(2).transpose());
    Tensor d1 = isBuggy ? back : back.mul(a1).mul(a1.neg().add(1));
    return List.of(x.transpose().matmul(d1), d1.sum(0), a1.transpose().matmul(d2), d2.sum(0));
  }

  private static double[] numeric(Tensor x, Tensor y, List<Tensor> w) {
    double[] quotients = new double[9];
    int at = 0;
    for (int t = 0; t < 4; t++) {
      for (int i = 0; i < w.get(t).size(); i++) {
        quotients[at++] =
            (cost(x, y, moved(w, t, i, H)) - cost(x, y, moved(w, t, i, -H))) / (2 * H);
      }
    }
    return quotients;
  }

  private static List<Tensor> moved(List<Tensor> w, int t, int i, double h) {
    double[] values = w.get(t).toDoubles();
    values[i] += h;
    var copy = new ArrayList<>(w);
    copy.set(t, Tensor.of(values, Shape.of(w.get(t).shape().dims())));
    return copy;
  }

  private static double[] flat(List<Tensor> tensors) {
    return tensors.stream().map(Tensor::toDoubles).flatMapToDouble(Arrays::stream).toArray();
  }
}
