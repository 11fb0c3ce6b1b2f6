package dev.hebb.onnx.op;

import dev.hebb.tensor.Tensor;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/** The bends of networks, and the functions that share out one along an axis. */
final class Activations {
  private Activations() {}

  /**
   * An activation as recurrent nodes have it.
   *
   * @param numbers how many numbers it needs: none, alpha, or alpha and beta
   * @param alpha the usual alpha
   * @param beta the usual beta
   */
  record Curve(int numbers, double alpha, double beta, Formula f) {
    /** What is computed. */
    @FunctionalInterface
    interface Formula {
      Tensor of(Tensor x, double alpha, double beta);
    }
  }

  private static Tensor elu(Tensor x, double alpha) {
    return x.gt(0).where(x, x.minimum(0).expm1().mul(alpha));
  }

  private static Tensor hardSigmoid(Tensor x, double alpha, double beta) {
    return x.mul(alpha).add(beta).clamp(0, 1);
  }

  /** The activation of a recurrent node by name. */
  static Curve curve(Call c, String name) {
    return switch (name) {
      case "Relu" -> new Curve(0, 0, 0, (x, a, b) -> x.relu());
      case "Tanh" -> new Curve(0, 0, 0, (x, a, b) -> x.tanh());
      case "Sigmoid" -> new Curve(0, 0, 0, (x, a, b) -> x.sigmoid());
      case "Affine" -> new Curve(2, 1, 0, (x, a, b) -> x.mul(a).add(b));
      case "LeakyRelu" -> new Curve(1, 0.01, 0, (x, a, b) -> x.ge(0).where(x, x.mul(a)));
      case "ThresholdedRelu" -> new Curve(1, 1, 0, (x, a, b) -> x.gt(a).where(x, 0));
      case "ScaledTanh" -> new Curve(2, 1, 1, (x, a, b) -> x.mul(b).tanh().mul(a));
      case "HardSigmoid" -> new Curve(2, 0.2, 0.5, Activations::hardSigmoid);
      case "Elu" -> new Curve(1, 1, 0, (x, a, b) -> elu(x, a));
      case "Softsign" -> new Curve(0, 0, 0, (x, a, b) -> x.div(x.abs().add(1)));
      case "Softplus" -> new Curve(0, 0, 0, (x, a, b) -> x.softplus());
      default -> throw c.unsupported("the activation " + name);
    };
  }

  private static void unary(Registry.Entries r, String name, UnaryOperator<Tensor> f) {
    r.add(name, c -> c.same(f.apply(c.x(0))));
  }

  private static void alpha(
      Registry.Entries r, String name, double usual, BiFunction<Tensor, Double, Tensor> f) {
    r.add(name, c -> c.same(f.apply(c.x(0), c.attributes().real("alpha", usual))));
  }

  static void register(Registry.Entries r) {
    unary(r, "Relu", Tensor::relu);
    unary(r, "Sigmoid", Tensor::sigmoid);
    unary(r, "Softplus", Tensor::softplus);
    unary(r, "Softsign", x -> x.div(x.abs().add(1)));
    unary(r, "HardSwish", x -> x.mul(hardSigmoid(x, 1.0 / 6, 0.5)));
    unary(r, "Mish", x -> x.mul(x.softplus().tanh()));
    alpha(r, "Elu", 1, Activations::elu);
    alpha(r, "Celu", 1, (x, a) -> x.maximum(0).add(x.minimum(0).div(a).expm1().mul(a)));
    alpha(r, "LeakyRelu", 0.01, (x, a) -> x.ge(0).where(x, x.mul(a)));
    alpha(r, "ThresholdedRelu", 1, (x, a) -> x.gt(a).where(x, 0));
    alpha(r, "Swish", 1, (x, a) -> x.mul(x.mul(a).sigmoid()));
    r.add(
        "Selu",
        c -> {
          double a = c.attributes().real("alpha", 1.67326319217681884765625);
          double g = c.attributes().real("gamma", 1.05070102214813232421875);
          return c.same(elu(c.x(0), a).mul(g));
        });
    r.add(
        "HardSigmoid",
        c -> {
          double a = c.attributes().real("alpha", 0.2);
          return c.same(hardSigmoid(c.x(0), a, c.attributes().real("beta", 0.5)));
        });
    r.add(
        "Gelu",
        c -> {
          Tensor x = c.x(0);
          Tensor g =
              c.attributes().text("approximate", "none").equals("tanh")
                  ? x.add(x.square().mul(x).mul(0.044715)).mul(Math.sqrt(2 / Math.PI)).tanh()
                  : x.mul(Math.sqrt(0.5)).erf();
          return c.same(x.mul(0.5).mul(g.add(1)));
        });
    r.add(
        "Shrink",
        c -> {
          Tensor x = c.x(0);
          double lambda = c.attributes().real("lambd", 0.5);
          double bias = c.attributes().real("bias", 0);
          Tensor low = x.lt(-lambda).where(x.add(bias).cast(x.dtype()), 0);
          return c.same(x.gt(lambda).where(x.sub(bias).cast(x.dtype()), low));
        });
    r.add("PRelu", c -> c.same(c.x(0).lt(0).where(c.x(0).mul(c.x(1)), c.x(0))));
    along(r, "Softmax", x -> x.softmax(-1));
    along(r, "LogSoftmax", x -> x.logSoftmax(-1));
    along(r, "Hardmax", x -> x.argMax(-1).oneHot(x.shape().last()).cast(x.dtype()));
  }

  /**
   * A function of the last axis along the axis that a node names. Before opset 13 all axes from the
   * named one on counted as one.
   */
  private static void along(Registry.Entries r, String name, UnaryOperator<Tensor> f) {
    r.add(
        name,
        c -> {
          Tensor x = c.x(0);
          int rank = x.rank();
          if (c.version() < 13) {
            int axis = c.axis(c.attributes().integer("axis", 1), Math.max(rank, 1));
            return c.same(f.apply(x.flatten(axis)).reshape(x.shape().dims()));
          }
          int axis = c.axis(c.attributes().integer("axis", -1), rank);
          Tensor y = f.apply(axis == rank - 1 ? x : x.transpose(axis, -1));
          return List.of(Value.computed(axis == rank - 1 ? y : y.transpose(axis, -1), c.type(0)));
        });
  }
}
