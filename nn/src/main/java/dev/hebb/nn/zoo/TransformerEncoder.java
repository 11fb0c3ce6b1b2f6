package dev.hebb.nn.zoo;

import static dev.hebb.nn.Layers.attention;
import static dev.hebb.nn.Layers.dense;
import static dev.hebb.nn.Layers.embedding;
import static dev.hebb.nn.Layers.encoderBlock;
import static dev.hebb.nn.Layers.layerNorm;
import static dev.hebb.nn.Layers.learntPositions;
import static dev.hebb.nn.Layers.meanOfSteps;
import static dev.hebb.nn.Layers.repeat;
import static dev.hebb.nn.Layers.sequential;

import dev.hebb.nn.Init;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Layers;
import dev.hebb.nn.layer.Chain;
import dev.hebb.op.Activation;

/**
 * A classifier of texts in the form of BERT: tokens, 0 being padding, and their learnt places,
 * blocks of attention among all tokens with the norms behind and GELU between the dense layers, the
 * mean of the real tokens' vectors, logits. The body of {@link #bert} with windows of 512 has
 * 108,890,112 parameters: the 109,482,240 of BERT-base without its 1,536 for kinds of segments and
 * the 590,592 of its pooler.
 *
 * @param vocabulary how many tokens there are, with padding
 * @param units the length of each token's vector
 * @param depth how many blocks
 * @param heads of the attention; units must be a multiple
 * @param dropout everywhere
 * @param classes how many logits come out
 * @see <a href="https://arxiv.org/abs/1810.04805">Devlin et al., “BERT”, 2019</a>
 */
public record TransformerEncoder(
    int vocabulary, int units, int depth, int heads, double dropout, int classes)
    implements Network {
  /** Checks the ranges. */
  public TransformerEncoder {
    Check.positive("transformer-encoder", "the vocabulary", vocabulary);
    Check.positive("transformer-encoder", "the number of blocks", depth);
    Check.positive("transformer-encoder", "the number of classes", classes);
  }

  /** A small one: two blocks of 64 units and four heads. */
  public static TransformerEncoder of(int vocabulary, int classes) {
    return new TransformerEncoder(vocabulary, 64, 2, 4, 0.1, classes);
  }

  /** BERT-base: 12 blocks of 768 units. */
  public static TransformerEncoder bert(int classes) {
    return new TransformerEncoder(30_522, 768, 12, 12, 0.1, classes);
  }

  /** With so many units and heads. */
  public TransformerEncoder units(int n, int headCount) {
    return new TransformerEncoder(vocabulary, n, depth, headCount, dropout, classes);
  }

  /** With so many blocks. */
  public TransformerEncoder depth(int blocks) {
    return new TransformerEncoder(vocabulary, units, blocks, heads, dropout, classes);
  }

  /** With other dropout in training. */
  public TransformerEncoder dropout(double rate) {
    return new TransformerEncoder(vocabulary, units, depth, heads, rate, classes);
  }

  @Override
  public Chain layers() {
    Init init = Init.normal(0.02);
    Layer block =
        encoderBlock(heads, 4 * units)
            .attention(attention(heads).init(init))
            .activation(Activation.GELU)
            .dropout(dropout);
    return sequential(
        embedding(vocabulary, units).maskZero().init(init),
        learntPositions(),
        layerNorm(),
        Layers.dropout(dropout),
        repeat(depth, block),
        meanOfSteps(),
        dense(classes).init(init));
  }
}
