package dev.hebb.nn.zoo;

import static dev.hebb.nn.Layers.activation;
import static dev.hebb.nn.Layers.batchNorm;
import static dev.hebb.nn.Layers.conv2d;
import static dev.hebb.nn.Layers.dense;
import static dev.hebb.nn.Layers.dropout;
import static dev.hebb.nn.Layers.globalAveragePool;

import dev.hebb.nn.Layer;
import dev.hebb.nn.layer.Chain;
import dev.hebb.nn.layer.Conv2d;
import dev.hebb.nn.layer.Residual;
import dev.hebb.op.Activation;
import java.util.ArrayList;
import java.util.List;

/**
 * MobileNetV2: blocks that widen their input six times with a 1 × 1 convolution, look at each
 * channel by itself with a 3 × 3 window, and narrow it again without an activation (inverted
 * residuals with linear bottlenecks). 3,504,872 parameters for 1000 classes at width 1, and 0.3
 * billion multiply-adds for 224 × 224 pixels.
 *
 * @param width a factor of all channels, which are rounded to multiples of 8; 1 in the paper
 * @param small whether the first two strides are 1: for pictures of 28 × 28 or 32 × 32
 * @param drop the share of the features that training drops, in [0, 1)
 * @param classes how many logits come out
 * @see <a href="https://arxiv.org/abs/1801.04381">Sandler et al., “MobileNetV2: inverted residuals
 *     and linear bottlenecks”, 2018</a>
 */
public record MobileNetV2(double width, boolean small, double drop, int classes)
    implements Network {
  /** The paper's table 2: expansion, channels, repetitions, stride of the first. */
  private static final int[][] STAGES = {
    {1, 16, 1, 1},
    {6, 24, 2, 2},
    {6, 32, 3, 2},
    {6, 64, 4, 2},
    {6, 96, 3, 1},
    {6, 160, 3, 2},
    {6, 320, 1, 1}
  };

  private static final int FEATURES = 1280;

  /** Checks the ranges. */
  public MobileNetV2 {
    Check.positive("mobilenet", "the number of classes", classes);
    Check.width("mobilenet", width);
  }

  /** At width 1 for 1000 classes. */
  public static MobileNetV2 of() {
    return new MobileNetV2(1, false, 0.2, 1000);
  }

  /** With all channels times a factor; the features at the end never become fewer than 1280. */
  public MobileNetV2 width(double factor) {
    return new MobileNetV2(factor, small, drop, classes);
  }

  /** For pictures of 28 × 28 or 32 × 32. */
  public MobileNetV2 forSmallPictures() {
    return new MobileNetV2(width, true, drop, classes);
  }

  /** For another number of classes. */
  public MobileNetV2 classes(int n) {
    return new MobileNetV2(width, small, drop, n);
  }

  @Override
  public Chain layers() {
    List<Layer> layers = new ArrayList<>();
    int in = channels(32);
    unit(layers, conv2d(in, 3).stride(small ? 1 : 2).pad(1));
    for (int stage = 0; stage < STAGES.length; stage++) {
      int[] s = STAGES[stage];
      int out = channels(s[1]);
      for (int i = 0; i < s[2]; i++) {
        int stride = i > 0 || small && stage == 1 ? 1 : s[3];
        Chain block = block(in, s[0], out, stride);
        layers.add(stride == 1 && in == out ? new Residual(block, new Chain(List.of())) : block);
        in = out;
      }
    }
    unit(layers, conv2d(Math.max(FEATURES, channels(FEATURES)), 1));
    layers.addAll(List.of(globalAveragePool(), dropout(drop), dense(classes)));
    return new Chain(layers);
  }

  private static Chain block(int in, int expansion, int out, int stride) {
    List<Layer> layers = new ArrayList<>();
    int inner = expansion * in;
    if (expansion > 1) {
      unit(layers, conv2d(inner, 1));
    }
    unit(layers, conv2d(inner, 3).stride(stride).pad(1).groups(inner));
    layers.add(conv2d(out, 1).noBias());
    layers.add(batchNorm());
    return new Chain(layers);
  }

  private static void unit(List<Layer> layers, Conv2d convolution) {
    layers.addAll(List.of(convolution.noBias(), batchNorm(), activation(Activation.RELU6)));
  }

  /** The nearest multiple of 8, but at least 8 and not more than a tenth below. */
  private int channels(int full) {
    double wanted = width * full;
    int rounded = Math.max(8, (int) (wanted + 4) / 8 * 8);
    return rounded < 0.9 * wanted ? rounded + 8 : rounded;
  }
}
