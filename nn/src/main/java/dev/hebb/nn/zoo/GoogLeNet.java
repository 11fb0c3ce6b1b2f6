package dev.hebb.nn.zoo;

import static dev.hebb.nn.Layers.batchNorm;
import static dev.hebb.nn.Layers.chain;
import static dev.hebb.nn.Layers.concat;
import static dev.hebb.nn.Layers.conv2d;
import static dev.hebb.nn.Layers.dense;
import static dev.hebb.nn.Layers.globalAveragePool;
import static dev.hebb.nn.Layers.maxPool;
import static dev.hebb.nn.Layers.relu;

import dev.hebb.nn.Layer;
import dev.hebb.nn.layer.Chain;
import dev.hebb.nn.layer.Conv2d;
import dev.hebb.nn.layer.Dropout;
import dev.hebb.nn.layer.MaxPool;
import java.util.ArrayList;
import java.util.List;

/**
 * GoogLeNet (Inception v1), which won ImageNet in 2014: nine blocks, each of which looks at its
 * input through windows of several sizes at once, with 1 × 1 convolutions that keep it cheap. In
 * the paper's form, with biases and without its two auxiliary exits, 6,998,552 parameters for 1000
 * classes.
 *
 * <p>torchvision's network of this name is another one: it has batch normalisation in place of
 * biases and, by an old mistake, 3 × 3 windows where the paper has 5 × 5, which makes 6,624,904
 * parameters. Local response normalisation is left out.
 *
 * @param normalised whether batch normalisation takes the place of the biases
 * @param width a factor of all channels, 1 in the paper
 * @param small whether the first convolution is 3 × 3 and nothing is made smaller before the first
 *     block: for pictures of 28 × 28 or 32 × 32
 * @param drop the share of the features that training drops, in [0, 1)
 * @param classes how many logits come out
 * @see <a href="https://arxiv.org/abs/1409.4842">Szegedy et al., “Going deeper with convolutions”,
 *     2014</a>
 */
public record GoogLeNet(boolean normalised, double width, boolean small, double drop, int classes)
    implements Network {
  /**
   * Channels of 1 × 1, of 3 × 3 (reduced, full), of 5 × 5 (reduced, full) and of the pool's
   * projection; an empty row is a maximum over 3 × 3 with stride 2.
   */
  private static final int[][] BLOCKS = {
    {64, 96, 128, 16, 32, 32},
    {128, 128, 192, 32, 96, 64},
    {},
    {192, 96, 208, 16, 48, 64},
    {160, 112, 224, 24, 64, 64},
    {128, 128, 256, 24, 64, 64},
    {112, 144, 288, 32, 64, 64},
    {256, 160, 320, 32, 128, 128},
    {},
    {256, 160, 320, 32, 128, 128},
    {384, 192, 384, 48, 128, 128}
  };

  /** Checks the ranges. */
  public GoogLeNet {
    Check.positive("googlenet", "the number of classes", classes);
    Check.width("googlenet", width);
  }

  /** As in the paper, for 1000 classes. */
  public static GoogLeNet of() {
    return new GoogLeNet(false, 1, false, 0.4, 1000);
  }

  /** With batch normalisation in place of biases (Ioffe and Szegedy, 2015). */
  public GoogLeNet withBatchNorm() {
    return new GoogLeNet(true, width, small, drop, classes);
  }

  /** With all channels times a factor. */
  public GoogLeNet width(double factor) {
    return new GoogLeNet(normalised, factor, small, drop, classes);
  }

  /** For pictures of 28 × 28 or 32 × 32. */
  public GoogLeNet forSmallPictures() {
    return new GoogLeNet(normalised, width, true, drop, classes);
  }

  /** With another share of the features dropped in training; 0 for none. */
  public GoogLeNet dropout(double rate) {
    return new GoogLeNet(normalised, width, small, rate, classes);
  }

  /** For another number of classes. */
  public GoogLeNet classes(int n) {
    return new GoogLeNet(normalised, width, small, drop, n);
  }

  @Override
  public Chain layers() {
    List<Layer> layers = new ArrayList<>();
    if (small) {
      layers.add(unit(convolution(192, 3)));
    } else {
      layers.add(unit(convolution(64, 7).stride(2)));
      layers.add(half());
      layers.add(unit(convolution(64, 1)));
      layers.add(unit(convolution(192, 3)));
      layers.add(half());
    }
    for (int[] c : BLOCKS) {
      layers.add(c.length == 0 ? half() : inception(c));
    }
    layers.add(globalAveragePool());
    if (drop > 0) {
      layers.add(new Dropout(drop));
    }
    layers.add(dense(classes));
    return new Chain(layers);
  }

  /** Four branches on the same input, side by side. */
  private Layer inception(int[] c) {
    return concat(
        unit(convolution(c[0], 1)),
        chain(unit(convolution(c[1], 1)), unit(convolution(c[2], 3))),
        chain(unit(convolution(c[3], 1)), unit(convolution(c[4], 5))),
        chain(maxPool(3).stride(1).pad(1), unit(convolution(c[5], 1))));
  }

  private static MaxPool half() {
    return maxPool(3).stride(2).ceilMode();
  }

  private Conv2d convolution(int channels, int kernel) {
    return conv2d(Math.max(1, (int) Math.round(width * channels)), kernel).pad(kernel / 2);
  }

  private Layer unit(Conv2d convolution) {
    return normalised ? chain(convolution.noBias(), batchNorm(), relu()) : convolution.relu();
  }
}
