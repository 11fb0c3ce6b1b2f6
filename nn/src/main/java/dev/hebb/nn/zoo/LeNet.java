package dev.hebb.nn.zoo;

import static dev.hebb.nn.Layers.conv2d;
import static dev.hebb.nn.Layers.dense;
import static dev.hebb.nn.Layers.dropout;
import static dev.hebb.nn.Layers.flatten;
import static dev.hebb.nn.Layers.maxPool;

import dev.hebb.nn.Layer;
import dev.hebb.nn.layer.Chain;
import java.util.ArrayList;
import java.util.List;

/**
 * LeNet-5 in today's form: two 5 × 5 convolutions, each with ReLU and a maximum over 2 × 2, then
 * fully connected layers. For 28 × 28 grey pictures and ten classes it has 61,706 parameters;
 * {@link LeNet1998} is the original.
 *
 * @param channels how many channels the two convolutions give
 * @param units the widths of the hidden fully connected layers
 * @param pad the padding of the first convolution: 2 for pictures of 28 × 28, which the original
 *     had with a margin, as 32 × 32
 * @param drop the share of the hidden layers' outputs that training drops, half as much in front of
 *     them, in [0, 1)
 * @param classes how many logits come out
 * @see <a href="https://doi.org/10.1109/5.726791">LeCun et al., “Gradient-based learning applied to
 *     document recognition”, 1998</a>
 */
public record LeNet(List<Integer> channels, List<Integer> units, int pad, double drop, int classes)
    implements Network {
  /** Checks the ranges. */
  public LeNet {
    channels = List.copyOf(channels);
    units = List.copyOf(units);
    channels.forEach(c -> Check.positive("lenet", "channels", c));
    Check.positive("lenet", "the number of classes", classes);
  }

  /** LeNet-5 with the original's widths: 6 and 16 channels, 120 and 84 units. */
  public static LeNet of(int classes) {
    return new LeNet(List.of(6, 16), List.of(120, 84), 2, 0, classes);
  }

  /**
   * Wider where it is cheap, with dropout: 16 and 48 channels, 128 units. On digits as good as 32
   * and 64 channels of 3 × 3, in half the time.
   */
  public static LeNet wide(int classes) {
    return new LeNet(List.of(16, 48), List.of(128), 0, 0.4, classes);
  }

  @Override
  public Chain layers() {
    List<Layer> layers = new ArrayList<>();
    int margin = pad;
    for (int c : channels) {
      layers.add(conv2d(c, 5).pad(margin).relu());
      layers.add(maxPool(2));
      margin = 0;
    }
    layers.add(flatten());
    if (drop > 0) {
      layers.add(dropout(drop / 2));
    }
    for (int u : units) {
      layers.add(dense(u).relu());
      if (drop > 0) {
        layers.add(dropout(drop));
      }
    }
    layers.add(dense(classes));
    return new Chain(layers);
  }
}
