package dev.hebb.studio.playground;

import dev.hebb.op.Activation;
import dev.hebb.tensor.HebbException;
import java.util.Arrays;
import java.util.List;

/** The activations that can be chosen, with their derivatives as one writes them by hand. */
enum Derivative {
  RELU("z > 0 ? 1 : 0"),
  LEAKY_RELU("z > 0 ? 1 : 0.01"),
  ELU("z > 0 ? 1 : a + 1"),
  TANH("1 − a²"),
  SIGMOID("a(1 − a)"),
  SOFTPLUS("σ(z)"),
  SWISH("a + σ(z)(1 − a)"),
  GELU("Φ(z) + z·φ(z)"),
  LINEAR("1"),
  STEP("0");

  private final String formula;

  Derivative(String formula) {
    this.formula = formula;
  }

  /** The activation that this is the derivative of; they go by one name. */
  Activation activation() {
    return Activation.valueOf(name());
  }

  /** ∂a/∂z, in terms of z and a = f(z). */
  String formula() {
    return formula;
  }

  /**
   * The derivative of an activation.
   *
   * @throws HebbException if the playground does not offer it
   */
  static Derivative of(Activation f) {
    return Arrays.stream(values())
        .filter(d -> d.name().equals(f.name()))
        .findFirst()
        .orElseThrow(() ->
            new HebbException(
                "the playground has no activation %s; it has %s".formatted(f, all())));
  }

  static List<Activation> all() {
    return Arrays.stream(values()).map(Derivative::activation).toList();
  }
}
