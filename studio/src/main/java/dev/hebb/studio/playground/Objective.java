package dev.hebb.studio.playground;

import dev.hebb.nn.Loss;
import dev.hebb.nn.Losses;
import dev.hebb.op.Activation;

/**
 * The losses that can be chosen, with their formulas for one example as one writes them by hand.
 */
enum Objective {
  /** Cross entropy, of logits. */
  CROSS_ENTROPY,
  /** Margins of at least 1. */
  HINGE,
  /** Rosenblatt's: only wrong answers count, by how far they are wrong. */
  PERCEPTRON,
  /** ½(a − y)², the lecture's. */
  SQUARED,
  /** |a − y|. */
  ABSOLUTE,
  /** Squared near 0, absolute beyond 1. */
  HUBER;

  /** Whether it fits a number of classes, 0 for numbers. */
  boolean fits(int classes) {
    return switch (this) {
      case CROSS_ENTROPY, HINGE -> classes > 0;
      case PERCEPTRON -> classes == 2;
      case SQUARED -> true;
      case ABSOLUTE, HUBER -> classes == 0;
    };
  }

  /** Whether it applies what belongs behind the last layer itself. */
  boolean wantsLinearOutput() {
    return this == CROSS_ENTROPY || this == HINGE || this == PERCEPTRON;
  }

  Coding coding(int classes, Activation output) {
    if (classes == 0) {
      return Coding.NUMBER;
    }
    if (classes > 2) {
      return this == SQUARED ? Coding.ONE_HOT : Coding.INDEX;
    }
    return switch (this) {
      case CROSS_ENTROPY -> Coding.LOGIT;
      case SQUARED -> output == Activation.SIGMOID ? Coding.PROBABILITY : Coding.SIGN;
      default -> Coding.SIGN;
    };
  }

  Loss loss(int classes) {
    return switch (this) {
      case CROSS_ENTROPY -> classes == 2 ? Losses.bceWithLogits() : Losses.crossEntropy();
      case HINGE -> classes == 2 ? Losses.hinge() : Losses.multiHinge();
      case PERCEPTRON -> (out, y) -> out.mul(y).neg().relu().mean();
      case SQUARED -> Losses.halfSquaredError();
      case ABSOLUTE -> Losses.mae();
      case HUBER -> Losses.huber(1);
    };
  }

  /** The loss as Java, with {@code Losses} imported statically. */
  String code(int classes) {
    return switch (this) {
      case CROSS_ENTROPY -> classes == 2 ? "bceWithLogits()" : "crossEntropy()";
      case HINGE -> classes == 2 ? "hinge()" : "multiHinge()";
      case PERCEPTRON -> "(out, t) -> out.mul(t).neg().relu().mean()";
      case SQUARED -> "halfSquaredError()";
      case ABSOLUTE -> "mae()";
      case HUBER -> "huber(1)";
    };
  }

  /** J of one example. */
  String formula(int classes) {
    boolean several = classes > 2;
    return switch (this) {
      case CROSS_ENTROPY -> several ? "−ln(eᵃʸ / Σ eᵃ)" : "ln(1 + eᵃ) − y·a";
      case HINGE -> several ? "Σ max(0, 1 − a_y + aⱼ) / k" : "max(0, 1 − y·a)";
      case PERCEPTRON -> "max(0, −y·a)";
      case SQUARED -> several ? "½ Σ (a − y)²" : "½(a − y)²";
      case ABSOLUTE -> "|a − y|";
      case HUBER -> "|a − y| < 1 ? ½(a − y)² : |a − y| − ½";
    };
  }

  /** ∂J/∂a of one output. */
  String slope(int classes) {
    boolean several = classes > 2;
    return switch (this) {
      case CROSS_ENTROPY -> several ? "eᵃ / Σ eᵃ − y" : "σ(a) − y";
      case HINGE -> several ? "(1 / k) · [1 − a_y + aⱼ > 0]" : "y·a < 1 ? −y : 0";
      case PERCEPTRON -> "y·a < 0 ? −y : 0";
      case SQUARED -> "a − y";
      case ABSOLUTE -> "sign(a − y)";
      case HUBER -> "clamp(a − y, −1, 1)";
    };
  }
}
