package dev.hebb.lessons;

import static dev.hebb.lessons.Page.num;

import dev.hebb.nn.classic.ErrorShare;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;

/** L9: errors sent back by shares of the weights, beside the true gradient. */
final class ErrorShares {
  private ErrorShares() {}

  static Lesson lesson() {
    return Lesson.of(
        "L9",
        "Sending errors back by shares, and what the gradient really is",
        "按权重份额回传误差，以及真正的梯度",
        ErrorShares::tell);
  }

  private static void tell(Page page) {
    Tensor w = Tensor.of(new double[] {2, 1, 3, 4}, Shape.of(2, 2));
    Tensor e = Tensor.of(0.8, 0.5);
    page.show(
        """
        h1 ──w11 = 2──→ o1   error e1 = 0.8      (w12 leads from h1 to o2:
        h1 ──w12 = 1──→ o2   error e2 = 0.5       first the neuron it comes from,
        h2 ──w21 = 3──→ o1                        then the one it goes to)
        h2 ──w22 = 4──→ o2\
        """);
    page.part("1. By share, normalised", "1. 按份额（归一化）");
    page.say(
        "o1 was made by h1 with weight 2 and by h2 with weight 3, so they get 2/5 and 3/5 of its"
            + " error; of o2's error they get 1/5 and 4/5.",
        "o1 由 h1（权重 2）和 h2（权重 3）共同造成，所以它们各分得其误差的 2/5 和 3/5；o2 的误差则分得 1/5 和 4/5。");
    double[] n = ErrorShare.NORMALISED.back(w, e).toDoubles();
    page.check("e(h1) = 2/5·0.8 + 1/5·0.5", n[0], 0.42, 1e-12);
    page.check("e(h2) = 3/5·0.8 + 4/5·0.5", n[1], 0.88, 1e-12);
    page.check("e(h1) + e(h2)", n[0] + n[1], 1.3, 1e-12);
    page.holds(
        Math.abs(n[0] + n[1] - 0.8 - 0.5) < 1e-12,
        "nothing is lost: 0.42 + 0.88 = 0.8 + 0.5",
        "误差守恒：0.42 + 0.88 = 0.8 + 0.5");

    page.part("2. Without the denominator", "2. 去掉分母");
    page.say(
        "Leave the denominators out, and the rule is a product with the matrix of weights: e(h) ="
            + " W·e(o), with the neurons of the layer below in W's rows. (Notes that keep them in"
            + " columns write Wᵀ·e.)",
        "去掉分母，规则就成了与权重矩阵相乘：e(h) = W·e(o)，这里 W 的行是下层神经元。（把它们放在列里时，写作 Wᵀ·e。）");
    double[] p = ErrorShare.PLAIN.back(w, e).toDoubles();
    page.check("e(h1) = 2·0.8 + 1·0.5", p[0], 2.1, 1e-12);
    page.check("e(h2) = 3·0.8 + 4·0.5", p[1], 4.4, 1e-12);
    page.say(
        "The sum is not kept: 6.5 instead of 1.3. Still, this form is the one that learns, because"
            + " it has a meaning:",
        "总和不再守恒：6.5 而不是 1.3。但能用来学习的正是这种形式，因为它有真正的含义：");

    page.part("3. The gradient: the plain share times f′", "3. 梯度：去掉分母的份额乘以 f′");
    Tensor z1 = Tensor.of(0.4, -0.2);
    Tensor a1 = z1.sigmoid();
    Tensor z2 = a1.matmul(w);
    Tensor a2 = z2.sigmoid();
    Tensor t = Tensor.of(0.2, 0.6);
    Tensor j = a2.sub(t).square().sum().mul(0.5);
    var delta = j.grad(z1, z2);
    double[] d2 = delta.get(1).toDoubles();
    double[] d1 = delta.get(0).toDoubles();
    double[] shared = ErrorShare.PLAIN.back(w, delta.get(1)).toDoubles();
    double[] wrong = ErrorShare.NORMALISED.back(w, delta.get(1)).toDoubles();
    double[] a = a1.toDoubles();
    page.say(
        "Take J = ½Σ(a − t)² with sigmoids in both layers, z(h) = [0.4, −0.2], t = [0.2, 0.6], and"
            + " call δ = ∂J/∂z. What is sent back is δ(o), not a − t, and what arrives is"
            + " multiplied with the slope f′(z) = a(1 − a):",
        "取 J = ½Σ(a − t)²，两层都用 sigmoid，z(h) = [0.4, −0.2]，t = [0.2, 0.6]，记 δ = ∂J/∂z。回传的是"
            + " δ(o)（不是 a − t），到达后再乘以斜率 f′(z) = a(1 − a)：");
    double[] o = a2.toDoubles();
    page.check("δ(o1) = (a − t)·a(1 − a)", d2[0], (o[0] - 0.2) * o[0] * (1 - o[0]), 1e-12);
    page.check("δ(o2) = (a − t)·a(1 − a)", d2[1], (o[1] - 0.6) * o[1] * (1 - o[1]), 1e-12);
    for (int i = 0; i < 2; i++) {
      double slope = a[i] * (1 - a[i]);
      page.show("h%d: (W·δ)·f′ = %s · %s".formatted(i + 1, num(shared[i]), num(slope)));
      page.check("δ(h%d)".formatted(i + 1), d1[i], shared[i] * slope, 1e-12);
    }
    page.note("normalised1", wrong[0] * a[0] * (1 - a[0]));
    page.holds(
        Math.abs(wrong[0] * a[0] * (1 - a[0]) - d1[0]) > 1e-4,
        "with normalised shares it would be %s for h1: not the gradient"
            .formatted(num(wrong[0] * a[0] * (1 - a[0]))),
        "若用归一化的份额，h1 会得到 %s：不是梯度".formatted(num(wrong[0] * a[0] * (1 - a[0]))));
  }
}
