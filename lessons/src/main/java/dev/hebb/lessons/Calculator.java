package dev.hebb.lessons;

import static dev.hebb.lessons.Page.num;

import dev.hebb.tensor.Tensor;

/** L19: the smallest computation graph, f = (x + y)·z, forward and backward. */
final class Calculator {
  private Calculator() {}

  static Lesson lesson() {
    return Lesson.of(
        "L19 L51",
        "A calculator that remembers: f = (x + y)·z",
        "会记账的计算器：f = (x + y)·z",
        Calculator::tell);
  }

  private static void tell(Page page) {
    Tensor x = Tensor.of(-2.0);
    Tensor y = Tensor.of(5.0);
    Tensor z = Tensor.of(-4.0);
    Tensor q = x.add(y);
    Tensor f = q.mul(z);
    var gradients = f.grad(x, y, z, q, f);
    double[] v =
        Page.values(
            q,
            f,
            gradients.get(0),
            gradients.get(1),
            gradients.get(2),
            gradients.get(3),
            gradients.get(4));

    page.part("1. Forward: each node computes its value", "1. 前向：每个节点算出自己的值");
    page.say(
        "A formula is a graph: x and y meet in a plus, its result q and z in a times.",
        "公式就是一张图：x 和 y 在加号相遇，结果 q 与 z 在乘号相遇。");
    page.check("q = x + y", v[0], 3, 0);
    page.check("f = q·z", v[1], -12, 0);

    page.part("2. Backward: each node hands its gradient on", "2. 反向：每个节点把梯度往回传");
    page.say(
        "We start at the end with ∂f/∂f = 1. A times hands on the gradient times the other factor;"
            + " a plus hands it on unchanged. That is the chain rule, one node at a time.",
        "从末端的 ∂f/∂f = 1 开始。乘号传回“梯度乘以另一个因子”，加号原样传回。这就是逐个节点的链式法则。");
    page.check("∂f/∂f", v[6], 1, 0);
    page.check("∂f/∂z = q", v[4], 3, 0);
    page.check("∂f/∂q = z", v[5], -4, 0);
    page.check("∂f/∂x = ∂f/∂q · 1", v[2], -4, 0);
    page.check("∂f/∂y = ∂f/∂q · 1", v[3], -4, 0);
    page.note("∂f/∂x", v[2]);
    page.note("∂f/∂y", v[3]);
    page.note("∂f/∂z", v[4]);

    page.part("3. The graph, values above, gradients below", "3. 计算图：上面是值，下面是梯度");
    page.show(
        """
        x %3s ───────┐
          %3s        ├──( + )── q %3s ───────┐
        y %3s ───────┘           %3s        ├──( × )── f %3s
          %3s                               │            %3s
        z %3s ──────────────────────────────┘
          %3s\
        """
            .formatted(
                num(-2), num(v[2]), num(v[0]), num(5), num(v[5]), num(v[1]), num(v[3]), num(v[6]),
                num(-4), num(v[4])));

    page.part("4. Hebb's own record of it", "4. Hebb 自己的记录");
    page.say(
        "Every tensor knows how it was computed, so f.explain() prints the same table for any"
            + " formula, and f.grad(x, y, z) gives the gradients:",
        "每个张量都记得自己是怎样算出来的，所以 f.explain() 对任何公式都能打印这张表，f.grad(x, y, z) 给出梯度：");
    page.show(f.explain());

    page.part("5. Does it mean anything? A nudge", "5. 它有什么意义？推一下试试");
    double nudged = Tensor.of(-1.999).add(y).mul(z).item();
    page.say(
        "∂f/∂x = −4 promises: x up by 0.001 moves f by about −0.004.",
        "∂f/∂x = −4 的意思是：x 增加 0.001，f 大约变化 −0.004。");
    page.check("f(x + 0.001) − f(x)", nudged - v[1], -0.004, 1e-12);
  }
}
