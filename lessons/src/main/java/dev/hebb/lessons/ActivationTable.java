package dev.hebb.lessons;

import static dev.hebb.lessons.Page.num;

import dev.hebb.op.Activation;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** L5 and L50: activations with their derivatives, as a table and as curves. */
final class ActivationTable {
  private static final double[] XS = {-2, -1, 0, 1, 2};

  private ActivationTable() {}

  static Lesson lesson() {
    return Lesson.of(
        "L5 L50", "Activation functions and their derivatives", "激活函数及其导数", ActivationTable::tell);
  }

  private static void tell(Page page) {
    page.say(
        "Values f(x) and slopes f′(x) at five places, computed by Hebb. The slopes come from the"
            + " formulas by automatic differentiation.",
        "在五个位置上的函数值 f(x) 和斜率 f′(x)，由 Hebb 计算；斜率由公式自动求导得到。");
    Tensor x = Tensor.of(XS, Shape.of(XS.length));
    for (Activation f : Activation.values()) {
      Tensor y = x.apply(f);
      double[] v = y.toDoubles();
      double[] d = Arrays.stream(XS).map(f::derivative).toArray();
      page.gap();
      page.show(f.title() + " = " + f.formula());
      var rows = new ArrayList<List<String>>();
      rows.add(row("f ", v));
      rows.add(row("f′", d));
      page.table(List.of("x ", "-2", "-1", "0", "1", "2"), rows);
      for (int i = 0; i < XS.length; i++) {
        page.note(f.title() + "(" + num(XS[i]) + ")", v[i]);
        page.note(f.title() + "'(" + num(XS[i]) + ")", d[i]);
        Page.require(f.title() + num(XS[i]), v[i], f.reference(XS[i]), 1e-9);
      }
    }
    page.gap();
    page.say(
        "Where the curve has a corner (relu at 0, hardTanh at ±1), both sides have a slope, and the"
            + " table shows the one that Hebb takes. Where it jumps (step at 0) there is none: –.",
        "曲线有尖角处（relu 在 0，hardTanh 在 ±1）两侧斜率不同，表中是 Hebb 取的那个。跳跃处（step 在 0）没有斜率，记作 –。");
    page.part("Curves: ● f, · f′", "曲线：● f，· f′");
    for (Activation f :
        new Activation[] {Activation.SIGMOID, Activation.TANH, Activation.RELU, Activation.SWISH}) {
      page.show(f.title());
      page.show(curve(f));
    }
    page.part("What to see", "看点");
    double[] s = ends(Activation.SIGMOID);
    double[] t = ends(Activation.TANH);
    page.check("sigmoid′(0)", s[0], 0.25, 1e-9);
    page.check("tanh′(0)", t[0], 1, 1e-9);
    page.check(
        "tanh(1) = 2σ(2) − 1", Tensor.of(1.0).tanh().item(), 2 / (1 + Math.exp(-2)) - 1, 1e-9);
    page.holds(
        s[1] < 1e-4 && t[1] < 1e-4,
        "ten away from 0 the slopes of sigmoid and tanh are below 0.0001: they saturate",
        "离 0 十个单位处，sigmoid 和 tanh 的斜率都小于 0.0001：饱和了");
    page.say(
        "ReLU's slope is exactly 1 or 0, so it never shrinks a gradient where it is active. Leaky"
            + " ReLU is max(αx, x) only for α ≤ 1, here 0.01.",
        "ReLU 的斜率恰好是 1 或 0，活动时从不缩小梯度。Leaky ReLU 写成 max(αx, x) 只在 α ≤ 1 时成立，这里 α = 0.01。");
  }

  private static List<String> row(String name, double[] values) {
    var row = new ArrayList<>(List.of(name));
    for (double v : values) {
      row.add(Double.isNaN(v) ? "–" : num(v, 4));
    }
    return row;
  }

  private static double[] ends(Activation f) {
    Tensor x = Tensor.of(new double[] {0, 10}, Shape.of(2));
    return x.apply(f).sum().grad(x).getFirst().toDoubles();
  }

  private static String curve(Activation f) {
    var plot = new Plot(49, 11, -4, 4, -1.2, 2.2);
    double[] xs = plot.columns();
    Tensor x = Tensor.of(xs, Shape.of(xs.length));
    Tensor y = x.apply(f);
    plot.marks(xs, y.sum().grad(x).getFirst().toDoubles(), '·');
    return plot.marks(xs, y.toDoubles(), '●').toString();
  }
}
