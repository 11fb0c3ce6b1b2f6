package dev.hebb.lessons;

import static dev.hebb.lessons.Page.num;

import dev.hebb.grad.GradientCheck;
import dev.hebb.grad.Gradients;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** L20: a 3-4-1 network of sigmoids with binary cross entropy. */
final class ThreeFourOne {
  private static final double[] X = {0.5, -1.0, 2.0};
  private static final double[] W1 = {
    0.1, -0.2, 0.3, 0.4, 0.5, 0.2, -0.1, 0.3, -0.3, 0.1, 0.2, 0.25
  };
  private static final double[] B1 = {0.05, -0.05, 0.1, 0.0};
  private static final double[] W2 = {0.3, -0.5, 0.2, 0.6};
  private static final double B2 = 0.1;
  private static final double Y = 1;

  private ThreeFourOne() {}

  static Lesson lesson() {
    return Lesson.of(
        "L20",
        "A 3-4-1 network with binary cross entropy: the output's gradient is ŷ − y",
        "3-4-1 网络与二元交叉熵：输出端的梯度就是 ŷ − y",
        ThreeFourOne::tell);
  }

  private static Tensor loss(Tensor w1, Tensor b1, Tensor w2, Tensor b2) {
    Tensor h = Tensor.of(X, Shape.of(1, 3)).matmul(w1).add(b1).sigmoid();
    Tensor z = h.matmul(w2).add(b2);
    return z.bceWithLogits(Tensor.of(Y).reshape(1, 1));
  }

  private static void tell(Page page) {
    Tensor w1 = Tensor.of(W1, Shape.of(3, 4));
    Tensor b1 = Tensor.of(B1, Shape.of(4));
    Tensor w2 = Tensor.of(W2, Shape.of(4, 1));
    Tensor b2 = Tensor.of(B2).reshape(1);
    Tensor h1 = Tensor.of(X, Shape.of(1, 3)).matmul(w1).add(b1).sigmoid();
    Tensor z2 = h1.matmul(w2).add(b2);
    double[] h = h1.toDoubles();
    double y = z2.sigmoid().item();

    page.show("x = [0.5 −1 2],  y = 1");
    page.show("W1 (3×4) =");
    page.show(w1.toString().indent(2).stripTrailing());
    page.show("b1 = " + b1 + ",  W2ᵀ = " + w2.reshape(4) + ",  b2 = 0.1");
    page.part("1. Forward", "1. 前向");
    double z = B2;
    for (int k = 0; k < 4; k++) {
      double sum = B1[k];
      for (int i = 0; i < 3; i++) {
        sum += X[i] * W1[4 * i + k];
      }
      page.check("h1[%d] = σ(%s)".formatted(k, num(sum)), h[k], 1 / (1 + Math.exp(-sum)), 1e-9);
      z += h[k] * W2[k];
    }
    page.check("ŷ = σ(%s)".formatted(num(z)), y, 1 / (1 + Math.exp(-z)), 1e-9);
    Tensor loss = loss(w1, b1, w2, b2);
    page.check("L = −y·ln ŷ − (1 − y)·ln(1 − ŷ) = −ln ŷ", loss.item(), -Math.log(y), 1e-9);
    page.note("L", loss.item());

    page.part("2. Why it is so simple at the output", "2. 为什么输出端这么简单");
    page.say(
        "∂L/∂ŷ = −y/ŷ + (1 − y)/(1 − ŷ) and ∂ŷ/∂z = ŷ(1 − ŷ). Multiplied, the denominators cancel:"
            + " ∂L/∂z = ŷ − y. The sigmoid's flat ends are gone from the gradient.",
        "∂L/∂ŷ = −y/ŷ + (1 − y)/(1 − ŷ)，∂ŷ/∂z = ŷ(1 − ŷ)。两者相乘，分母约掉：∂L/∂z = ŷ − y。sigmoid"
            + " 两端的平坦从梯度里消失了。");
    page.check("∂L/∂ŷ · ∂ŷ/∂z", -Y / y * y * (1 - y), y - Y, 1e-12);

    page.part("3. ∂L/∂W2 = (ŷ − y)·h1", "3. ∂L/∂W2 = (ŷ − y)·h1");
    var g = loss.grad(w1, b1, w2, b2);
    double[] g2 = g.get(2).toDoubles();
    for (int k = 0; k < 4; k++) {
      page.check(
          "∂L/∂W2[%d] = (%s)·%s".formatted(k, num(y - Y), num(h[k])), g2[k], (y - Y) * h[k], 1e-9);
    }
    page.check("∂L/∂b2 = ŷ − y", g.get(3).item(), y - Y, 1e-9);

    page.part(
        "4. ∂L/∂W1[i,k] = (ŷ − y)·W2[k]·h1[k](1 − h1[k])·x[i]",
        "4. ∂L/∂W1[i,k] = (ŷ − y)·W2[k]·h1[k](1 − h1[k])·x[i]");
    double[] g1 = g.get(0).toDoubles();
    var rows = new ArrayList<List<String>>();
    for (int i = 0; i < 3; i++) {
      var row = new ArrayList<String>(List.of("x[%d] = %s".formatted(i, num(X[i]))));
      for (int k = 0; k < 4; k++) {
        double hand = (y - Y) * W2[k] * h[k] * (1 - h[k]) * X[i];
        Page.require("W1", g1[4 * i + k], hand, 1e-12);
        row.add(num(g1[4 * i + k], 9));
        page.note("∂L/∂W1[%d,%d]".formatted(i, k), g1[4 * i + k]);
      }
      rows.add(row);
    }
    page.table(List.of("", "k = 0", "k = 1", "k = 2", "k = 3"), rows);

    page.part("5. Gradient check of W1", "5. W1 的梯度检验");
    GradientCheck check = Gradients.check(in -> loss(in.getFirst(), b1, w2, b2), List.of(w1));
    page.show(check.toString());
    page.note("check", check.error());
    page.holds(
        check.passes(1e-6),
        "gradient and difference quotient agree to six digits in all twelve places",
        "十二个位置上，梯度与差商都有六位相同");
  }
}
