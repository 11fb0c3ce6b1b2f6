package dev.hebb.nn.zoo;

import static dev.hebb.nn.Layers.attention;
import static dev.hebb.nn.Layers.embedding;
import static dev.hebb.nn.Layers.encoderBlock;
import static dev.hebb.nn.Layers.layerNorm;
import static dev.hebb.nn.Layers.learntPositions;
import static dev.hebb.nn.Layers.repeat;
import static dev.hebb.nn.Layers.sequential;
import static dev.hebb.nn.Layers.tied;

import dev.hebb.nn.Init;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Layers;
import dev.hebb.nn.layer.Chain;
import dev.hebb.op.Activation;

/**
 * GPT-2: a decoder without an encoder. Tokens and their learnt places, blocks of causal attention
 * with the norms in front and GELU between the dense layers, and the embedding's transpose for the
 * logits. For windows of T tokens it has vu + Tu + depth·(12u² + 13u) + 2u parameters: {@link
 * #gpt2} with windows of 1024 has 124,439,808.
 *
 * <p>All weights start normal with σ 0.02. The paper also divides those in front of an addition by
 * √(2·depth), which is left away here.
 *
 * @param vocabulary how many tokens there are
 * @param units the length of each token's vector
 * @param depth how many blocks
 * @param heads of the attention; units must be a multiple
 * @param dropout everywhere
 * @see <a
 *     href="https://cdn.openai.com/better-language-models/language_models_are_unsupervised_multitask_learners.pdf">Radford
 *     et al., “Language models are unsupervised multitask learners”, 2019</a>
 */
public record Gpt(int vocabulary, int units, int depth, int heads, double dropout)
    implements Network {
  /** Checks the ranges. */
  public Gpt {
    Check.positive("gpt", "the vocabulary", vocabulary);
    Check.positive("gpt", "the number of blocks", depth);
  }

  /** A small one for characters: three blocks of 64 units and four heads. */
  public static Gpt of(int vocabulary) {
    return new Gpt(vocabulary, 64, 3, 4, 0);
  }

  /** The smallest of the paper: 12 blocks of 768 units. */
  public static Gpt gpt2() {
    return new Gpt(50_257, 768, 12, 12, 0.1);
  }

  /** With so many units and heads. */
  public Gpt units(int n, int headCount) {
    return new Gpt(vocabulary, n, depth, headCount, dropout);
  }

  /** With so many blocks. */
  public Gpt depth(int blocks) {
    return new Gpt(vocabulary, units, blocks, heads, dropout);
  }

  /** With dropout in training. */
  public Gpt dropout(double rate) {
    return new Gpt(vocabulary, units, depth, heads, rate);
  }

  @Override
  public Chain layers() {
    Init init = Init.normal(0.02);
    Layer block =
        encoderBlock(heads, 4 * units)
            .attention(attention(heads).causal().init(init))
            .preNorm()
            .activation(Activation.GELU_TANH)
            .dropout(dropout);
    return sequential(
        tied(
            embedding(vocabulary, units).init(init),
            learntPositions(),
            Layers.dropout(dropout),
            repeat(depth, block),
            layerNorm()));
  }
}
