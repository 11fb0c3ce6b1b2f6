package dev.hebb.lessons;

import static dev.hebb.lessons.Page.num;

import dev.hebb.nn.classic.Gate;
import dev.hebb.nn.classic.Separability;
import dev.hebb.nn.classic.ThresholdNeuron;
import dev.hebb.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** L60: feed-forward nets as logic gates. */
final class LogicGates {
  private LogicGates() {}

  static Lesson lesson() {
    return Lesson.of(
        "L60",
        "Logic gates from neurons; XOR needs a hidden layer",
        "用神经元搭逻辑门；XOR 需要隐藏层",
        LogicGates::tell);
  }

  private static void tell(Page page) {
    Tensor bits = Gate.inputs(2);
    page.part("1. All sixteen gates of two inputs", "1. 两个输入的全部十六种门");
    page.say(
        "A neuron of two inputs draws one line: w1·a + w2·b + bias ≥ 0 is its side of the ones. It"
            + " can be a gate if a line separates the gate's ones from its zeros.",
        "两个输入的神经元画一条直线：w1·a + w2·b + 偏置 ≥ 0 的一侧输出 1。只要有一条直线能把门的 1 和 0 分开，一个神经元就够了。");
    var rows = new ArrayList<List<String>>();
    int single = 0;
    for (Gate gate : Gate.values()) {
      double[] y = gate.net().of(bits).toDoubles();
      if (!Arrays.equals(y, gate.table().toDoubles())) {
        throw new IllegalStateException("lesson: " + gate);
      }
      boolean separable = Separability.of(bits, gate.table()).isSeparable();
      single += separable ? 1 : 0;
      ThresholdNeuron out = gate.net().layers().getLast().getFirst();
      rows.add(
          List.of(
              gate.name(),
              Arrays.stream(y).mapToObj(Page::num).collect(Collectors.joining(" ")),
              separable ? formula(out) : page.pick("no single neuron", "单个神经元做不到")));
      page.note(gate.name(), y[0] * 8 + y[1] * 4 + y[2] * 2 + y[3]);
    }
    page.table(
        List.of(page.pick("gate", "门"), "00 01 10 11", page.pick("neuron: fires if", "神经元：何时输出 1")),
        rows);
    page.check(page.pick("gates that are one neuron", "单个神经元能做的门"), single, 14, 0);

    page.part("2. XOR: the ones lie across", "2. XOR：两个 1 在对角上");
    page.show(
        """
        b
        1 │ 1       0      %s
          │
        0 │ 0       1      %s
          └──────────
            0       1  a\
        """
            .formatted(
                page.pick("1 = fires, 0 = does not", "1 = 放电，0 = 不放电"),
                page.pick("no line has both 1s on one side", "没有直线能把两个 1 放在同一侧")));
    page.say(
        "The proof takes one sentence: the middle of the two ones is the middle of the two zeros, so"
            + " a linear score would have to be positive and negative at the same point.",
        "证明只要一句话：两个 1 的中点就是两个 0 的中点，线性得分在同一点上不可能既正又负。");
    page.quote(Separability.of(bits, Gate.XOR.table()).toString());
    page.holds(
        !Separability.of(bits, Gate.XOR.table()).isSeparable(),
        "Hebb decides this exactly, with that proof (x0…x3 are the inputs 00, 01, 10, 11)",
        "Hebb 精确地作出判定，并给出这个证明（x0…x3 是输入 00、01、10、11）");

    page.part("3. With a hidden layer: XOR = OR and NAND", "3. 加一层隐藏层：XOR = OR 与 NAND");
    var net = Gate.XOR.net();
    page.show("h1 = OR   : " + formula(net.layers().get(0).get(0)));
    page.show("h2 = NAND : " + formula(net.layers().get(0).get(1)));
    page.show(
        "y  = AND  : " + formula(net.layers().get(1).get(0)).replace("a", "h1").replace("b", "h2"));
    double[] hidden = net.layer(0, bits).toDoubles();
    double[] y = net.of(bits).toDoubles();
    double[] in = bits.toDoubles();
    var trace = new ArrayList<List<String>>();
    for (int i = 0; i < 4; i++) {
      trace.add(
          List.of(
              num(in[2 * i]),
              num(in[2 * i + 1]),
              num(hidden[2 * i]),
              num(hidden[2 * i + 1]),
              num(y[i])));
    }
    page.gap();
    page.table(List.of("a", "b", "h1", "h2", "y"), trace);
    page.say(
        "The hidden layer has moved 01 and 10 to the same point (1, 1); there a line is enough.",
        "隐藏层把 01 和 10 都搬到同一点 (1, 1)；在那里一条直线就够了。");
    page.check(page.pick("hidden layers of XOR", "XOR 的隐藏层数"), net.hiddenLayers(), 1, 0);
  }

  private static String formula(ThresholdNeuron n) {
    var terms = new StringBuilder();
    String[] names = {"a", "b"};
    for (int i = 0; i < 2; i++) {
      double w = n.weights().get(i);
      if (w != 0) {
        terms.append(terms.isEmpty() ? (w < 0 ? "−" : "") : w < 0 ? " − " : " + ").append(names[i]);
      }
    }
    double b = n.bias();
    if (terms.isEmpty()) {
      terms.append(num(b));
    } else {
      terms.append(b < 0 ? " − " : " + ").append(num(Math.abs(b)));
    }
    return terms + " ≥ 0";
  }
}
