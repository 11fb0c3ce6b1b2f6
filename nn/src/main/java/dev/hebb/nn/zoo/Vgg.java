package dev.hebb.nn.zoo;

import static dev.hebb.nn.Layers.batchNorm;
import static dev.hebb.nn.Layers.conv2d;
import static dev.hebb.nn.Layers.dense;
import static dev.hebb.nn.Layers.dropout;
import static dev.hebb.nn.Layers.flatten;
import static dev.hebb.nn.Layers.maxPool;
import static dev.hebb.nn.Layers.relu;

import dev.hebb.nn.Layer;
import dev.hebb.nn.layer.Chain;
import dev.hebb.tensor.HebbException;
import java.util.ArrayList;
import java.util.List;

/**
 * VGG: nothing but 3 × 3 convolutions, in five stages with a maximum over 2 × 2 behind each, then
 * three fully connected layers. With 224 × 224 pixels and 1000 classes VGG-11 has 132,863,336
 * parameters, VGG-13 133,047,848, VGG-16 138,357,544, VGG-19 143,667,240. Pictures have at least 32
 * × 32 pixels.
 *
 * @param depth how many layers have weights: 11, 13, 16 or 19 (the paper's A, B, D, E)
 * @param normalised whether batch normalisation stands behind each convolution, as is usual today
 * @param width a factor of all channels and units, 1 in the paper
 * @param drop the share of each hidden layer's outputs that training drops, in [0, 1)
 * @param classes how many logits come out
 * @see <a href="https://arxiv.org/abs/1409.1556">Simonyan and Zisserman, “Very deep convolutional
 *     networks for large-scale image recognition”, 2015</a>
 */
public record Vgg(int depth, boolean normalised, double width, double drop, int classes)
    implements Network {
  private static final int[] CHANNELS = {64, 128, 256, 512, 512};

  /** Checks the ranges. */
  public Vgg {
    Check.width("vgg", width);
    Check.positive("vgg", "the number of classes", classes);
    convolutions(depth);
  }

  /** As in the paper, for 1000 classes. */
  public static Vgg of(int depth) {
    return new Vgg(depth, false, 1, 0.5, 1000);
  }

  /** With batch normalisation (Ioffe and Szegedy, 2015). */
  public Vgg withBatchNorm() {
    return new Vgg(depth, true, width, drop, classes);
  }

  /** With all channels and units times a factor. */
  public Vgg width(double factor) {
    return new Vgg(depth, normalised, factor, drop, classes);
  }

  /** For another number of classes. */
  public Vgg classes(int n) {
    return new Vgg(depth, normalised, width, drop, n);
  }

  /** How many convolutions each stage has. */
  private static int[] convolutions(int depth) {
    return switch (depth) {
      case 11 -> new int[] {1, 1, 2, 2, 2};
      case 13 -> new int[] {2, 2, 2, 2, 2};
      case 16 -> new int[] {2, 2, 3, 3, 3};
      case 19 -> new int[] {2, 2, 4, 4, 4};
      default -> throw new HebbException("vgg: the depth is 11, 13, 16 or 19, not " + depth);
    };
  }

  @Override
  public Chain layers() {
    List<Layer> layers = new ArrayList<>();
    int[] convolutions = convolutions(depth);
    for (int stage = 0; stage < CHANNELS.length; stage++) {
      for (int i = 0; i < convolutions[stage]; i++) {
        layers.add(conv2d(scaled(CHANNELS[stage]), 3).pad(1));
        if (normalised) {
          layers.add(batchNorm());
        }
        layers.add(relu());
      }
      layers.add(maxPool(2));
    }
    layers.add(flatten());
    for (int i = 0; i < 2; i++) {
      layers.add(dense(scaled(4096)).relu());
      layers.add(dropout(drop));
    }
    layers.add(dense(classes));
    return new Chain(layers);
  }

  private int scaled(int full) {
    return Math.max(1, (int) Math.round(width * full));
  }
}
