package dev.hebb.nn;

import dev.hebb.tensor.Tensor;

/**
 * What the two networks of a GAN make small. The discriminator gives one number per example, the
 * larger the more real it takes it for; the generator wants its examples to be taken for real.
 */
public enum GanLoss {
  /**
   * The game as it was first written: the discriminator maximises the mean of ln σ(real) + ln(1 −
   * σ(generated)), which the generator minimises (Goodfellow et al., 2014). Where the discriminator
   * is sure, the generator has next to no gradient.
   */
  MINIMAX {
    @Override
    public Tensor discriminator(Tensor real, Tensor generated) {
      return real.neg().softplus().mean().add(generated.softplus().mean());
    }

    @Override
    public Tensor generator(Tensor generated) {
      return generated.softplus().mean().neg();
    }
  },
  /** The same, but the generator maximises the mean of ln σ(generated): the usual choice. */
  NON_SATURATING {
    @Override
    public Tensor discriminator(Tensor real, Tensor generated) {
      return MINIMAX.discriminator(real, generated);
    }

    @Override
    public Tensor generator(Tensor generated) {
      return generated.neg().softplus().mean();
    }
  },
  /**
   * Discriminator: mean of max(0, 1 − real) + max(0, 1 + generated); generator: −mean of generated
   * (Lim and Ye, “Geometric GAN”, 2017).
   */
  HINGE {
    @Override
    public Tensor discriminator(Tensor real, Tensor generated) {
      return real.neg().add(1).relu().mean().add(generated.add(1).relu().mean());
    }

    @Override
    public Tensor generator(Tensor generated) {
      return generated.mean().neg();
    }
  },
  /**
   * The distance of the two distributions as a critic of bounded slope sees it: the discriminator
   * maximises the mean of real − generated (Arjovsky et al., 2017). Its slope has to be held near
   * 1, by a gradient penalty of 10 for instance (Gulrajani et al., 2017), and it needs about five
   * steps for each of the generator.
   */
  WASSERSTEIN {
    @Override
    public Tensor discriminator(Tensor real, Tensor generated) {
      return generated.mean().sub(real.mean());
    }

    @Override
    public Tensor generator(Tensor generated) {
      return generated.mean().neg();
    }
  };

  /**
   * What the discriminator makes small.
   *
   * @param real its numbers for real examples, of any shape
   * @param generated its numbers for generated ones
   */
  public abstract Tensor discriminator(Tensor real, Tensor generated);

  /**
   * What the generator makes small.
   *
   * @param generated the discriminator's numbers for its examples
   */
  public abstract Tensor generator(Tensor generated);
}
