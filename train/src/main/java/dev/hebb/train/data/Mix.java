package dev.hebb.train.data;

/**
 * How the examples of a training batch are mixed with each other, so that a network learns to be
 * unsure between classes. One share λ is drawn for each batch from the Beta(α, α) distribution, and
 * each example is mixed with another of the batch; its targets become λ times its own and 1 − λ
 * times the other's: probabilities of the classes.
 *
 * <pre>{@code
 * loader.mix(Mix.mixup(0.2));
 * }</pre>
 */
public sealed interface Mix {
  /** The distribution of λ: near 0 or 1 if α is small, even if it is 1, near ½ if it is large. */
  double alpha();

  /**
   * λ·x + (1 − λ)·x′ (Zhang et al., <a href="https://arxiv.org/abs/1710.09412">“mixup”</a>, 2018).
   *
   * @param alpha α of the distribution of λ, above 0; 0.1 to 0.4 is usual
   */
  record Mixup(double alpha) implements Mix {
    /** Checks the range. */
    public Mixup {
      check("mixup", alpha);
    }
  }

  /**
   * A rectangle of the picture, with the share 1 − λ of its area, comes from the other; where it
   * reaches over the edge it is cut, and λ is what is left (Yun et al., <a
   * href="https://arxiv.org/abs/1905.04899">“CutMix”</a>, 2019).
   *
   * @param alpha α of the distribution of λ, above 0; usually 1
   */
  record CutMix(double alpha) implements Mix {
    /** Checks the range. */
    public CutMix {
      check("cutmix", alpha);
    }
  }

  /** Sums of two examples. */
  static Mixup mixup(double alpha) {
    return new Mixup(alpha);
  }

  /** Pictures with a part of another. */
  static CutMix cutmix(double alpha) {
    return new CutMix(alpha);
  }

  private static void check(String name, double alpha) {
    if (!(alpha > 0 && alpha < Double.POSITIVE_INFINITY)) {
      throw new DataException(
          "%s(%s): α must be above 0; 0.2 is usual for mixup, 1 for cutmix".formatted(name, alpha));
    }
  }
}
