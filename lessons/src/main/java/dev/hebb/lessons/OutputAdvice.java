package dev.hebb.lessons;

import dev.hebb.nn.Advice;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Layers;
import dev.hebb.nn.Loss;
import dev.hebb.nn.Losses;
import dev.hebb.nn.Net;
import dev.hebb.nn.Task;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** L37, L40, L41 and L57: which activation and loss for which task. */
final class OutputAdvice {
  private OutputAdvice() {}

  static Lesson lesson() {
    return Lesson.of(
        "L37 L40 L41",
        "Choosing the output, the loss and the hidden activation",
        "选择输出、损失和隐藏层激活函数",
        OutputAdvice::tell);
  }

  private static void tell(Page page) {
    page.part("1. The task decides the output", "1. 任务决定输出");
    Words[] names = {
      new Words("yes or no", "是或否（二分类）"),
      new Words("exactly one of several (multi-class)", "多选一（多分类）"),
      new Words("several labels at once (multi-label)", "同时多个标签（多标签）"),
      new Words("numbers (regression)", "数值（回归）"),
      new Words("numbers that are never negative", "非负数值")
    };
    var rows = new ArrayList<List<String>>();
    for (Task task : Task.values()) {
      rows.add(
          List.of(
              page.pick(names[task.ordinal()].en(), names[task.ordinal()].zh()),
              task.activation(),
              task.loss().name()));
    }
    page.table(
        List.of(
            page.pick("task", "任务"),
            page.pick("output activation", "输出激活"),
            page.pick("loss", "损失")),
        rows);
    page.say(
        "Hebb's losses for classes take the numbers before the activation (logits) and apply it"
            + " inside; so train without the last activation, and apply it to the answers. One"
            + " sigmoid gives one probability; that of “no” is 1 minus it.",
        "Hebb 的分类损失接收激活之前的数（logits），并在内部施加激活；所以训练时不加最后的激活，得到答案后再施加。一个 sigmoid 只给一个概率；“否”的概率是 1"
            + " 减去它。");
    page.part("2. One of several, or several at once?", "2. 多选一，还是多个同时成立？");
    Tensor z = Tensor.of(2.0, 1.0, -1.0);
    double[] one = z.softmax(-1).toDoubles();
    double[] many = z.sigmoid().toDoubles();
    page.show("logits          2        1        −1");
    page.show(
        "softmax   %s   %s   %s"
            .formatted(Page.num(one[0], 6), Page.num(one[1], 6), Page.num(one[2], 6)));
    page.show(
        "sigmoids  %s   %s   %s"
            .formatted(Page.num(many[0], 6), Page.num(many[1], 6), Page.num(many[2], 6)));
    page.check(page.pick("sum of softmax", "softmax 之和"), one[0] + one[1] + one[2], 1, 1e-12);
    page.note("softmax sum", one[0] + one[1] + one[2]);
    page.show(
        page.pick("the sigmoids add up to ", "各 sigmoid 之和为 ")
            + Page.num(many[0] + many[1] + many[2]));
    page.note("sigmoid sum", many[0] + many[1] + many[2]);
    page.say(
        "Softmax's classes share one whole: exactly one is right. Sigmoids are independent: all may"
            + " be right, or none. (Some notes call the first “multi-label” and the second"
            + " “multi-output”; the usual names are multi-class and multi-label.)",
        "softmax 的各类瓜分一个整体：恰有一类正确。sigmoid 相互独立：可以都对，也可以都不对。（有的讲义把前者叫“多标签”，后者叫“多输出”；通用的名称是多分类和多标签。）");
    page.part("3. Mismatches that Hebb warns of", "3. Hebb 会警告的搭配错误");
    warn(
        page,
        Layers.chain(Layers.dense(3), Layers.softmax()),
        Losses.crossEntropy(),
        Task.ONE_OF_SEVERAL);
    warn(page, Layers.dense(1).sigmoid(), Losses.mse(), Task.YES_OR_NO);
    warn(page, Layers.dense(3), Losses.crossEntropy(), Task.SEVERAL_AT_ONCE);
    warn(page, Layers.dense(1).tanh(), Losses.mse(), Task.NUMBERS);
    Net good =
        Layers.sequential(Layers.dense(8).relu(), Layers.dense(3)).build(Shape.of(4), Seed.of(1));
    page.holds(
        Advice.of(good, Losses.crossEntropy(), Task.ONE_OF_SEVERAL).isEmpty(),
        "a network that fits its loss and task gets no warning",
        "网络、损失与任务相配时没有警告");
    page.part("4. Hidden layers: try in this order", "4. 隐藏层：按此顺序尝试");
    String[] zh = {
      "首选：便宜，活动区不饱和",
      "许多单元死掉（对所有样本输出 0）时",
      "同上，斜率可学；数据多时",
      "希望输出均值接近 0 时",
      "不带归一化的深层全连接网络",
      "Transformer；深层卷积网络可用 swish 或 mish",
      "权重加倍也无妨时",
      "循环网络；优先于 sigmoid，因为零均值且更陡",
      "只用于门和输出概率：两端饱和"
    };
    var order = new ArrayList<List<String>>();
    var choices = Advice.hiddenActivations();
    for (int i = 0; i < choices.size(); i++) {
      order.add(
          List.of("" + (i + 1), choices.get(i).name(), page.pick(choices.get(i).when(), zh[i])));
    }
    page.table(List.of("", page.pick("activation", "激活函数"), page.pick("when", "何时")), order);
    page.say(
        "In shallow nets the choice hardly matters: “hebb lesson L57” measures it, and L5 has the curves.",
        "浅层网络里选哪个差别不大：“hebb lesson L57”作了测量，曲线见 L5。");
  }

  private static void warn(Page page, Layer end, Loss loss, Task task) {
    Net net = Layers.sequential(Layers.dense(8).relu(), end).build(Shape.of(4), Seed.of(1));
    List<String> found = Advice.of(net, loss, task);
    page.show("… → %s, %s:".formatted(end, loss.name()));
    page.holds(
        found.size() == 1,
        "“" + String.join(" ", found) + "”",
        "“" + String.join(" ", found) + "”");
  }
}
