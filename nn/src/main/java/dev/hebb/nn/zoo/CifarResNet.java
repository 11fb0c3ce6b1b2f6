package dev.hebb.nn.zoo;

import static dev.hebb.nn.Layers.batchNorm;
import static dev.hebb.nn.Layers.conv2d;
import static dev.hebb.nn.Layers.dense;
import static dev.hebb.nn.Layers.globalAveragePool;
import static dev.hebb.nn.Layers.relu;
import static dev.hebb.nn.Layers.residual;

import dev.hebb.nn.Layer;
import dev.hebb.nn.layer.Chain;
import dev.hebb.nn.layer.Conv2d;
import dev.hebb.nn.layer.Residual;
import dev.hebb.nn.layer.Subsample;
import dev.hebb.tensor.HebbException;
import java.util.ArrayList;
import java.util.List;

/**
 * ResNet for small pictures, the paper's network for CIFAR-10: three stages of 16, 32 and 64
 * channels. Its shortcuts have no parameters (option A): where a stage begins they take every
 * second pixel and add channels of zeros. On 32 × 32 in colour with 10 classes ResNet-20 has
 * 269,722 parameters, 32 464,154, 44 658,586, 56 853,018, 110 1,727,962: the 0.27 M to 1.7 M of the
 * paper's table 6.
 *
 * @param depth how many layers have weights: 6n + 2
 * @param classes how many logits come out
 * @see <a href="https://arxiv.org/abs/1512.03385">He et al., “Deep residual learning for image
 *     recognition”, 2016, section 4.2</a>
 */
public record CifarResNet(int depth, int classes) implements Network {
  private static final int[] CHANNELS = {16, 32, 64};

  /** Checks the ranges. */
  public CifarResNet {
    Check.positive("resnet", "the number of classes", classes);
    if (depth < 8 || depth % 6 != 2) {
      throw new HebbException(
          "resnet: the depth is 6n + 2 (20, 32, 44, 56, 110, …), not %d".formatted(depth));
    }
  }

  /** For ten classes. */
  public static CifarResNet of(int depth) {
    return new CifarResNet(depth, 10);
  }

  /** For another number of classes. */
  public CifarResNet classes(int n) {
    return new CifarResNet(depth, n);
  }

  @Override
  public Chain layers() {
    List<Layer> layers = new ArrayList<>();
    layers.addAll(List.of(convolution(CHANNELS[0], 1), batchNorm(), relu()));
    for (int channels : CHANNELS) {
      for (int i = 0; i < depth / 6; i++) {
        boolean shrinks = i == 0 && channels > CHANNELS[0];
        Residual block =
            residual(
                convolution(channels, shrinks ? 2 : 1),
                batchNorm(),
                relu(),
                convolution(channels, 1),
                batchNorm());
        layers.add((shrinks ? block.shortcut(new Subsample(2, channels)) : block).relu());
      }
    }
    layers.addAll(List.of(globalAveragePool(), dense(classes)));
    return new Chain(layers);
  }

  private static Conv2d convolution(int channels, int stride) {
    return conv2d(channels, 3).stride(stride).pad(1).noBias();
  }
}
