package dev.hebb.nn.zoo;

import static dev.hebb.nn.Layers.batchNorm;
import static dev.hebb.nn.Layers.chain;
import static dev.hebb.nn.Layers.conv2d;
import static dev.hebb.nn.Layers.dense;
import static dev.hebb.nn.Layers.globalAveragePool;
import static dev.hebb.nn.Layers.maxPool;
import static dev.hebb.nn.Layers.relu;
import static dev.hebb.nn.Layers.residual;

import dev.hebb.nn.Layer;
import dev.hebb.nn.layer.Chain;
import dev.hebb.nn.layer.Conv2d;
import dev.hebb.nn.layer.Residual;
import dev.hebb.tensor.HebbException;
import java.util.ArrayList;
import java.util.List;

/**
 * ResNet for ImageNet: blocks that learn what to add to their input, so that a hundred of them can
 * be trained. For 1000 classes ResNet-18 has 11,689,512 parameters, 34 21,797,672, 50 25,557,032,
 * 101 44,549,160, 152 60,192,808. Where a block changes the shape, a 1 × 1 convolution does so
 * beside it (the paper's option B). {@link CifarResNet} is the paper's network for small pictures.
 *
 * <p>In the blocks of three convolutions (from 50 on) the stride is in the 3 × 3 convolution, as
 * everybody has it today (“v1.5”), not in the 1 × 1 before it as in the paper: the same parameters,
 * a little more work and half a percent more accuracy.
 *
 * @param blocks how many blocks each of the four stages has
 * @param bottleneck whether a block is 1 × 1, 3 × 3, 1 × 1 convolutions, else twice 3 × 3
 * @param small whether the first convolution is 3 × 3 with stride 1, and no pooling follows: the
 *     usual form for pictures of 32 × 32
 * @param classes how many logits come out
 * @see <a href="https://arxiv.org/abs/1512.03385">He et al., “Deep residual learning for image
 *     recognition”, 2016</a>
 */
public record ResNet(List<Integer> blocks, boolean bottleneck, boolean small, int classes)
    implements Network {
  private static final int FIRST = 64;

  /** Checks the ranges. */
  public ResNet {
    blocks = List.copyOf(blocks);
    blocks.forEach(b -> Check.positive("resnet", "the blocks of a stage", b));
    Check.positive("resnet", "the number of classes", classes);
  }

  /**
   * As in the paper's table 1, for 1000 classes.
   *
   * @param depth how many layers have weights: 18, 34, 50, 101 or 152
   */
  public static ResNet of(int depth) {
    List<Integer> blocks =
        switch (depth) {
          case 18 -> List.of(2, 2, 2, 2);
          case 34, 50 -> List.of(3, 4, 6, 3);
          case 101 -> List.of(3, 4, 23, 3);
          case 152 -> List.of(3, 8, 36, 3);
          default ->
              throw new HebbException(
                  "resnet: the depth is 18, 34, 50, 101 or 152, not %d; CifarResNet has others"
                      .formatted(depth));
        };
    return new ResNet(blocks, depth >= 50, false, 1000);
  }

  /** For pictures of about 32 × 32. */
  public ResNet forSmallPictures() {
    return new ResNet(blocks, bottleneck, true, classes);
  }

  /** For another number of classes. */
  public ResNet classes(int n) {
    return new ResNet(blocks, bottleneck, small, n);
  }

  @Override
  public Chain layers() {
    List<Layer> layers = new ArrayList<>();
    layers.add(small ? convolution(FIRST, 3, 1) : convolution(FIRST, 7, 2));
    layers.addAll(List.of(batchNorm(), relu()));
    if (!small) {
      layers.add(maxPool(3).stride(2).pad(1));
    }
    int channels = FIRST;
    for (int stage = 0; stage < blocks.size(); stage++) {
      for (int i = 0; i < blocks.get(stage); i++) {
        int stride = stage > 0 && i == 0 ? 2 : 1;
        boolean changes = stride > 1 || i == 0 && bottleneck;
        layers.add(block(channels, stride, changes));
      }
      channels *= 2;
    }
    layers.addAll(List.of(globalAveragePool(), dense(classes)));
    return new Chain(layers);
  }

  private Layer block(int channels, int stride, boolean changes) {
    int out = bottleneck ? 4 * channels : channels;
    Residual block =
        bottleneck
            ? residual(
                convolution(channels, 1, 1),
                batchNorm(),
                relu(),
                convolution(channels, 3, stride),
                batchNorm(),
                relu(),
                convolution(out, 1, 1),
                batchNorm())
            : residual(
                convolution(channels, 3, stride),
                batchNorm(),
                relu(),
                convolution(channels, 3, 1),
                batchNorm());
    return (changes ? block.shortcut(chain(convolution(out, 1, stride), batchNorm())) : block)
        .relu();
  }

  private static Conv2d convolution(int channels, int kernel, int stride) {
    return conv2d(channels, kernel).stride(stride).pad(kernel / 2).noBias();
  }
}
