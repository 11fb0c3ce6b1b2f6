package dev.hebb.onnx.export;

import static dev.hebb.nn.Layers.*;
import static dev.hebb.tensor.DType.FLOAT64;
import static dev.hebb.tensor.DType.INT32;
import static dev.hebb.tensor.DType.INT64;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hebb.nn.Layer;
import dev.hebb.nn.LayerSpec;
import dev.hebb.nn.Net;
import dev.hebb.nn.Side;
import dev.hebb.nn.layer.Activated;
import dev.hebb.nn.layer.Pad;
import dev.hebb.nn.layer.PartialConv2d;
import dev.hebb.nn.layer.Sampling;
import dev.hebb.nn.layer.ScaledPool;
import dev.hebb.nn.layer.Skip;
import dev.hebb.nn.layer.Subsample;
import dev.hebb.op.Activation;
import dev.hebb.op.Curve;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.Random;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import dev.hebb.tensor.Variable;
import dev.hebb.tensor.Window2d;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every layer gives in ONNX Runtime what it gives here. */
class LayersExportTest {
  /**
   * A layer and an example.
   *
   * @param side what it reads besides the batch
   */
  record Case(Layer layer, Shape in, List<Extra> side) {
    @Override
    public String toString() {
      return layer + " of " + in + (side.isEmpty() ? "" : " " + side);
    }
  }

  record Extra(String name, Shape example) {}

  private static final Shape PICTURE = Shape.of(3, 9, 8);
  private static final Shape SIGNAL = Shape.of(4, 11);
  private static final Shape VOLUME = Shape.of(2, 5, 6, 4);
  private static final Shape SEQUENCE = Shape.of(5, 4);
  private static final Shape TOKENS = Shape.of(5).as(INT32);

  private static final List<Case> CASES = new ArrayList<>();

  private static void on(Shape in, Layer... layers) {
    for (Layer layer : layers) {
      CASES.add(new Case(layer, in, List.of()));
    }
  }

  private static void with(String name, Shape example, Shape in, Layer layer) {
    CASES.add(new Case(layer, in, List.of(new Extra(name, example))));
  }

  static {
    on(
        Shape.of(6),
        dense(5),
        dense(5).noBias(),
        dense(5).relu(),
        sequential(dense(4).tanh(), dense(3), softmax()),
        sequential(dense(3).named("head")),
        logSoftmax(),
        batchNorm(),
        layerNorm(),
        rmsNorm(),
        dropout(0.5),
        alphaDropout(0.5),
        gaussianNoise(1),
        gaussianDropout(0.5),
        dropPath(0.5),
        prelu(),
        rrelu(),
        glu(),
        swiGlu(),
        geGlu(),
        maxout(3, 2),
        radialBasis(4, 1.5),
        residual(dense(6)),
        checkpoint(dense(6).relu(), dense(2)),
        concat(dense(2), dense(3)),
        add(dense(2), dense(2)),
        multiply(dense(2), dense(2)),
        repeatVector(3),
        reshape(2, 3),
        new Sampling(),
        lambda("clipped", x -> x.clamp(-0.5, 0.5)));
    on(
        PICTURE,
        conv2d(4, 3),
        conv2d(4, 3).noBias(),
        conv2d(4, 3).stride(2).same().relu(),
        conv2d(6, 3).groups(3),
        conv2d(4, Window2d.of(3, 2).stride(2, 1).pad(1, 0).dilation(2)),
        convTranspose2d(4, 3),
        convTranspose2d(6, 3).stride(2).pad(1).groups(3),
        convTranspose2d(4, 3).stride(3).outputPadding(2).noBias(),
        convTranspose2d(4, 2).stride(3).outputPadding(1).pad(1).dilation(2),
        depthwiseConv2d(3),
        separableConv2d(4, 3),
        squeezeExcite(),
        batchNorm(),
        channelDropout(0.3),
        groupNorm(3),
        instanceNorm(),
        maxPool(2),
        maxPool(Window2d.of(3).stride(2).pad(1)),
        maxPool(Window2d.of(2, 3).stride(2).ceilMode()),
        maxPool(Window2d.of(2).dilation(2)),
        avgPool(2),
        avgPool(Window2d.of(3).stride(2).pad(1)),
        avgPool(Window2d.of(2).stride(2).ceilMode()),
        avgPool(Window2d.of(3).same()),
        lpPool(2, 2),
        adaptiveAvgPool(4, 3),
        adaptiveMaxPool(2),
        globalAveragePool(),
        globalMaxPool(),
        flatten(),
        upsample(2),
        upsampleBilinear(2),
        pad(2, 1, 0, 3),
        pad(2, 1).value(-3),
        pad(Pad.With.REPLICATE, 1, 2),
        pad(Pad.With.REFLECT, 2, 2, 1, 0),
        pad(Pad.With.CIRCULAR, 1, 2),
        crop(1),
        permute(1, 2, 0),
        permute(2, 1, 0),
        new Subsample(2, 5),
        new Skip(conv2d(3, 3)),
        new PartialConv2d(List.of(List.of(0, 1), List.of(1, 2), List.of(0)), 3),
        new ScaledPool(2),
        prelu(),
        softmax());
    on(Shape.of(4, 6, 8), pixelShuffle(2), pixelUnshuffle(2));
    on(
        SIGNAL,
        conv1d(3, 3),
        conv1d(4, 3).stride(2).same().groups(2),
        convTranspose1d(3, 3).stride(2),
        maxPool1d(2),
        avgPool1d(3),
        batchNorm());
    on(
        VOLUME,
        conv3d(3, 3),
        conv3d(2, 2).stride(2).same(),
        convTranspose3d(3, 2).stride(2),
        maxPool3d(2),
        avgPool3d(2));
    on(
        SEQUENCE,
        rnn(3),
        rnn(3).last(),
        lstm(3),
        lstm(3).last(),
        lstm(3).bidirectional(),
        lstm(3).layers(2),
        gru(3),
        gru(3).bidirectional().last(),
        attention(2),
        attention(2).causal(),
        attention(2).rotary(),
        attention(4).keyHeads(2),
        encoderBlock(2, 7),
        encoderBlock(2, 7).causal().preNorm(),
        wavePositions(),
        learntPositions(),
        meanOfSteps(),
        firstStep(),
        lastStep(),
        timeDistributed(dense(3)),
        dense(3),
        layerNorm(),
        encoderDecoder(2, encoderBlock(2, 7), decoderBlock(2, 7)));
    on(
        TOKENS,
        embedding(7, 4),
        sequential(embedding(7, 4).maskZero(), lstm(3).last(), dense(2)),
        sequential(embedding(7, 4).maskZero(), encoderBlock(2, 5), meanOfSteps()),
        tied(embedding(7, 4), encoderBlock(2, 7).causal()));
    on(Shape.of(5).as(INT64), embedding(7, 4));
    on(Shape.of(6).as(FLOAT64), sequential(dense(5).tanh(), dense(2), softmax()), layerNorm());
    with(Side.LENGTHS, Shape.of(INT32), SEQUENCE, lstm(3));
    with(Side.MASK, Shape.of(DType.BOOL, 5), SEQUENCE, gru(3).last());
    with(Side.MASK, Shape.of(DType.BOOL, 5), SEQUENCE, attention(2));
    with(Side.ATTENTION, Shape.of(DType.BOOL, 5, 5), SEQUENCE, attention(2));
    with(Side.MEMORY, Shape.of(3, 4), SEQUENCE, decoderBlock(2, 7));
  }

  static List<Case> cases() {
    return CASES;
  }

  private static Net build(Layer layer, Shape in) {
    Net net = Net.of(layer, in, Seed.of(7));
    // Biases and running statistics start at 0 and 1, which would hide what is lost.
    for (Variable v : net.variables()) {
      Tensor noise = Random.uniformOnce(v.shape(), Seed.of(v.name().hashCode())).mul(0.5);
      v.set(v.value().add(noise).eval());
    }
    return net;
  }

  private static OnnxExport export(Case c) {
    OnnxExport export = OnnxExport.of(build(c.layer, c.in));
    for (Extra extra : c.side) {
      export = export.side(extra.name, extra.example);
    }
    return export;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void givesTheSameInOnnxRuntime(Case c) {
    Agreement.check(export(c));
  }

  @ParameterizedTest
  @EnumSource(Activation.class)
  void everyActivation(Activation f) {
    Agreement.check(OnnxExport.of(build(activation(f), Shape.of(3, 40))));
  }

  @ParameterizedTest
  @EnumSource(Curve.class)
  void everyCurve(Curve f) {
    Agreement.check(OnnxExport.of(build(activation(f, 0.7), Shape.of(3, 40))));
  }

  @Test
  void noLayerIsLeftOut() {
    Set<Class<?>> seen = new HashSet<>();
    for (Case c : CASES) {
      Net net = build(c.layer, c.in);
      seen.add(net.layer().getClass());
      net.parts().forEach(part -> collect(part.layer(), seen));
    }
    seen.add(build(activation(Curve.ELU, 1), Shape.of(1)).parts().getFirst().layer().getClass());
    seen.add(build(activation(Activation.TANH), Shape.of(1)).parts().getFirst().layer().getClass());
    Set<Class<?>> missing = new HashSet<>(builtIn());
    missing.removeAll(seen);
    assertThat(missing).as("layers without a case here").isEmpty();
  }

  private static void collect(Layer layer, Set<Class<?>> seen) {
    seen.add(layer.getClass());
    if (layer instanceof Activated activated) {
      seen.add(activated.layer().getClass());
    }
  }

  @SuppressWarnings("unchecked") // the list's declared type
  private static List<Class<? extends Layer>> builtIn() {
    try {
      var field = LayerSpec.class.getDeclaredField("BUILT_IN");
      field.setAccessible(true);
      return (List<Class<? extends Layer>>) Objects.requireNonNull(field.get(null));
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }
}
