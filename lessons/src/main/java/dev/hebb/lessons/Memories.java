package dev.hebb.lessons;

import static dev.hebb.lessons.Page.num;

import dev.hebb.nn.classic.Hopfield;
import dev.hebb.nn.classic.ModernHopfield;
import dev.hebb.tensor.Random;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import dev.hebb.train.data.Dataset;
import dev.hebb.train.data.Digits;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** L63: Hopfield networks, by hand with three neurons and with handwritten digits. */
final class Memories {
  private static final int SIDE = 28;
  private static final int N = SIDE * SIDE;

  private Memories() {}

  static Lesson lesson() {
    return Lesson.of(
        "L63",
        "Hopfield networks: memories as valleys of an energy",
        "Hopfield 网络：记忆是能量的谷底",
        Memories::tell);
  }

  private static void tell(Page page) {
    byHand(page);
    cycle(page);
    digits(page);
  }

  private static void byHand(Page page) {
    page.part("1. Four neurons by hand", "1. 手算四个神经元");
    page.say(
        "One pattern, ξ = [1 −1 1 −1]. Hebb's rule in one shot: w_ij = ξi·ξj / n, and 0 on the"
            + " diagonal. The energy is E = −½ Σ w_ij·si·sj.",
        "一个模式 ξ = [1 −1 1 −1]。Hebb 规则一次写入：w_ij = ξi·ξj / n，对角线为 0。能量 E = −½ Σ w_ij·si·sj。");
    Tensor xi = Tensor.of(new float[][] {{1, -1, 1, -1}});
    var memory = Hopfield.hebbian(xi);
    page.show(memory.weights().toString());
    page.check("w[0,1] = 1·(−1)/4", memory.weights().toDoubles()[1], -0.25, 0);
    page.check("w[0,2] = 1·1/4", memory.weights().toDoubles()[2], 0.25, 0);
    page.check("E(ξ) = −½·12·¼", memory.energy(xi).item(), -1.5, 0);
    Tensor noisy = Tensor.of(1, 1, 1, -1);
    page.check(
        page.pick("E([1 1 1 −1]), the second neuron flipped", "E([1 1 1 −1])，第二个神经元翻转"),
        memory.energy(noisy).item(),
        0,
        0);
    page.say(
        "The second neuron feels the other three: h = −¼·1 − ¼·1 + ¼·(−1) = −¾, negative, so it turns"
            + " off, and the pattern is back.",
        "第二个神经元受到的场来自其余三个：h = −¼·1 − ¼·1 + ¼·(−1) = −¾，为负，于是它关闭，模式恢复。");
    var recall = memory.recall(noisy, Seed.of(1));
    page.holds(
        Arrays.equals(recall.state().toDoubles(), new double[] {1, -1, 1, -1}),
        "recalled: " + recall.state() + ", energies " + recall.energies(),
        "已回忆：" + recall.state() + "，能量 " + recall.energies());
    page.note("E after", recall.energies().getLast());
  }

  private static void cycle(Page page) {
    page.part("2. All at once can go in circles", "2. 同步更新可能来回振荡");
    var pair = Hopfield.hebbian(Tensor.of(new float[][] {{1, 1}}));
    var together = pair.synchronous(Tensor.of(1, -1));
    page.say(
        "Two neurons that want to be equal, started unequal. If both change at once, each becomes what"
            + " the other was, for ever:",
        "两个想要相等的神经元，从不相等出发。同时更新时，每个都变成对方原来的样子，永无止境：");
    var states = new ArrayList<String>();
    together.states().forEach(s -> states.add(s.toString()));
    page.show(String.join(" → ", states) + " → …");
    page.holds(
        together.ending() == Hopfield.Ending.TWO_CYCLE,
        "Hebb reports " + together.ending(),
        "Hebb 报告 " + together.ending() + "（二周期）");
    page.holds(
        pair.recall(Tensor.of(1, -1), Seed.of(1)).ending() == Hopfield.Ending.FIXED_POINT,
        "one neuron at a time, it ends in a fixed point",
        "逐个（异步）更新则停在不动点");
  }

  private static void digits(Page page) {
    page.part("3. Handwritten digits from half noise", "3. 从一半噪声中回忆手写数字");
    Tensor patterns = patterns();
    page.say(
        "The first 0, 1, …, 9 of the digits that ship with Hebb, as 784 neurons of ±1. Half of the"
            + " pixels are replaced by coin flips.",
        "Hebb 自带数字里的第一个 0、1、…、9，作为 784 个 ±1 神经元。一半的像素换成抛硬币的结果。");
    var memory = Hopfield.pseudoInverse(patterns);
    int recalled = 0;
    boolean falls = true;
    for (int digit = 0; digit < 10; digit++) {
      Tensor pattern = patterns.narrow(0, digit, 1).reshape(N);
      Tensor noisy = halfNoise(pattern, Seed.of(digit));
      var recall = memory.recall(noisy, Seed.of(digit));
      List<Double> e = recall.energies();
      for (int i = 1; i < e.size(); i++) {
        falls &= e.get(i) <= e.get(i - 1);
      }
      boolean same = Arrays.equals(recall.state().toDoubles(), pattern.toDoubles());
      recalled += same ? 1 : 0;
      if (digit == 3) {
        page.show(side(noisy, recall.state()));
        page.show(
            "E: %s → %s".formatted(num(e.getFirst(), 2), num(e.getLast(), 2))
                + page.pick(", %d changes in %d sweeps", "，%d 次翻转，%d 遍")
                    .formatted(e.size() - 1, recall.states().size() - 1));
      }
    }
    page.note("recalled", recalled);
    page.holds(recalled == 10, "all ten digits are recalled, to the pixel", "十个数字全部回忆出来，一个像素不差");
    page.holds(falls, "the energy never rose, at none of the changes", "能量在任何一次翻转中都没有上升");
    page.say(
        "These weights are from the pseudo-inverse rule. Hebb's rule keeps about 0.138·784 ≈ 108"
            + " random patterns, but digits resemble each other:",
        "这里的权重用伪逆规则。Hebb 规则能记住约 0.138·784 ≈ 108 个随机模式，但数字彼此太像：");
    var hebb = Hopfield.hebbian(patterns);
    int kept = 0;
    for (int digit = 0; digit < 10; digit++) {
      Tensor pattern = patterns.narrow(0, digit, 1).reshape(N);
      var recall = hebb.recall(pattern, Seed.of(digit));
      kept += Arrays.equals(recall.state().toDoubles(), pattern.toDoubles()) ? 1 : 0;
    }
    page.note("hebbian kept", kept);
    page.show(
        page.pick("Hebb's rule keeps %d of the 10 digits", "Hebb 规则只记住 10 个数字中的 %d 个")
            .formatted(kept));

    page.part("4. The modern network: one step", "4. 现代 Hopfield 网络：一步");
    Tensor noisy = halfNoise(patterns.narrow(0, 3, 1).reshape(N), Seed.of(3)).reshape(1, N);
    Tensor once = new ModernHopfield(patterns, 0.2).retrieve(noisy);
    double worst = once.reshape(N).sub(patterns.narrow(0, 3, 1).reshape(N)).abs().max().item();
    page.say(
        "A mixture of all patterns with softmax weights, Xᵀ·softmax(β·X·ξ): attention. One step gives"
            + " the digit back; the largest difference is "
            + num(worst)
            + ".",
        "把所有模式按 softmax 权重混合，Xᵀ·softmax(β·X·ξ)：这就是注意力。一步就得到数字，最大差别为 " + num(worst) + "。");
    page.note("modern", worst);
    page.holds(worst < 1e-3, "one step retrieves", "一步即可检索");
  }

  /** The first example of each digit as ±1, [10, 784]. */
  static Tensor patterns() {
    Dataset train = Digits.load().train();
    double[] rows = new double[10 * N];
    boolean[] seen = new boolean[10];
    for (int i = 0; i < train.size(); i++) {
      int digit = train.label(i);
      if (!seen[digit]) {
        seen[digit] = true;
        float[] pixels = train.input(i);
        for (int p = 0; p < N; p++) {
          rows[digit * N + p] = pixels[p] > 0.5 ? 1 : -1;
        }
      }
    }
    return Tensor.of(rows, Shape.of(10, N));
  }

  /** Half of the neurons, by chance, get the side of a coin. */
  static Tensor halfNoise(Tensor pattern, Seed seed) {
    Tensor hit = Random.uniformOnce(Shape.of(N), seed.split(1)).lt(0.5);
    Tensor coin = Random.uniformOnce(Shape.of(N), seed.split(2)).lt(0.5);
    return hit.where(coin.where(Tensor.full(pattern.shape(), 1), -1), pattern).eval();
  }

  /** Two pictures beside each other, two lines of pixels in one of text. */
  private static String side(Tensor left, Tensor right) {
    double[] a = left.toDoubles();
    double[] b = right.toDoubles();
    var text = new StringBuilder();
    for (int line = 0; line < SIDE; line += 2) {
      text.append(line(a, line)).append(line == SIDE / 2 ? "  →  " : "     ");
      text.append(line(b, line)).append('\n');
    }
    return text.toString().stripTrailing();
  }

  private static String line(double[] s, int line) {
    var text = new StringBuilder();
    for (int c = 0; c < SIDE; c++) {
      boolean top = s[line * SIDE + c] > 0;
      boolean low = s[(line + 1) * SIDE + c] > 0;
      text.append(top ? low ? '█' : '▀' : low ? '▄' : ' ');
    }
    return text.toString();
  }
}
