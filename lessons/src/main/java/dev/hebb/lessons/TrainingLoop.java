package dev.hebb.lessons;

import dev.hebb.nn.Layers;
import dev.hebb.nn.Losses;
import dev.hebb.nn.Net;
import dev.hebb.nn.optim.Sgd;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.train.Ending;
import dev.hebb.train.Run;
import dev.hebb.train.Subscribers;
import dev.hebb.train.Trainer;
import dev.hebb.train.data.Dataset;

/** L11: the training loop with its stop rules. */
final class TrainingLoop {
  private static final int N = 64;

  private TrainingLoop() {}

  static Lesson lesson() {
    return Lesson.of(
        "L11", "The training loop, and what ends it", "训练循环，以及何时停止", TrainingLoop::tell);
  }

  private static void tell(Page page) {
    page.part("1. The loop", "1. 循环");
    page.show(
        page.pick(
            """
            initialise the weights
            repeat (an epoch):
              for each batch of examples:
                forward:  ŷ = net(x), L = loss(ŷ, y)
                backward: gradients of L
                update:   w ← w − η·∂L/∂w
            until all epochs are done, or L is within the tolerance, or it no longer improves\
            """,
            """
            初始化权重
            重复（一轮）：
              对每一批样本：
                前向：ŷ = net(x)，L = loss(ŷ, y)
                反向：L 的梯度
                更新：w ← w − η·∂L/∂w
            直到轮数用完，或 L 在容差之内，或不再改善\
            """));
    page.part("2. Within the tolerance", "2. 达到容差");
    page.say(
        "Learn y = 2x − 1 from 64 points, batches of 16, η = 0.1, at most 200 epochs, tolerance"
            + " 0.0001:",
        "从 64 个点学 y = 2x − 1，每批 16 个，η = 0.1，最多 200 轮，容差 0.0001：");
    Net net = net();
    Run run =
        Trainer.of(net, Losses.mse(), Sgd.of(0.1))
            .with(Subscribers.tolerance(1e-4))
            .fit(line().batch(16), 200);
    double[] losses =
        run.history().stream()
            .mapToDouble(e -> e.values().getOrDefault("loss", Double.NaN))
            .toArray();
    int epochs = losses.length;
    for (int i = 0; i < epochs; i++) {
      if (i < 5 || i == epochs - 1) {
        page.show(
            page.pick("epoch %2d   loss %s", "第 %2d 轮   损失 %s")
                .formatted(i + 1, Page.num(losses[i], 6)));
      } else if (i == 5) {
        page.show("…");
      }
    }
    page.quote(page.pick("ended: ", "结束：") + run.ending());
    page.note("epochs", epochs);
    page.holds(
        run.ending().rule().equals(Ending.TOLERANCE) && run.last("loss") <= 1e-4,
        "the stop rule fired and is logged",
        "停止规则生效，并有记录");
    page.check("w", net.variable("0.dense.w").value().item(), 2, 0.05);
    page.check("b", net.variable("0.dense.b").value().item(), -1, 0.05);

    page.part("3. All epochs are done", "3. 轮数用完");
    Run three = Trainer.of(net(), Losses.mse(), Sgd.of(0.1)).fit(line().batch(16), 3);
    page.quote(page.pick("ended: ", "结束：") + three.ending());
    page.note("steps", three.steps());
    page.check(
        page.pick("steps: 3 epochs of 64/16 batches", "步数：3 轮 × 64/16 批"), three.steps(), 12, 0);

    page.part("4. No longer improving", "4. 不再改善");
    page.say(
        "With a learning rate that is too large for the last bit of the way, the validation loss"
            + " stops falling; early stopping takes the best weights.",
        "学习率对最后一段路来说太大时，验证损失不再下降；早停取回最好的权重。");
    Run early =
        Trainer.of(net(), Losses.mae(), Sgd.of(0.2))
            .with(Subscribers.earlyStop("val.loss", 3))
            .fit(line().batch(16), line().batch(64), 100);
    page.quote(page.pick("ended: ", "结束：") + early.ending());
    page.holds(
        early.ending().rule().equals(Ending.EARLY_STOP) && early.history().size() < 100,
        "early stopping ended the run before its 100 epochs",
        "早停在 100 轮之前结束了训练");
  }

  private static Net net() {
    return Layers.dense(1).build(Shape.of(1), Seed.of(2));
  }

  private static Dataset line() {
    float[] x = new float[N];
    float[] y = new float[N];
    for (int i = 0; i < N; i++) {
      int scattered = i * 37 % N; // each batch sees the whole range
      x[i] = 2f * scattered / (N - 1) - 1;
      y[i] = 2 * x[i] - 1;
    }
    return Dataset.ofValues(Shape.of(1), x, y, 1);
  }
}
