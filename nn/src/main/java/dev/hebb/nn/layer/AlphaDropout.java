package dev.hebb.nn.layer;

import dev.hebb.nn.Block;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Params;
import dev.hebb.tensor.Mode;
import dev.hebb.tensor.Random;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;

/**
 * Dropout for networks of SELUs: in training each number becomes α′ = −λα, where SELU ends on the
 * left, with probability {@code rate}; then a·x + b gives numbers of mean 0 and variance 1 back
 * their mean and variance: a = ((1 − rate)(1 + rate·α′²))^−½, b = −a·rate·α′. In evaluation nothing
 * happens (Klambauer et al., <a href="https://arxiv.org/abs/1706.02515">“Self-normalizing neural
 * networks”</a>, 2017). Any shape.
 *
 * @param rate the probability, in [0, 1); 0.05 to 0.1 is usual
 */
public record AlphaDropout(double rate) implements Layer {
  private static final double LEFT = -1.0507009873554805 * 1.6732632423543772; // −λα

  /** Checks the range. */
  public AlphaDropout {
    Rates.check("alphaDropout", rate);
  }

  @Override
  public Block build(Shape in, Params p) {
    Seed seed = p.seed();
    double a = 1 / Math.sqrt((1 - rate) * (1 + rate * LEFT * LEFT));
    double b = -a * rate * LEFT;
    return Block.of(
        in.as(p.dtype()),
        x ->
            Mode.isTraining() && rate > 0
                ? Random.uniform(x.shape(), seed).ge(rate).where(x, LEFT).mul(a).add(b)
                : x);
  }

  @Override
  public String toString() {
    return "AlphaDropout(" + rate + ")";
  }
}
