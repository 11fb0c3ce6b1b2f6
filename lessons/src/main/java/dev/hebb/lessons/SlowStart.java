package dev.hebb.lessons;

import static dev.hebb.lessons.Page.num;

import dev.hebb.nn.optim.Sgd;
import dev.hebb.tensor.Tensor;
import dev.hebb.tensor.Variable;
import java.util.ArrayList;
import java.util.List;

/** L58: from a saturated start the quadratic loss learns slowly, cross entropy does not. */
final class SlowStart {
  private static final double RATE = 0.15;

  private SlowStart() {}

  static Lesson lesson() {
    return Lesson.of(
        "L58",
        "Very wrong, and slow to learn: quadratic loss against cross entropy",
        "错得越离谱学得越慢：平方损失与交叉熵",
        SlowStart::tell);
  }

  private static void tell(Page page) {
    page.say(
        "One neuron, a = σ(w·x + b), input x = 1, target y = 0. It starts very wrong: w = b = 2, so a ="
            + " σ(4) = 0.98.",
        "一个神经元，a = σ(w·x + b)，输入 x = 1，目标 y = 0。起点错得离谱：w = b = 2，a = σ(4) = 0.98。");
    page.part("1. The gradients at the start", "1. 起点处的梯度");
    Tensor z = Tensor.of(4.0);
    Tensor a = z.sigmoid();
    double quadratic = a.square().mul(0.5).grad(z).getFirst().item();
    double entropy = z.bceWithLogits(Tensor.of(0.0)).grad(z).getFirst().item();
    double v = a.item();
    page.show("a = " + num(v) + ",  σ′(z) = a(1 − a) = " + num(v * (1 - v)));
    page.check(
        page.pick(
            "quadratic: ∂/∂z ½(a − y)² = (a − y)·σ′(z)", "平方损失：∂/∂z ½(a − y)² = (a − y)·σ′(z)"),
        quadratic,
        v * v * (1 - v),
        1e-12);
    page.check(page.pick("cross entropy: ∂/∂z = a − y", "交叉熵：∂/∂z = a − y"), entropy, v, 1e-12);
    page.note("quadratic", quadratic);
    page.note("entropy", entropy);
    page.say(
        "The quadratic loss has the factor σ′(z), nearly 0 where the neuron is saturated. Cross entropy"
            + " has lost it: the more wrong, the larger the gradient.",
        "平方损失多一个因子 σ′(z)，神经元饱和时它几乎是 0。交叉熵约掉了它：错得越多，梯度越大。");
    page.holds(
        entropy > 50 * quadratic,
        "cross entropy's gradient is %s times as large".formatted(num(entropy / quadratic, 1)),
        "交叉熵的梯度是平方损失的 %s 倍".formatted(num(entropy / quadratic, 1)));

    page.part("2. Three hundred steps, η = 0.15", "2. 三百步，η = 0.15");
    double[] slow = learn(true);
    double[] quick = learn(false);
    var rows = new ArrayList<List<String>>();
    for (int k : new int[] {0, 25, 50, 100, 150, 200, 250, 300}) {
      rows.add(List.of("" + k, num(slow[k], 4), num(quick[k], 4)));
    }
    page.table(
        List.of(
            page.pick("step", "步"),
            page.pick("a, quadratic", "a，平方损失"),
            page.pick("a, cross entropy", "a，交叉熵")),
        rows);
    var plot = new Plot(61, 13, 0, 300, 0, 1);
    for (int k = 0; k <= 300; k += 5) {
      plot.mark(k, slow[k], 'q').mark(k, quick[k], 'c');
    }
    page.show(plot.toString());
    page.say(
        "q: quadratic, c: cross entropy; the output a should be 0.", "q：平方损失，c：交叉熵；输出 a 应为 0。");
    int half = first(slow);
    int quickHalf = first(quick);
    page.note("half quadratic", half);
    page.note("half entropy", quickHalf);
    page.holds(
        quickHalf * 2 < half,
        "cross entropy passes a = 0.5 after %d steps, the quadratic loss after %d"
            .formatted(quickHalf, half),
        "交叉熵 %d 步后越过 a = 0.5，平方损失要 %d 步".formatted(quickHalf, half));
  }

  private static double[] learn(boolean isQuadratic) {
    Variable w = Variable.of("w", Tensor.of(2.0));
    Variable b = Variable.of("b", Tensor.of(2.0));
    var opt = Sgd.of(RATE).bind(List.of(w, b));
    double[] path = new double[301];
    for (int k = 0; k <= 300; k++) {
      Tensor z = w.tensor().add(b.tensor());
      path[k] = z.sigmoid().item();
      Tensor loss = isQuadratic ? z.sigmoid().square().mul(0.5) : z.bceWithLogits(Tensor.of(0.0));
      opt.update(loss.grad(List.of(w, b)));
    }
    return path;
  }

  private static int first(double[] path) {
    for (int k = 0; k < path.length; k++) {
      if (path[k] < 0.5) {
        return k;
      }
    }
    return path.length;
  }
}
