package dev.hebb.op;

import dev.hebb.tensor.Tensor;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;

/**
 * Activation functions: what makes a network more than a linear map.
 *
 * <p>Each constant is the whole definition: its formula, the tensor expression (whose gradient
 * follows, and which fusion makes one loop), and an independent float64 definition that the
 * conformance suite compares it with. A new activation is one more constant; it can at once be used
 * as {@code x.apply(Activation.NAME)} and {@code Layers.activation(Activation.NAME)}.
 */
public enum Activation {
  /** The identity, for a linear output. */
  LINEAR("x", x -> x, v -> v),
  /** max(x, 0); Nair and Hinton, 2010. */
  RELU("max(x, 0)", Tensor::relu, v -> v > 0 ? v : 0),
  /** min(max(x, 0), 6); Krizhevsky, 2010. */
  RELU6("min(max(x, 0), 6)", x -> x.clamp(0, 6), v -> v < 0 ? 0 : v > 6 ? 6 : v),
  /** x where positive, 0.01 x elsewhere; Maas et al., 2013. */
  LEAKY_RELU("x > 0 ? x : 0.01 x", x -> x.gt(0).where(x, x.mul(0.01)), v -> v > 0 ? v : 0.01 * v),
  /** x where positive, eˣ − 1 elsewhere; Clevert et al., 2016. */
  ELU(
      "x > 0 ? x : eˣ − 1",
      x -> x.gt(0).where(x, x.minimum(0).expm1()),
      v -> v > 0 ? v : Math.exp(v) - 1),
  /** λ·(x where positive, α(eˣ − 1) elsewhere), λ 1.0507, α 1.6733; Klambauer et al., 2017. */
  SELU(
      "λ·(x > 0 ? x : α(eˣ − 1))",
      x -> x.gt(0).where(x, x.minimum(0).expm1().mul(1.6732632423543772)).mul(1.0507009873554805),
      v -> 1.0507009873554805 * (v > 0 ? v : 1.6732632423543772 * (Math.exp(v) - 1))),
  /** 1 / (1 + e⁻ˣ). */
  SIGMOID("1 / (1 + e⁻ˣ)", Tensor::sigmoid, v -> 1 / (1 + Math.exp(-v))),
  /** The hyperbolic tangent, 2σ(2x) − 1. */
  TANH("tanh x", Tensor::tanh, v -> (Math.exp(2 * v) - 1) / (Math.exp(2 * v) + 1)),
  /** 1.7159 tanh(⅔x), which is ±1 at ±1; LeCun et al., 1998. */
  SCALED_TANH(
      "1.7159 tanh(⅔ x)",
      x -> x.mul(2.0 / 3).tanh().mul(1.7159),
      v -> 1.7159 * (1 - 2 / (Math.exp(4 * v / 3) + 1))),
  /** ln(1 + eˣ); Dugas et al., 2001. */
  SOFTPLUS("ln(1 + eˣ)", Tensor::softplus, v -> Math.log(1 + Math.exp(v))),
  /** x / (1 + |x|). */
  SOFTSIGN("x / (1 + |x|)", x -> x.div(x.abs().add(1)), v -> v / (1 + Math.abs(v))),
  /** x·σ(x), also called SiLU; Ramachandran et al., 2017. */
  SWISH("x σ(x)", x -> x.mul(x.sigmoid()), v -> v / (1 + Math.exp(-v))),
  /** x·tanh(ln(1 + eˣ)); Misra, 2019. */
  MISH(
      "x tanh(ln(1 + eˣ))",
      x -> {
        // tanh(ln u) = (u² − 1) / (u² + 1), so one exponential does; from 20 on the quotient is 1.
        Tensor e = x.minimum(20).exp();
        Tensor n = e.mul(e.add(2));
        return x.mul(n.div(n.add(2)));
      },
      v -> v * Math.tanh(Math.log(1 + Math.exp(v)))),
  /** x·Φ(x) with the exact normal distribution; Hendrycks and Gimpel, 2016. */
  GELU(
      "x Φ(x)",
      x -> x.mul(x.mul(Math.sqrt(0.5)).erf().add(1)).mul(0.5),
      v -> v * 0.5 * (1 + Erf.erf(v / Math.sqrt(2)))),
  /** The approximation of GELU with tanh, with its own true gradient. */
  GELU_TANH(
      "½x(1 + tanh(√(2/π)(x + 0.044715x³)))",
      x ->
          x.mul(
              x.add(x.mul(x).mul(x).mul(0.044715))
                  .mul(Math.sqrt(2 / Math.PI))
                  .tanh()
                  .add(1)
                  .mul(0.5)),
      v -> 0.5 * v * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (v + 0.044715 * v * v * v)))),
  /** min(max(x/6 + ½, 0), 1). */
  HARD_SIGMOID(
      "clamp(x/6 + ½, 0, 1)",
      x -> x.mul(1.0 / 6).add(0.5).clamp(0, 1),
      v -> v <= -3 ? 0 : v >= 3 ? 1 : v / 6 + 0.5),
  /** x·hardSigmoid(x); Howard et al., 2019. */
  HARD_SWISH(
      "x clamp(x/6 + ½, 0, 1)",
      x -> x.mul(x.mul(1.0 / 6).add(0.5).clamp(0, 1)),
      v -> v * (v <= -3 ? 0 : v >= 3 ? 1 : v / 6 + 0.5)),
  /** x limited to [−1, 1]. */
  HARD_TANH("clamp(x, −1, 1)", x -> x.clamp(-1, 1), v -> v < -1 ? -1 : v > 1 ? 1 : v),
  /** x where positive, eˣ − 1 elsewhere: CELU with α 1, where it is ELU; Barron, 2017. */
  CELU("x > 0 ? x : eˣ − 1", ELU::of, v -> v > 0 ? v : Math.exp(v) - 1),
  /** ln σ(x) = −ln(1 + e⁻ˣ). */
  LOG_SIGMOID("ln σ(x)", x -> x.neg().softplus().neg(), v -> -Math.log(1 + Math.exp(-v))),
  /** x − tanh x. */
  TANH_SHRINK(
      "x − tanh x", x -> x.sub(x.tanh()), v -> v - (Math.exp(2 * v) - 1) / (Math.exp(2 * v) + 1)),
  /** x moved toward 0 by ½, and 0 where that would cross it. */
  SOFT_SHRINK(
      "x > ½ ? x − ½ : x < −½ ? x + ½ : 0",
      x -> Curve.SOFT_SHRINK.of(x, 0.5),
      v -> v > 0.5 ? v - 0.5 : v < -0.5 ? v + 0.5 : 0),
  /** x where it is farther than ½ from 0, else 0. */
  HARD_SHRINK(
      "|x| > ½ ? x : 0", x -> Curve.HARD_SHRINK.of(x, 0.5), v -> v > 0.5 || v < -0.5 ? v : 0),
  /**
   * 1 where positive, else 0: the threshold neuron's; McCulloch and Pitts, 1943. Its derivative is
   * 0 everywhere but at 0, where it has none, so nothing in front of it learns by gradients.
   */
  STEP("x > 0 ? 1 : 0", x -> x.gt(0).cast(x.dtype()), v -> v > 0 ? 1 : 0);

  private final String formula;
  private final UnaryOperator<Tensor> f;
  private final DoubleUnaryOperator reference;

  Activation(String formula, UnaryOperator<Tensor> f, DoubleUnaryOperator reference) {
    this.formula = formula;
    this.f = f;
    this.reference = reference;
  }

  /** The activation of each element. */
  public Tensor of(Tensor x) {
    return f.apply(x);
  }

  /** The formula, for summaries and tables. */
  public String formula() {
    return formula;
  }

  /** The independent definition for one number, in float64. */
  public double reference(double x) {
    return reference.applyAsDouble(x);
  }

  /**
   * The derivative at one number, in float64: that of the tensor expression. At a kink it is one of
   * the slopes beside it (ReLU's at 0 is 0); where the function jumps it is NaN, for undefined.
   */
  public double derivative(double x) {
    boolean jumps = this == STEP && x == 0 || this == HARD_SHRINK && Math.abs(x) == 0.5;
    if (jumps) {
      return Double.NaN;
    }
    Tensor at = Tensor.of(x);
    return of(at).grad(at).getFirst().item();
  }

  /** The name as the field writes it in code: {@code leakyRelu}. */
  public String title() {
    return camel(name().toLowerCase(Locale.ROOT));
  }

  /** {@code leakyRelu} of {@code leaky_relu}. */
  static String camel(String name) {
    String[] words = name.split("_");
    var title = new StringBuilder(words[0]);
    for (int i = 1; i < words.length; i++) {
      title.append(Character.toUpperCase(words[i].charAt(0))).append(words[i].substring(1));
    }
    return title.toString();
  }
}
