package dev.hebb.nn;

import dev.hebb.nn.loss.Bce;
import dev.hebb.nn.loss.BceWithLogits;
import dev.hebb.nn.loss.BinaryFocal;
import dev.hebb.nn.loss.Contrastive;
import dev.hebb.nn.loss.Cosine;
import dev.hebb.nn.loss.CrossEntropy;
import dev.hebb.nn.loss.Ctc;
import dev.hebb.nn.loss.Focal;
import dev.hebb.nn.loss.Gaussian;
import dev.hebb.nn.loss.HalfSquaredError;
import dev.hebb.nn.loss.Hinge;
import dev.hebb.nn.loss.Huber;
import dev.hebb.nn.loss.KlDivergence;
import dev.hebb.nn.loss.LogCosh;
import dev.hebb.nn.loss.Mae;
import dev.hebb.nn.loss.Mse;
import dev.hebb.nn.loss.MultiHinge;
import dev.hebb.nn.loss.Poisson;
import dev.hebb.nn.loss.Triplet;
import java.util.List;

/**
 * The usual losses. None of them broadcasts: predictions and targets must fit. Options follow as
 * methods: {@code crossEntropy().weights(1, 5).ignore(-100).smoothing(0.1)}.
 */
public final class Losses {
  private Losses() {}

  // ---- classes

  /** For one class out of several, of logits. */
  public static CrossEntropy crossEntropy() {
    return new CrossEntropy();
  }

  /** For one class out of several where easy examples are many, of logits; γ is usually 2. */
  public static Focal focal(double gamma) {
    return new Focal(gamma, List.of());
  }

  /** For one class out of several, by margins. */
  public static MultiHinge multiHinge() {
    return new MultiHinge(1, false, List.of());
  }

  /** For the distribution over classes that another network gives. */
  public static KlDivergence klDivergence() {
    return new KlDivergence(false);
  }

  /** For sequences of labels without times; class {@code blank} means no label. */
  public static Ctc ctc(int blank) {
    return new Ctc(blank, false);
  }

  // ---- yes or no

  /** For yes or no, and for several labels at once, of logits. */
  public static BceWithLogits bceWithLogits() {
    return new BceWithLogits();
  }

  /** For yes or no, of probabilities; logits are better. */
  public static Bce bce() {
    return new Bce();
  }

  /** For yes or no where easy examples are many, of logits; γ is usually 2. */
  public static BinaryFocal binaryFocal(double gamma) {
    return new BinaryFocal(gamma, 1, 1);
  }

  /** For yes or no, by margins. */
  public static Hinge hinge() {
    return new Hinge(false);
  }

  // ---- numbers

  /** For numbers: the mean squared error. */
  public static Mse mse() {
    return new Mse();
  }

  /** For numbers: ½ Σ (x − y)², the lecture's error of one example. */
  public static HalfSquaredError halfSquaredError() {
    return new HalfSquaredError();
  }

  /** For numbers with outliers: the mean absolute error. */
  public static Mae mae() {
    return new Mae();
  }

  /** For numbers with some outliers: squared near 0, absolute beyond {@code delta}. */
  public static Huber huber(double delta) {
    return new Huber(delta);
  }

  /** For numbers with some outliers, smooth everywhere. */
  public static LogCosh logCosh() {
    return new LogCosh();
  }

  /** For counts. */
  public static Poisson poisson() {
    return new Poisson(false, false);
  }

  /** For numbers with a variance that is learnt as well. */
  public static Gaussian gaussian() {
    return new Gaussian();
  }

  // ---- directions and distances

  /** For vectors whose direction matters. */
  public static Cosine cosine() {
    return new Cosine(0);
  }

  /** For embeddings: nearer to their own class than to others. */
  public static Triplet triplet(double margin) {
    return new Triplet(margin);
  }

  /** For embeddings: at their own class, away from others. */
  public static Contrastive contrastive(double margin) {
    return new Contrastive(margin);
  }
}
