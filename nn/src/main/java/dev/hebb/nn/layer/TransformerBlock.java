package dev.hebb.nn.layer;

import dev.hebb.nn.Block;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Params;
import dev.hebb.op.Activation;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.util.function.UnaryOperator;

/**
 * One block of a transformer (Vaswani et al., <a href="https://arxiv.org/abs/1706.03762">“Attention
 * is all you need”</a>, 2017): attention among the steps, in a decoder attention to the encoder's
 * output, then two dense layers for each step by itself, each with a way around it:
 *
 * <pre>{@code
 * norm first (Xiong et al., 2020):  x ← x + f(norm(x))
 * norm behind, as in the paper:     x ← norm(x + f(x))
 * f: attention;  in a decoder also cross attention;  f(linear1(x)) → linear2
 * }</pre>
 *
 * <p>x is [n, steps, units], and so is the result. The parts, in the order of their parameters, are
 * {@code attention}, in a decoder {@code cross}, {@code linear1} [units, hidden], {@code linear2}
 * [hidden, units], and the norms in the order in which they are used, {@code norm1} … {@code
 * norm3}: the order of PyTorch's {@code nn.TransformerEncoderLayer} and {@code
 * nn.TransformerDecoderLayer} ({@code self_attn}, {@code multihead_attn}, {@code linear1}, {@code
 * linear2}, {@code norm1} …), which are the same with the weights transposed. A stack of blocks
 * with norm first ends with a layer norm of its own.
 *
 * @param attention among the steps; its initial weights are those of all parts
 * @param decoder whether there is attention to {@link dev.hebb.nn.Side#MEMORY}
 * @param hidden units between the two dense layers, usually 4 · units
 * @param activation between the two dense layers
 * @param dropout in training, of what each part gives and of what is between the dense layers
 * @param normFirst whether the norm is in front of each part
 */
public record TransformerBlock(
    MultiHeadAttention attention,
    boolean decoder,
    int hidden,
    Activation activation,
    double dropout,
    boolean normFirst)
    implements Layer {
  /** Checks the ranges. */
  public TransformerBlock {
    Rates.check("transformer block", dropout);
    if (hidden < 1) {
      throw new HebbException("transformer block: needs at least one hidden unit, not " + hidden);
    }
    if (attention.sees() == MultiHeadAttention.Sees.MEMORY) {
      throw new HebbException(
          "transformer block: the first attention is among the steps; use decoderBlock(…) for"
              + " attention to an encoder's output");
    }
  }

  /** With no step seeing those after it, as in GPT. */
  public TransformerBlock causal() {
    return attention(attention.causal());
  }

  /** With rotary positions in the attention among the steps. */
  public TransformerBlock rotary() {
    return attention(attention.rotary());
  }

  /** With another attention among the steps. */
  public TransformerBlock attention(MultiHeadAttention other) {
    return new TransformerBlock(other, decoder, hidden, activation, dropout, normFirst);
  }

  /** With dropout everywhere, also of the attention's weights. */
  public TransformerBlock dropout(double rate) {
    return new TransformerBlock(
        attention.dropout(rate), decoder, hidden, activation, rate, normFirst);
  }

  /** With the norm in front of each part: trains without warm-up. */
  public TransformerBlock preNorm() {
    return new TransformerBlock(attention, decoder, hidden, activation, dropout, true);
  }

  /** With another activation between the dense layers, in place of ReLU. */
  @Override
  public TransformerBlock activation(Activation f) {
    return new TransformerBlock(attention, decoder, hidden, f, dropout, normFirst);
  }

  @Override
  public Block build(Shape in, Params p) {
    Shape x = in.as(p.dtype());
    Block self = p.build("attention", attention, in);
    Block cross = decoder ? p.build("cross", attention.rotary(0).cross(), x) : self;
    Block linear1 = p.build("linear1", new Dense(hidden, true, attention.init()), x);
    Block linear2 = p.build("linear2", new Dense(x.last(), true, attention.init()), linear1.out());
    Block[] norms = new Block[decoder ? 3 : 2];
    for (int i = 0; i < norms.length; i++) {
      norms[i] = p.build("norm" + (i + 1), new LayerNorm(1e-5), x);
    }
    Seed seed = p.seed();
    UnaryOperator<Tensor> dense =
        h -> linear2.apply(drop(activation.of(linear1.apply(h)), seed.split(0)));
    return Block.of(
        x,
        given -> {
          Tensor h = around(given, self::apply, norms[0], seed.split(1));
          if (decoder) {
            h = around(h, cross::apply, norms[1], seed.split(2));
          }
          return around(h, dense, norms[norms.length - 1], seed.split(3));
        });
  }

  private Tensor around(Tensor x, UnaryOperator<Tensor> part, Block norm, Seed seed) {
    return normFirst
        ? x.add(drop(part.apply(norm.apply(x)), seed))
        : norm.apply(x.add(drop(part.apply(x), seed)));
  }

  private Tensor drop(Tensor x, Seed seed) {
    return Dropout.drop(x, dropout, seed);
  }

  @Override
  public String toString() {
    return "%s(%s, %d, %s%s%s)"
        .formatted(
            decoder ? "DecoderBlock" : "EncoderBlock",
            attention,
            hidden,
            activation.title(),
            normFirst ? ", pre-norm" : "",
            dropout > 0 ? ", dropout " + dropout : "");
  }
}
