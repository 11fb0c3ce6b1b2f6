package dev.hebb.nn;

import dev.hebb.nn.loss.Bce;
import dev.hebb.nn.loss.BceWithLogits;
import dev.hebb.nn.loss.BinaryFocal;
import dev.hebb.nn.loss.CrossEntropy;
import dev.hebb.nn.loss.Focal;
import dev.hebb.nn.loss.HalfSquaredError;
import dev.hebb.nn.loss.Hinge;
import dev.hebb.nn.loss.Huber;
import dev.hebb.nn.loss.LogCosh;
import dev.hebb.nn.loss.Mae;
import dev.hebb.nn.loss.Mse;
import dev.hebb.nn.loss.MultiHinge;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a network is to answer. The task decides the output activation and the loss; the two belong
 * together, because the loss is −ln p of what the activation makes of the last layer's numbers, so
 * that their gradient is simply “answer minus target”.
 *
 * <p>Hebb's losses for classes take the last layer's numbers themselves (logits) and apply the
 * activation inside, where it can be computed safely; so train without the activation and apply it
 * to answers.
 */
public enum Task {
  /** Yes or no: one output, the sigmoid, the probability of yes. */
  YES_OR_NO(
      "sigmoid",
      "dense(1)",
      Losses.bceWithLogits(),
      "one number in (0, 1) is the probability of yes; that of no is the rest"),
  /** Exactly one class out of several (multi-class): softmax, probabilities that add up to 1. */
  ONE_OF_SEVERAL(
      "softmax",
      "dense(classes)",
      Losses.crossEntropy(),
      "the probabilities of the classes add up to 1, so more of one is less of the others"),
  /** Any number of labels at once (multi-label): a sigmoid for each. */
  SEVERAL_AT_ONCE(
      "sigmoid",
      "dense(labels)",
      Losses.bceWithLogits(),
      "each label is a yes or no of its own; they need not add up to 1"),
  /** Any numbers (regression): a linear output. */
  NUMBERS(
      "linear",
      "dense(outputs)",
      Losses.mse(),
      "an activation would keep the answers in its range"),
  /** Numbers that are never negative, such as prices: ReLU, or softplus, which never stops. */
  POSITIVE_NUMBERS(
      "relu / softplus",
      "dense(outputs).activation(SOFTPLUS)",
      Losses.mse(),
      "answers cannot be negative; where relu gives 0 it has no gradient, softplus always has one");

  private final String activation;
  private final String layer;
  private final Loss loss;
  private final String why;

  Task(String activation, String layer, Loss loss, String why) {
    this.activation = activation;
    this.layer = layer;
    this.loss = loss;
    this.why = why;
  }

  /** The activation that makes an answer of the last layer's numbers. */
  public String activation() {
    return activation;
  }

  /** The last layer to train with. */
  public String layer() {
    return layer;
  }

  /** The loss to train with. */
  public Loss loss() {
    return loss;
  }

  /** One sentence of reasons. */
  public String why() {
    return why;
  }

  /** What does not suit the task about a loss and the range of a network's outputs. */
  List<String> mismatches(Loss loss, @Nullable String ending) {
    var found = new ArrayList<String>();
    boolean distances =
        loss instanceof Mse
            || loss instanceof HalfSquaredError
            || loss instanceof Mae
            || loss instanceof Huber
            || loss instanceof LogCosh;
    boolean classes =
        loss instanceof CrossEntropy || loss instanceof Focal || loss instanceof MultiHinge;
    boolean labels =
        loss instanceof BceWithLogits
            || loss instanceof Bce
            || loss instanceof BinaryFocal
            || loss instanceof Hinge;
    boolean numbers = this == NUMBERS || this == POSITIVE_NUMBERS;
    if (!numbers && distances) {
      found.add(
          ("%s measures distances between numbers, but the task is %s: behind a sigmoid or softmax"
                  + " it learns slowly where the answer is very wrong, because the flat end of the"
                  + " activation is a factor of its gradient. Use %s() and no last activation.")
              .formatted(loss.name(), words(), this.loss.name()));
    }
    if (numbers && (classes || labels)) {
      found.add(
          "%s is for classes, but the task is %s. Use mse().".formatted(loss.name(), words()));
    }
    if (this == SEVERAL_AT_ONCE && classes) {
      found.add(
          "%s makes the labels exclude each other, but several can be right at once. Use"
                  .formatted(loss.name())
              + " bceWithLogits().");
    }
    if (this == ONE_OF_SEVERAL && labels) {
      found.add(
          "%s takes the classes for independent, so their probabilities need not add up to 1. Use"
                  .formatted(loss.name())
              + " crossEntropy().");
    }
    if (numbers && ending != null && !(this == POSITIVE_NUMBERS && ending.contains("(0, ∞)"))) {
      found.add(
          "The network ends in %s, so it cannot answer with other numbers. Leave it out."
              .formatted(ending));
    }
    return found;
  }

  private String words() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
