package dev.hebb.nn.zoo;

import static dev.hebb.nn.Layers.avgPool;
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
import dev.hebb.tensor.HebbException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * DenseNet: in a block every layer sees what all layers before it gave, and adds a few channels.
 * DenseNet-121 has 7,978,856 parameters for 1000 classes; for CIFAR-10 the paper's network of 40
 * layers and growth 12 has 1,019,722, and DenseNet-BC of 100 layers 769,162.
 *
 * @param growth how many channels each layer adds
 * @param blocks how many layers each dense block has
 * @param first how many channels the first convolution gives
 * @param bottleneck whether a 1 × 1 convolution to 4 × growth channels stands in front of each 3 ×
 *     3 (the paper's B)
 * @param compression the share of the channels that passes from block to block, in (0, 1] (the
 *     paper's C below 1)
 * @param small whether the first convolution is 3 × 3 with stride 1, and no pooling follows
 * @param classes how many logits come out
 * @see <a href="https://arxiv.org/abs/1608.06993">Huang et al., “Densely connected convolutional
 *     networks”, 2017</a>
 */
public record DenseNet(
    int growth,
    List<Integer> blocks,
    int first,
    boolean bottleneck,
    double compression,
    boolean small,
    int classes)
    implements Network {
  /** Checks the ranges. */
  public DenseNet {
    blocks = List.copyOf(blocks);
    Check.positive("densenet", "the growth", growth);
    Check.positive("densenet", "the number of channels", first);
    Check.positive("densenet", "the number of classes", classes);
    if (!(compression > 0 && compression <= 1)) {
      throw new HebbException(
          "densenet: the compression must lie in (0, 1], not %s".formatted(compression));
    }
  }

  /** DenseNet-121: growth 32, blocks of 6, 12, 24 and 16 layers, for 1000 classes. */
  public static DenseNet of121() {
    return new DenseNet(32, List.of(6, 12, 24, 16), 64, true, 0.5, false, 1000);
  }

  /**
   * The paper's network for CIFAR without bottlenecks: three blocks, 16 channels first, ten
   * classes.
   *
   * @param depth how many layers have weights: 3n + 4
   * @param growth how many channels each layer adds
   */
  public static DenseNet cifar(int depth, int growth) {
    return new DenseNet(growth, thirds(depth, 3), 16, false, 1, true, 10);
  }

  /**
   * DenseNet-BC for CIFAR: with bottlenecks, and half of the channels passed on; ten classes.
   *
   * @param depth how many layers have weights: 6n + 4
   * @param growth how many channels each layer adds
   */
  public static DenseNet cifarBc(int depth, int growth) {
    return new DenseNet(growth, thirds(depth, 6), 2 * growth, true, 0.5, true, 10);
  }

  private static List<Integer> thirds(int depth, int each) {
    if (depth <= 4 || (depth - 4) % each != 0) {
      throw new HebbException(
          "densenet: the depth is %dn + 4, as %d is, not %d".formatted(each, 10 * each + 4, depth));
    }
    return Collections.nCopies(3, (depth - 4) / each);
  }

  /** For another number of classes. */
  public DenseNet classes(int n) {
    return new DenseNet(growth, blocks, first, bottleneck, compression, small, n);
  }

  @Override
  public Chain layers() {
    List<Layer> layers = new ArrayList<>();
    if (small) {
      layers.add(conv2d(first, 3).pad(1).noBias());
    } else {
      layers.addAll(
          List.of(
              conv2d(first, 7).stride(2).pad(3).noBias(),
              batchNorm(),
              relu(),
              maxPool(3).stride(2).pad(1)));
    }
    int channels = first;
    for (int b = 0; b < blocks.size(); b++) {
      if (b > 0) {
        channels = (int) (compression * channels);
        layers.add(chain(batchNorm(), relu(), conv2d(channels, 1).noBias(), avgPool(2)));
      }
      for (int i = 0; i < blocks.get(b); i++) {
        layers.add(concat(chain(), layer()));
        channels += growth;
      }
    }
    layers.addAll(List.of(batchNorm(), relu(), globalAveragePool(), dense(classes)));
    return new Chain(layers);
  }

  /** What adds channels: normalised, bent, convolved. */
  private Layer layer() {
    Chain convolution = chain(batchNorm(), relu(), conv2d(growth, 3).pad(1).noBias());
    return bottleneck
        ? chain(batchNorm(), relu(), conv2d(4 * growth, 1).noBias(), convolution)
        : convolution;
  }
}
