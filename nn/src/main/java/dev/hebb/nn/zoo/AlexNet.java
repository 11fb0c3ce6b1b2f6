package dev.hebb.nn.zoo;

import static dev.hebb.nn.Layers.chain;
import static dev.hebb.nn.Layers.conv2d;
import static dev.hebb.nn.Layers.dense;
import static dev.hebb.nn.Layers.dropout;
import static dev.hebb.nn.Layers.flatten;
import static dev.hebb.nn.Layers.maxPool;

import dev.hebb.nn.layer.Chain;
import dev.hebb.tensor.HebbException;

/**
 * AlexNet, which won ImageNet in 2012: five convolutions, three fully connected layers, ReLU,
 * overlapping pooling, dropout. In one tower, the form of Krizhevsky's later paper (2014) that is
 * usual today, 61,100,840 parameters for 1000 classes; in two towers that see each other in the
 * third convolution only, as in 2012, 60,965,224. Pictures have 224 × 224 pixels, or at least 63 ×
 * 63.
 *
 * <p>Local response normalisation is left out: it costs time and “does not improve the performance”
 * (Simonyan and Zisserman, 2015).
 *
 * @param towers 1, or 2 groups of channels
 * @param width a factor of all channels and units, 1 in the papers
 * @param drop the share of each hidden layer's inputs that training drops, in [0, 1)
 * @param classes how many logits come out
 * @see <a href="https://doi.org/10.1145/3065386">Krizhevsky, Sutskever and Hinton, “ImageNet
 *     classification with deep convolutional neural networks”, 2012</a>
 * @see <a href="https://arxiv.org/abs/1404.5997">Krizhevsky, “One weird trick for parallelizing
 *     convolutional neural networks”, 2014</a>
 */
public record AlexNet(int towers, double width, double drop, int classes) implements Network {
  /** Checks the ranges. */
  public AlexNet {
    Check.width("alexnet", width);
    Check.positive("alexnet", "the number of classes", classes);
    if (towers != 1 && towers != 2) {
      throw new HebbException("alexnet: 1 or 2 towers, not " + towers);
    }
  }

  /** In one tower. */
  public static AlexNet of(int classes) {
    return new AlexNet(1, 1, 0.5, classes);
  }

  /** In the two towers of 2012, each on a graphics card of its own. */
  public AlexNet twoTowers() {
    return new AlexNet(2, width, drop, classes);
  }

  /** With all channels and units times a factor. */
  public AlexNet width(double factor) {
    return new AlexNet(towers, factor, drop, classes);
  }

  @Override
  public Chain layers() {
    boolean one = towers == 1;
    return chain(
        conv2d(scaled(one ? 64 : 96), 11).stride(4).pad(2).relu(),
        maxPool(3).stride(2),
        conv2d(scaled(one ? 192 : 256), 5).pad(2).groups(towers).relu(),
        maxPool(3).stride(2),
        conv2d(scaled(384), 3).pad(1).relu(),
        conv2d(scaled(one ? 256 : 384), 3).pad(1).groups(towers).relu(),
        conv2d(scaled(256), 3).pad(1).groups(towers).relu(),
        maxPool(3).stride(2),
        flatten(),
        dropout(drop),
        dense(scaled(4096)).relu(),
        dropout(drop),
        dense(scaled(4096)).relu(),
        dense(classes));
  }

  /** A multiple of the towers. */
  private int scaled(int full) {
    return towers * Math.max(1, (int) Math.round(width * full / towers));
  }
}
