package dev.hebb.nn;

import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.ShapeError;
import dev.hebb.tensor.Tensor;

/** The usual losses. None of them broadcasts: predictions and targets must fit. */
public final class Losses {
  private Losses() {}

  /**
   * Cross entropy of logits: mean of −Σₖ qₖ ln softmax(x)ₖ. For one class out of several; the
   * network ends without an activation.
   *
   * <p>Predictions [n, …, k]; targets integers [n, …], or probabilities [n, …, k].
   *
   * @param smoothing how much of each target is spread evenly over the classes, in [0, 1)
   */
  public record CrossEntropy(double smoothing) implements Loss {
    /** Checks the range. */
    public CrossEntropy {
      if (!(smoothing >= 0 && smoothing < 1)) {
        throw new HebbException("crossEntropy: smoothing must lie in [0, 1), not " + smoothing);
      }
    }

    /** With label smoothing (Szegedy et al., 2016). */
    public CrossEntropy smoothing(double amount) {
      return new CrossEntropy(amount);
    }

    @Override
    public Tensor of(Tensor predictions, Tensor targets) {
      return predictions.crossEntropy(targets, smoothing);
    }

    @Override
    public String name() {
      return "crossEntropy";
    }
  }

  /**
   * Binary cross entropy of logits: mean of ln(1 + eˣ) − x·y. For yes or no, or several independent
   * labels; the network ends without an activation. Targets lie in [0, 1].
   */
  public record BceWithLogits() implements Loss {
    @Override
    public Tensor of(Tensor predictions, Tensor targets) {
      return predictions.bceWithLogits(targets);
    }

    @Override
    public String name() {
      return "bceWithLogits";
    }
  }

  /** Mean squared error: mean of (x − y)² over all elements. */
  public record Mse() implements Loss {
    @Override
    public Tensor of(Tensor predictions, Tensor targets) {
      return predictions.mse(targets);
    }

    @Override
    public String name() {
      return "mse";
    }
  }

  /** Half the squared error: ½ Σ (x − y)² over the outputs, the mean over the examples. */
  public record HalfSquaredError() implements Loss {
    @Override
    public Tensor of(Tensor predictions, Tensor targets) {
      if (predictions.rank() == 0) {
        throw new ShapeError("halfSquaredError: predictions need a batch axis, not a scalar");
      }
      int outputs = predictions.shape().drop(1).size();
      return predictions.mse(targets).mul(outputs / 2.0);
    }

    @Override
    public String name() {
      return "halfSquaredError";
    }
  }

  /** Mean absolute error: mean of |x − y|. */
  public record Mae() implements Loss {
    @Override
    public Tensor of(Tensor predictions, Tensor targets) {
      return predictions.mae(targets);
    }

    @Override
    public String name() {
      return "mae";
    }
  }

  /**
   * Huber's loss: ½d² where |d| ≤ δ, δ(|d| − ½δ) beyond, the mean of it (Huber, 1964).
   *
   * @param delta where the parabola becomes a line; positive
   */
  public record Huber(double delta) implements Loss {
    /** Checks the range. */
    public Huber {
      if (!(delta > 0)) {
        throw new HebbException("huber: delta must be positive, not " + delta);
      }
    }

    @Override
    public Tensor of(Tensor predictions, Tensor targets) {
      return predictions.huber(targets, delta);
    }

    @Override
    public String name() {
      return "huber";
    }
  }

  /** For one class out of several. */
  public static CrossEntropy crossEntropy() {
    return new CrossEntropy(0);
  }

  /** For yes or no, and for several labels at once. */
  public static BceWithLogits bceWithLogits() {
    return new BceWithLogits();
  }

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
}
