package dev.hebb.nn.zoo;

import static dev.hebb.nn.Layers.chain;
import static dev.hebb.nn.Layers.concat;
import static dev.hebb.nn.Layers.dense;
import static dev.hebb.nn.Layers.flatten;

import dev.hebb.nn.Layer;
import dev.hebb.nn.Loss;
import dev.hebb.nn.layer.Chain;
import dev.hebb.nn.layer.Sampling;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.ShapeError;
import dev.hebb.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * A variational autoencoder: the encoder gives a normal distribution for each example, a code is
 * drawn from it, and the decoder restores the example. Because the distributions are kept close to
 * the standard normal one, the decoder makes new examples of random numbers. With one hidden layer
 * of 400 and a code of 20 it has 652,824 parameters for digits of 28 × 28.
 *
 * <p>For an example of m numbers and a code of k the network gives [n, m + 2k]: m logits, k means,
 * k logarithms of variances. {@link #loss} takes that and the examples' own values in [0, 1]. The
 * parts are called {@code encoder} and {@code decoder}; {@code net.part(DECODER)} is what makes new
 * examples.
 *
 * @param hidden the widths of the encoder's hidden layers, mirrored in the decoder
 * @param code how many numbers the code has
 * @param outputs how many numbers an example has
 * @see <a href="https://arxiv.org/abs/1312.6114">Kingma and Welling, “Auto-encoding variational
 *     Bayes”, 2014</a>
 */
public record Vae(List<Integer> hidden, int code, int outputs) implements Network {
  /** Where the decoder lies in the network. */
  public static final String DECODER = "1.concat.0.decoder";

  /** Checks the ranges. */
  public Vae {
    hidden = List.copyOf(hidden);
    hidden.forEach(h -> Check.positive("vae", "each width", h));
    Check.positive("vae", "the code", code);
    Check.positive("vae", "the number of outputs", outputs);
  }

  /** With one hidden layer of 400 and a code of 20, for examples of a shape. */
  public static Vae of(Shape example) {
    return new Vae(List.of(400), 20, example.size());
  }

  /** With another size of code. */
  public Vae code(int numbers) {
    return new Vae(hidden, numbers, outputs);
  }

  /** With other hidden layers. */
  public Vae hidden(Integer... widths) {
    return new Vae(List.of(widths), code, outputs);
  }

  @Override
  public Chain layers() {
    List<Layer> encoder = new ArrayList<>(List.of(flatten()));
    hidden.forEach(h -> encoder.add(dense(h).relu()));
    encoder.add(dense(2 * code));
    List<Layer> decoder = new ArrayList<>();
    hidden.reversed().forEach(h -> decoder.add(dense(h).relu()));
    decoder.add(dense(outputs));
    return chain(
        new Chain(encoder).named("encoder"),
        concat(chain(new Sampling(), new Chain(decoder).named("decoder")), chain()));
  }

  /** The loss to train it with. */
  public Elbo loss() {
    return new Elbo(code, 1);
  }

  /**
   * The negative evidence lower bound: the mean over the examples of Σ binary cross entropy + β ·
   * KL divergence of the code's distribution from the standard normal one, ½ Σ (μ² + σ² − 1 − ln
   * σ²).
   *
   * @param code how many numbers the code has
   * @param beta the weight of the divergence, not negative; 1 in the paper, more for codes whose
   *     numbers mean something each (Higgins et al., “beta-VAE”, 2017)
   */
  public record Elbo(int code, double beta) implements Loss {
    /** Checks the ranges. */
    public Elbo {
      Check.positive("elbo", "the code", code);
      if (!(beta >= 0 && beta < Double.POSITIVE_INFINITY)) {
        throw new HebbException("elbo: beta must not be negative, but is " + beta);
      }
    }

    /** With another weight of the divergence. */
    public Elbo beta(double weight) {
      return new Elbo(code, weight);
    }

    /**
     * The loss of a batch.
     *
     * @param predictions [n, m + 2·code]
     * @param targets [n, m], in [0, 1]
     */
    @Override
    public Tensor of(Tensor predictions, Tensor targets) {
      int m = predictions.shape().last() - 2 * code;
      if (predictions.rank() != 2 || m < 1) {
        throw new ShapeError(
            "elbo: predictions are [n, examples' numbers + 2·%d], not %s"
                .formatted(code, predictions.shape()));
      }
      Tensor restored = predictions.narrow(1, 0, m).bceWithLogits(targets).mul(m);
      return restored.add(divergence(predictions).mul(beta));
    }

    /** The KL divergence alone, the mean over the examples, in nats. */
    public Tensor divergence(Tensor predictions) {
      int m = predictions.shape().last() - 2 * code;
      Tensor mean = predictions.narrow(1, m, code);
      Tensor log = predictions.narrow(1, m + code, code);
      return mean.square().add(log.exp()).sub(1).sub(log).sum(1).mul(0.5).mean();
    }

    @Override
    public String name() {
      return "elbo";
    }
  }
}
