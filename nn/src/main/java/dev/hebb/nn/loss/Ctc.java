package dev.hebb.nn.loss;

import dev.hebb.nn.Loss;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.ShapeError;
import dev.hebb.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Connectionist temporal classification: −ln of the probability that a sequence of t outputs,
 * repetitions merged and blanks dropped, reads as a shorter sequence of labels, summed over all
 * alignments (Graves et al., “Connectionist temporal classification”, 2006). So nobody has to say
 * when each label was heard.
 *
 * <p>Predictions are logits [n, t, k]; targets integers (of any element type) [n, s], shorter ones
 * filled up with −1 at the end; classes are 0 … k − 1, one of them the blank, which is no label. As
 * in PyTorch, each example's loss is divided by the number of its labels (at least 1), and the
 * result is the mean over the examples. A target that cannot be read in so few steps (a repeated
 * label needs a blank between) has the loss +∞, or 0 with {@link #zeroInfinity}; its gradient is 0.
 *
 * <p>The sum over alignments is dynamic programming, unrolled over time in logarithms, so it is
 * finite for logits of any size, and its gradient is derived.
 *
 * @param blank the class that means no label
 * @param isZeroInfinity whether a target that does not fit counts as 0
 */
public record Ctc(int blank, boolean isZeroInfinity) implements Loss {
  private static final double NEVER = -1e30; // ln 0, but its differences are not NaN

  /** Checks the range. */
  public Ctc {
    Options.check("ctc", "the blank is a class, 0 or more", blank >= 0, blank);
  }

  /** With targets that do not fit left out. */
  public Ctc zeroInfinity() {
    return new Ctc(blank, true);
  }

  @Override
  public Tensor of(Tensor predictions, Tensor targets) {
    return of(predictions, targets, null);
  }

  /**
   * The same where sequences end at different times.
   *
   * @param lengths how many steps of each example count, integers [n]; null for all
   * @throws ShapeError if the shapes do not belong together
   */
  public Tensor of(Tensor predictions, Tensor targets, @Nullable Tensor lengths) {
    check(predictions, targets, lengths);
    int n = predictions.dim(0);
    int steps = predictions.dim(1);
    int classes = predictions.dim(2);
    int states = 2 * targets.dim(1) + 1;
    Tensor y = targets.cast(DType.INT32);
    Tensor present = y.ge(0);
    Tensor labels = Tensor.arange(classes).gather(0, present.where(y, blank)); // checks the range
    Tensor none = Tensor.full(labels.shape(), blank);
    // blank, label, blank, …, label, blank
    Tensor path = none.stack(2, labels).reshape(n, states - 1).concat(1, none.narrow(1, 0, 1));
    Tensor one = path.oneHot(classes).cast(predictions.dtype()).transpose(1, 2);
    Tensor emitted = predictions.logSoftmax(-1).matmul(one); // ln p of each state at each time
    Tensor never = Tensor.full(Shape.of(predictions.dtype(), n, 2), NEVER);

    Tensor at = Tensor.arange(states);
    Tensor skips = mayBeSkippedTo(path, at);
    Tensor alpha = at.lt(2).where(emitted.narrow(1, 0, 1).squeeze(1), NEVER);
    for (int t = 1; t < steps; t++) {
      Tensor before = never.concat(1, alpha);
      Tensor other = before.narrow(1, 1, states);
      Tensor skipped = skips.where(before.narrow(1, 0, states), NEVER);
      Tensor next = sum(alpha, other, skipped).add(emitted.narrow(1, t, 1).squeeze(1));
      alpha = lengths == null ? next : lengths.gt(t).unsqueeze(1).where(next, alpha);
    }
    Tensor count = present.cast(DType.INT32).sum(1);
    Tensor last = count.mul(2).unsqueeze(1);
    Tensor ends = at.eq(last).or(at.eq(last.sub(1)));
    Tensor likelihood = ends.where(alpha, NEVER).logSumExp(-1);
    double otherwise = isZeroInfinity ? 0 : Double.POSITIVE_INFINITY;
    Tensor loss = likelihood.gt(NEVER / 10).where(likelihood.neg(), otherwise);
    return loss.div(count.maximum(1).cast(loss.dtype())).mean();
  }

  /** Whether a state may follow the one two before it: a label other than the one before it. */
  private static Tensor mayBeSkippedTo(Tensor path, Tensor at) {
    int states = path.dim(1);
    Tensor two = path.narrow(1, 0, states - 2).pad(1, 2, 0, 0);
    return path.ne(two).and(at.mod(Tensor.full(at.shape(), 2)).eq(1)).and(at.ge(2));
  }

  /** ln(eᵃ + eᵇ + eᶜ). */
  private static Tensor sum(Tensor a, Tensor b, Tensor c) {
    Tensor most = a.maximum(b).maximum(c).detach();
    return a.sub(most).exp().add(b.sub(most).exp()).add(c.sub(most).exp()).log().add(most);
  }

  private void check(Tensor x, Tensor y, @Nullable Tensor lengths) {
    if (x.rank() != 3 || y.rank() != 2 || x.dim(0) != y.dim(0) || x.dim(1) == 0 || y.dim(1) == 0) {
      throw new ShapeError(
          "ctc: takes logits [n, t, k] and labels [n, s], filled up with −1, not %s and %s"
              .formatted(x.shape(), y.shape()));
    }
    if (blank >= x.dim(2)) {
      throw new ShapeError(
          "ctc: the blank is class %d, but predictions %s have classes 0 to %d"
              .formatted(blank, x.shape(), x.dim(2) - 1));
    }
    if (lengths != null && (lengths.rank() != 1 || lengths.dim(0) != x.dim(0))) {
      throw new ShapeError(
          "ctc: needs one length for each example, [%d], not %s"
              .formatted(x.dim(0), lengths.shape()));
    }
  }

  @Override
  public String name() {
    return "ctc";
  }
}
