package dev.hebb.lessons;

import static dev.hebb.lessons.Page.num;

import dev.hebb.nn.Layers;
import dev.hebb.nn.Net;
import dev.hebb.nn.classic.LogisticRegression;
import dev.hebb.nn.optim.Sgd;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Step;
import dev.hebb.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** L14: a sigmoid neuron is logistic regression. */
final class LogisticLesson {
  private static final double[] HOURS = {1, 2, 3, 4, 5, 6, 7, 8};
  private static final double[] PASSED = {0, 0, 1, 0, 1, 0, 1, 1};

  private LogisticLesson() {}

  static Lesson lesson() {
    return Lesson.of(
        "L14",
        "A sigmoid neuron is logistic regression",
        "sigmoid 神经元就是逻辑回归",
        LogisticLesson::tell);
  }

  private static void tell(Page page) {
    int n = HOURS.length;
    Tensor x = Tensor.of(HOURS, Shape.of(n, 1));
    Tensor y = Tensor.of(PASSED, Shape.of(n));
    page.say(
        "Eight students, hours of study, and who passed: p(pass) = σ(w·hours + b), and “yes” from 0.5"
            + " on.",
        "八个学生的学习小时数与是否通过：p(通过) = σ(w·小时 + b)，0.5 起判“是”。");
    var fit = LogisticRegression.fit(x, y, 0);
    double w = fit.weights().getFirst();
    page.show(
        page.pick("solved by Newton's method: ", "牛顿法求解：")
            + "w = %s, b = %s".formatted(num(w), num(fit.bias())));
    page.note("w", w);
    page.note("b", fit.bias());
    double[] p = fit.probability(x).toDoubles();
    var rows = new ArrayList<List<String>>();
    double residual = 0;
    double moment = 0;
    for (int i = 0; i < n; i++) {
      rows.add(
          List.of(
              num(HOURS[i]),
              num(PASSED[i]),
              num(p[i], 6),
              p[i] >= 0.5 ? page.pick("yes", "是") : page.pick("no", "否")));
      residual += p[i] - PASSED[i];
      moment += (p[i] - PASSED[i]) * HOURS[i];
    }
    page.table(
        List.of(
            page.pick("hours", "小时"), page.pick("passed", "通过"), "p", page.pick("answer", "回答")),
        rows);
    page.say(
        "How to check it by hand: at the best weights both sums of the gradient are 0.",
        "如何手工验证：在最优权重处，梯度的两个和都是 0。");
    page.check("Σ (p − y)", residual, 0, 1e-9);
    page.check("Σ (p − y)·hours", moment, 0, 1e-9);

    Net net = Layers.dense(1).build(Shape.of(DType.FLOAT64, 1), Seed.of(1));
    var opt = Sgd.of(0.1).momentum(0.9).bind(net.params());
    Tensor column = y.reshape(n, 1);
    Step step =
        Step.trainStep(() -> {
          Tensor loss = net.forward(x).bceWithLogits(column);
          opt.update(loss.grad(net.params()));
          return loss;
        });
    for (int i = 0; i < 3000; i++) {
      step.run();
    }
    page.say(
        "A network of one neuron, dense(1) with bceWithLogits, learns the same numbers by gradient"
            + " descent:",
        "一个神经元的网络 dense(1) 加 bceWithLogits，用梯度下降学到同样的数：");
    page.check("w (net)", net.variable("0.dense.w").value().item(), w, 1e-3);
    page.check("b (net)", net.variable("0.dense.b").value().item(), fit.bias(), 1e-3);
  }
}
