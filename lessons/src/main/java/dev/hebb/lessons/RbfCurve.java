package dev.hebb.lessons;

import static dev.hebb.lessons.Page.num;

import dev.hebb.nn.Net;
import dev.hebb.nn.classic.RbfNetwork;
import dev.hebb.nn.optim.Adam;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Step;
import dev.hebb.tensor.Tensor;
import java.util.Arrays;

/** L62: a radial basis function network fits a curve; its centres are drawn. */
final class RbfCurve {
  private static final int N = 80;

  private RbfCurve() {}

  static Lesson lesson() {
    return Lesson.of(
        "L62", "A radial basis function network fits a curve", "径向基函数网络拟合曲线", RbfCurve::tell);
  }

  private static void tell(Page page) {
    double[] xs = new double[N];
    Arrays.setAll(xs, i -> -3 + 6.0 * i / (N - 1));
    Tensor x = Tensor.of(xs, Shape.of(N, 1));
    Tensor y = x.mul(2).sin().add(x.mul(0.3)).eval();
    page.say(
        "Each hidden neuron is a bell exp(−‖x − c‖² / 2σ²) around its centre c: it answers to what"
            + " is near. The output adds the bells up with weights. The curve is y = sin 2x + 0.3x.",
        "每个隐藏神经元是以 c 为中心的一个钟形 exp(−‖x − c‖² / 2σ²)：只对附近的输入有反应。输出把这些钟形加权相加。曲线是 y = sin 2x + 0.3x。");
    page.part("1. A single bell", "1. 单个钟形");
    Net one = RbfNetwork.fit(x, y, 1, Seed.of(1));
    double c = RbfNetwork.centres(one).item();
    Tensor at = Tensor.of(new double[] {c, c + 1, c + 2}, Shape.of(3, 1));
    double[] bell = bells(one, at);
    page.check("φ(c)", bell[0], 1, 1e-12);
    page.check("φ(c + σ) = e^(−1/2)", bell[1], Math.exp(-0.5), 1e-12);
    page.check("φ(c + 2σ) = e^(−2)", bell[2], Math.exp(-2), 1e-12);

    page.part(
        "2. Ten bells: centres by k-means, weights by least squares", "2. 十个钟形：k 均值定中心，最小二乘定权重");
    Net ten = RbfNetwork.fit(x, y, 10, Seed.of(1));
    page.show(drawn(ten, xs, y));
    page.say("· the curve from −3 to 3, ● the network, ◆ the centres", "· 曲线（−3 到 3），● 网络，◆ 中心");
    double rmse = rmse(ten, x, y);
    page.note("rmse", rmse);
    page.show("RMSE = " + num(rmse));
    page.holds(rmse < 0.02, "it fits the curve to less than 0.02", "拟合误差小于 0.02");

    page.part("3. Five bells are too few, until the centres learn", "3. 五个钟形不够，除非中心也学习");
    Net five = RbfNetwork.fit(x, y, 5, Seed.of(1));
    double before = rmse(five, x, y);
    double[] old = sorted(five);
    var opt = Adam.of(0.02).bind(five.params());
    Step step =
        Step.trainStep(() -> {
          Tensor loss = five.forward(x).mse(y);
          opt.update(loss.grad(five.params()));
          return loss;
        });
    for (int i = 0; i < 1500; i++) {
      step.run();
    }
    double after = rmse(five, x, y);
    double[] moved = sorted(five);
    page.show(page.pick("centres before: ", "之前的中心：") + list(old));
    page.show(page.pick("centres after:  ", "之后的中心：") + list(moved));
    page.show(drawn(five, xs, y));
    page.show("RMSE: %s → %s".formatted(num(before), num(after)));
    page.note("before", before);
    page.note("after", after);
    page.holds(
        after < before / 3,
        "gradient descent on centres, widths and weights makes the error at least three times smaller",
        "对中心、宽度和权重做梯度下降，误差至少缩小到三分之一");
  }

  private static double[] bells(Net net, Tensor x) {
    return net.activations(x).values().iterator().next().toDoubles();
  }

  private static double rmse(Net net, Tensor x, Tensor y) {
    return net.forward(x).mse(y).sqrt().item();
  }

  private static double[] sorted(Net net) {
    double[] c = RbfNetwork.centres(net).toDoubles();
    Arrays.sort(c);
    return c;
  }

  private static String list(double[] values) {
    var text = new StringBuilder();
    for (double v : values) {
      text.append(num(v, 2)).append("  ");
    }
    return text.toString().stripTrailing();
  }

  private static String drawn(Net net, double[] xs, Tensor y) {
    var plot = new Plot(71, 15, -3.5, 3.5, -2, 2);
    double[] columns = plot.columns();
    double[] fit = net.forward(Tensor.of(columns, Shape.of(columns.length, 1))).toDoubles();
    plot.marks(xs, y.toDoubles(), '·');
    for (int i = 0; i < columns.length; i += 3) {
      plot.mark(columns[i], fit[i], '●');
    }
    for (double c : RbfNetwork.centres(net).toDoubles()) {
      plot.mark(c, -2, '◆');
    }
    return plot.toString();
  }
}
