package dev.hebb.nn.zoo;

import static dev.hebb.nn.Layers.chain;
import static dev.hebb.nn.Layers.decoderBlock;
import static dev.hebb.nn.Layers.dense;
import static dev.hebb.nn.Layers.embedding;
import static dev.hebb.nn.Layers.encoderBlock;
import static dev.hebb.nn.Layers.encoderDecoder;
import static dev.hebb.nn.Layers.layerNorm;
import static dev.hebb.nn.Layers.repeat;
import static dev.hebb.nn.Layers.sequential;
import static dev.hebb.nn.Layers.wavePositions;

import dev.hebb.nn.Init;
import dev.hebb.nn.Layer;
import dev.hebb.nn.layer.Chain;

/**
 * The transformer: it reads a source text and writes a target text. An example is the source's
 * tokens, 0 being padding, and behind them those of the target, one step late; the result are
 * logits of the target's next tokens. {@link #base} has 44,140,544 parameters in its blocks and
 * their two last norms, as PyTorch's {@code nn.Transformer()}; the embeddings and the dense layer
 * of the logits have weights of their own here, where the paper shares them.
 *
 * @param vocabulary how many tokens there are, in both texts
 * @param source how many of an example's tokens are the source's
 * @param units the length of each token's vector
 * @param depth how many blocks the encoder has, and how many the decoder
 * @param heads of the attention; units must be a multiple
 * @param dropout everywhere
 * @see <a href="https://arxiv.org/abs/1706.03762">Vaswani et al., “Attention is all you need”,
 *     2017</a>
 */
public record Seq2Seq(int vocabulary, int source, int units, int depth, int heads, double dropout)
    implements Network {
  /** Checks the ranges. */
  public Seq2Seq {
    Check.positive("seq2seq", "the vocabulary", vocabulary);
    Check.positive("seq2seq", "the number of blocks", depth);
  }

  /** A small one: two blocks of 64 units and four heads on either side. */
  public static Seq2Seq of(int vocabulary, int source) {
    return new Seq2Seq(vocabulary, source, 64, 2, 4, 0);
  }

  /** The paper's base model: six blocks of 512 units on either side. */
  public static Seq2Seq base(int vocabulary, int source) {
    return new Seq2Seq(vocabulary, source, 512, 6, 8, 0.1);
  }

  /** With so many units and heads. */
  public Seq2Seq units(int n, int headCount) {
    return new Seq2Seq(vocabulary, source, n, depth, headCount, dropout);
  }

  /** With so many blocks on either side. */
  public Seq2Seq depth(int blocks) {
    return new Seq2Seq(vocabulary, source, units, blocks, heads, dropout);
  }

  /** With dropout in training. */
  public Seq2Seq dropout(double rate) {
    return new Seq2Seq(vocabulary, source, units, depth, heads, rate);
  }

  @Override
  public Chain layers() {
    Layer encoder = encoderBlock(heads, 4 * units).dropout(dropout);
    Layer decoder = decoderBlock(heads, 4 * units).dropout(dropout);
    var words = embedding(vocabulary, units).init(Init.normal(1));
    return sequential(
        encoderDecoder(
            source,
            chain(words.maskZero(), wavePositions(), repeat(depth, encoder), layerNorm()),
            chain(words, wavePositions(), repeat(depth, decoder), layerNorm(), dense(vocabulary))));
  }
}
