package dev.hebb.nn;

import dev.hebb.nn.layer.Activate;
import dev.hebb.nn.layer.AdaptivePool;
import dev.hebb.nn.layer.AlphaDropout;
import dev.hebb.nn.layer.AvgPool;
import dev.hebb.nn.layer.BatchNorm;
import dev.hebb.nn.layer.Chain;
import dev.hebb.nn.layer.ChannelDropout;
import dev.hebb.nn.layer.Checkpointed;
import dev.hebb.nn.layer.Concat;
import dev.hebb.nn.layer.Conv1d;
import dev.hebb.nn.layer.Conv2d;
import dev.hebb.nn.layer.Conv3d;
import dev.hebb.nn.layer.ConvTranspose1d;
import dev.hebb.nn.layer.ConvTranspose2d;
import dev.hebb.nn.layer.ConvTranspose3d;
import dev.hebb.nn.layer.Curved;
import dev.hebb.nn.layer.Dense;
import dev.hebb.nn.layer.DepthwiseConv2d;
import dev.hebb.nn.layer.DropPath;
import dev.hebb.nn.layer.Dropout;
import dev.hebb.nn.layer.Embedding;
import dev.hebb.nn.layer.EncoderDecoder;
import dev.hebb.nn.layer.Flatten;
import dev.hebb.nn.layer.GaussianDropout;
import dev.hebb.nn.layer.GaussianNoise;
import dev.hebb.nn.layer.GlobalAveragePool;
import dev.hebb.nn.layer.GlobalMaxPool;
import dev.hebb.nn.layer.Glu;
import dev.hebb.nn.layer.GroupNorm;
import dev.hebb.nn.layer.Gru;
import dev.hebb.nn.layer.Lambda;
import dev.hebb.nn.layer.LayerNorm;
import dev.hebb.nn.layer.LpPool;
import dev.hebb.nn.layer.Lstm;
import dev.hebb.nn.layer.MaxPool;
import dev.hebb.nn.layer.Maxout;
import dev.hebb.nn.layer.Merge;
import dev.hebb.nn.layer.MultiHeadAttention;
import dev.hebb.nn.layer.PRelu;
import dev.hebb.nn.layer.Pad;
import dev.hebb.nn.layer.Permute;
import dev.hebb.nn.layer.PixelShuffle;
import dev.hebb.nn.layer.Pool1d;
import dev.hebb.nn.layer.Pool3d;
import dev.hebb.nn.layer.Positions;
import dev.hebb.nn.layer.RRelu;
import dev.hebb.nn.layer.RadialBasis;
import dev.hebb.nn.layer.Recurrence;
import dev.hebb.nn.layer.Repeat;
import dev.hebb.nn.layer.Reshape;
import dev.hebb.nn.layer.Residual;
import dev.hebb.nn.layer.RmsNorm;
import dev.hebb.nn.layer.Rnn;
import dev.hebb.nn.layer.SeparableConv2d;
import dev.hebb.nn.layer.SequencePool;
import dev.hebb.nn.layer.Softmax;
import dev.hebb.nn.layer.SqueezeExcite;
import dev.hebb.nn.layer.TiedEmbedding;
import dev.hebb.nn.layer.TimeDistributed;
import dev.hebb.nn.layer.TransformerBlock;
import dev.hebb.nn.layer.Upsample;
import dev.hebb.op.Activation;
import dev.hebb.op.Curve;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import dev.hebb.tensor.Window2d;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * All layers, for {@code import static dev.hebb.nn.Layers.*}. Options follow as methods: {@code
 * conv2d(32, 3).stride(2).same().relu()}.
 */
public final class Layers {
  private Layers() {}

  // ---- layers of layers

  /** A network: layers one after the other. */
  public static Chain sequential(Layer... layers) {
    return chain(layers);
  }

  /** Layers one after the other, as one layer; without any, the identity. */
  public static Chain chain(Layer... layers) {
    return new Chain(List.of(layers));
  }

  /** So many layers of one kind, one after the other, each with weights of its own. */
  public static Chain repeat(int times, Layer layer) {
    return new Chain(Collections.nCopies(times, layer));
  }

  /** Branches on the same input, their outputs one after the other along the channels. */
  public static Concat concat(Layer... branches) {
    return new Concat(List.of(branches));
  }

  /** Layers with a way around them: what they give is added to what they got. */
  public static Residual residual(Layer... body) {
    return new Residual(chain(body), chain());
  }

  /** A layer whose inner values are computed again for the gradient: less memory, more time. */
  public static Checkpointed checkpoint(Layer... layers) {
    return new Checkpointed(layers.length == 1 ? layers[0] : chain(layers));
  }

  // ---- weights

  /** A fully connected layer. */
  public static Dense dense(int units) {
    return new Dense(units, true, Init.heNormal());
  }

  /** A convolution with a square kernel. */
  public static Conv2d conv2d(int channels, int kernel) {
    return conv2d(channels, Window2d.of(kernel));
  }

  /** A convolution with any window. */
  public static Conv2d conv2d(int channels, Window2d window) {
    return new Conv2d(channels, window, true, Init.heNormal());
  }

  /** Vectors for the numbers 0 … vocabulary − 1. */
  public static Embedding embedding(int vocabulary, int units) {
    return new Embedding(vocabulary, units, false, Init.normal(1));
  }

  /** The largest of several linear maps. */
  public static Maxout maxout(int units, int pieces) {
    return new Maxout(units, pieces);
  }

  /** Gaussian bells of this width at first, around learnt centres that start as a normal cloud. */
  public static RadialBasis radialBasis(int units, double width) {
    return new RadialBasis(units, width, Init.normal(1));
  }

  // ---- sequences

  /** A simple recurrent layer with tanh; it gives the output of every step. */
  public static Rnn rnn(int units) {
    return new Rnn(Recurrence.of(units), Activation.TANH, Init.glorotUniform(), Init.orthogonal());
  }

  /** Long short-term memory; it gives the output of every step. */
  public static Lstm lstm(int units) {
    return new Lstm(Recurrence.of(units), 1, Init.glorotUniform(), Init.orthogonal());
  }

  /** A gated recurrent unit; it gives the output of every step. */
  public static Gru gru(int units) {
    return new Gru(Recurrence.of(units), false, Init.glorotUniform(), Init.orthogonal());
  }

  /** Multi-head attention among all steps; {@code causal()}, {@code cross()} and so on follow. */
  public static MultiHeadAttention attention(int heads) {
    return new MultiHeadAttention(
        new MultiHeadAttention.Heads(heads, heads),
        MultiHeadAttention.Sees.ALL,
        0,
        0,
        true,
        Init.glorotUniform());
  }

  /** A transformer's encoder block with ReLU and the norms behind, as in the paper. */
  public static TransformerBlock encoderBlock(int heads, int hidden) {
    return new TransformerBlock(attention(heads), false, hidden, Activation.RELU, 0, false);
  }

  /** A transformer's decoder block: causal attention, then attention to the encoder's output. */
  public static TransformerBlock decoderBlock(int heads, int hidden) {
    return new TransformerBlock(attention(heads).causal(), true, hidden, Activation.RELU, 0, false);
  }

  /** An encoder of the first steps, whose output the decoder of the other steps attends to. */
  public static EncoderDecoder encoderDecoder(int source, Layer encoder, Layer decoder) {
    return new EncoderDecoder(source, encoder, decoder);
  }

  /** Adds waves that say where each step is. */
  public static Positions wavePositions() {
    return new Positions(new Positions.Waves(10_000));
  }

  /** Adds to each step a vector of its place, which is learnt. */
  public static Positions learntPositions() {
    return new Positions(new Positions.Learnt(Init.normal(0.02)));
  }

  /** The mean of a sequence's vectors, without padding. */
  public static SequencePool meanOfSteps() {
    return new SequencePool(SequencePool.Kind.MEAN);
  }

  /** The vector of a sequence's first step. */
  public static SequencePool firstStep() {
    return new SequencePool(SequencePool.Kind.FIRST);
  }

  /** The vector of a sequence's last step that is not padding. */
  public static SequencePool lastStep() {
    return new SequencePool(SequencePool.Kind.LAST);
  }

  /** An embedding, layers, and the embedding's transpose, which gives logits of the next token. */
  public static TiedEmbedding tied(Embedding embedding, Layer... body) {
    return new TiedEmbedding(embedding, chain(body));
  }

  // ---- normalisation and regularisation

  /** Batch normalisation with momentum 0.1 and ε 1e-5. */
  public static BatchNorm batchNorm() {
    return new BatchNorm(0.1, 1e-5);
  }

  /** Layer normalisation over the last axis with ε 1e-5. */
  public static LayerNorm layerNorm() {
    return new LayerNorm(1e-5);
  }

  /** In training each number becomes 0 with this probability. */
  public static Dropout dropout(double rate) {
    return new Dropout(rate);
  }

  /** In training each channel becomes 0 with this probability; of vectors, each number. */
  public static ChannelDropout channelDropout(double rate) {
    return new ChannelDropout(rate);
  }

  /** Dropout behind SELUs, which keeps mean and variance. */
  public static AlphaDropout alphaDropout(double rate) {
    return new AlphaDropout(rate);
  }

  /**
   * In training all of an example becomes 0 with this probability: the end of a residual's body.
   */
  public static DropPath dropPath(double rate) {
    return new DropPath(rate);
  }

  /** In training, noise of this standard deviation is added. */
  public static GaussianNoise gaussianNoise(double sigma) {
    return new GaussianNoise(sigma);
  }

  /** In training, noise multiplies, with the variance of dropout at this rate. */
  public static GaussianDropout gaussianDropout(double rate) {
    return new GaussianDropout(rate);
  }

  // ---- pooling and shape

  /** The largest of each k × k window, with stride k. */
  public static MaxPool maxPool(int k) {
    return maxPool(Window2d.of(k).stride(k));
  }

  /** The largest of each window. */
  public static MaxPool maxPool(Window2d window) {
    return new MaxPool(window);
  }

  /** The mean of each k × k window, with stride k. */
  public static AvgPool avgPool(int k) {
    return avgPool(Window2d.of(k).stride(k));
  }

  /** The mean of each window. */
  public static AvgPool avgPool(Window2d window) {
    return new AvgPool(window, false);
  }

  /** The mean of each channel. */
  public static GlobalAveragePool globalAveragePool() {
    return new GlobalAveragePool();
  }

  /** Each example as one vector. */
  public static Flatten flatten() {
    return new Flatten();
  }

  /** Each example under other dimensions. */
  public static Reshape reshape(int... example) {
    return new Reshape(Shape.of(example));
  }

  // ---- convolutions of other kinds

  /** A convolution of signals [channels, length]. */
  public static Conv1d conv1d(int channels, int kernel) {
    return new Conv1d(channels, Window2d.of(1, kernel), true, Init.heNormal());
  }

  /** A convolution of volumes [channels, depth, height, width]. */
  public static Conv3d conv3d(int channels, int kernel) {
    return new Conv3d(channels, Window2d.of(kernel, 1), Window2d.of(kernel), true, Init.heNormal());
  }

  /** A transposed convolution of signals, which makes them longer. */
  public static ConvTranspose1d convTranspose1d(int channels, int kernel) {
    return new ConvTranspose1d(channels, Window2d.of(1, kernel), 0, true, Init.heNormal());
  }

  /** A transposed convolution, which makes pictures larger. */
  public static ConvTranspose2d convTranspose2d(int channels, int kernel) {
    return new ConvTranspose2d(channels, Window2d.of(kernel), 0, true, Init.heNormal());
  }

  /** A transposed convolution of volumes. */
  public static ConvTranspose3d convTranspose3d(int channels, int kernel) {
    return new ConvTranspose3d(
        channels, Window2d.of(kernel, 1), Window2d.of(kernel), 0, true, Init.heNormal());
  }

  /** A convolution of each channel by itself. */
  public static DepthwiseConv2d depthwiseConv2d(int kernel) {
    return new DepthwiseConv2d(Window2d.of(kernel), 1, true, Init.heNormal());
  }

  /** A convolution of each channel by itself, then of all channels of each pixel. */
  public static SeparableConv2d separableConv2d(int channels, int kernel) {
    return new SeparableConv2d(channels, Window2d.of(kernel), true, Init.heNormal());
  }

  /** Channels weighted by what the whole picture shows, with 16 times fewer units inside. */
  public static SqueezeExcite squeezeExcite() {
    return new SqueezeExcite(16);
  }

  // ---- pooling of other kinds

  /** The largest of each window of a signal, with stride k. */
  public static Pool1d maxPool1d(int k) {
    return new Pool1d(Pool1d.Take.MAX, Window2d.of(1, k).stride(1, k));
  }

  /** The mean of each window of a signal, with stride k. */
  public static Pool1d avgPool1d(int k) {
    return new Pool1d(Pool1d.Take.MEAN, Window2d.of(1, k).stride(1, k));
  }

  /** The largest of each window of a volume, with stride k. */
  public static Pool3d maxPool3d(int k) {
    return new Pool3d(Pool1d.Take.MAX, Window2d.of(k, 1).stride(k, 1), Window2d.of(k).stride(k));
  }

  /** The mean of each window of a volume, with stride k. */
  public static Pool3d avgPool3d(int k) {
    return new Pool3d(Pool1d.Take.MEAN, Window2d.of(k, 1).stride(k, 1), Window2d.of(k).stride(k));
  }

  /** The p-norm of each window of size k along every axis, with stride k. */
  public static LpPool lpPool(double p, int k) {
    return new LpPool(p, k, k);
  }

  /** The means of windows, so many that the result has this size: one number, or one an axis. */
  public static AdaptivePool adaptiveAvgPool(int... size) {
    return new AdaptivePool(Pool1d.Take.MEAN, Arrays.stream(size).boxed().toList());
  }

  /** The largest elements of windows, so many that the result has this size. */
  public static AdaptivePool adaptiveMaxPool(int... size) {
    return new AdaptivePool(Pool1d.Take.MAX, Arrays.stream(size).boxed().toList());
  }

  /** The largest element of each channel. */
  public static GlobalMaxPool globalMaxPool() {
    return new GlobalMaxPool();
  }

  // ---- normalisation by itself

  /** Normalisation of groups of channels with ε 1e-5. */
  public static GroupNorm groupNorm(int groups) {
    if (groups < 1) {
      throw new HebbException("groupNorm: needs at least one group, not " + groups);
    }
    return new GroupNorm(groups, 1e-5, true);
  }

  /** Normalisation of each channel of each example with ε 1e-5, without scale and shift. */
  public static GroupNorm instanceNorm() {
    return new GroupNorm(0, 1e-5, false);
  }

  /** Normalisation by the root mean square over the last axis with ε 1e-5. */
  public static RmsNorm rmsNorm() {
    return new RmsNorm(1e-5);
  }

  // ---- other shapes

  /** Signals, pictures or volumes so many times as large along each axis, each element repeated. */
  public static Upsample upsample(int scale) {
    return new Upsample(Upsample.How.NEAREST, scale);
  }

  /** Signals, pictures or volumes so many times as large, linearly in between along each axis. */
  public static Upsample upsampleBilinear(int scale) {
    return new Upsample(Upsample.How.BILINEAR, scale);
  }

  /** Zeros around: left, right, top, bottom and so on; a negative amount cuts off. */
  public static Pad pad(int... amounts) {
    return pad(Pad.With.CONSTANT, amounts);
  }

  /** Something around: left, right, top, bottom and so on. */
  public static Pad pad(Pad.With with, int... amounts) {
    return new Pad(with, Arrays.stream(amounts).boxed().toList(), 0);
  }

  /** So much cut off on all four sides of a picture. */
  public static Pad crop(int amount) {
    return pad(-amount, -amount, -amount, -amount);
  }

  /** Channels as pixels: r times as high and as wide. */
  public static PixelShuffle pixelShuffle(int r) {
    return new PixelShuffle(r, false);
  }

  /** Pixels as channels: undoes {@link #pixelShuffle}. */
  public static PixelShuffle pixelUnshuffle(int r) {
    return new PixelShuffle(r, true);
  }

  /** Each example with its axes in another order, counted from 0 without the batch. */
  public static Permute permute(int... order) {
    return new Permute(Arrays.stream(order).boxed().toList());
  }

  /** The sum of branches on the same input. */
  public static Merge add(Layer... branches) {
    return new Merge(Merge.How.ADD, List.of(branches));
  }

  /** The product of branches on the same input. */
  public static Merge multiply(Layer... branches) {
    return new Merge(Merge.How.MULTIPLY, List.of(branches));
  }

  /** Any function of a batch; such a network cannot be saved. */
  public static Lambda lambda(String name, UnaryOperator<Tensor> f) {
    return new Lambda(name, f);
  }

  /** The same layer for each step of a sequence. */
  public static TimeDistributed timeDistributed(Layer layer) {
    return new TimeDistributed(layer);
  }

  /** A sequence of the same vector. */
  public static Repeat repeatVector(int steps) {
    return new Repeat(steps);
  }

  // ---- activations

  /** Any activation. */
  public static Activate activation(Activation f) {
    return new Activate(f);
  }

  /** max(x, 0). */
  public static Activate relu() {
    return activation(Activation.RELU);
  }

  /** x where positive, 0.01 x elsewhere. */
  public static Activate leakyRelu() {
    return activation(Activation.LEAKY_RELU);
  }

  /** x where positive, α·x elsewhere, α learnt from 0.25 on; {@code .perChannel()} for several. */
  public static PRelu prelu() {
    return new PRelu(0.25, false);
  }

  /** x where positive; elsewhere a slope from [1/8, 1/3), random in training. */
  public static RRelu rrelu() {
    return new RRelu(1.0 / 8, 1.0 / 3);
  }

  /** x where positive, eˣ − 1 elsewhere. */
  public static Activate elu() {
    return activation(Activation.ELU);
  }

  /** The self-normalising ELU. */
  public static Activate selu() {
    return activation(Activation.SELU);
  }

  /** The hyperbolic tangent. */
  public static Activate tanh() {
    return activation(Activation.TANH);
  }

  /** 1 / (1 + e⁻ˣ). */
  public static Activate sigmoid() {
    return activation(Activation.SIGMOID);
  }

  /** ln(1 + eˣ). */
  public static Activate softplus() {
    return activation(Activation.SOFTPLUS);
  }

  /** x·σ(x). */
  public static Activate swish() {
    return activation(Activation.SWISH);
  }

  /** x·tanh(ln(1 + eˣ)). */
  public static Activate mish() {
    return activation(Activation.MISH);
  }

  /** x·Φ(x). */
  public static Activate gelu() {
    return activation(Activation.GELU);
  }

  /** An activation function with a number: {@code activation(Curve.LEAKY_RELU, 0.2)}. */
  public static Curved activation(Curve f, double p) {
    return new Curved(f, p);
  }

  /** 1 where positive, else 0; nothing in front of it learns by gradients. */
  public static Activate step() {
    return activation(Activation.STEP);
  }

  /** Half the numbers, gated by the sigmoid of the others. */
  public static Glu glu() {
    return new Glu(Activation.SIGMOID);
  }

  /** Half the numbers, gated by the swish of the others. */
  public static Glu swiGlu() {
    return new Glu(Activation.SWISH);
  }

  /** Half the numbers, gated by the GELU of the others. */
  public static Glu geGlu() {
    return new Glu(Activation.GELU);
  }

  /** Probabilities over the last axis; not in front of {@code crossEntropy}, which takes logits. */
  public static Softmax softmax() {
    return new Softmax(false);
  }

  /** The logarithm of softmax over the last axis. */
  public static Softmax logSoftmax() {
    return new Softmax(true);
  }
}
