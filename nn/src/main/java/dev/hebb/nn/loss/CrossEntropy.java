package dev.hebb.nn.loss;

import dev.hebb.nn.Loss;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.ShapeError;
import dev.hebb.tensor.Targets;
import dev.hebb.tensor.Tensor;
import java.util.List;
import java.util.OptionalInt;

/**
 * Cross entropy: −Σₖ qₖ ln pₖ, for one class out of several. Of logits, p = softmax(x), and the
 * network ends without an activation; it is finite for logits of any size.
 *
 * <p>Predictions [n, …, k]; targets integers [n, …], or probabilities [n, …, k]. The result is the
 * mean over the examples. With weights w and integer targets y it is Σ w[y]·loss / Σ w[y] over the
 * examples that are not ignored, as in PyTorch; with probabilities each term −qₖ ln pₖ counts wₖ
 * times and the mean is over all examples. Where nothing counts it is 0 (PyTorch gives NaN).
 *
 * @param from what the predictions are
 * @param smoothing how much of each target is spread evenly over the classes, in [0, 1)
 * @param weights how much each class counts, finite and not below 0; empty for 1 each
 * @param ignored the integer target whose examples do not count
 */
public record CrossEntropy(From from, double smoothing, List<Double> weights, OptionalInt ignored)
    implements Loss {
  /** What predictions may be. */
  public enum From {
    /** Any numbers, of which softmax makes probabilities. */
    LOGITS,
    /** Logarithms of probabilities. */
    LOG_PROBABILITIES,
    /** Probabilities, of which logarithms below −100 count as −100. */
    PROBABILITIES
  }

  private static final String NAME = "crossEntropy";

  /** Checks the ranges. */
  public CrossEntropy {
    Options.checkSmoothing(NAME, smoothing);
    weights = Options.weights(NAME, weights);
  }

  /** Of logits, without options. */
  public CrossEntropy() {
    this(From.LOGITS, 0, List.of(), OptionalInt.empty());
  }

  /** For a network that ends in softmax; of logits is more exact. */
  public CrossEntropy ofProbabilities() {
    return new CrossEntropy(From.PROBABILITIES, smoothing, weights, ignored);
  }

  /** For a network that ends in logSoftmax: the negative log-likelihood. */
  public CrossEntropy ofLogProbabilities() {
    return new CrossEntropy(From.LOG_PROBABILITIES, smoothing, weights, ignored);
  }

  /** With label smoothing (Szegedy et al., 2016). */
  public CrossEntropy smoothing(double amount) {
    return new CrossEntropy(from, amount, weights, ignored);
  }

  /** With classes that count differently, as rare ones need it. */
  public CrossEntropy weights(double... ofClasses) {
    return new CrossEntropy(from, smoothing, Options.list(ofClasses), ignored);
  }

  /** Without the examples whose integer target is this: padding, or what nobody has labelled. */
  public CrossEntropy ignore(int target) {
    return new CrossEntropy(from, smoothing, weights, OptionalInt.of(target));
  }

  @Override
  public Tensor of(Tensor predictions, Tensor targets) {
    boolean isPlain = from == From.LOGITS && weights.isEmpty() && ignored.isEmpty();
    if (isPlain) {
      return predictions.crossEntropy(targets, smoothing);
    }
    return targets.dtype().isFloating()
        ? ofShares(predictions, targets)
        : ofClasses(predictions, targets);
  }

  private Tensor ofShares(Tensor x, Tensor targets) {
    if (ignored.isPresent()) {
      throw new ShapeError(
          "crossEntropy: ignore(%d) is for integer targets, not probabilities %s"
              .formatted(ignored.getAsInt(), targets.shape()));
    }
    return terms(x, Targets.like(NAME, x, targets)).mean();
  }

  private Tensor ofClasses(Tensor x, Tensor targets) {
    Tensor counts =
        ignored.isEmpty()
            ? Tensor.full(targets.shape().as(DType.BOOL), 1)
            : targets.ne(ignored.getAsInt());
    Tensor y = Targets.classes(NAME, x, counts.where(targets, 0));
    Tensor q = y.oneHot(x.shape().last()).cast(x.dtype());
    Tensor weight = weights.isEmpty() ? q.sum(-1) : q.mul(Options.vector(NAME, weights, x)).sum(-1);
    return Options.mean(counts.where(terms(x, q), 0).sum(), counts.where(weight, 0).sum());
  }

  /** −Σₖ wₖ qₖ ln pₖ of each example, q smoothed. */
  private Tensor terms(Tensor x, Tensor shares) {
    Tensor q =
        smoothing == 0 ? shares : shares.mul(1 - smoothing).add(smoothing / x.shape().last());
    Tensor wq = weights.isEmpty() ? q : q.mul(Options.vector(NAME, weights, x));
    Tensor product =
        switch (from) {
          case LOGITS -> wq.mul(x.logSoftmax(-1));
          case LOG_PROBABILITIES -> wq.eq(0).where(0, wq.mul(x)); // 0 · ln 0 is 0
          case PROBABILITIES -> wq.mul(Bce.log(x));
        };
    return product.sum(-1).neg();
  }

  @Override
  public String name() {
    return NAME;
  }
}
