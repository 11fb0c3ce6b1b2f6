package dev.hebb.train;

import dev.hebb.nn.Net;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import dev.hebb.train.data.TextPrep;
import dev.hebb.train.io.Notes;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Writes text with a model of the next token: draws a token from the model's distribution, appends
 * it, asks again.
 *
 * <pre>{@code
 * String text = Sampler.of(net).temperature(0.8).topK(10).sample("To be", 200);
 * }</pre>
 *
 * <p>The network takes windows of T tokens and gives logits [T, vocabulary] that depend on the past
 * alone, as recurrent layers and causal attention do: a shorter beginning is filled up behind, and
 * of a longer one only the last T tokens are read.
 *
 * @param net the network, with its vocabulary in its notes
 * @param temperature what logits are divided by: below 1 safer, above 1 more daring; 0 always takes
 *     the likeliest token
 * @param topK only so many of the likeliest tokens can be drawn; 0 for all
 * @param topP only the likeliest tokens that together have this probability can be drawn, in (0, 1]
 *     (Holtzman et al., 2020)
 * @param seed of the draws; the same seed writes the same text
 */
public record Sampler(Net net, double temperature, int topK, double topP, Seed seed) {
  /** Checks the ranges and that the network is one of text. */
  public Sampler {
    if (!(temperature >= 0 && temperature < Double.POSITIVE_INFINITY)) {
      throw new HebbException("temperature(" + temperature + "): it must be 0 or above");
    }
    if (topK < 0) {
      throw new HebbException("topK(" + topK + "): it must be at least 1, or 0 for all tokens");
    }
    if (!(topP > 0 && topP <= 1)) {
      throw new HebbException("topP(" + topP + "): it must lie in (0, 1]");
    }
    int vocabulary = prep(net).size();
    if (net.in().rank() != 1
        || net.out().rank() != 2
        || net.out().dim(0) != net.in().dim(0)
        || net.out().dim(1) != vocabulary) {
      throw new HebbException(
          "the network turns %s into %s, but to write it must turn [T] into [T, %d]"
              .formatted(net.in(), net.out(), vocabulary));
    }
  }

  /** A sampler that draws from the model's distribution as it is. */
  public static Sampler of(Net net) {
    return new Sampler(net, 1, 0, 1, Seed.of(0));
  }

  /** With another temperature. */
  public Sampler temperature(double t) {
    return new Sampler(net, t, topK, topP, seed);
  }

  /** With only so many of the likeliest tokens. */
  public Sampler topK(int k) {
    return new Sampler(net, temperature, k, topP, seed);
  }

  /** With only the likeliest tokens that together have this probability. */
  public Sampler topP(double p) {
    return new Sampler(net, temperature, topK, p, seed);
  }

  /** With other draws. */
  public Sampler seed(Seed other) {
    return new Sampler(net, temperature, topK, topP, other);
  }

  private static TextPrep prep(Net net) {
    if (Notes.preprocessing(net) instanceof TextPrep prep) {
      return prep;
    }
    throw new HebbException(
        "the network has no vocabulary: train it on a Text, or give it one with"
            + " net.note(Notes.PREPROCESSING, text.prep())");
  }

  /**
   * Continues a beginning.
   *
   * @param beginning at least one token
   * @param tokens how many to write
   * @return what was written, without the beginning
   * @throws HebbException if the beginning is empty or has unknown characters
   */
  public String sample(String beginning, int tokens) {
    return sample(beginning, tokens, "");
  }

  /**
   * The same, ending before a token.
   *
   * @param end the text of the token at which to stop, for instance a newline; empty for none
   */
  public String sample(String beginning, int tokens, String end) {
    TextPrep prep = prep(net);
    int[] begun = prep.encode(beginning);
    if (begun.length == 0) {
      throw new HebbException("a text needs a beginning of at least one token, such as \"\\n\"");
    }
    int stop = prep.tokens().indexOf(end);
    int[] all = Arrays.copyOf(begun, begun.length + tokens);
    var random = new Random(seed.value());
    int length = begun.length;
    while (length < all.length) {
      int next = choose(logits(all, length), random.nextDouble());
      if (next == stop) {
        break;
      }
      all[length++] = next;
    }
    return prep.decode(Arrays.copyOfRange(all, begun.length, length));
  }

  /** The logits of the token behind the first {@code length} ones. */
  private float[] logits(int[] all, int length) {
    int window = net.in().dim(0);
    int from = Math.max(0, length - window);
    int[] x = Arrays.copyOf(Arrays.copyOfRange(all, from, length), window);
    Tensor y = net.predict(Tensor.of(x, Shape.of(1, window)));
    int vocabulary = net.out().dim(1);
    int at = (length - from - 1) * vocabulary;
    return Arrays.copyOfRange(y.toFloats(), at, at + vocabulary);
  }

  /**
   * A token for logits.
   *
   * @param draw uniform in [0, 1)
   */
  int choose(float[] logits, double draw) {
    int[] order =
        IntStream.range(0, logits.length)
            .boxed()
            .sorted(Comparator.comparing(i -> -logits[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    if (temperature == 0) {
      return order[0];
    }
    int most = topK == 0 ? order.length : Math.min(topK, order.length);
    double[] p = new double[most];
    double sum = 0;
    for (int i = 0; i < most; i++) {
      p[i] = Math.exp((logits[order[i]] - logits[order[0]]) / temperature);
      sum += p[i];
    }
    double mass = 0;
    int allowed = 0;
    while (allowed < most && (allowed == 0 || mass < topP * sum)) {
      mass += p[allowed++];
    }
    double rest = draw * mass;
    for (int i = 0; i < allowed; i++) {
      rest -= p[i];
      if (rest < 0) {
        return order[i];
      }
    }
    return order[allowed - 1];
  }
}
