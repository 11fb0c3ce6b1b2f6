package dev.hebb.nn;

import static dev.hebb.nn.Layers.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withPrecision;

import dev.hebb.nn.layer.MultiHeadAttention;
import dev.hebb.nn.layer.MultiHeadAttention.Sees;
import dev.hebb.nn.layer.TransformerBlock;
import dev.hebb.op.Activation;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Mode;
import dev.hebb.tensor.Random;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.ShapeError;
import dev.hebb.tensor.Tensor;
import dev.hebb.tensor.Variable;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Attention and transformer blocks against plain loops in float64, and their laws. */
class TransformerTest {
  private static final int N = 2;
  private static final int T = 5;
  private static final int S = 7;
  private static final int UNITS = 8;
  private static final Shape IN = Shape.of(T, UNITS).as(DType.FLOAT64);

  static Stream<MultiHeadAttention> attentions() {
    return Stream.of(
        attention(1),
        attention(4),
        attention(2).causal(),
        attention(4).keyHeads(2),
        attention(4).keyHeads(1).causal().noBias(),
        attention(2).rotary(),
        attention(4).keyHeads(2).rotary(100).causal(),
        attention(2).cross());
  }

  static Stream<TransformerBlock> blocks() {
    return Stream.of(
        encoderBlock(2, 12),
        encoderBlock(4, 6).preNorm().activation(Activation.GELU).causal(),
        encoderBlock(2, 12).causal().rotary(),
        decoderBlock(2, 12),
        decoderBlock(2, 12).preNorm());
  }

  private static Net net(Layer layer) {
    return net(layer, IN);
  }

  /** With biases and scales other than those it starts with, so that each of them counts. */
  private static Net net(Layer layer, Shape in) {
    Net net = layer.build(in, Seed.of(2));
    for (Variable v : net.params()) {
      if (v.shape().rank() == 1) {
        v.set(Random.normalOnce(v.shape(), Seed.of(v.name().hashCode())).eval());
      }
    }
    return net;
  }

  private static Tensor numbers(long seed, int... dims) {
    return Random.normalOnce(Shape.of(DType.FLOAT64, dims), Seed.of(seed)).eval();
  }

  private static Side memory() {
    return Side.of(Side.MEMORY, numbers(8, N, S, UNITS));
  }

  // ---- the contract

  @Test
  void layersKeepTheContract() {
    // Without rotary positions the bias of the keys has no gradient, which differences see as
    // noise.
    Shape in = Shape.of(4, 6);
    Net net = LayerContract.of(attention(3).rotary(), in, 4 * (6 * 6 + 6)).check();
    assertThat(net.params())
        .extracting(Variable::name)
        .startsWith("0.multiHeadAttention.query.w", "0.multiHeadAttention.query.b");
    LayerContract.of(attention(3).causal().keyHeads(1).rotary().noBias(), in, 2 * 36 + 2 * 12)
        .check();
    LayerContract.of(attention(2).dropout(0.3).noBias(), in, 4 * 36).random().check();
    LayerContract.of(encoderBlock(3, 5).rotary(), in, 4 * 42 + 35 + 36 + 24).check();
    LayerContract.of(encoderBlock(3, 5).rotary().preNorm().dropout(0.1), in, 4 * 42 + 71 + 24)
        .random()
        .check();
    LayerContract.of(
            encoderDecoder(
                2,
                encoderBlock(2, 5).attention(attention(2).noBias()),
                decoderBlock(2, 5).attention(attention(2).noBias()).preNorm()),
            in,
            3 * 4 * 36 + 2 * 71 + 24 + 36)
        .check();
    LayerContract.of(wavePositions(), in, 0).check();
    LayerContract.of(learntPositions(), in, 24).check();
    LayerContract.of(tied(embedding(5, 3), dense(3)), Shape.of(4).as(DType.INT32), 15 + 12).check();
    assertThat(repeat(3, encoderBlock(2, 5)).build(in, Seed.of(1)).params())
        .hasSize(3 * (8 + 4 + 4));
  }

  // ---- values

  @ParameterizedTest
  @MethodSource("attentions")
  void attentionIsThatOfThePaper(MultiHeadAttention layer) {
    Net net = net(layer);
    Tensor x = numbers(7, N, T, UNITS);
    boolean cross = layer.sees() == Sees.MEMORY;
    Tensor s = cross ? numbers(8, N, S, UNITS) : x;
    boolean[] real = new boolean[N * s.dim(1)];
    for (int i = 0; i < real.length; i++) {
      real[i] = i % 4 != 2;
    }
    Tensor mask = Tensor.of(real, Shape.of(N, s.dim(1)));
    double[] all = attend(layer, net, "0.multiHeadAttention.", x, s, null);
    double[] some = attend(layer, net, "0.multiHeadAttention.", x, s, real);
    assertThat(net.forward(x, memory()).toDoubles()).containsExactly(all, withPrecision(1e-12));
    Side masked = memory().and(Side.MASK, mask).and(Side.MEMORY_MASK, mask);
    assertThat(net.forward(x, masked).toDoubles()).containsExactly(some, withPrecision(1e-12));
    assertThat(net.predict(x, masked).toDoubles()).containsExactly(some, withPrecision(1e-12));
  }

  /** The layer's definition, number by number. */
  private static double[] attend(
      MultiHeadAttention layer,
      Net net,
      String path,
      Tensor xs,
      Tensor ss,
      boolean @Nullable [] real) {
    int t = xs.dim(1);
    int s = ss.dim(1);
    int heads = layer.heads().queries();
    int d = UNITS / heads;
    double[] mixed = new double[N * t * UNITS];
    double[] q = project(net, path + "query", xs.toDoubles());
    double[] k = project(net, path + "key", ss.toDoubles());
    double[] v = project(net, path + "value", ss.toDoubles());
    int keyWidth = layer.heads().keys() * d;
    for (int e = 0; e < N; e++) {
      for (int h = 0; h < heads; h++) {
        int kh = h / (heads / layer.heads().keys());
        for (int i = 0; i < t; i++) {
          double[] weight = new double[s];
          double sum = 0;
          double[] query = head(layer, q, (e * t + i) * UNITS + h * d, d, i);
          for (int j = 0; j < s; j++) {
            boolean sees = layer.sees() != Sees.PAST || j <= i;
            if (sees && (real == null || real[e * s + j])) {
              double[] key = head(layer, k, (e * s + j) * keyWidth + kh * d, d, j);
              double score = 0;
              for (int c = 0; c < d; c++) {
                score += query[c] * key[c];
              }
              weight[j] = Math.exp(score / Math.sqrt(d));
              sum += weight[j];
            }
          }
          for (int j = 0; j < s && sum > 0; j++) {
            for (int c = 0; c < d; c++) {
              mixed[(e * t + i) * UNITS + h * d + c] +=
                  weight[j] / sum * v[(e * s + j) * keyWidth + kh * d + c];
            }
          }
        }
      }
    }
    return project(net, path + "out", mixed);
  }

  /** One head's numbers, turned by the position if the layer does. */
  private static double[] head(
      MultiHeadAttention layer, double[] all, int from, int d, int position) {
    double[] v = Arrays.copyOfRange(all, from, from + d);
    if (layer.rotaryBase() == 0) {
      return v;
    }
    double[] turned = new double[d];
    for (int i = 0; i < d / 2; i++) {
      // float32 frequencies are no trouble at these few steps: the network computes in float64
      double angle = position * Math.pow(layer.rotaryBase(), -2.0 * i / d);
      turned[i] = v[i] * Math.cos(angle) - v[i + d / 2] * Math.sin(angle);
      turned[i + d / 2] = v[i + d / 2] * Math.cos(angle) + v[i] * Math.sin(angle);
    }
    return turned;
  }

  private static double[] project(Net net, String name, double[] x) {
    Tensor weights = net.variable(name + ".w").value();
    double[] w = weights.toDoubles();
    int from = weights.dim(0);
    int to = weights.dim(1);
    boolean biased = net.variables().stream().anyMatch(v -> v.name().equals(name + ".b"));
    double[] b = biased ? net.variable(name + ".b").value().toDoubles() : new double[to];
    double[] y = new double[x.length / from * to];
    for (int r = 0; r < x.length / from; r++) {
      for (int j = 0; j < to; j++) {
        double a = b[j];
        for (int i = 0; i < from; i++) {
          a += x[r * from + i] * w[i * to + j];
        }
        y[r * to + j] = a;
      }
    }
    return y;
  }

  @ParameterizedTest
  @MethodSource("blocks")
  void blocksAreThoseOfThePapers(TransformerBlock block) {
    Net net = net(block);
    Tensor x = numbers(7, N, T, UNITS);
    Tensor m = numbers(8, N, S, UNITS);
    String path = "0.transformerBlock.";
    double[] h = x.toDoubles();
    boolean first = block.normFirst();
    String last = block.decoder() ? "norm3" : "norm2";
    double[] in = first ? norm(net, path + "norm1", h) : h;
    h = sum(h, attend(block.attention(), net, path + "attention.", of(in), of(in), null));
    h = first ? h : norm(net, path + "norm1", h);
    if (block.decoder()) {
      in = first ? norm(net, path + "norm2", h) : h;
      MultiHeadAttention cross = block.attention().cross();
      h = sum(h, attend(cross, net, path + "cross.", of(in), m, null));
      h = first ? h : norm(net, path + "norm2", h);
    }
    in = first ? norm(net, path + last, h) : h;
    double[] inner = project(net, path + "linear1", in);
    for (int i = 0; i < inner.length; i++) {
      inner[i] = block.activation().reference(inner[i]);
    }
    h = sum(h, project(net, path + "linear2", inner));
    h = first ? h : norm(net, path + last, h);
    assertThat(net.forward(x, memory()).toDoubles()).containsExactly(h, withPrecision(1e-11));
  }

  private static Tensor of(double[] x) {
    return Tensor.of(x, Shape.of(DType.FLOAT64, N, T, UNITS));
  }

  private static double[] sum(double[] a, double[] b) {
    double[] c = new double[a.length];
    Arrays.setAll(c, i -> a[i] + b[i]);
    return c;
  }

  private static double[] norm(Net net, String name, double[] x) {
    double[] scale = net.variable(name + ".scale").value().toDoubles();
    double[] shift = net.variable(name + ".shift").value().toDoubles();
    double[] y = new double[x.length];
    for (int r = 0; r < x.length; r += UNITS) {
      double mean = 0;
      double var = 0;
      for (int i = 0; i < UNITS; i++) {
        mean += x[r + i] / UNITS;
      }
      for (int i = 0; i < UNITS; i++) {
        var += (x[r + i] - mean) * (x[r + i] - mean) / UNITS;
      }
      for (int i = 0; i < UNITS; i++) {
        y[r + i] = (x[r + i] - mean) / Math.sqrt(var + 1e-5) * scale[i] + shift[i];
      }
    }
    return y;
  }

  @Test
  void wavesAreThoseOfThePaper() {
    for (int units : new int[] {6, 5}) {
      Net net = wavePositions().build(Shape.of(T, units).as(DType.FLOAT64), Seed.of(1));
      double[] y = net.forward(Tensor.full(Shape.of(DType.FLOAT64, 1, T, units), 0)).toDoubles();
      for (int t = 0; t < T; t++) {
        for (int i = 0; i < units; i++) {
          double angle = t / Math.pow(10_000, (i - i % 2) / (double) units);
          double expected = i % 2 == 0 ? Math.sin(angle) : Math.cos(angle);
          assertThat(y[t * units + i]).isCloseTo(expected, withPrecision(1e-12));
        }
      }
    }
  }

  // ---- laws

  @Test
  void l52CausalReallyIsCausal() {
    Layer layer =
        chain(
            learntPositions(), encoderBlock(2, 12).causal(), encoderBlock(4, 8).causal().rotary());
    Net net = net(layer);
    Tensor x = numbers(7, N, T, UNITS);
    double[] y = net.forward(x).toDoubles();
    for (int changed = 0; changed < T; changed++) {
      int at = changed;
      Tensor other = Tensor.arange(T).eq(at).reshape(1, T, 1).where(x.add(3), x);
      double[] z = net.forward(other).toDoubles();
      for (int i = 0; i < y.length; i++) {
        int step = i / UNITS % T;
        if (step < at) {
          assertThat(z[i]).as("step %d, changed %d", step, at).isEqualTo(y[i]);
        } else if (step == at) {
          assertThat(z[i]).isNotEqualTo(y[i]);
        }
      }
    }
  }

  @Test
  void withoutPositionsTheOrderOfStepsDoesNotMatter() {
    Tensor x = numbers(7, N, T, UNITS);
    Tensor order = Tensor.of(new int[] {3, 0, 4, 1, 2}, Shape.of(T));
    for (Layer layer : List.of(attention(2), encoderBlock(4, 12), encoderBlock(2, 6).preNorm())) {
      Net net = net(layer);
      assertThat(net.forward(x.gather(1, order)).toDoubles())
          .containsExactly(net.forward(x).gather(1, order).toDoubles(), withPrecision(1e-12));
      Net placed = net(chain(wavePositions(), layer));
      double difference =
          placed
              .forward(x.gather(1, order))
              .sub(placed.forward(x).gather(1, order))
              .abs()
              .max()
              .item();
      assertThat(difference).isGreaterThan(1e-3);
    }
  }

  @Test
  void rotaryPositionsDependOnDistanceAlone() {
    Net net = net(attention(2).rotary());
    Tensor x = numbers(7, N, T, UNITS);
    Tensor same = x.narrow(1, 0, 1).expand(N, T, UNITS);
    double[] w = net.activations(same.add(0)).get("0.multiHeadAttention.weights").log().toDoubles();
    for (int h = 0; h < 2; h++) {
      for (int i = 1; i < T; i++) {
        for (int j = 1; j < T; j++) {
          // ln w_ij − ln w_ii is the difference of scores, which only i − j may decide
          double here = w[(h * T + i) * T + j] - w[(h * T + i) * T + i];
          double before = w[(h * T + i - 1) * T + j - 1] - w[(h * T + i - 1) * T + i - 1];
          assertThat(here).isCloseTo(before, withPrecision(1e-9));
        }
      }
    }
  }

  @Test
  void weightsAreShownAndAddUpToOne() {
    Net net = net(attention(4).keyHeads(2));
    Map<String, Tensor> seen = net.activations(numbers(7, N, T, UNITS));
    Tensor w = seen.get("0.multiHeadAttention.weights");
    assertThat(w.shape()).isEqualTo(Shape.of(DType.FLOAT64, N, 4, T, T));
    assertThat(w.sum(-1).sub(1).abs().max().item()).isLessThan(1e-12);
  }

  @Test
  void maskOfPairsDecidesWhoSeesWhom() {
    Tensor x = numbers(7, N, T, UNITS);
    Tensor past = Tensor.arange(T).le(Tensor.arange(T).unsqueeze(1)).broadcastTo(N, T, T).eval();
    for (int keys : new int[] {4, 2}) {
      Net all = net(attention(4).keyHeads(keys));
      Net causal = net(attention(4).keyHeads(keys).causal());
      double[] expected = causal.forward(x).toDoubles();
      assertThat(all.forward(x, Side.of(Side.ATTENTION, past)).toDoubles())
          .containsExactly(expected, withPrecision(1e-12));
      Tensor perHead = past.unsqueeze(1).expand(N, 4, T, T).eval();
      assertThat(all.forward(x, Side.of(Side.ATTENTION, perHead)).toDoubles())
          .containsExactly(expected, withPrecision(1e-12));
    }
    assertThatThrownBy(
            () -> net(attention(2)).forward(x, Side.of(Side.ATTENTION, past.narrow(2, 0, 3))))
        .isInstanceOf(ShapeError.class)
        .hasMessageContaining("[2, 5, 5]");
  }

  @Test
  void dropoutOfWeightsKeepsTheMean() {
    Net net = net(attention(1).dropout(0.5), Shape.of(64, UNITS).as(DType.FLOAT64));
    Tensor x = numbers(7, N, 64, UNITS);
    double[] y = net.forward(x).toDoubles();
    double[] sum = new double[y.length];
    int draws = 200;
    for (int i = 0; i < draws; i++) {
      double[] z = Mode.training(() -> net.forward(x)).toDoubles();
      for (int k = 0; k < y.length; k++) {
        sum[k] += z[k] / draws;
      }
    }
    double off = 0;
    double size = 0;
    for (int k = 0; k < y.length; k++) {
      off += Math.abs(sum[k] - y[k]) / y.length;
      size += Math.abs(y[k]) / y.length;
    }
    assertThat(off).isBetween(1e-6, 0.05 * size);
  }

  @Test
  void decoderReadsTheEncodersOutputAndItsMask() {
    Shape in = Shape.of(S + T).as(DType.INT32);
    Layer encoder = chain(embedding(9, UNITS).maskZero(), encoderBlock(2, 12));
    Layer decoder = chain(embedding(9, UNITS), decoderBlock(2, 12), dense(9));
    Net net = encoderDecoder(S, encoder, decoder).build(in, Seed.of(3));
    int[] tokens = new int[S + T];
    Arrays.setAll(tokens, i -> 1 + i * i % 8);
    tokens[S - 2] = 0;
    tokens[S - 1] = 0;
    float[] y = net.forward(Tensor.of(tokens, Shape.of(1, S + T))).toFloats();
    // Without padding, in a network that is built for the shorter source, it is the same.
    Net shorter =
        encoderDecoder(S - 2, encoder, decoder)
            .build(Shape.of(S - 2 + T).as(DType.INT32), Seed.of(3));
    for (int i = 0; i < net.params().size(); i++) {
      shorter.params().get(i).set(net.params().get(i).value());
    }
    int[] few = new int[S - 2 + T];
    System.arraycopy(tokens, 0, few, 0, S - 2);
    System.arraycopy(tokens, S, few, S - 2, T);
    assertThat(shorter.forward(Tensor.of(few, Shape.of(1, few.length))).toFloats())
        .containsExactly(y, withPrecision(1e-5f));
    tokens[0] = 1 + tokens[0] % 8;
    assertThat(net.forward(Tensor.of(tokens, Shape.of(1, S + T))).toFloats()).isNotEqualTo(y);
  }

  @Test
  void wrongOptionsAreRejectedWithAFix() {
    assertThatThrownBy(() -> attention(4).keyHeads(3))
        .isInstanceOf(HebbException.class)
        .hasMessageContaining("4 heads of queries cannot share 3 heads of keys");
    assertThatThrownBy(() -> attention(0)).isInstanceOf(HebbException.class);
    assertThatThrownBy(() -> attention(1).dropout(1)).hasMessageContaining("[0, 1)");
    assertThatThrownBy(() -> attention(1).rotary(1)).hasMessageContaining("above 1");
    assertThatThrownBy(() -> attention(1).cross().rotary()).hasMessageContaining("rotary");
    assertThatThrownBy(() -> attention(3).build(Shape.of(4, 8), Seed.of(1)))
        .isInstanceOf(ShapeError.class)
        .hasMessageContaining("a multiple of 3");
    assertThatThrownBy(() -> attention(2).build(Shape.of(8), Seed.of(1)))
        .hasMessageContaining("Put embedding(vocabulary, units)");
    assertThatThrownBy(() -> encoderBlock(2, 0)).hasMessageContaining("hidden");
    assertThatThrownBy(() -> encoderBlock(2, 4).attention(attention(2).cross()))
        .hasMessageContaining("decoderBlock");
    assertThatThrownBy(
            () -> encoderDecoder(4, dense(2), dense(2)).build(Shape.of(4, 2), Seed.of(1)))
        .hasMessageContaining("4 steps for the encoder and more for the decoder");
    assertThatThrownBy(() ->
            net(attention(2).cross())
                .forward(numbers(1, N, T, UNITS), Side.of(Side.MEMORY, numbers(1, N, T, 3))))
        .hasMessageContaining("end the encoder with dense(8)");
    assertThatThrownBy(
            () -> tied(embedding(5, 3), dense(4)).build(Shape.of(4).as(DType.INT32), Seed.of(1)))
        .hasMessageContaining("dense(3)");
  }
}
