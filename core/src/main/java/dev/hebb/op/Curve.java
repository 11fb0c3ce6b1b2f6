package dev.hebb.op;

import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Tensor;
import java.util.Locale;
import java.util.function.BiFunction;
import java.util.function.DoubleBinaryOperator;

/**
 * Activation functions with a number to choose. Each constant is the whole definition, as in {@link
 * Activation}: its formula, the tensor expression, and an independent one for a number in float64.
 */
public enum Curve {
  /** x where positive, p·x elsewhere; Maas et al., 2013. */
  LEAKY_RELU(
      "x > 0 ? x : p x", (x, p) -> x.gt(0).where(x, x.mul(p)), (v, p) -> v > 0 ? v : p * v, false),
  /** x where positive, p(eˣ − 1) elsewhere; Clevert et al., 2016. */
  ELU(
      "x > 0 ? x : p(eˣ − 1)",
      (x, p) -> x.gt(0).where(x, x.minimum(0).expm1().mul(p)),
      (v, p) -> v > 0 ? v : p * (Math.exp(v) - 1),
      false),
  /** x where positive, p(e^(x/p) − 1) elsewhere, smooth for any p; Barron, 2017. */
  CELU(
      "x > 0 ? x : p(e^(x/p) − 1)",
      (x, p) -> x.gt(0).where(x, x.minimum(0).div(p).expm1().mul(p)),
      (v, p) -> v > 0 ? v : p * (Math.exp(v / p) - 1),
      true),
  /** ln(1 + e^(p·x)) / p, closer to max(x, 0) the larger p is. */
  SOFTPLUS(
      "ln(1 + e^(p x)) / p",
      (x, p) -> x.mul(p).softplus().div(p),
      (v, p) -> Math.log(1 + Math.exp(p * v)) / p,
      true),
  /** x·σ(p·x); Ramachandran et al., 2017. */
  SWISH(
      "x σ(p x)", (x, p) -> x.mul(x.mul(p).sigmoid()), (v, p) -> v / (1 + Math.exp(-p * v)), true),
  /** x where it is farther than p from 0, else 0. */
  HARD_SHRINK(
      "|x| > p ? x : 0",
      (x, p) -> x.abs().gt(p).where(x, 0),
      (v, p) -> v > p || v < -p ? v : 0,
      true),
  /** x moved toward 0 by p, and 0 where that would cross it. */
  SOFT_SHRINK(
      "x > p ? x − p : x < −p ? x + p : 0",
      (x, p) -> x.sub(x.clamp(-p, p)),
      (v, p) -> v > p ? v - p : v < -p ? v + p : 0,
      true),
  /** x limited to [−p, p]. */
  HARD_TANH(
      "clamp(x, −p, p)", (x, p) -> x.clamp(-p, p), (v, p) -> v < -p ? -p : v > p ? p : v, true),
  /** x where it is above p, else 0; Konda et al., 2015. */
  THRESHOLDED_RELU("x > p ? x : 0", (x, p) -> x.gt(p).where(x, 0), (v, p) -> v > p ? v : 0, false);

  private final String formula;
  private final BiFunction<Tensor, Double, Tensor> f;
  private final DoubleBinaryOperator reference;
  private final boolean isPositive;

  Curve(
      String formula,
      BiFunction<Tensor, Double, Tensor> f,
      DoubleBinaryOperator reference,
      boolean isPositive) {
    this.formula = formula;
    this.f = f;
    this.reference = reference;
    this.isPositive = isPositive;
  }

  /** The function of each element, with the number p. */
  public Tensor of(Tensor x, double p) {
    return f.apply(x, p);
  }

  /** The formula, for summaries and tables. */
  public String formula() {
    return formula;
  }

  /** The independent definition for one number, in float64. */
  public double reference(double x, double p) {
    return reference.applyAsDouble(x, p);
  }

  /**
   * Throws unless p is finite, and positive where the function asks for it.
   *
   * @throws HebbException if p is out of range
   */
  public void check(double p) {
    if (!Double.isFinite(p) || isPositive && p <= 0) {
      throw new HebbException(
          "%s: its number must be %s, not %s"
              .formatted(title(), isPositive ? "positive" : "finite", p));
    }
  }

  /** The name as the field writes it in code: {@code leakyRelu}. */
  public String title() {
    return Activation.camel(name().toLowerCase(Locale.ROOT));
  }
}
