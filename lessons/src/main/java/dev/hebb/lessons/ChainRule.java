package dev.hebb.lessons;

import static dev.hebb.lessons.Page.num;

import dev.hebb.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** L10: every partial derivative of a 2-2-1 network with all its factors. */
final class ChainRule {
  private static final double X1 = 0.6;
  private static final double X2 = -0.4;
  private static final double Y = 1.0;

  /** w11 w21 b1 (to h1), w12 w22 b2 (to h2), v1 v2 c (to the output). */
  private static final double[] P = {0.5, -0.3, 0.1, 0.8, 0.2, -0.1, 0.7, -0.6, 0.2};

  private static final String[] NAMES = {"w11", "w21", "b1", "w12", "w22", "b2", "v1", "v2", "c"};

  private ChainRule() {}

  static Lesson lesson() {
    return Lesson.of(
        "L10",
        "The chain rule in a 2-2-1 network, every factor",
        "2-2-1 网络的链式法则：每一个因子",
        ChainRule::tell);
  }

  private record Pass(
      Tensor[] p, Tensor z1, Tensor a1, Tensor z2, Tensor a2, Tensor z3, Tensor y, Tensor loss) {
    static Pass of(double... values) {
      Tensor[] p = Arrays.stream(values).mapToObj(Tensor::of).toArray(Tensor[]::new);
      Tensor z1 = p[0].mul(X1).add(p[1].mul(X2)).add(p[2]);
      Tensor a1 = z1.sigmoid();
      Tensor z2 = p[3].mul(X1).add(p[4].mul(X2)).add(p[5]);
      Tensor a2 = z2.sigmoid();
      Tensor z3 = p[6].mul(a1).add(p[7].mul(a2)).add(p[8]);
      Tensor y = z3.sigmoid();
      return new Pass(p, z1, a1, z2, a2, z3, y, y.sub(Y).square().mul(0.5));
    }
  }

  private static void tell(Page page) {
    Pass s = Pass.of(P);
    page.show(
        """
        x1 = 0.6    h1: z1 = w11·x1 + w21·x2 + b1,  a1 = σ(z1)
        x2 = −0.4   h2: z2 = w12·x1 + w22·x2 + b2,  a2 = σ(z2)
        y = 1       out: z3 = v1·a1 + v2·a2 + c,    ŷ = σ(z3)      J = ½(ŷ − y)²

        w11 = 0.5  w21 = −0.3  b1 = 0.1   w12 = 0.8  w22 = 0.2  b2 = −0.1
        v1 = 0.7   v2 = −0.6   c = 0.2    (w21 leads from x2 to h1: from, then to)\
        """);
    page.part("1. Forward", "1. 前向");
    double[] v = Page.values(s.z1, s.a1, s.z2, s.a2, s.z3, s.y, s.loss);
    String[] names = {"z1", "a1", "z2", "a2", "z3", "ŷ", "J"};
    for (int i = 0; i < v.length; i++) {
      page.show("%-2s = %s".formatted(names[i], num(v[i])));
    }
    page.part("2. The factors", "2. 各个因子");
    page.say(
        "Each arrow of the network has one local derivative. A partial of J is the product of the"
            + " factors on the way back from J to the weight.",
        "网络里每一条箭头都有一个局部导数。J 对某个权重的偏导，就是从 J 走回该权重一路上各因子之积。");
    double[] f =
        Page.values(
            s.loss.grad(s.y).getFirst(),
            s.y.grad(s.z3).getFirst(),
            s.z3.grad(s.a1).getFirst(),
            s.z3.grad(s.a2).getFirst(),
            s.a1.grad(s.z1).getFirst(),
            s.a2.grad(s.z2).getFirst());
    page.check("∂J/∂ŷ   = ŷ − y", f[0], v[5] - Y, 1e-12);
    page.check("∂ŷ/∂z3  = ŷ(1 − ŷ)", f[1], v[5] * (1 - v[5]), 1e-12);
    page.check("∂z3/∂a1 = v1", f[2], 0.7, 1e-12);
    page.check("∂z3/∂a2 = v2", f[3], -0.6, 1e-12);
    page.check("∂a1/∂z1 = a1(1 − a1)", f[4], v[1] * (1 - v[1]), 1e-12);
    page.check("∂a2/∂z2 = a2(1 − a2)", f[5], v[3] * (1 - v[3]), 1e-12);

    page.part("3. Nine partials", "3. 九个偏导数");
    double[] local = {X1, X2, 1, X1, X2, 1, v[1], v[3], 1};
    double[] gradients = Page.values(s.loss.grad(s.p).toArray(Tensor[]::new));
    var rows = new ArrayList<List<String>>();
    double worst = 0;
    for (int i = 0; i < P.length; i++) {
      int h = i / 3;
      double back = h == 2 ? f[0] * f[1] : f[0] * f[1] * f[2 + h] * f[4 + h];
      String way =
          h == 2
              ? "%s · %s · %s".formatted(factor(f[0]), factor(f[1]), factor(local[i]))
              : "%s · %s · %s · %s · %s"
                  .formatted(
                      factor(f[0]),
                      factor(f[1]),
                      factor(f[2 + h]),
                      factor(f[4 + h]),
                      factor(local[i]));
      double numeric = numeric(i);
      worst = Math.max(worst, Math.abs(numeric - gradients[i]));
      Page.require(NAMES[i], gradients[i], back * local[i], 1e-12);
      page.note("∂J/∂" + NAMES[i], gradients[i]);
      rows.add(List.of("∂J/∂" + NAMES[i], way, num(gradients[i], 9), num(numeric, 9)));
    }
    page.table(
        List.of(
            "",
            page.pick("factors from J back", "从 J 往回的因子"),
            page.pick("product", "乘积"),
            page.pick("difference", "差分")),
        rows);
    page.gap();
    page.say(
        "The last column knows nothing of the chain rule: it is (J(p + h) − J(p − h)) / 2h with h ="
            + " 0.0001.",
        "最后一列完全不用链式法则：它是 (J(p + h) − J(p − h)) / 2h，h = 0.0001。");
    page.note("worst", worst);
    page.holds(
        worst <= 1e-6,
        "product and difference agree to " + num(worst) + ", less than 0.000001",
        "乘积与差分之差不超过 " + num(worst) + "，小于 0.000001");
  }

  private static String factor(double v) {
    return v < 0 ? "(" + num(v, 4) + ")" : num(v, 4);
  }

  private static double numeric(int i) {
    double h = 1e-4;
    double[] up = P.clone();
    double[] down = P.clone();
    up[i] += h;
    down[i] -= h;
    return (Pass.of(up).loss.item() - Pass.of(down).loss.item()) / (2 * h);
  }
}
